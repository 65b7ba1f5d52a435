"""A database copied row by row into another one, of the same kind or not, and what is left behind.

Rows go over in pieces, each in one transaction with the place that it reaches to. Until all of it
is there and has been looked at, the copy says in the place of its revision that it is none yet;
before it stops saying so, the original says that it has moved: no two can ever be started.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.privacy import Keyring
from bot.storage import copy_marks, key_marks, migrate, sums
from bot.storage.copy_marks import Rows
from bot.storage.engines import make_engine, set_journal, sqlite_file
from bot.storage.errors import StorageFault
from bot.storage.hidden_names import HiddenNames
from bot.storage.integrity import AT_ONCE as LOOKED_AT_ONCE
from bot.storage.integrity import Integrity
from bot.storage.ledger import refuse_older
from bot.storage.numbers import Numbers
from bot.storage.opening import is_new
from bot.storage.owner import FileOwner, SessionOwner
from bot.storage.tables import endorsements, entries, metadata
from bot.storage.unit import Unit

AT_ONCE = 2000
"""Rows in one piece."""

_TABLES = metadata.sorted_tables
"""What is referred to comes first."""

Show = Callable[[str, int, int], None]
"""Takes what is done, how many rows of it are, and of how many."""


class _Held:
    """A database that nobody else writes to meanwhile."""

    def __init__(self, url: str, engine: AsyncEngine) -> None:
        self.url = url
        self.file = sqlite_file(url)
        self.owner: FileOwner | SessionOwner | None = None
        self._engine = engine
        self._connection: AsyncConnection | None = None

    async def open(self) -> None:
        """Raises `DatabaseInUse`."""
        if self.file is not None:
            self.owner = FileOwner(self.file)
            self._connection = await self._engine.connect()
        else:
            self.owner = SessionOwner(self._engine)
            self._connection = await self.owner.take()

    async def close(self) -> None:
        if isinstance(self.owner, SessionOwner):
            await self.owner.close()
        elif self._connection is not None:
            await self._connection.close()
        await self._engine.dispose()
        if isinstance(self.owner, FileOwner):
            await self.owner.close()

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Raises `StorageFault` where the database cannot be used just now."""
        assert self._connection is not None
        with _explained(self.url):
            async with self._connection.begin():
                yield self._connection

    async def revision(self) -> str | None:
        async with self.transaction() as connection:
            return await connection.run_sync(migrate.revision_of)

    async def page(self, table: sa.Table, behind: Sequence[Any] | None) -> Sequence[sa.Row[Any]]:
        """The next rows in the order of their key."""
        key = list(table.primary_key)
        query = sa.select(table).order_by(*key).limit(AT_ONCE)
        if behind is not None:
            last = [
                sa.literal(value, column.type) for value, column in zip(behind, key, strict=True)
            ]
            query = query.where(sa.tuple_(*key) > sa.tuple_(*last))
        async with self.transaction() as connection:
            return (await connection.execute(query)).all()


class DatabaseCopy:
    """From one database to another. Use `copying`; all raise `StorageFault`."""

    def __init__(
        self, source: _Held, target: _Held, keys: Keyring, key_place: str, state: Path, show: Show
    ) -> None:
        self._source = source
        self._target = target
        self._keys = keys
        self._key_place = key_place
        self._state = state
        self._show = show

    async def run(self) -> int:
        """All of it, or what is left of that; how many rows there are."""
        await self._begin()
        counts = {table.name: await self._count(table) for table in _TABLES}
        total, done = sum(counts.values()), 0
        copied: dict[str, Rows] = {}
        for table in _TABLES:
            async for rows in self._copy(table):
                copied[table.name] = rows
                self._show("Rows copied", done + rows.count, total)
            done += copied[table.name].count
        done = 0
        for table in _TABLES:
            async for rows in self._read_again(table):
                self._show("Rows compared", done + rows.count, total)
            if (rows.count, rows.digest) != (copied[table.name].count, copied[table.name].digest):
                raise StorageFault(
                    f"the rows of {table.name} are not the same in both databases; FROM is as it "
                    "was: delete TO, and begin again"
                )
            done += rows.count
        await self._look(counts[endorsements.name] + counts[entries.name])
        await self._leave()
        await self._finish()
        return total

    async def _begin(self) -> None:
        """Nothing is changed before both are known to be what they should be."""
        found, begun = await self._source.revision(), await self._target.revision()
        if found is None:
            raise StorageFault("FROM is no database of this program")
        is_half = begun == migrate.COPYING + migrate.HEAD
        if found != migrate.HEAD and not (is_half and found == migrate.MOVED + migrate.HEAD):
            migrate.refuse_unknown(found)
            raise StorageFault(
                "FROM is of an older version; start the bot once, which brings it up to date"
            )
        async with self._source.transaction() as connection:
            self._keys = await key_marks.examine(connection, self._keys, self._key_place)
            await refuse_older(connection, self._state)
            unit = self._unit(connection)
            await Integrity(self._keys, await unit.heads.copied(self._state)).begin(unit)
            original = await copy_marks.original(connection)
            if isinstance(self._source.owner, SessionOwner):
                # An instance that was paused must not go on there.
                await self._source.owner.enter(connection)
        async with self._target.transaction() as connection:
            names = await connection.run_sync(lambda c: sa.inspect(c).get_table_names())
            if not names:
                await connection.run_sync(migrate.upgrade, self._keys)
                await copy_marks.begin(connection, original)
            elif copy_marks.progress.name not in names:
                raise StorageFault(
                    "there is something in TO already; nothing is overwritten: name an empty one"
                )
            elif not is_half or not await copy_marks.is_copy_of(connection, original):
                raise StorageFault(
                    "TO is half a copy of another database, or FROM has been used since it was "
                    "begun: delete TO, and begin again"
                )

    async def _count(self, table: sa.Table) -> int:
        async with self._source.transaction() as connection:
            found: int = await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            return found

    async def _copy(self, table: sa.Table) -> AsyncIterator[Rows]:
        """What is there so far, and once more after each piece."""
        async with self._target.transaction() as connection:
            known = await copy_marks.known(connection, table.name)
        yield known
        names, key = table.columns.keys(), table.primary_key.columns.keys()
        while rows := await self._source.page(table, known.place):
            known = known.with_these(rows, key)
            async with self._target.transaction() as connection:
                await copy_marks.note(connection, table.name, known)
                values = [dict(zip(names, row, strict=True)) for row in rows]
                await connection.execute(table.insert(), values)
            yield known

    async def _read_again(self, table: sa.Table) -> AsyncIterator[Rows]:
        """As `_copy`, of what has arrived."""
        found, key = Rows(), table.primary_key.columns.keys()
        yield found
        while rows := await self._target.page(table, found.place):
            found = found.with_these(rows, key)
            yield found

    async def _look(self, total: int) -> None:
        """As a start does, at all of it. Triggers are those that the migrations have made there."""
        async with self._target.transaction() as connection:
            unit = self._unit(connection)
            copied = await unit.heads.copied(self._state)
            await self._settle(unit)
            looking = Integrity(self._keys, copied)
            await looking.begin(unit)
            done = 0
            while await looking.step(unit):
                done = min(done + LOOKED_AT_ONCE, total)
                self._show("Rows looked at", done, total)

    async def _settle(self, unit: Unit) -> None:
        """It is the copy that the heads' own copy may be of from here on."""
        await sums.take_triggers(unit._connection, unit.heads)  # noqa: SLF001 - storage's own door
        await sums.go_past(unit.heads, {})

    async def _leave(self) -> None:
        async with self._source.transaction() as connection:
            await copy_marks.set_revision(connection, migrate.MOVED + migrate.HEAD)

    async def _finish(self) -> None:
        used = {}
        async with self._source.transaction() as connection:
            for table in _TABLES:
                used[table.name] = await copy_marks.last_number(connection, table)
        async with self._target.transaction() as connection:
            unit = self._unit(connection)
            await self._settle(unit)
            await unit.flush()
            for table in _TABLES:
                await copy_marks.go_on_behind(connection, table, used[table.name])
            if connection.dialect.name != "sqlite":
                # Its planner would know nothing of so many new rows for a while.
                await connection.execute(sa.text("ANALYZE"))
            await copy_marks.end(connection)

    def _unit(self, connection: AsyncConnection) -> Unit:
        today = dt.datetime.now(dt.UTC).date()
        return Unit(connection, self._keys, {}, HiddenNames(), Numbers(), {}, today)


async def copy_database(
    source: str, target: str, keys: Keyring, *, key_place: str, state: Path, show: Show
) -> int:
    """Copy what is in one database into an empty one, or go on with that; how many rows there are
    then. No instance can use either meanwhile, and none the first one afterwards.

    Raises `StorageFault` or `KeyFault`; the first one is as it was then.
    """
    if source == target:
        raise StorageFault("FROM and TO are the same database")
    async with _held(source) as left, _held(target, make=True) as made:
        rows = await DatabaseCopy(left, made, keys, key_place, state, show).run()
    if (file := sqlite_file(target)) is not None:
        with _explained(target):
            set_journal(file)
    return rows


async def stay(source: str, state: Path) -> None:
    """Let a database that has moved be used again. Raises `StorageFault`, also where the other one
    has been used since: what was signed there is not here."""
    async with _held(source) as left:
        found = await left.revision()
        if found is None or not found.startswith(migrate.MOVED):
            raise StorageFault("this database has not moved; there is nothing to undo")
        async with left.transaction() as connection:
            await refuse_older(connection, state)
            await copy_marks.set_revision(connection, found.removeprefix(migrate.MOVED))


@contextlib.asynccontextmanager
async def _held(url: str, *, make: bool = False) -> AsyncIterator[_Held]:
    if not make and await is_new(url):
        raise StorageFault("there is no database at FROM")
    file = sqlite_file(url)
    engine, _durability = make_engine(url, file, foreign_keys="OFF")
    held = _Held(url, engine)
    try:
        with _explained(url):
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                file.touch(mode=0o600)
            await held.open()
        yield held
    finally:
        await held.close()


@contextlib.contextmanager
def _explained(url: str) -> Iterator[None]:
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
        text = getattr(error, "strerror", None) or str(getattr(error, "orig", None) or error)
        shown = sqlite_file(url) or sa.engine.make_url(url).render_as_string(hide_password=True)
        raise StorageFault(
            f"the database {shown} cannot be used: {text}; mend that, and run the same command "
            "again: it goes on from there"
        ) from error
