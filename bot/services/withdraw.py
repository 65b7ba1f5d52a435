"""Withdrawing an endorsement, which its signer may do at any time, and taking that back."""

from __future__ import annotations

import datetime as dt

from bot.domain import lifecycle
from bot.domain.endorsement import Endorsement, Kind, Status
from bot.domain.errors import NothingToUndo, NothingToWithdraw, NoUndo, UnknownNumber
from bot.domain.ids import ChatRef, Number, UserRef
from bot.services import linking
from bot.services.campaign import Campaign
from bot.services.changes import Change, count_change
from bot.services.lifecycle import apply
from bot.storage.unit import Unit


async def records_of(unit: Unit, kind: Kind, signer: UserRef | ChatRef) -> list[Endorsement]:
    """Everything that this signer gave, the oldest first as far as is known; what they gave to a
    statement that is finished is nobody's any more."""
    tags = await unit.statements.signer_tags(kind, signer)
    return await unit.endorsements.of_signer(tags)


async def own(unit: Unit, kind: Kind, signer: UserRef | ChatRef, number: Number) -> Endorsement:
    """The signer's record of that number. Raises `UnknownNumber`, also where it is another's."""
    for record in await records_of(unit, kind, signer):
        if record.number == number:
            return record
    raise UnknownNumber(number, bool(await unit.statements.finished()))


async def withdrawable(
    unit: Unit, kind: Kind, signer: UserRef | ChatRef, number: Number | None
) -> list[Endorsement]:
    """The signer's records that can be withdrawn, or the one of that number.

    Raises `UnknownNumber` for a number that is not the signer's own (whosever it may be) and
    `NothingToWithdraw`.
    """
    records = (
        await records_of(unit, kind, signer)
        if number is None
        else [await own(unit, kind, signer, number)]
    )
    found = [record for record in records if record.status is not Status.WITHDRAWN]
    if not found:
        raise NothingToWithdraw(bool(await unit.statements.finished()))
    return found


async def withdraw(
    unit: Unit,
    campaign: Campaign,
    kind: Kind,
    signer: UserRef | ChatRef,
    number: Number,
    now: dt.datetime,
) -> Endorsement:
    """Withdraw the signer's record of that number. Raises as `withdrawable`."""
    (record,) = await withdrawable(unit, kind, signer, number)
    return await apply(unit, campaign, record, lifecycle.withdraw(record, now))


async def undo_withdrawal(
    unit: Unit,
    campaign: Campaign,
    kind: Kind,
    signer: UserRef | ChatRef,
    number: Number,
    now: dt.datetime,
) -> Endorsement:
    """Make the record what it was. Raises `NothingToUndo` after the window or for a foreign one;
    also as `count_change`, because to withdraw is never limited."""
    records = await records_of(unit, kind, signer)
    record = next((record for record in records if record.number == number), None)
    if record is None:
        raise NothingToUndo(number, NoUndo.NOTHING)
    outcome = await linking.mended(unit, lifecycle.undo_withdrawal(record, now), now)
    await count_change(unit, signer, number, Change.OTHER, now)
    return await apply(unit, campaign, record, outcome)
