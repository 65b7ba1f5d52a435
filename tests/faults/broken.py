"""The program with one thing broken, which the suite must find.

Each is called in the process of the program before it begins.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from typing import Any

import sqlalchemy as sa

from bot.delivery.inbox import StoredInbox
from bot.storage import engines
from bot.storage.database import Database
from bot.storage.inbox import InboxRows
from bot.storage.tables import handled
from bot.storage.unit import Unit

LATER = 0.5
"""Seconds between what belongs together."""


def not_synced() -> None:
    """Commits are left to the system."""
    _synchronous("OFF")


def folder_not_synced() -> None:
    """The end of a journal is left to the system: most commits last, and some come undone."""
    _synchronous("FULL")


def _synchronous(value: str) -> None:
    def journal() -> tuple[str, str]:
        return "DELETE", value

    engines.journal = journal


def inbox_not_committed() -> None:
    """What was received is acknowledged to the platform first, and kept a moment later."""
    receive = StoredInbox.receive
    keeping: set[asyncio.Task[None]] = set()

    async def acknowledged(self: StoredInbox, *given: Any, **more: Any) -> None:
        async def keep() -> None:
            await asyncio.sleep(LATER)
            await receive(self, *given, **more)

        keeping.add(asyncio.create_task(keep()))

    setattr(StoredInbox, "receive", acknowledged)  # noqa: B010


def outbox_apart() -> None:
    """What is to be said is committed a moment after what it speaks of."""
    whole = Database.unit

    @contextlib.asynccontextmanager
    async def unit(self: Database) -> AsyncIterator[Unit]:
        async with whole(self) as first:
            yield first
            held = first.outbox._new[:]
            first.outbox._new.clear()
        if held:
            await asyncio.sleep(LATER)
            async with whole(self) as second:
                second.outbox._new += held

    setattr(Database, "unit", unit)  # noqa: B010


def repeats_unknown() -> None:
    """An event that was handled is taken for a new one."""
    flush = InboxRows.flush

    async def known(self: InboxRows, tags: Collection[bytes]) -> set[bytes]:
        return set()

    async def flushed(self: InboxRows) -> None:
        tags = [row.event_tag for row in self._done]
        await self._connection.execute(sa.delete(handled).where(handled.c.event_tag.in_(tags)))
        await flush(self)

    setattr(InboxRows, "_known", known)  # noqa: B010
    setattr(InboxRows, "flush", flushed)  # noqa: B010
