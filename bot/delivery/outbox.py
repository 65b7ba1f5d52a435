"""Delivering what was decided: in order within a chat, chats side by side, answers first."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, replace

from bot.delivery.worker import Worker
from bot.domain.ids import AdapterName, ChatRef, MessageRef
from bot.ports import (
    Adapter,
    ChatMoved,
    Edit,
    MessageGone,
    Outgoing,
    Send,
    TryLater,
    Unreachable,
    decode_outgoing,
)
from bot.storage.database import Database
from bot.storage.errors import StorageUnavailable
from bot.storage.outbox import OutboxRow

log = logging.getLogger(__name__)

LOADED = 500
"""Rows read at once; more wait in the database."""

SIDE_BY_SIDE = 16
"""Deliveries under way at the same time, per platform."""

LONGEST_PAUSE = 300.0
TRIES = 8
"""After so many failures that are no refusal of the platform a delivery is given up and logged."""


@dataclass(slots=True)
class _Chat:
    """A chat's rows in order. `busy` while the first is under way or waits to be tried again."""

    answers: deque[OutboxRow]
    broadcasts: deque[OutboxRow]
    busy: bool = False
    failures: int = 0

    def queue(self) -> deque[OutboxRow]:
        return self.answers or self.broadcasts


@dataclass(frozen=True, slots=True)
class _Result:
    row: OutboxRow
    chat: ChatRef | None = None
    message: MessageRef | None = None
    retry: float | None = None


class Outbox(Worker):
    """Loads rows, delivers each chat's first, and commits what was delivered in batches."""

    def __init__(self, database: Database, adapters: Mapping[AdapterName, Adapter]) -> None:
        super().__init__()
        self._database = database
        self._adapters = adapters
        self._room = {name: asyncio.Semaphore(SIDE_BY_SIDE) for name in adapters}
        self._chats: dict[bytes, _Chat] = {}
        self._last = 0
        self._finished: list[_Result] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def work(self) -> None:
        await self._acknowledge()
        await self._load()
        for chat in list(self._chats.values()):
            if not chat.busy and chat.queue():
                chat.busy = True
                self._start(self._deliver(chat.queue()[0], chat))

    def is_done(self) -> bool:
        return not self._finished and not any(c.busy or c.queue() for c in self._chats.values())

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _load(self) -> None:
        held = sum(len(c.answers) + len(c.broadcasts) for c in self._chats.values())
        if held >= LOADED:
            return
        async with self._database.unit() as unit:
            rows = await unit.outbox.after(self._last, LOADED)
        for row in rows:
            self._last = row.id
            if row.adapter in self._adapters:
                chat = self._chats.setdefault(row.chat_tag, _Chat(deque(), deque()))
                (chat.broadcasts if row.broadcast else chat.answers).append(row)

    async def _acknowledge(self) -> None:
        """Write down what has been delivered; only then the next of the same chat may go."""
        if not self._finished:
            return
        results = list(self._finished)
        done = [result for result in results if result.retry is None]
        async with self._database.unit() as unit:
            if done:
                await unit.outbox.done([result.row.id for result in done])
            for result in done:
                if result.row.slot and result.chat and result.message:
                    await unit.messages.delivered(result.row.slot, result.chat, result.message)
        del self._finished[: len(results)]
        for result in results:
            self._release(result)

    def _release(self, result: _Result) -> None:
        tag = result.row.chat_tag
        chat = self._chats[tag]
        if result.retry is not None:
            asyncio.get_running_loop().call_later(result.retry, self._free, tag)
            return
        for queue in (chat.answers, chat.broadcasts):
            if queue and queue[0].id == result.row.id:
                queue.popleft()
        chat.busy, chat.failures = False, 0
        if not chat.queue():
            del self._chats[tag]

    def _free(self, tag: bytes) -> None:
        self._chats[tag].busy = False
        self.wake()

    async def _deliver(self, row: OutboxRow, chat: _Chat) -> None:
        try:
            result = await self._try(row, chat)
        except StorageUnavailable:
            result = self._later(row, chat, None)
        except Exception:
            # The boundary where a fault of an adapter is logged; the text of the message is not.
            log.exception("delivery %s failed", row.id)
            result = self._later(row, chat, None)
            if chat.failures >= TRIES:
                log.error("delivery %s is given up after %s tries", row.id, chat.failures)  # noqa: TRY400
                result = _Result(row)
        self._finished.append(result)
        self.wake()

    async def _try(self, row: OutboxRow, chat: _Chat) -> _Result:
        outgoing = await self._resolve(decode_outgoing(row.data), row.slot)
        adapter = self._adapters[row.adapter]
        try:
            async with self._room[row.adapter]:
                message = await self._send(adapter, outgoing, row.key)
        except TryLater as later:
            return self._later(row, chat, later.after)
        except Unreachable as unreachable:
            log.info("a chat on %s cannot be reached any more: %s", row.adapter, unreachable.reason)
            return _Result(row)
        return _Result(row, outgoing.chat, message)

    async def _send(self, adapter: Adapter, outgoing: Outgoing, key: str) -> MessageRef | None:
        try:
            return await adapter.deliver(outgoing, key)
        except ChatMoved as moved:
            return await adapter.deliver(replace(outgoing, chat=moved.to), key)
        except MessageGone:
            if not isinstance(outgoing, Edit):
                return None
            anew = Send(outgoing.chat, outgoing.text, outgoing.language, outgoing.buttons)
            return await adapter.deliver(anew, f"{key}:anew")

    async def _resolve(self, outgoing: Outgoing, slot: str | None) -> Outgoing:
        """Fill in which message an edit is about, as the slot knows it by now."""
        if not isinstance(outgoing, Edit) or slot is None:
            return outgoing
        async with self._database.unit() as unit:
            live = await unit.messages.in_slot(slot)
        message = (live.message if live else None) or outgoing.message
        if message is None:
            return Send(outgoing.chat, outgoing.text, outgoing.language, outgoing.buttons)
        return replace(outgoing, message=message)

    def _later(self, row: OutboxRow, chat: _Chat, after: float | None) -> _Result:
        chat.failures += 1
        pause = after if after is not None else min(LONGEST_PAUSE, 0.5 * 2**chat.failures)
        return _Result(row, retry=pause)
