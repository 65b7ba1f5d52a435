"""aiosqlite for SQLAlchemy, where the way to the database's thread is gone only for what may wait.

SQLAlchemy's own adapter goes there four times for each statement (open a cursor, execute, fetch,
close), and most of what a short one costs is the way there and back. Only what waits for a lock or
for the disk goes there here: the begin of a transaction with its first statement, its end, and
whatever takes long, or comes after much else. The rest is done where it is asked for.
"""
# ruff: noqa: SLF001 - what it takes the place of has no other door.

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite import base
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
    SQLiteDialect_aiosqlite,
)
from sqlalchemy.util import EMPTY_DICT

SCHEME = "sqlite+undersigned"
"""Of the URLs that this driver serves."""

MOST_STEPS = 20_000
"""Instructions of SQLite's machine after which reading is left to the thread: some two
milliseconds."""

MOST_ROWS = 100
"""That are written at once by one statement, likewise."""

MOST_SECONDS = 0.01
"""Of one transaction, until a statement goes to the thread however short it is: many short ones
would let nobody else do anything, as long as a reload takes."""

_WRITES = ("INSERT", "UPDATE", "DELETE")


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
    """Wherever it is called."""
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
        await self._run("execute", operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._run("executemany", operation, seq_of_parameters)

    async def _run(self, method: str, operation: str, parameters: Any) -> None:
        connection: Any = self._adapt_connection
        connection.touched = True
        self._cursor = connection.run_here(method, operation, parameters)
        if self._cursor is None:
            driver: Any = self._connection
            async with connection._execute_mutex:
                self._cursor = await driver._execute(
                    _run, driver._conn, connection.begins, method, operation, parameters
                )
            connection.waited_at = time.perf_counter()
        self._rows = deque(self._cursor.rows)

    async def _async_soft_close(self) -> None:
        """It was closed when its statement was done."""

    def close(self) -> None:
        self._rows.clear()


class _Connection(AsyncAdapt_aiosqlite_connection):
    """A transaction is begun with its first statement, so that one without any costs nothing, and
    ended only where there was one: the pool rolls back each time that it gets a connection back.
    """

    __slots__ = ("begins", "is_limited", "touched", "waited_at")
    _cursor_cls: type[AsyncAdapt_aiosqlite_cursor] = _Cursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self.begins: str | None = None
        """What begins the transaction, before the next statement."""
        self.touched = False
        self.is_limited = False
        """Whether what runs now is ended once it takes long."""
        self.waited_at = 0.0
        """When it last let others go on, in seconds."""
        connection._conn.set_progress_handler(lambda: self.is_limited, MOST_STEPS)

    def run_here(self, method: str, operation: str, parameters: Any) -> _Outcome | None:
        """Without the thread; None where it must go there. What has begun to read and takes long
        is ended, which changes nothing, and does so too; of what writes an end in the middle would
        take the whole transaction back."""
        database: Any = self._connection._conn
        if not database.in_transaction or time.perf_counter() - self.waited_at > MOST_SECONDS:
            return None
        if method == "executemany":
            is_short = operation.startswith(_WRITES) and len(parameters) <= MOST_ROWS
            return _run(database, None, method, operation, parameters) if is_short else None
        if operation.startswith(_WRITES):
            return _run(database, None, method, operation, parameters)
        if not operation.startswith("SELECT"):
            return None
        self.is_limited = True
        try:
            return _run(database, None, method, operation, parameters)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            return None
        finally:
            self.is_limited = False

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
        connection = self.aiosqlite.connect(*arg, **kw | {"check_same_thread": False})
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


class _Compiler(base.SQLiteCompiler):
    def get_from_hint_text(self, table: sa.FromClause, text: str | None) -> str | None:  # noqa: ARG002
        """What stands behind a table that a statement has a hint for: `INDEXED BY`."""
        return text


class Dialect(SQLiteDialect_aiosqlite):
    """SQLAlchemy's own, but for the cursors, and hints."""

    statement_compiler = _Compiler
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> AsyncAdapt_aiosqlite_dbapi:
        """Called by SQLAlchemy for each engine."""
        import aiosqlite  # noqa: PLC0415 - only where SQLite is used

        return _Driver(aiosqlite, sqlite3)


registry.register("sqlite.undersigned", __name__, "Dialect")
