"""Withdrawing an endorsement, which its signer may do at any time, and taking that back."""

from __future__ import annotations

import datetime as dt

from bot.domain.endorsement import Endorsement, Kind, Status
from bot.domain.errors import Conflict, NothingToUndo, NothingToWithdraw, UnknownNumber
from bot.domain.ids import ChatRef, Number, UserRef
from bot.services.campaign import Campaign
from bot.services.cards import renew_card
from bot.services.windows import start_window, window_key
from bot.storage.endorsements import Change
from bot.storage.unit import Unit


async def records_of(unit: Unit, kind: Kind, signer: UserRef | ChatRef) -> list[Endorsement]:
    """Everything that this signer gave, over all statements, the oldest first."""
    tags = await unit.statements.signer_tags(kind, signer, await unit.statements.known())
    return await unit.endorsements.of_signer(tags)


async def withdrawable(
    unit: Unit, kind: Kind, signer: UserRef | ChatRef, number: Number | None
) -> list[Endorsement]:
    """The signer's records that can be withdrawn, or the one of that number.

    Raises `UnknownNumber` for a number that is not the signer's own (whosever it may be) and
    `NothingToWithdraw`.
    """
    records = await records_of(unit, kind, signer)
    if number is not None:
        records = [record for record in records if record.number == number]
        if not records:
            raise UnknownNumber(number)
    found = [record for record in records if record.status is not Status.WITHDRAWN]
    if not found:
        raise NothingToWithdraw
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
    change = Change(
        status=Status.WITHDRAWN,
        decision=record.decision,
        undo_until=await start_window(unit, number, now),
        before_undo=record.status,
        withdrawals=1,
    )
    return await _apply(unit, campaign, record, change)


async def undo_withdrawal(
    unit: Unit,
    campaign: Campaign,
    kind: Kind,
    signer: UserRef | ChatRef,
    number: Number,
    now: dt.datetime,
) -> Endorsement:
    """Make the record what it was. Raises `NothingToUndo` after the window or for a foreign one."""
    records = await records_of(unit, kind, signer)
    record = next((record for record in records if record.number == number), None)
    if record is None or record.status is not Status.WITHDRAWN or not record.undoable_at(now):
        raise NothingToUndo(number)
    before = record.before_undo
    assert before is not None
    verified = before is Status.VERIFIED
    until = await start_window(unit, number, now) if verified else None
    if until is None:
        await unit.jobs.end(window_key(number))
    change = Change(
        status=before,
        decision=record.decision,
        undo_until=until,
        before_undo=None,
        withdrawals=-1,
    )
    return await _apply(unit, campaign, record, change)


async def _apply(
    unit: Unit, campaign: Campaign, record: Endorsement, change: Change
) -> Endorsement:
    if not await unit.endorsements.change(record, change):
        raise Conflict
    changed = await unit.endorsements.get(record.number)
    assert changed is not None
    await renew_card(unit, campaign, changed)
    return changed
