"""An inbox in memory, for adapters under test."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeVar

from bot.domain.ids import AdapterName
from bot.ports import Event

E = TypeVar("E", bound=Event)


class MemoryInbox:
    """Drops what it knows, as the real one does. `failing` makes each `receive` raise that; while
    `open` is cleared, `receive` waits."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.received: list[str] = []
        self.stored_cursor: str | None = None
        self.failing: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()
        self._changed = asyncio.Condition()

    async def receive(
        self, adapter: AdapterName, events: Sequence[Event], cursor: str | None = None
    ) -> None:
        await self.open.wait()
        if self.failing is not None:
            raise self.failing
        for event in events:
            self.received.append(event.origin.id)
            if event.origin.id not in {known.origin.id for known in self.events}:
                self.events.append(event)
        if cursor is not None:
            self.stored_cursor = cursor
        async with self._changed:
            self._changed.notify_all()

    async def cursor(self, adapter: AdapterName) -> str | None:
        return self.stored_cursor

    async def settled(self) -> None:
        """All that is received counts as handled."""

    async def next(self, kind: type[E], after: int = 0) -> E:
        """The first event of a kind behind the first `after` events, waited for."""
        async with asyncio.timeout(5), self._changed:
            while True:
                for event in self.events[after:]:
                    if isinstance(event, kind):
                        return event
                await self._changed.wait()
