"""One instance works on a database at a time."""

from __future__ import annotations

import fcntl
import secrets
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.errors import DatabaseInUse, StorageFault, StorageUnavailable
from bot.storage.tables import meta

LOCK_NUMBER = (
    0x756E6465  # "unde", the advisory lock that one instance holds on a PostgreSQL database
)
PATIENCE = "2s"
"""How long the lock of a connection that was lost is waited for: the server may not know yet."""

INSTANCE = "instance"
"""The value in `meta` that says who works on it."""
_BUSY = "another instance is using this database; stop it first"
_SUPERSEDED = "another instance has taken this database over; this one ends"


class FileOwner:
    """Holds a lock file beside a SQLite database, until it is closed."""

    def __init__(self, file: Path) -> None:
        """Raises `DatabaseInUse` where another instance holds it."""
        self._handle = _lock_file(file)

    async def close(self) -> None:
        self._handle.close()


class SessionOwner:
    """The one connection to PostgreSQL that writes. The advisory lock is its own: the server lets
    go of the lock only once the last transaction of this connection has ended, so that who has lost
    the lock has nothing left to write with."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._instance = secrets.token_bytes(16)

    async def take(self) -> AsyncConnection:
        """Raises `DatabaseInUse` where another instance has the lock."""
        connection = await self._engine.connect()
        try:
            held = await connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK_NUMBER)))
            await connection.commit()
        except BaseException:
            await connection.close()
            raise
        if not held:
            await connection.close()
            raise DatabaseInUse(_BUSY)
        self._connection = connection
        return connection

    async def enter(self, connection: AsyncConnection) -> None:
        """Leave word in the database of who works on it from here on."""
        await connection.execute(meta.delete().where(meta.c.name == INSTANCE))
        await connection.execute(meta.insert().values(name=INSTANCE, value=self._instance))

    async def connection(self) -> AsyncConnection:
        """What to write with. One that was lost is replaced where nobody else has worked on the
        database meanwhile, else `StorageFault` is raised; `StorageUnavailable` while that is not
        known."""
        current = self._connection
        if current is not None:
            # SQLAlchemy would replace it by another one, without the lock.
            if not current.invalidated:
                return current
            self._connection = None
            await current.close()
        connection = await self._engine.connect()
        try:
            await self._take_again(connection)
        except BaseException:
            await connection.invalidate()
            await connection.close()
            raise
        self._connection = connection
        return connection

    async def _take_again(self, connection: AsyncConnection) -> None:
        is_free = await self._wait_for_lock(connection)
        instance = sa.select(meta.c.value).where(meta.c.name == INSTANCE)
        found = await connection.scalar(instance)
        await connection.commit()
        if found != self._instance:
            raise StorageFault(_SUPERSEDED)
        if not is_free:
            raise StorageUnavailable("the lock on the database has not been free yet")

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    @staticmethod
    async def _wait_for_lock(connection: AsyncConnection) -> bool:
        await connection.execute(sa.text(f"SET lock_timeout = '{PATIENCE}'"))
        await connection.commit()
        try:
            await connection.execute(sa.select(sa.func.pg_advisory_lock(LOCK_NUMBER)))
        except sa.exc.DBAPIError as error:
            # https://www.postgresql.org/docs/current/errcodes-appendix.html: lock_not_available
            if getattr(error.orig, "sqlstate", None) != "55P03":
                raise
            await connection.rollback()
            return False
        await connection.execute(sa.text("RESET lock_timeout"))
        await connection.commit()
        return True


def _lock_file(file: Path) -> IO[bytes]:
    lock = Path(f"{file}.lock")
    handle = lock.open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        raise DatabaseInUse(
            f"another instance is using {file}; stop it first, or give this one its own folder"
        ) from None
    lock.chmod(0o600)
    return handle
