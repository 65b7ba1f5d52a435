"""What a copy notes of itself while it is none yet: how far each table is, and what it is of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import migrate
from bot.storage.owner import INSTANCE
from bot.storage.portable import decode, encode
from bot.storage.tables import heads, meta

_MODULUS = 1 << 256
_ORIGINAL = "(original)"
"""Under which the hashes of what tells the original from any other are kept."""

progress = sa.Table(
    "copying",
    sa.MetaData(),
    sa.Column("name", sa.Text, primary_key=True),
    # The key of the last row that is there, in JSON.
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    # Of all these rows, as they were read.
    sa.Column("digest", sa.Text, nullable=False),
)

_REVISION = sa.table("alembic_version", sa.column("version_num", sa.String))


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a table: the key of the last one, how many, and the sum of their hashes."""

    place: Sequence[Any] | None = None
    count: int = 0
    digest: int = 0

    def with_these(self, rows: Sequence[sa.Row[Any]], key: Sequence[str]) -> Rows:
        """A sum does not depend on an order, which each database has its own of."""
        digest = (self.digest + sum(map(_hash, rows))) % _MODULUS
        place = [getattr(rows[-1], name) for name in key]
        return Rows(place, self.count + len(rows), digest)


def _hash(row: sa.Row[Any]) -> int:
    # SQLAlchemy gives the same values, whichever database they come from.
    return int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest(), "big")


async def known(connection: AsyncConnection, name: str) -> Rows:
    """How far that table is."""
    c = progress.c
    query = sa.select(c.place, c.rows, c.digest).where(c.name == name)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return Rows()
    place, count, digest = row
    return Rows([decode(value) for value in json.loads(place)], count, int(digest, 16))


async def note(connection: AsyncConnection, name: str, rows: Rows) -> None:
    """In the place of what was noted of it before."""
    place = json.dumps([encode(value) for value in rows.place or ()])
    values = {"name": name, "place": place, "rows": rows.count, "digest": f"{rows.digest:x}"}
    await connection.execute(progress.delete().where(progress.c.name == name))
    await connection.execute(progress.insert().values(values))


async def original(connection: AsyncConnection) -> Rows:
    """What is another after every start, and after whatever counts was changed."""
    beside = meta.select().where(meta.c.name != INSTANCE)
    rows = [*await connection.execute(beside), *await connection.execute(heads.select())]
    return Rows((), len(rows), sum(map(_hash, rows)) % _MODULUS)


async def is_copy_of(connection: AsyncConnection, of: Rows) -> bool:
    """Whether the copy was begun from that original."""
    begun = await known(connection, _ORIGINAL)
    return (begun.count, begun.digest) == (of.count, of.digest)


async def begin(connection: AsyncConnection, of: Rows) -> None:
    """Say in a database that has tables and no rows that it is no database yet."""
    await connection.run_sync(progress.create)
    await note(connection, _ORIGINAL, of)
    await set_revision(connection, migrate.COPYING + migrate.HEAD)


async def end(connection: AsyncConnection) -> None:
    """It is one."""
    await connection.run_sync(progress.drop)
    await set_revision(connection, migrate.HEAD)


async def set_revision(connection: AsyncConnection, revision: str) -> None:
    """As `migrate.revision_of` reads it."""
    await connection.execute(_REVISION.update().values(version_num=revision))


async def last_number(connection: AsyncConnection, table: sa.Table) -> int:
    """The highest that a table has given to a row of its own accord, if it is there or not: what is
    known by such a number must not become another's."""
    column = table.autoincrement_column
    if column is None:
        return 0
    highest = await connection.scalar(sa.select(sa.func.max(column))) or 0
    if connection.dialect.name == "sqlite":
        query = "SELECT seq FROM sqlite_sequence WHERE name = :name"
        given = await connection.scalar(sa.text(query), {"name": table.name})
    else:
        sequence = await connection.scalar(_sequence(table, column))
        query = f"SELECT CASE WHEN is_called THEN last_value END FROM {sequence}"  # noqa: S608
        given = await connection.scalar(sa.text(query))
    return max(highest, given or 0)


async def go_on_behind(connection: AsyncConnection, table: sa.Table, number: int) -> None:
    """The next number is above that one."""
    column = table.autoincrement_column
    if column is None or not number:
        return
    if connection.dialect.name != "sqlite":
        query = sa.select(sa.func.setval(_sequence(table, column).scalar_subquery(), number))
        await connection.execute(query)
    elif table.dialect_options["sqlite"]["autoincrement"]:
        named = {"name": table.name, "seq": number}
        await connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), named)
        insert = "INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"
        await connection.execute(sa.text(insert), named)


def _sequence(table: sa.Table, column: sa.Column[Any]) -> sa.Select[tuple[str]]:
    return sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))
