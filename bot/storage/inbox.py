"""Inbox rows: what has been received and not yet handled, and what was handled lately."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import AdapterName, ChatRef
from bot.privacy import Keyring
from bot.storage.engines import insert_new
from bot.storage.errors import HandledAlready
from bot.storage.sealing import Sealed, SealedBytes
from bot.storage.tables import cursors, dead_letters, handled, inbox
from bot.storage.tags import chat_tag

AT_ONCE = 10_000
"""Values in one statement: both databases take about three times as many at the most."""

# Made once, as making them costs more than carrying them out.
_TAGS: sa.BindParameter[bytes] = sa.bindparam("tags", expanding=True)
_KNOWN = sa.union_all(
    sa.select(inbox.c.event_tag).where(inbox.c.event_tag.in_(_TAGS)),
    sa.select(handled.c.event_tag).where(handled.c.event_tag.in_(_TAGS)),
)
_AFTER = (
    sa.select(inbox)
    .where(inbox.c.id > sa.bindparam("last"))
    .order_by(inbox.c.id)
    .limit(sa.bindparam("most"))
)
_OF_CHAT = _AFTER.where(inbox.c.chat_tag == sa.bindparam("chat"))
_HANDLED = sa.select(handled.c.event_tag).where(handled.c.event_tag == sa.bindparam("tag"))
_INSERT = inbox.insert().returning(inbox.c.id, inbox.c.event_tag)
_DONE = inbox.delete().where(inbox.c.id.in_(sa.bindparam("ids", expanding=True)))

_CURSOR = Sealed(str, "cursors.cursor")
_EVENT = SealedBytes("inbox.event")
_DEAD = SealedBytes("dead_letters.event")


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event as an adapter gave it: its platform id, its chat, its encoded form, and whether that
    is an admin chat."""

    id: str
    chat: ChatRef
    data: bytes
    admin: bool = False


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An event that waits to be handled; `data` is its encoded form. Ids ascend as events came."""

    id: int
    adapter: AdapterName
    event_tag: bytes
    chat_tag: bytes
    data: bytes


class InboxRows:
    """The end of a row is written by `flush`, together with the mark that the event was handled."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys
        self._done: list[InboxRow] = []
        self._day: dt.date | None = None
        self.added: list[InboxRow] = []
        """What was written in this unit, in order."""

    async def add(self, adapter: AdapterName, events: Sequence[NewEvent]) -> int:
        """Store the events that are not known yet, in their order; how many those were."""
        tagged = {self._keys.tag("event", f"{adapter}\0{event.id}"): event for event in events}
        known = await self._known(tagged)
        rows: list[dict[str, Any]] = [
            {
                "adapter": adapter,
                "event_tag": tag,
                "chat_tag": chat_tag(self._keys, event.chat),
                "admin": event.admin,
                "sealed_event": _EVENT.seal(self._keys, event.data, tag.hex()),
            }
            for tag, event in tagged.items()
            if tag not in known
        ]
        if rows:
            chats = {row["event_tag"]: row["chat_tag"] for row in rows}
            self.added += [
                InboxRow(number, adapter, tag, chats[tag], tagged[tag].data)
                for number, tag in sorted(map(tuple, await self._connection.execute(_INSERT, rows)))
            ]
        return len(rows)

    async def _known(self, tags: Collection[bytes]) -> set[bytes]:
        found: set[bytes] = set()
        rest = iter(tags)
        while part := list(itertools.islice(rest, AT_ONCE)):
            found.update(await self._connection.scalars(_KNOWN, {"tags": part}))
        return found

    async def after(self, last: int, limit: int) -> list[InboxRow]:
        """Waiting rows with an id above `last`, the oldest first."""
        return await self._oldest(_AFTER, last=last, most=limit)

    async def of_chat(self, tag: bytes, last: int, limit: int) -> list[InboxRow]:
        """The same of one chat."""
        return await self._oldest(_OF_CHAT, last=last, most=limit, chat=tag)

    async def of_admins(self, adapters: Collection[AdapterName]) -> list[bytes]:
        """The tags of the admin chats of these that have anything waiting."""
        query = sa.select(inbox.c.chat_tag).distinct()
        query = query.where(inbox.c.admin, inbox.c.adapter.in_(adapters))
        return list(await self._connection.scalars(query))

    async def _oldest(self, query: sa.Select[Any], **given: object) -> list[InboxRow]:
        return [
            InboxRow(
                row.id,
                row.adapter,
                row.event_tag,
                row.chat_tag,
                _EVENT.open(self._keys, row.sealed_event, row.event_tag.hex()),
            )
            for row in await self._connection.execute(query, given)
        ]

    async def span(self, adapters: Collection[AdapterName]) -> tuple[int, int] | None:
        """The ids of the oldest and the newest row that waits for one of these; None for none."""
        query = sa.select(sa.func.min(inbox.c.id), sa.func.max(inbox.c.id))
        found = (await self._connection.execute(query.where(inbox.c.adapter.in_(adapters)))).one()
        return None if found[0] is None else (found[0], found[1])

    def done(self, row: InboxRow, today: dt.date) -> None:
        """The row was handled in this unit; its event's tag is remembered for 14 days."""
        self._done.append(row)
        self._day = today

    async def flush(self) -> None:
        """Write which rows are done. Called by the unit just before its commit. Raises
        `HandledAlready` where one of them was done before."""
        if self._done:
            ids = [row.id for row in self._done]
            found = await self._connection.execute(_DONE, {"ids": ids})
            if found.rowcount < len(ids):
                raise HandledAlready
            marks = [{"event_tag": row.event_tag, "day": self._day} for row in self._done]
            await self._connection.execute(handled.insert(), marks)

    async def shows(self, earlier: InboxRows) -> bool:
        """Whether what those of an earlier unit have written is stored, where nothing has been
        committed since."""
        if earlier._done:
            tag = {"tag": earlier._done[0].event_tag}
            return await self._connection.scalar(_HANDLED, tag) is not None
        return bool(await self._known([row.event_tag for row in earlier.added[:1]]))

    async def bury(self, row: InboxRow, error: str, today: dt.date) -> None:
        """Keep an event that fails each time it is handled, for the operator to look at."""
        await self._connection.execute(
            dead_letters.insert().values(
                adapter=row.adapter,
                day=today,
                error=error,
                event_tag=row.event_tag,
                sealed_event=_DEAD.seal(self._keys, row.data, row.event_tag.hex()),
            )
        )
        self.done(row, today)

    async def forget_before(self, day: dt.date) -> None:
        """Drop the marks of events that no platform repeats any more, and those set aside: who
        wrote them may want to be forgotten."""
        await self._connection.execute(handled.delete().where(handled.c.day < day))
        await self._connection.execute(dead_letters.delete().where(dead_letters.c.day < day))

    async def cursor(self, adapter: AdapterName) -> str | None:
        """How far an adapter has read, in its own words; None at the very first start."""
        query = sa.select(cursors.c.sealed_cursor).where(cursors.c.adapter == adapter)
        return _CURSOR.open(self._keys, await self._connection.scalar(query), adapter)

    async def move_cursor(self, adapter: AdapterName, cursor: str) -> None:
        """Keep how far an adapter has read, in the place of what it gave before."""
        row = {"adapter": adapter, "sealed_cursor": _CURSOR.seal(self._keys, cursor, adapter)}
        insert = insert_new(self._connection, cursors)
        new = {"sealed_cursor": insert.excluded.sealed_cursor}
        await self._connection.execute(
            insert.on_conflict_do_update(index_elements=["adapter"], set_=new), row
        )
