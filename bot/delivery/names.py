"""Reading the names that are not public into memory, while the bot works already."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

from bot.delivery.worker import Worker
from bot.domain.ids import Number
from bot.storage.database import Database
from bot.storage.unit import Unit

FIRST_STEPS = 6
"""Before the bot begins: so a campaign of about a thousand names is never without some of them."""

CompareAgain = Callable[[Unit, Number], Awaitable[None]]
"""Look anew at what the name of a record resembles."""


class NameReader(Worker):
    """In short steps, each in a transaction of its own, in turns with whoever else wants one. What
    was given meanwhile is compared again when all are read."""

    def __init__(self, database: Database, compare: CompareAgain) -> None:
        super().__init__()
        self._database = database
        self._compare = compare
        self._early: deque[Number] = deque()

    async def begin(self) -> None:
        """The first steps; all of them where there are few names."""
        for _ in range(FIRST_STEPS):
            if await self._step():
                return

    async def work(self) -> float | None:
        complete = False
        while not complete:
            complete = await self._step()
        while self._early:
            async with self._database.unit() as unit:
                await self._compare(unit, self._early[0])
            self._early.popleft()
        return None

    async def _step(self) -> bool:
        async with self._database.unit() as unit:
            complete = await unit.name_index.read_on()
            if complete:
                self._early += unit.name_index.given_early()
        return complete
