"""Sealing everything anew after the key was changed, while the bot does its work."""

from __future__ import annotations

import logging

from bot.delivery.worker import Worker
from bot.storage.database import Database
from bot.storage.rotation import Rotation

log = logging.getLogger(__name__)


class Resealing(Worker):
    """A few rows at a time, each time as a transaction of its own, in turns with all others."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.rotation = Rotation()
        self._database = database
        self._goes_on = not database.is_turned

    async def work(self) -> float | None:
        if not self._goes_on:
            return None
        async with self._database.unit() as unit:
            self._goes_on = await unit.seal_anew(self.rotation)
        if self._goes_on:
            return 0.0
        if self.rotation.retired:
            await self._database.rewrite_journal()
            log.warning(
                "everything is encrypted under the new key: the old one opens nothing in the "
                "database any more, take it out of the key file"
            )
        return None

    def is_done(self) -> bool:
        return not self._goes_on
