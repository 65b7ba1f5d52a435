"""Outbox rows: what has been decided to be said and is not yet delivered."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import AdapterName, ChatRef
from bot.domain.priority import Priority
from bot.privacy import Keyring
from bot.storage.sealing import SealedBytes
from bot.storage.tables import outbox
from bot.storage.tags import chat_tag

_T = outbox.c

# Made once, as making them costs more than carrying them out.
_AFTER = (
    sa.select(outbox)
    .where(_T.priority == sa.bindparam("of_priority"), _T.id > sa.bindparam("last"))
    .order_by(_T.id)
    .limit(sa.bindparam("most"))
)
_OF_STREAM = _AFTER.where(_T.adapter == sa.bindparam("of_adapter"))
_OF_CHAT = _AFTER.where(_T.chat_tag == sa.bindparam("chat"))
_INSERT = outbox.insert().returning(_T.id, _T.key)
_DONE = outbox.delete().where(_T.id.in_(sa.bindparam("ids", expanding=True)))
_BEGIN = outbox.update().where(_T.id == sa.bindparam("row")).values(begun=True)
_REST = outbox.update().where(_T.id == sa.bindparam("row")).values(begun=False)

_OUTGOING = SealedBytes("outbox.outgoing")
TAG_BYTES = 32
"""Of each of the two tags in a bound slot."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """`key` is the same at each try. `slot` is that of the live message
    that is sent or edited, as `bound` gives it, or the tag of what is said to many. `begun`: it may
    have been said by this program before it ended."""

    id: int
    adapter: AdapterName
    chat_tag: bytes
    key: str
    priority: Priority
    slot: bytes | None
    data: bytes
    begun: bool = False

    @property
    def many(self) -> bytes | None:
        """The tag of what is said to many, if this is a part of that."""
        return self.slot if self.slot is not None and len(self.slot) == TAG_BYTES else None


class OutboxRows:
    """What is added is written by `flush`; ids ascend as it was decided."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys
        self._new: list[tuple[dict[str, Any], bytes, bool]] = []
        """With what each says, and whether it is a change."""
        self.added: dict[int, OutboxRow] = {}
        """What was written in this unit, by ids, in order."""

    def add(
        self,
        chat: ChatRef,
        data: bytes,
        *,
        slot: bytes | None,
        priority: Priority,
        is_change: bool = False,
    ) -> None:
        """Say this in the chat, once the unit is committed. `data` is an encoded `Outgoing`, `slot`
        a live message's as `bound` gives it, or the tag of what is said to many, and `is_change`
        what changes an earlier message."""
        key = secrets.token_hex(16)
        row = {
            "adapter": chat.adapter,
            "chat_tag": chat_tag(self._keys, chat),
            "key": key,
            "priority": priority,
            "slot_tag": slot,
            "sealed_outgoing": _OUTGOING.seal(self._keys, data, key),
        }
        self._new.append((row, data, is_change))

    async def flush(self) -> None:
        """Write what was added. Called by the unit just before its commit.

        A change has the priority of the newest that waits in its slot: of one chat and one priority
        nothing is ever overtaken, so no message ends up with what it said before."""
        latest: dict[tuple[bytes, bytes], Priority] = {}
        slotted = {row["chat_tag"] for row, _, _ in self._new if row["slot_tag"]}
        if any(is_change and row["slot_tag"] for row, _, is_change in self._new):
            latest = await self._in_slots(slotted)
        for row, _, is_change in self._new:
            if row["slot_tag"]:
                where = row["chat_tag"], _name(row["slot_tag"])
                if is_change:
                    row["priority"] = latest.get(where, row["priority"])
                latest[where] = row["priority"]
        if self._new:
            rows = [row for row, _, _ in self._new]
            ids = {key: number for number, key in await self._connection.execute(_INSERT, rows)}
            for row, data, _ in self._new:
                number, chat, slot = ids[row["key"]], row["chat_tag"], row["slot_tag"]
                self.added[number] = OutboxRow(
                    number, row["adapter"], chat, row["key"], row["priority"], slot, data
                )
            self._new.clear()

    async def _in_slots(self, chats: Collection[bytes]) -> dict[tuple[bytes, bytes], Priority]:
        """The priority of the newest that waits in each slot of these chats."""
        query = (
            sa.select(_T.chat_tag, _T.slot_tag, _T.priority)
            .where(_T.chat_tag.in_(chats), _T.slot_tag.is_not(None))
            .order_by(_T.id)
        )
        rows = await self._connection.execute(query)
        return {(row.chat_tag, _name(row.slot_tag)): Priority(row.priority) for row in rows}

    async def waiting(self, slot: bytes) -> list[OutboxRow]:
        """All that is to be delivered of one live message, be it under way already, in order."""
        await self.flush()
        query = sa.select(outbox).where(_T.slot_tag == slot).order_by(_T.id)
        return await self._read_all(query, {})

    async def rewrite(self, row: OutboxRow, data: bytes) -> None:
        """Another `Outgoing` in the place of what waits, of the same kind."""
        sealed = _OUTGOING.seal(self._keys, data, row.key)
        update = outbox.update().where(_T.id == row.id)
        await self._connection.execute(update.values(sealed_outgoing=sealed))
        if row.id in self.added:
            self.added[row.id] = replace(row, data=data)

    async def after(
        self, last: int, limit: int, adapter: AdapterName, priority: Priority
    ) -> list[OutboxRow]:
        """A platform's rows of one priority with an id above `last`, the oldest first."""
        given = {"of_adapter": adapter, "of_priority": priority, "last": last, "most": limit}
        return await self._read_all(_OF_STREAM, given)

    async def of_chat(
        self, tag: bytes, last: int, limit: int, priority: Priority
    ) -> list[OutboxRow]:
        """The same of one chat."""
        given = {"chat": tag, "of_priority": priority, "last": last, "most": limit}
        return await self._read_all(_OF_CHAT, given)

    async def _read_all(
        self, query: sa.Select[Any], given: Mapping[str, object]
    ) -> list[OutboxRow]:
        return [self._read(row) for row in await self._connection.execute(query, given)]

    def _read(self, row: sa.Row[Any]) -> OutboxRow:
        return OutboxRow(
            row.id,
            row.adapter,
            row.chat_tag,
            row.key,
            Priority(row.priority),
            row.slot_tag,
            _OUTGOING.open(self._keys, row.sealed_outgoing, row.key),
            row.begun,
        )

    async def span(self, adapters: Collection[AdapterName]) -> tuple[int, int] | None:
        """The ids of the oldest and the newest row that waits for one of these; None for none.
        Announcements are left out: they take as long as they take."""
        query = sa.select(sa.func.min(_T.id), sa.func.max(_T.id))
        query = query.where(_T.adapter.in_(adapters), _T.priority != Priority.ANNOUNCEMENT)
        found = (await self._connection.execute(query)).one()
        return None if found[0] is None else (found[0], found[1])

    async def done(self, ids: Collection[int]) -> None:
        """Drop rows that were delivered or given up."""
        await self._connection.execute(_DONE, {"ids": list(ids)})

    async def begin(self, number: int) -> bool:
        """It is under way from now on; False where it is to be said no more."""
        return bool((await self._connection.execute(_BEGIN, {"row": number})).rowcount)

    async def rest(self, number: int) -> None:
        """It is not under way any more, and has not been said."""
        await self._connection.execute(_REST, {"row": number})

    async def count(self, many: bytes) -> int:
        """How much of what is said to many is still to be delivered."""
        await self.flush()
        query = sa.select(sa.func.count()).where(_T.slot_tag == many)
        return await self._connection.scalar(query) or 0

    async def drop(self, many: bytes, chat: ChatRef | None = None) -> int:
        """Nothing of it is said any more, to nobody or not in that chat; how many were not even
        under way."""
        await self.flush()
        where = [_T.slot_tag == many]
        if chat is not None:
            where.append(_T.chat_tag == chat_tag(self._keys, chat))
        dropped = await self._connection.execute(outbox.delete().where(*where, _T.begun.is_(False)))
        await self._connection.execute(outbox.delete().where(*where))
        return dropped.rowcount

    async def drop_of(self, many: bytes, adapters: Collection[AdapterName]) -> int:
        """As `drop`, what waits for other platforms than these."""
        await self.flush()
        where = (_T.slot_tag == many, _T.adapter.not_in(adapters))
        return (await self._connection.execute(outbox.delete().where(*where))).rowcount


def _name(bound_slot: bytes) -> bytes:
    """Of the slot alone: what turns into something else keeps its slot, and gets a new token."""
    return bound_slot[:TAG_BYTES]
