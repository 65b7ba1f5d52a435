"""Erasing everything that is held about a person."""

from __future__ import annotations

from bot.domain.endorsement import Kind
from bot.domain.errors import Conflict
from bot.domain.ids import UserRef
from bot.services.campaign import Campaign
from bot.services.cards import renew_card
from bot.services.windows import window_key
from bot.services.withdraw import records_of
from bot.storage.unit import Unit


async def forget(unit: Unit, campaign: Campaign, person: UserRef) -> int:
    """Withdraw and erase all that the person gave, and their choice of language; how many records
    there were. A number and a day of each stay, so that the counts still add up."""
    records = await records_of(unit, Kind.PERSON, person)
    for record in records:
        if not await unit.endorsements.erase(record):
            raise Conflict
        await unit.jobs.end(window_key(record.number))
        await unit.questions.erase(record.number)
        await unit.name_index.drop(record.number)
        erased = await unit.endorsements.get(record.number)
        assert erased is not None
        await renew_card(unit, campaign, erased)
    await unit.languages.forget(person)
    return len(records)
