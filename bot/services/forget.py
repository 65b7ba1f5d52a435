"""Erasing everything that is held about a person."""

from __future__ import annotations

from bot.domain import lifecycle
from bot.domain.endorsement import Kind
from bot.domain.ids import UserRef
from bot.services.campaign import Campaign
from bot.services.changes import forget_changes
from bot.services.lifecycle import apply
from bot.services.withdraw import records_of
from bot.storage.unit import Unit


async def forget(unit: Unit, campaign: Campaign, person: UserRef) -> int:
    """Withdraw and erase all that the person gave, and their choice of language; how many records
    there were. A number and a day of each stay, so that the counts still add up."""
    records = await records_of(unit, Kind.PERSON, person)
    for record in records:
        await apply(unit, campaign, record, lifecycle.forget(record))
        await forget_changes(unit, person, record.number)
    await _forget_asking(unit, campaign, person)
    await unit.languages.forget(person)
    return len(records)


async def _forget_asking(unit: Unit, campaign: Campaign, person: UserRef) -> None:
    """In whose groups' names they asked, as far as that is still known."""
    tags = await unit.statements.signer_tags(Kind.PERSON, person)
    for record in await unit.endorsements.asked_for():
        if record.statement not in tags:
            continue  # Its statement is just being finished, which forgets all who asked.
        outcome = lifecycle.forget_asker(record, tags[record.statement].hex())
        if outcome is not None:
            await apply(unit, campaign, record, outcome)
