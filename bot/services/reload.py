"""Reading the statements again while the bot runs: new texts are taken in whole or not at all."""

from __future__ import annotations

import asyncio
import datetime as dt

from bot.domain.ids import StatementId
from bot.services import entries, milestones
from bot.services.campaign import Campaign
from bot.services.responses import note_responses
from bot.services.text_changes import note_texts
from bot.services.texts import compared, first_texts, is_over
from bot.statements.model import Library, Loaded
from bot.storage.unit import Unit


async def read_again(campaign: Campaign) -> Loaded:
    """What is on the disk, ready to be shown. Takes as long as it takes: outside of any
    transaction."""
    loaded = await campaign.read_statements()
    if not loaded.faults:
        await asyncio.to_thread(_prepare, campaign, loaded.library)
    return loaded


def _prepare(campaign: Campaign, library: Library) -> None:
    campaign.prepare(library)
    for statement in library:
        served = campaign.library.get(statement.id)
        for language, revision in statement.revisions.items():
            if served is not None and language in served.revisions:
                compared(served.revisions[language], revision)


async def reload(
    unit: Unit, campaign: Campaign, loaded: Loaded, now: dt.datetime
) -> list[StatementId]:
    """Use what was read; where it has faults, the old texts stay in use, all of them. The
    statements that are over, and have another text on the disk."""
    if loaded.faults:
        return []
    await unit.statements.ensure(statement.id for statement in loaded.library)
    await entries.begin(unit, campaign, loaded.library)
    await note_texts(unit, campaign, loaded.library, now)
    await note_responses(unit, campaign, loaded.library, now)
    await milestones.begin(unit, loaded.library, now)
    return [
        read.id
        for read in loaded.library
        if any(first_texts(campaign.history(read.id), read, now)) and await is_over(unit, read.id)
    ]
