"""Deliveries that come at the same time share a commit.

A commit costs a synced write however much is in it. While one is under way, what comes meanwhile
gathers, and goes into the next one together. The server delivers each chat's updates one after the
other, so their order does not depend on this.

Measured: 40 clients posting at a time to the receiver, each update of its own chat, into SQLite on
a disk (journal DELETE, synchronous EXTRA), best of three rounds of 800 updates on two busy cores:
226 a second with a commit for each, 2,011 together. One client alone: 97 and 101.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.adapters.telegram.intake import Taken
from bot.adapters.telegram.refs import NAME
from bot.ports import Inbox

log = logging.getLogger(__name__)

COMMIT_TIME = 40.0
"""Seconds after which Telegram is told to come again: it waits for a minute."""

PATIENCE = 1.0
"""Seconds after which a commit that has not ended keeps no others waiting: where the database
cannot be written, the inbox tells so to everybody whose message it holds."""


@dataclass(slots=True)
class _Delivery:
    taken: Taken
    done: asyncio.Future[None] = field(default_factory=asyncio.Future)

    def end(self, error: Exception | None = None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class Gathering:
    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._waiting: list[_Delivery] = []
        self._newest: asyncio.Task[None] | None = None
        """The commit that others wait for."""
        self._commits: set[asyncio.Task[None]] = set()

    async def commit(self, taken: Taken) -> None:
        """Returns once this is in the inbox. Raises what that raises for it, and `TimeoutError`
        when it takes too long."""
        delivery = _Delivery(taken)
        self._waiting.append(delivery)
        self._begin()
        await delivery.done

    async def close(self) -> None:
        """What is under way is cut off; the server comes again with it."""
        for task in self._commits:
            task.cancel()
        await asyncio.gather(*self._commits, return_exceptions=True)

    def _begin(self) -> None:
        if self._newest is not None or not self._waiting:
            return
        batch, self._waiting = self._waiting, []
        task = self._newest = asyncio.create_task(self._take(batch))
        self._commits.add(task)
        timer = asyncio.get_running_loop().call_later(PATIENCE, self._go_on, task)

        def ended(task: asyncio.Task[None]) -> None:
            timer.cancel()
            self._commits.discard(task)
            self._go_on(task)

        task.add_done_callback(ended)

    def _go_on(self, task: asyncio.Task[None]) -> None:
        if self._newest is task:
            self._newest = None
            self._begin()

    async def _take(self, batch: Sequence[_Delivery]) -> None:
        """All together; if that fails, each alone, so that none fails for another's sake."""
        together = Taken()
        for delivery in batch:
            together.add(delivery.taken)
        error = await self._receive(together)
        if error is None or len(batch) == 1 or isinstance(error, TimeoutError):
            for delivery in batch:
                delivery.end(error)
            return
        log.debug("deliveries are taken in one by one: %s", type(error).__name__)
        for delivery in batch:
            delivery.end(await self._receive(delivery.taken))

    async def _receive(self, taken: Taken) -> Exception | None:
        """What went wrong, None if nothing did."""
        try:
            async with asyncio.timeout(COMMIT_TIME):
                await self._inbox.receive(NAME, taken.events, memos=taken.letters)
        except Exception as error:  # noqa: BLE001 - handed on to whoever waits for it
            return error
        return None
