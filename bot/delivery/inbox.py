"""What adapters hand over: committed, together with the platform's cursor, before anything else."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from bot.backoff import Backoff
from bot.delivery.counts import Counts, Outcome
from bot.delivery.worker import Worker
from bot.domain.ids import AdapterName
from bot.ports import Adapter, DeliveryFault, Event, Memo, Outgoing, Place, encode_event
from bot.storage.database import Database
from bot.storage.errors import StorageUnavailable
from bot.storage.inbox import NewEvent
from bot.storage.unit import Unit

log = logging.getLogger(__name__)

Heeded = Callable[[Unit, Sequence[Event]], Awaitable[Sequence[Event]]]

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
"""Seconds between two tries to save what was received."""


class DirectWord:
    """Says something without the outbox, for when nothing can be written; each event once."""

    def __init__(
        self,
        adapters: Mapping[AdapterName, Adapter],
        cannot_save: Callable[[Event], Outgoing | None],
        counts: Counts | None = None,
    ) -> None:
        self._adapters = adapters
        self._counts = Counts() if counts is None else counts
        self._cannot_save = cannot_save
        self._told: set[tuple[AdapterName, str]] = set()

    async def cannot_save(self, event: Event) -> None:
        """Tell who sent the event that it is not saved yet; one try, whatever becomes of it."""
        key = (event.origin.chat.adapter, event.origin.id)
        outgoing = self._cannot_save(event)
        if outgoing is None or key in self._told:
            return
        self._told.add(key)
        with contextlib.suppress(DeliveryFault):
            await self._adapters[key[0]].deliver(outgoing, f"direct:{key[1]}")
            self._counts[key[0]].tries[Outcome.SENT] += 1

    def saved(self, event: Event) -> None:
        """Forget that this was told: the event is in the database now."""
        self._told.discard((event.origin.chat.adapter, event.origin.id))


class StoredInbox:
    """The `Inbox` that adapters see."""

    def __init__(
        self,
        database: Database,
        workers: Sequence[Worker],
        direct: DirectWord,
        counts: Counts | None = None,
        heeded: Heeded | None = None,
    ) -> None:
        """`workers` are the dispatcher first, then whoever works after it; none where what is kept
        waits for the next start. `heeded` leaves out what nothing can follow from."""
        self._database = database
        self._workers = workers
        self._direct = direct
        self._counts = Counts() if counts is None else counts
        self._heeded = heeded

    async def receive(
        self,
        adapter: AdapterName,
        events: Sequence[Event],
        cursor: str | None = None,
        memos: Sequence[Memo] = (),
    ) -> None:
        backoff = Backoff(FIRST_PAUSE, LONGEST_PAUSE)
        has_failed = False
        while True:
            try:
                async with self._database.unit() as unit:
                    kept = await self._heeded(unit, events) if self._heeded else events
                    new = [_new(event) for event in kept]
                    added = await unit.inbox.add(adapter, new) if new else 0
                    unit.after_commit(partial(self._received, adapter, added))
                    if cursor is not None:
                        await unit.inbox.move_cursor(adapter, cursor)
                    if memos:
                        await unit.memos.write(adapter, memos)
                break
            except StorageUnavailable as error:
                log.warning("what was received cannot be saved, trying again: %s", error)
                # A connection that was lost is mended by the next try, or another instance has
                # taken over, and this one has no more to say.
                if has_failed:
                    for event in events:
                        await self._direct.cannot_save(event)
                has_failed = True
                await asyncio.sleep(backoff.next())
        if added < len(new):
            # Somebody may have been cut off from the commit that brought them.
            for worker in self._workers[:1]:
                worker.wake()

    def _received(self, adapter: AdapterName, count: int) -> None:
        self._counts[adapter].received += count

    async def cursor(self, adapter: AdapterName) -> str | None:
        async with self._database.unit() as unit:
            return await unit.inbox.cursor(adapter)

    async def recall(self, adapter: AdapterName, kind: str) -> dict[str, str]:
        async with self._database.unit() as unit:
            return await unit.memos.all(adapter, kind)

    async def recall_one(self, adapter: AdapterName, kind: str, key: str) -> str | None:
        async with self._database.unit() as unit:
            return await unit.memos.one(adapter, kind, key)

    async def settled(self) -> None:
        # Whatever is new woke whoever works on it; only a clock that was set says nothing.
        for worker in self._workers:
            worker.go_on()
        while not all(worker.idle.is_set() for worker in self._workers):
            for worker in self._workers:
                await worker.idle.wait()


def _new(event: Event) -> NewEvent:
    origin = event.origin
    return NewEvent(origin.id, origin.chat, encode_event(event), origin.place is Place.ADMIN)
