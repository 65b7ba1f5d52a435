"""A loop that sleeps until there is work."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Coroutine

from bot.backoff import Backoff
from bot.storage.errors import StorageUnavailable

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0
"""Seconds between two tries while the database cannot be used."""


async def in_one_piece(work: Awaitable[None]) -> None:
    """Carry it to its end, also where the loop is cancelled meanwhile: a transaction that is cut
    off may keep its lock for a while, and with it the end of the program."""
    doing = asyncio.ensure_future(work)
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait({doing})
        raise


class Worker(ABC):
    """`wake` says that there may be something new in the database; `idle` is set while there is
    nothing to do."""

    def __init__(self) -> None:
        self.idle = asyncio.Event()
        self.look = True
        """Whether the database may hold something that has not been seen yet."""
        self._woken = asyncio.Event()
        self._backoff = Backoff(FIRST_PAUSE, LONGEST_PAUSE)
        self._tasks: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """There may be something new in the database: look there and work."""
        self.look = True
        self.go_on()

    def go_on(self) -> None:
        """Work again with what is in memory already."""
        self.idle.clear()
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled. A database that cannot be used now is tried again, ever slower."""
        self.wake()
        pause: float | None = None
        while True:
            # Not `wait_for`: on Python 3.11 it does not end when it is cancelled in the moment of
            # being woken (python/cpython#86296).
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()
            self._woken.clear()
            try:
                pause = await self.work()
                self._backoff.reset()
            except StorageUnavailable as error:
                self.look = True
                pause = self._backoff.next()
                log.warning(
                    "%s: the database cannot be used, trying again: %s", type(self).__name__, error
                )
                continue
            if self.is_done() and not self._woken.is_set():
                self.idle.set()

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Carry on with something beside the loop."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """After `run` has ended: end what was spawned; what it had not finished goes on at the next
        start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @abstractmethod
    async def work(self) -> float | None:
        """Do what there is to do; seconds after which to look again, None: when woken."""

    def is_done(self) -> bool:
        """Whether nothing is under way when `work` has returned."""
        return True
