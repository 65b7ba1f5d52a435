"""Everything that is held about a person, for that person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.endorsement import Endorsement, Kind, Status
from bot.domain.ids import Language, StatementId, UserRef
from bot.domain.mandate import Vote
from bot.domain.revision import RevisionText
from bot.services.withdraw import records_of
from bot.storage.questions import Question
from bot.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A record, the text that it names, and what admins asked about it."""

    record: Endorsement
    revision: RevisionText | None
    questions: Sequence[Question]
    gets_news: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What is held about one person: their language where they chose one, their records, and what
    they have voted in groups that have not decided yet, by the statement."""

    language: Language | None
    rows: Sequence[HeldRecord]
    votes: Sequence[tuple[StatementId, Vote]] = ()

    def as_json(self) -> bytes:
        """A document in UTF-8, with all fields of each record."""
        document: dict[str, Any] = {
            "language": self.language,
            "endorsements": [_fields(held) for held in self.rows],
        }
        if self.votes:
            document["votes in groups"] = [
                {"statement": of, "vote": vote} for of, vote in self.votes
            ]
        return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


async def mydata(unit: Unit, person: UserRef) -> Held:
    """All that is kept under the person's tags, the oldest record first."""
    chosen = await unit.languages.chosen({person})
    records = await records_of(unit, Kind.PERSON, person)
    news = await unit.news.of(records)
    rows = [
        HeldRecord(
            record,
            await unit.statements.revision(record.digest),
            await unit.questions.about(record.number),
            gets_news=record in news,
        )
        for record in records
    ]
    votes = [
        (proposal.statement, member.vote)
        for proposal, member in await unit.proposals.of_member(person)
        if member.vote is not Vote.NONE
    ]
    return Held(chosen.get(person), rows, votes)


def _fields(held: HeldRecord) -> dict[str, Any]:
    record, revision = held.record, held.revision
    decision, details = record.decision, record.details
    return {
        "number": record.number,
        "statement": record.statement,
        "kind": record.kind,
        "status": record.status,
        "visibility": record.visibility,
        "name": record.name,
        "on the public list": record.published,
        "sealed to the organisers": record.entrusted,
        "affiliation": details.affiliation if details else None,
        "affiliation shown": details.affiliation_shown if details else None,
        "country": record.country,
        "place": details.place if details else None,
        "excepts": list(record.excepts),
        "given on": record.hour.date().isoformat(),
        "in the hour from": f"{record.hour:%H:%M}" if _has_hour(record) else None,
        "consent wording": record.consent,
        "told of changes to the text": record.wants_updates,
        "gets news": held.gets_news,
        "reachable by the bot": record.route is not None,
        "not reached since": details.unreachable.isoformat()
        if details and details.unreachable
        else None,
        "times withdrawn": record.withdrawals,
        "times not accepted": record.rejections,
        "appealed": record.appealed,
        "appeal": details.appeal.text if details and details.appeal else None,
        "reason": decision.reason.lstrip("\0") if decision and decision.reason else None,
        "questions": [
            {"question": question.question, "answer": question.answer}
            for question in held.questions
        ],
        "text": revision
        and {
            "digest": revision.digest,
            "language": revision.language,
            "title": revision.title,
            "attribution": revision.attribution,
            "text": revision.text,
        },
    }


def _has_hour(record: Endorsement) -> bool:
    """It is kept until the record is decided for good."""
    return record.status is Status.PENDING or record.undo_until is not None
