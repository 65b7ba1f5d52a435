"""The process that publishes for the running bot: when it is started, and who is told of faults."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.bootstrap.opening import ROOT
from bot.config import Settings
from bot.delivery.health import Health
from bot.delivery.publishing import Publishing
from bot.ports import Clock
from bot.services.campaign import Campaign
from bot.services.troubles import tell_unpublished
from bot.storage.database import Database
from bot.storage.log import ADMINS, log_of_head
from bot.storage.unit import Unit

MINUTE = 60.0
"""Seconds."""


def publisher(
    settings: Settings,
    config: Path | None,
    campaign: Campaign,
    database: Database,
    health: Health,
    clock: Clock,
) -> tuple[Publishing, ...]:
    """One where there is a page. `config` is the file of the settings, where it was named."""
    if settings.publish is None:
        return ()

    async def failed() -> None:
        async with database.unit() as unit:
            await tell_unpublished(unit, campaign, clock.now())

    named = () if config is None else ("--config", str(config))
    command = (sys.executable, "-P", "-m", "bot", "publish", *named)
    every = MINUTE * settings.publish.every_minutes
    page = Publishing(command, _environment(os.environ), every, health, failed)
    library, accounts = campaign.library, dict(campaign.accounts)

    def look(unit: Unit) -> None:
        """Whether something has changed that is on the page: a log has grown, the statements were
        read again, or the bot knows now who it is on a platform."""
        nonlocal library, accounts
        is_same = campaign.library is library and campaign.accounts == accounts
        if is_same and not {log_of_head(name) for name in unit.heads.changed} - {None, ADMINS}:
            return
        library, accounts = campaign.library, dict(campaign.accounts)
        page.wake()

    database.watchers.append(look)
    return (page,)


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """So that it is this program, wherever it lies."""
    places = filter(None, (str(ROOT), ours.get("PYTHONPATH")))
    return {**ours, "PYTHONPATH": os.pathsep.join(places)}
