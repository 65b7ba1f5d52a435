"""Erasing everything that is held about a person."""

from __future__ import annotations

import datetime as dt

from bot.domain import lifecycle
from bot.domain.endorsement import Endorsement, Kind
from bot.domain.ids import UserRef
from bot.services import membership
from bot.services.campaign import Campaign
from bot.services.changes import forget_changes
from bot.services.lifecycle import apply
from bot.services.withdraw import records_of
from bot.storage.unit import Unit


async def forget(unit: Unit, campaign: Campaign, person: UserRef, now: dt.datetime) -> int:
    """Withdraw and erase all that the person gave, and their choice of language; how many records
    there were. A number and a day of each stay, so that the counts still add up."""
    records = await records_of(unit, Kind.PERSON, person)
    await unit.letters.forget_chats(record.route.chat for record in records if record.route)
    for record in records:
        await apply(unit, campaign, record, lifecycle.forget(record))
        await forget_changes(unit, person, record.number)
    await _forget_asking(unit, campaign, person)
    await membership.forget(unit, campaign, person, now)
    await unit.languages.forget(person)
    return len(records)


async def _forget_asking(unit: Unit, campaign: Campaign, person: UserRef) -> None:
    """In whose groups' names they asked, as far as that is still known."""
    # A statement that is just being finished is not among these, and forgets all who asked.
    for tag in (await unit.statements.signer_tags(Kind.PERSON, person)).values():
        for record in await _asked_by(unit, tag.hex()):
            outcome = lifecycle.forget_asker(record, tag.hex())
            if outcome is not None:
                await apply(unit, campaign, record, outcome)


async def _asked_by(unit: Unit, asker: str) -> list[Endorsement]:
    """Those that somebody asked for are among these."""
    if not unit.name_index.complete or unit.name_index.full:
        return await unit.endorsements.asked_for()
    found = await unit.endorsements.each(await unit.name_index.asked_by(asker))
    return [record for record in found.values() if record is not None]
