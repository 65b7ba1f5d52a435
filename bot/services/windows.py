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
    """Make the last change final, where its window has run out; also see to what follows from that
    where a restored backup does not know of it (`bot.storage.restore`)."""
    record = await unit.endorsements.get(number)
    if record is None:
        return
    outcome = lifecycle.end_window(record, now)
    final = record if outcome is None else await apply(unit, campaign, record, outcome)
    await linking.settle(unit, campaign, record, final, now)
