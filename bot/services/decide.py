"""What admins decide: verify, reject with a reason, undo within ten minutes."""

from __future__ import annotations

import datetime as dt

from bot.domain.endorsement import Decision, Endorsement, Kind, Status
from bot.domain.errors import AlreadyDecided, Conflict, NothingToUndo, UnknownNumber
from bot.domain.ids import Number
from bot.ports import Send
from bot.services.campaign import Campaign
from bot.services.cards import renew_card
from bot.services.posting import delete_button, post
from bot.services.windows import start_window, window_key
from bot.storage.endorsements import Change
from bot.storage.unit import Unit
from bot.wording.signing import outcome


async def verify(
    unit: Unit, campaign: Campaign, number: Number, by: str, now: dt.datetime
) -> Endorsement:
    """Pending becomes verified. Raises `UnknownNumber` or `AlreadyDecided`."""
    record = await _known(unit, number)
    if record.status is not Status.PENDING:
        raise _already(record)
    return await _decide(unit, campaign, record, Status.VERIFIED, Decision(by, now), now)


async def check_may_reject(unit: Unit, number: Number) -> Endorsement:
    """Pending or verified. Raises `UnknownNumber` or `AlreadyDecided`."""
    record = await _known(unit, number)
    if record.status not in {Status.PENDING, Status.VERIFIED}:
        raise _already(record)
    return record


async def reject(
    unit: Unit, campaign: Campaign, number: Number, by: str, reason: str, now: dt.datetime
) -> Endorsement:
    """Pending or verified becomes rejected; the signer reads the reason. Raises as
    `check_may_reject`."""
    record = await check_may_reject(unit, number)
    return await _decide(unit, campaign, record, Status.REJECTED, Decision(by, now, reason), now)


async def undo(
    unit: Unit, campaign: Campaign, number: Number, by: str, now: dt.datetime
) -> Endorsement:
    """Take back the last decision. Raises `UnknownNumber` or `NothingToUndo`.

    Back to verified starts a window again, so that a name is never published without one.
    """
    record = await _known(unit, number)
    before = record.before_undo
    if before is None or record.status is Status.WITHDRAWN or not record.undoable_at(now):
        raise NothingToUndo(number)
    await unit.actions.add(now, by, "undo", number)
    verified = before is Status.VERIFIED
    until = await start_window(unit, number, now) if verified else None
    if until is None:
        await unit.jobs.end(window_key(number))
    change = Change(
        status=before,
        decision=record.decision if verified else None,
        undo_until=until,
        before_undo=None,
        rejections=-1 if record.status is Status.REJECTED else 0,
    )
    return await _apply(unit, campaign, record, change)


async def _decide(
    unit: Unit,
    campaign: Campaign,
    record: Endorsement,
    status: Status,
    decision: Decision,
    now: dt.datetime,
) -> Endorsement:
    action = "verify" if status is Status.VERIFIED else "reject"
    await unit.actions.add(now, decision.by, action, record.number)
    change = Change(
        status=status,
        decision=decision,
        undo_until=await start_window(unit, record.number, now),
        before_undo=record.status,
        rejections=1 if status is Status.REJECTED else 0,
    )
    return await _apply(unit, campaign, record, change)


async def _apply(
    unit: Unit, campaign: Campaign, record: Endorsement, change: Change
) -> Endorsement:
    if not await unit.endorsements.change(record, change):
        raise Conflict
    decided = await _known(unit, record.number)
    await renew_card(unit, campaign, decided)
    if decided.route is not None:
        chat = decided.route.chat
        if chat.adapter in campaign.adapters:
            say = campaign.voice([decided.route.language], chat.adapter)
            text = outcome(say, decided, campaign.title(decided.statement, say.language))
            buttons = delete_button(say) if decided.kind is Kind.PERSON else ()
            post(unit, Send(chat, text, say.language, buttons, thread=decided.route.thread))
    return decided


async def _known(unit: Unit, number: Number) -> Endorsement:
    record = await unit.endorsements.get(number)
    if record is None:
        raise UnknownNumber(number)
    return record


def _already(record: Endorsement) -> AlreadyDecided:
    decision = record.decision
    by, at = (decision.by, decision.at) if decision else (None, None)
    return AlreadyDecided(record.number, record.status, by, at)
