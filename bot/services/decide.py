"""What admins decide: verify, reject with a reason, undo within ten minutes, reopen after that;
link what one organisation gave in several chats, and unlink it.

Of rejections, undos and links an admin makes only so many alone in ten minutes, and none reopens
alone: then the others are asked, nothing is decided yet, and `NeedsSecond` is raised.
"""

from __future__ import annotations

import datetime as dt

from bot.domain import lifecycle
from bot.domain.admin import Admin
from bot.domain.endorsement import Endorsement, Status
from bot.domain.errors import NothingToUndo
from bot.domain.ids import Number
from bot.domain.lifecycle import Outcome
from bot.services import linking, quorum
from bot.services.campaign import Campaign
from bot.services.lifecycle import apply, known
from bot.services.second import TAKE_BACK, Asked, Verb, ask, check_alone
from bot.storage.unit import Unit

LONGEST_REASON = 500
"""Characters of a reason; the signer reads it on a phone."""


async def verify(
    unit: Unit, campaign: Campaign, number: Number, by: Admin, now: dt.datetime
) -> Endorsement:
    """Where that takes one more admin the record waits on, with who has agreed. Raises
    `UnknownNumber`, `AlreadyDecided`, `AlreadyAgreed` or `OwnRejection`."""
    record = await known(unit, number)
    lifecycle.check_waits(record)
    quorum.check_other(unit, record, by)
    mine = await quorum.agreement(unit, record.statement, by)
    outcome = lifecycle.agree(record, mine, quorum.needed(campaign, record), now)
    is_last = outcome.record.status is Status.VERIFIED
    await unit.actions.add(now, by, "verify" if is_last else "agree", number)
    return await apply(unit, campaign, record, outcome)


async def check_may_reject(unit: Unit, number: Number, by: Admin) -> Endorsement:
    """Pending or verified. Raises `UnknownNumber`, `AlreadyDecided` or `OwnRejection`."""
    record = await known(unit, number)
    lifecycle.check_may_reject(record)
    quorum.check_other(unit, record, by)
    return record


async def reject(
    unit: Unit, campaign: Campaign, number: Number, by: Admin, reason: str, now: dt.datetime
) -> Endorsement:
    """The signer reads the reason. Raises as `check_may_reject`, and `NeedsSecond`."""
    asked = Asked(number, reason)
    await check_may_reject(unit, number, by)
    await check_alone(unit, campaign, by, "reject", asked, now)
    return await carry_out(unit, campaign, "reject", asked, by, now)


async def undo(
    unit: Unit, campaign: Campaign, number: Number, by: Admin, now: dt.datetime
) -> Endorsement:
    """Take back the last decision, or what was agreed towards one. Raises `UnknownNumber`,
    `NothingToUndo`, `NeedsSecond` or `OwnRejection`."""
    asked = Asked(number)
    record = await known(unit, number)
    lifecycle.undo(record, now)
    quorum.check_other(unit, record, by)
    await check_alone(unit, campaign, by, "undo", asked, now)
    return await carry_out(unit, campaign, "undo", asked, by, now)


async def link(
    unit: Unit, campaign: Campaign, one: Number, other: Number, by: Admin, now: dt.datetime
) -> Endorsement:
    """Both are of one organisation; the one that is linked then. Raises `UnknownNumber`,
    `CannotLink` or `NeedsSecond`."""
    main, record = await linking.pair(unit, one, other)
    asked = Asked(record.number, main=main.number)
    await linking.link(unit, main.number, record.number, by.name, now)
    await check_alone(unit, campaign, by, "link", asked, now)
    return await carry_out(unit, campaign, "link", asked, by, now)


async def unlink(
    unit: Unit, campaign: Campaign, number: Number, by: Admin, now: dt.datetime
) -> Endorsement:
    """It stands by itself again. Raises `UnknownNumber`, `NotLinked` or `NeedsSecond`."""
    asked = Asked(number)
    lifecycle.unlink(await known(unit, number), now)
    await check_alone(unit, campaign, by, "unlink", asked, now)
    return await carry_out(unit, campaign, "unlink", asked, by, now)


async def ask_to_reopen(unit: Unit, number: Number, by: Admin, now: dt.datetime) -> None:
    """What is decided for good waits again once a second admin agrees. Raises `UnknownNumber` or
    `CannotReopen`."""
    lifecycle.reopen(await known(unit, number), now)
    await ask(unit, by, "reopen", [Asked(number)], now)


async def carry_out(
    unit: Unit,
    campaign: Campaign,
    verb: Verb,
    asked: Asked,
    by: Admin,
    now: dt.datetime,
    *,
    second: Admin | None = None,
) -> Endorsement:
    """Without asking anybody: in the name of `by`, and of the `second` who has agreed. Raises as
    the rule of that step does."""
    record = await known(unit, asked.number)
    for admin in filter(None, (by, second)):
        quorum.check_other(unit, record, admin)
    names = by.name if second is None else f"{by.name} + {second.name}"
    if asked.main is not None:
        outcome = await linking.link(unit, asked.main, asked.number, names, now)
    else:
        outcome = _outcome(record, verb, asked, names, now, is_by_two=second is not None)
    # Of what waits still, what was agreed is taken back.
    is_decided = record.status is not Status.PENDING
    await unit.actions.add(
        now, by, verb if is_decided or verb != "undo" else TAKE_BACK, asked.number
    )
    if second is not None:
        await unit.actions.add(now, second, "agree", asked.number)
    decided = await apply(unit, campaign, record, outcome)
    await linking.follow(unit, campaign, record, decided)
    return decided


def _outcome(
    record: Endorsement, verb: Verb, asked: Asked, names: str, now: dt.datetime, *, is_by_two: bool
) -> Outcome:
    if verb == "unlink":
        return lifecycle.unlink(record, now)
    if verb == "reject":
        return lifecycle.reject(record, names, asked.reason or "", now)
    if verb == "reopen":
        return lifecycle.reopen(record, now)
    try:
        return lifecycle.undo(record, now)
    except NothingToUndo:
        # Two may do that after the ten minutes too, and the second may have come late.
        if not is_by_two:
            raise
        return lifecycle.reopen(record, now)
