"""An inbox in memory, for adapters under test."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TypeVar

from bot.domain.ids import AdapterName
from bot.ports import Event, Memo

E = TypeVar("E", bound=Event)

WITHIN = 15.0
"""Seconds to wait for an event on a busy machine."""


class MemoryInbox:
    """Drops what it knows, as the real one does. `failing` makes each `receive` raise that; while
    `open` is cleared, `receive` waits."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.received: list[str] = []
        self.stored_cursor: str | None = None
        self.memos: dict[tuple[str, str], Memo] = {}
        self.failing: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()
        self._changed = asyncio.Condition()
        self._held = 0

    async def receive(
        self,
        adapter: AdapterName,
        events: Sequence[Event],
        cursor: str | None = None,
        memos: Sequence[Memo] = (),
    ) -> None:
        self._held += 1
        async with self._changed:
            self._changed.notify_all()
        try:
            await self.open.wait()
        finally:
            self._held -= 1
        if self.failing is not None:
            raise self.failing
        for event in events:
            self.received.append(event.origin.id)
            if event.origin.id not in {known.origin.id for known in self.events}:
                self.events.append(event)
        if cursor is not None:
            self.stored_cursor = cursor
        for memo in memos:
            self.memos[memo.kind, memo.key] = memo
        async with self._changed:
            self._changed.notify_all()

    async def cursor(self, adapter: AdapterName) -> str | None:
        return self.stored_cursor

    async def recall(self, adapter: AdapterName, kind: str) -> Mapping[str, str]:
        return {
            key: memo.value
            for (found, key), memo in self.memos.items()
            if found == kind and memo.value is not None
        }

    async def recall_one(self, adapter: AdapterName, kind: str, key: str) -> str | None:
        memo = self.memos.get((kind, key))
        return None if memo is None else memo.value

    async def settled(self) -> None:
        """All that is received counts as handled."""

    async def held(self, count: int = 1) -> None:
        """So many wait in `receive`."""
        async with asyncio.timeout(WITHIN), self._changed:
            await self._changed.wait_for(lambda: self._held >= count)

    async def next(self, kind: type[E], after: int = 0) -> E:
        """The first event of a kind behind the first `after` events, waited for."""
        async with asyncio.timeout(WITHIN), self._changed:
            while True:
                for event in self.events[after:]:
                    if isinstance(event, kind):
                        return event
                await self._changed.wait()
