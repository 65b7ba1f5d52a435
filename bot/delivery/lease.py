"""Telling the server of the database, over and over, that this instance lives."""

from __future__ import annotations

from collections.abc import Sequence

from bot.backoff import Backoff
from bot.delivery.worker import Worker
from bot.storage.database import Database
from bot.storage.errors import StorageUnavailable

EVERY = 2.0
"""Seconds; some times within `LEASE_SECONDS`."""


class Lease(Worker):
    """While the database is away it looks for it more often than others do, and wakes them once it
    is back."""

    def __init__(self, database: Database, others: Sequence[Worker]) -> None:
        super().__init__()
        self._database = database
        self._others = others
        self._backoff = Backoff(1.0, 1.0)
        self._is_away = False

    async def work(self) -> float | None:
        try:
            await self._database.hold()
        except StorageUnavailable:
            self._is_away = True
            raise
        if self._is_away:
            self._is_away = False
            for worker in self._others:
                worker.wake()
        return EVERY
