"""Sealing to the organisers what only they may see, once a record is decided for good."""

from __future__ import annotations

import json
from dataclasses import asdict

from bot.domain.endorsement import Endorsement
from bot.domain.entrusting import Entrusted, entrust
from bot.domain.excepting import MOST_DEMANDS, as_text
from bot.domain.lifecycle import Effect, Outcome
from bot.domain.names import LONGEST_NAME
from bot.services.campaign import Campaign
from bot.storage.unit import Unit
from bot.wording.reasons import CHOSEN, REASONS

STEP = 1024
"""Bytes: what is sealed is filled up to a multiple of it."""

_ROOM = {
    **dict.fromkeys(("name", "affiliation", "place"), 4 * LONGEST_NAME),
    "excepts": 4 * MOST_DEMANDS,
}
"""Bytes for the longest text that there can be: the length of these shows in nothing."""


def divide(campaign: Campaign, outcome: Outcome) -> tuple[Outcome, Entrusted | None]:
    """The outcome as the host is to store it, and what is to be sealed then."""
    divided = None if campaign.recipients is None else entrust(outcome.record)
    if divided is None:
        return outcome, None
    left, entrusted = divided
    effects = outcome.effects | Effect.ERASE_QUESTIONS
    if left.name != outcome.record.name:
        effects |= Effect.NAME
    return Outcome(left, effects), entrusted


async def keep(
    unit: Unit,
    campaign: Campaign,
    before: Endorsement | None,
    record: Endorsement,
    entrusted: Entrusted | None,
) -> None:
    """In the transaction that stores the record, before its questions are erased: seal, or erase
    what was sealed before and is for nobody any more."""
    if before is not None and before.entrusted and not record.entrusted:
        await unit.entrusted.erase(record.number)
    if entrusted is not None and campaign.recipients is not None:
        asked = [(each.question, each.answer) for each in await unit.questions.about(record.number)]
        sealed = campaign.recipients.seal(document(record, entrusted, asked))
        await unit.entrusted.add(record.number, sealed)


def document(
    record: Endorsement, entrusted: Entrusted, asked: list[tuple[str, str | None]]
) -> bytes:
    """JSON in UTF-8 with blanks behind it. Its size follows from what admins wrote and were
    answered, never from a name."""
    details, decision = entrusted.details, entrusted.decision
    given = {"name": entrusted.name, **(asdict(details) if details else {})}
    if details is not None:
        given["excepts"] = as_text(details.excepts)
    named = {key: given.pop(key) for key in _ROOM if given.get(key)}
    given.pop("unreachable", None)
    rest = {
        "number": record.number,
        "statement": record.statement,
        **given,
        "decided_by": decision and decision.by,
        "decided": decision and decision.at.isoformat()[:10],
        "reason": decision and decision.reason and _reason(decision.reason),
        "questions": asked,
    }
    rest = {key: value for key, value in rest.items() if value not in (None, "", False, [], ())}
    size = len(_json(rest)) + sum(len('"affiliation": "", ') + room for room in _ROOM.values())
    return _json(rest | named).ljust(-(-size // STEP) * STEP - 1) + b"\n"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _reason(stored: str) -> str:
    """A chosen one in the words of the source: the organisers read it years later."""
    return REASONS.get(stored.removeprefix(CHOSEN), stored) if stored[:1] == CHOSEN else stored
