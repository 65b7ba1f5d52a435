"""Who was not accepted may appeal once: their signature waits again, and another admin decides."""

from __future__ import annotations

from bot.domain import lifecycle
from bot.domain.endorsement import Appeal, Endorsement, Kind, Route
from bot.domain.errors import CannotAppeal, NoAppeal
from bot.domain.ids import ChatRef, Number, UserRef
from bot.services.campaign import Campaign
from bot.services.lifecycle import apply
from bot.services.withdraw import own, records_of
from bot.storage.unit import Unit

LONGEST = 500
"""Characters of an appeal: it is read on a phone."""


async def appealable(
    unit: Unit, kind: Kind, signer: UserRef | ChatRef, number: Number | None
) -> list[Endorsement]:
    """The signer's records that they may appeal about, or the one of that number. Raises
    `UnknownNumber` or `CannotAppeal`."""
    if number is not None:
        record = await own(unit, kind, signer, number)
        lifecycle.check_may_appeal(record)
        return [record]
    records = await records_of(unit, kind, signer)
    found = [record for record in records if lifecycle.may_appeal(record)]
    if not found:
        raise CannotAppeal(None, NoAppeal.NOTHING)
    return found


async def appeal(
    unit: Unit,
    campaign: Campaign,
    record: Endorsement,
    text: str,
    route: Route,
    name: str | None = None,
) -> Endorsement:
    """`name` is given anew where it is sealed to the organisers. Raises `CannotAppeal`."""
    decision = record.decision
    against = await unit.actions.who_did("reject", record.number)
    by, reason = (None, None) if decision is None else (decision.by, decision.reason)
    why = Appeal(text, by, reason, tuple(tag.hex() for tag in against))
    return await apply(unit, campaign, record, lifecycle.appeal(record, why, route, name))
