"""Sealing everything anew under the key in front, a few rows at a time.

What is sealed begins with the id of its key, so that the rows themselves say how far this is: a
kill costs nothing but a look at what is done already.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import KEY_ID_BYTES, KeyFault, Keyring
from bot.storage import key_marks
from bot.storage.actions import place_of as place_of_action
from bot.storage.endorsements import place_of as place_of_record
from bot.storage.log import place_of as place_of_entry
from bot.storage.tables import metadata

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Rows in one transaction: some milliseconds, in which nothing else is written."""

PLACES: Mapping[str, Callable[[Any], str]] = {
    "adapter_memos": lambda row: row.key_tag.hex(),
    "admin_actions": lambda row: place_of_action(
        row.day, row.action, row.number_tag, row.actor_tag
    ),
    "bulks": lambda row: str(row.id),
    "conversations": lambda row: row.chat_tag.hex(),
    "cursors": lambda row: row.adapter,
    "dead_letters": lambda row: row.event_tag.hex(),
    "desks": lambda row: row.desk_tag.hex(),
    "due_jobs": lambda row: row.key_tag.hex(),
    "endorsements": lambda row: place_of_record(row.signer_tag),
    "entries": lambda row: place_of_entry(row.log, row.position),
    "given_up": lambda row: row.key,
    "heads": lambda row: row.name,
    "inbox": lambda row: row.event_tag.hex(),
    "live_messages": lambda row: row.token_tag.hex(),
    "meta": lambda row: row.name,
    "news": lambda row: row.record_tag.hex(),
    "outbox": lambda row: row.key,
    "proposals": lambda row: row.chat_tag.hex(),
    "questions": lambda row: str(row.number),
    "statements": lambda row: row.id,
}
"""What binds the sealed values of each table to their rows, as their codecs do."""


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """`name` is that of the context that its values are sealed in."""

    table: sa.Table
    column: sa.Column[Any]

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name.removeprefix('sealed_')}"

    def context(self, row: Any) -> str:
        return f"{self.name}:{PLACES[self.table.name](row)}"


def sealed_columns() -> Iterator[SealedColumn]:
    """All of the database; among the values of `meta` there are some in clear."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.name.startswith("sealed") or column.name == "value":
                yield SealedColumn(table, column)


class Rotation:
    """Of one run of the program; it remembers how far it is, and which rows do not open."""

    def __init__(self) -> None:
        self._columns = list(sealed_columns())
        self._last: tuple[Any, ...] | None = None
        self._unreadable = 0
        self.rows = 0
        """How many values were sealed anew."""
        self.retired: frozenset[str] = frozenset()
        """The ids of the keys that open nothing any more, once it is done."""

    async def step(self, connection: AsyncConnection, keys: Keyring) -> bool:
        """Seal some rows anew; whether there is more to do. Raises nothing for values that do not
        open: the old key stays needed because of them, and the log says so."""
        older = await key_marks.older(connection, keys)
        if not older:
            return False
        if not self._columns:
            return await self._end(connection, keys, older)
        sealed = self._columns[0]
        rows = await self._next(connection, sealed, older)
        for row in rows:
            await self._seal(connection, keys, sealed, row)
        if len(rows) < AT_ONCE:
            self._columns.pop(0)
            self._last = None
        return True

    async def _next(
        self, connection: AsyncConnection, sealed: SealedColumn, older: frozenset[str]
    ) -> list[sa.Row[Any]]:
        key = list(sealed.table.primary_key)
        query = sa.select(sealed.table).where(_is_under(sealed.column, older)).order_by(*key)
        if self._last is not None:
            query = query.where(sa.tuple_(*key) > sa.tuple_(*map(sa.literal, self._last)))
        rows = list(await connection.execute(query.limit(AT_ONCE)))
        if rows:
            self._last = tuple(getattr(rows[-1], column.name) for column in key)
        return rows

    async def _seal(
        self, connection: AsyncConnection, keys: Keyring, sealed: SealedColumn, row: Any
    ) -> None:
        context = sealed.context(row)
        try:
            data = keys.open(getattr(row, sealed.column.name), context)
        except KeyFault:
            self._unreadable += 1
            log.error("a value of %s does not open, and stays as it is", sealed.name)  # noqa: TRY400
            return
        where = [column == getattr(row, column.name) for column in sealed.table.primary_key]
        update = sealed.table.update().where(*where)
        await connection.execute(update.values({sealed.column: keys.seal(data, context)}))
        self.rows += 1

    async def _end(self, connection: AsyncConnection, keys: Keyring, older: frozenset[str]) -> bool:
        if self._unreadable:
            log.error(
                "%d values do not open under any key, so that the old key stays in use",
                self._unreadable,
            )
            return False
        # What is new is sealed under the key in front, so that a second look finds nothing.
        for sealed in sealed_columns():
            left = sa.select(sa.exists().where(_is_under(sealed.column, older)))
            if await connection.scalar(left):
                self._columns.append(sealed)
        if self._columns:
            return True
        await key_marks.retire(connection, keys)
        self.retired = older
        return False


def _is_under(column: sa.Column[Any], keys: frozenset[str]) -> sa.ColumnElement[bool]:
    """Whether a value is sealed under one of these; a mark of a key is taken out in the end."""
    begins = sa.func.substr(column, 1, KEY_ID_BYTES).in_([bytes.fromhex(key) for key in keys])
    if column.table.name != "meta":
        return begins
    name = column.table.c.name
    is_mark = sa.or_(name == key_marks.FIRST, name.startswith(key_marks.MARK))
    return sa.and_(begins, sa.not_(is_mark))
