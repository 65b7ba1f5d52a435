"""aiosqlite for SQLAlchemy, with one hop to the database's thread for each statement.

SQLAlchemy's own adapter goes there four times (open a cursor, execute, fetch, close), and most of
what a short statement costs is the way there and back.
"""
# ruff: noqa: SLF001 - what it takes the place of has no other door.

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
    SQLiteDialect_aiosqlite,
)
from sqlalchemy.util import EMPTY_DICT

SCHEME = "sqlite+undersigned"
"""Of the URLs that this driver serves."""


@dataclass(slots=True)
class _Outcome:
    """What the cursor of a statement said before it was closed."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    rows: Sequence[Any] = ()
    arraysize: int = 1


def _run(
    connection: sqlite3.Connection, begin: str | None, method: str, operation: str, parameters: Any
) -> _Outcome:
    """In the database's thread."""
    cursor = connection.cursor()
    try:
        if begin is not None and not connection.in_transaction:
            cursor.execute(begin)
        getattr(cursor, method)(operation, parameters)
        rows = cursor.fetchall() if cursor.description else ()
        return _Outcome(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
    finally:
        cursor.close()


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()

    def __init__(self, adapt_connection: AsyncAdapt_aiosqlite_connection) -> None:
        self._adapt_connection: Any = adapt_connection
        self._connection = adapt_connection._connection
        self._cursor: Any = _Outcome()
        self._soft_closed_memoized = EMPTY_DICT
        self._rows = deque()

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        await self._hop("execute", operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._hop("executemany", operation, seq_of_parameters)

    async def _hop(self, method: str, operation: Any, parameters: Any) -> None:
        driver: Any = self._connection
        connection: Any = self._adapt_connection
        connection.touched = True
        async with connection._execute_mutex:
            self._cursor = await driver._execute(
                _run, driver._conn, connection.begins, method, operation, parameters
            )
        self._rows = deque(self._cursor.rows)

    async def _async_soft_close(self) -> None:
        """It was closed when its statement was done."""

    def close(self) -> None:
        self._rows.clear()


class _Connection(AsyncAdapt_aiosqlite_connection):
    """A transaction is begun with its first statement, so that one without any costs nothing, and
    ended only where there was one: the pool rolls back each time that it gets a connection back.
    """

    __slots__ = ("begins", "touched")
    _cursor_cls: type[AsyncAdapt_aiosqlite_cursor] = _Cursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self.begins: str | None = None
        """What begins the transaction, before the next statement."""
        self.touched = False

    def commit(self) -> None:
        if self.touched:
            super().commit()
        self._has_ended()

    def rollback(self) -> None:
        if self.touched:
            super().rollback()
        self._has_ended()

    def _has_ended(self) -> None:
        self.begins, self.touched = None, False


def begin_with(connection: sa.Connection, statement: str) -> None:
    """Begin the transaction of that connection with this, once there is anything to do in it."""
    adapted: Any = connection.connection.dbapi_connection
    adapted.begins = statement


class _Driver(AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        opened = super().connect(*arg, async_creator_fn=self._open, **kw)
        return _Connection(self, opened._connection)

    async def _open(self, *arg: Any, **kw: Any) -> Any:
        """A connection that is given up while it is opened is closed all the same: its thread
        would hold the file, and find no event loop any more to tell that it is there."""
        connection = self.aiosqlite.connect(*arg, **kw)
        connection._thread.daemon = True
        opening = asyncio.ensure_future(connection)
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            await asyncio.wait([opening])
            if opening.exception() is None:
                await connection.close()
            connection._thread.join()  # it was told to end, and does nothing more
            raise


class Dialect(SQLiteDialect_aiosqlite):
    """SQLAlchemy's own, but for the cursors."""

    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> AsyncAdapt_aiosqlite_dbapi:
        """Called by SQLAlchemy for each engine."""
        import aiosqlite  # noqa: PLC0415 - only where SQLite is used

        return _Driver(aiosqlite, sqlite3)


registry.register("sqlite.undersigned", __name__, "Dialect")
