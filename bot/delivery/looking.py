"""Looking at the rest of a large database, while the bot does its work."""

from __future__ import annotations

from bot.delivery.worker import Worker
from bot.storage.database import Database


class Looking(Worker):
    """Some rows at a time, in turns with all others. What is not as it was left ends the program:
    `DatabaseChanged`."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database

    async def work(self) -> float | None:
        integrity = self._database.integrity
        if integrity is None:
            return None
        async with self._database.unit() as unit:
            goes_on = await integrity.step(unit)
        if goes_on:
            return 0.0
        self._database.looked()
        return None

    def is_done(self) -> bool:
        return self._database.integrity is None
