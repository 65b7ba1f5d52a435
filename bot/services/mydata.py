"""Everything that is held about a person, for that person."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.endorsement import Endorsement, Kind
from bot.domain.ids import UserRef
from bot.services.withdraw import records_of
from bot.storage.unit import Unit


async def mydata(unit: Unit, person: UserRef) -> bytes:
    """A JSON document in UTF-8: the person's records with all their fields, and their language."""
    records = await records_of(unit, Kind.PERSON, person)
    chosen = await unit.languages.chosen({person})
    document = {
        "language": chosen.get(person),
        "endorsements": [await _record(unit, record) for record in records],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


async def _record(unit: Unit, record: Endorsement) -> dict[str, Any]:
    revision = await unit.statements.revision(record.digest)
    decision, details = record.decision, record.details
    return {
        "number": record.number,
        "statement": record.statement,
        "kind": record.kind,
        "status": record.status,
        "visibility": record.visibility,
        "name": record.name,
        "on the public list": record.published,
        "affiliation": details.affiliation if details else None,
        "country": record.country,
        "given in the hour of": record.hour.isoformat(),
        "consent wording": record.consent,
        "told of changes to the text": record.wants_updates,
        "reachable by the bot": record.route is not None,
        "not reached since": details.unreachable.isoformat()
        if details and details.unreachable
        else None,
        "times withdrawn": record.withdrawals,
        "times not accepted": record.rejections,
        "reason": decision.reason.lstrip("\0") if decision and decision.reason else None,
        "questions": [
            {"question": question.question, "answer": question.answer}
            for question in await unit.questions.about(record.number)
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
