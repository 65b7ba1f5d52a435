"""What admins decide: verify, reject with a reason, undo within ten minutes."""

from __future__ import annotations

import datetime as dt

from bot.domain import lifecycle
from bot.domain.admin import Admin
from bot.domain.endorsement import Endorsement
from bot.domain.ids import Number
from bot.services.campaign import Campaign
from bot.services.lifecycle import apply, known
from bot.storage.unit import Unit

LONGEST_REASON = 500
"""Characters of a reason; the signer reads it on a phone."""


async def verify(
    unit: Unit, campaign: Campaign, number: Number, by: Admin, now: dt.datetime
) -> Endorsement:
    """Raises `UnknownNumber` or `AlreadyDecided`."""
    record = await known(unit, number)
    outcome = lifecycle.verify(record, by.name, now)
    await unit.actions.add(now, by, "verify", number)
    return await apply(unit, campaign, record, outcome)


async def check_may_reject(unit: Unit, number: Number) -> Endorsement:
    """Pending or verified. Raises `UnknownNumber` or `AlreadyDecided`."""
    record = await known(unit, number)
    lifecycle.check_may_reject(record)
    return record


async def reject(
    unit: Unit, campaign: Campaign, number: Number, by: Admin, reason: str, now: dt.datetime
) -> Endorsement:
    """The signer reads the reason. Raises `UnknownNumber` or `AlreadyDecided`."""
    record = await known(unit, number)
    outcome = lifecycle.reject(record, by.name, reason, now)
    await unit.actions.add(now, by, "reject", number)
    return await apply(unit, campaign, record, outcome)


async def undo(
    unit: Unit, campaign: Campaign, number: Number, by: Admin, now: dt.datetime
) -> Endorsement:
    """Take back the last decision. Raises `UnknownNumber` or `NothingToUndo`."""
    record = await known(unit, number)
    outcome = lifecycle.undo(record, now)
    await unit.actions.add(now, by, "undo", number)
    return await apply(unit, campaign, record, outcome)
