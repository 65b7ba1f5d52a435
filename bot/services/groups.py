"""What becomes of a group's endorsements when the bot is no longer in the group."""

from __future__ import annotations

import dataclasses

from bot.domain.endorsement import Details, Kind
from bot.domain.ids import ChatRef
from bot.services.campaign import Campaign
from bot.services.cards import renew_card
from bot.services.withdraw import records_of
from bot.storage.unit import Unit


async def note_left(unit: Unit, campaign: Campaign, group: ChatRef) -> None:
    """Tell it on the cards of the group's endorsements; nothing is deleted or decided."""
    for record in await records_of(unit, Kind.ORGANISATION, group):
        details = dataclasses.replace(record.details or Details(), bot_left=True)
        await unit.endorsements.describe(record, details)
        changed = await unit.endorsements.get(record.number)
        assert changed is not None
        await renew_card(unit, campaign, changed)
