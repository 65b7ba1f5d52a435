"""The end of the ten minutes after a decision or a withdrawal."""

from __future__ import annotations

import datetime as dt

from bot.domain import lifecycle
from bot.domain.ids import Number
from bot.services import linking
from bot.services.campaign import Campaign
from bot.services.lifecycle import apply
from bot.storage.unit import Unit


async def end_window(unit: Unit, campaign: Campaign, number: Number, now: dt.datetime) -> None:
    """Make the last change final, where its window has run out."""
    record = await unit.endorsements.get(number)
    if record is not None and (outcome := lifecycle.end_window(record, now)) is not None:
        final = await apply(unit, campaign, record, outcome)
        await linking.settle(unit, campaign, record, final, now)
