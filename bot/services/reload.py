"""Reading the statements again while the bot runs: new texts are taken in whole or not at all."""

from __future__ import annotations

import datetime as dt

from bot.services.campaign import Campaign
from bot.services.text_changes import note_texts
from bot.statements.model import Loaded
from bot.storage.unit import Unit


async def reload(unit: Unit, campaign: Campaign, now: dt.datetime) -> Loaded:
    """What is on the disk; where it has faults, the old texts stay in use, all of them."""
    loaded = campaign.read_statements()
    if not loaded.faults:
        await unit.statements.ensure(statement.id for statement in loaded.library)
        await note_texts(unit, loaded.library, now)
        unit.after_commit(lambda: campaign.use(loaded.library))
    return loaded
