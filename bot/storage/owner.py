"""One instance works on a database at a time."""

from __future__ import annotations

import contextlib
import fcntl
import secrets
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.errors import (
    CommitLost,
    DatabaseInUse,
    StorageFault,
    StorageUnavailable,
    is_passing,
)
from bot.storage.tables import meta

LOCK_NUMBER = (
    0x756E6465  # "unde", the advisory lock that one instance holds on a PostgreSQL database
)
PATIENCE = "2s"
"""How long the lock of a connection that was lost is waited for: the server may not know yet."""

LEASE_SECONDS = 8
"""After so long without a word the server ends the connection of an instance that has once said
`hold`, and with it the lock: of a process that was stopped, of a machine that is gone."""

# https://www.postgresql.org/docs/current/runtime-config-client.html (14 and later)
_LEASES = ("idle_session_timeout", "idle_in_transaction_session_timeout")

INSTANCE = "instance"
"""The value in `meta` that says who works on it."""
_BUSY = "another instance is using this database; stop it first"
_SUPERSEDED = "another instance has taken this database over; this one ends"


# https://www.postgresql.org/docs/current/view-pg-locks.html: a key of 64 bits is in two halves.
_IS_LOCKED = sa.text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND "
    "database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND "
    "classid = 0 AND objid = :number AND objsubid = 1)"
).bindparams(number=LOCK_NUMBER)


async def is_locked(connection: AsyncConnection) -> bool:
    """Whether an instance works on that PostgreSQL database, asked from beside it."""
    return bool(await connection.scalar(_IS_LOCKED))


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
        self._is_lost = False
        self._held_at: float | None = None

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

    async def hold(self, connection: AsyncConnection) -> None:
        """Say that this instance lives, well before `LEASE_SECONDS` are over."""
        now = _now()
        settings = {"tcp_user_timeout": LEASE_SECONDS} | dict.fromkeys(_LEASES, LEASE_SECONDS)
        values = [sa.func.set_config(name, f"{time}s", False) for name, time in settings.items()]
        await connection.execute(sa.select(*values))
        self._held_at = now

    @property
    def is_sure(self) -> bool:
        """Whether nobody else can have taken over, as far as is known without asking."""
        return self._held_at is None or _now() - self._held_at < LEASE_SECONDS

    async def is_alone(self, connection: AsyncConnection) -> bool:
        """Whether there are several servers, and a commit waits for none but its own."""
        names = await connection.scalar(sa.text("SHOW synchronous_standby_names"))
        waits = await connection.scalar(sa.text("SHOW synchronous_commit"))
        hosts = _several_hosts(self._engine.url)
        return hosts and (not names or waits in {"off", "local"})

    async def enter(self, connection: AsyncConnection) -> None:
        """Leave word in the database of who works on it from here on."""
        await connection.execute(meta.delete().where(meta.c.name == INSTANCE))
        await connection.execute(meta.insert().values(name=INSTANCE, value=self._instance))

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Begun and committed, or rolled back where the block raises. A connection that was lost is
        replaced where nobody else has worked on the database meanwhile, else `StorageFault` is
        raised; `StorageUnavailable` while that is not known, `CommitLost` from a commit on that
        may have been done or not."""
        if self._is_lost:
            raise CommitLost
        connection = await self._held()
        async with connection.begin() as transaction:
            yield connection
            try:
                if transaction.is_active:
                    await transaction.commit()
            except (sa.exc.DBAPIError, OSError) as error:
                if not is_passing(error):
                    raise
                self._is_lost = True
                raise CommitLost from error

    async def _held(self) -> AsyncConnection:
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
        # Who has taken over holds the lock: it need not be waited for then.
        await self._refuse_another(connection)
        is_free = await self._wait_for_lock(connection)
        await self._refuse_another(connection)
        if not is_free:
            raise StorageUnavailable("the lock on the database has not been free yet")
        # A commit that was cut off may be here and not on the server that would take its place:
        # nothing is done about what it says before the next commit has reached both.
        await self.enter(connection)
        await connection.commit()

    async def _refuse_another(self, connection: AsyncConnection) -> None:
        found = await connection.scalar(sa.select(meta.c.value).where(meta.c.name == INSTANCE))
        await connection.commit()
        if found != self._instance:
            raise StorageFault(_SUPERSEDED)

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


def _now() -> float:
    """Seconds that go on while the machine sleeps, where a system has such a clock."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _several_hosts(url: sa.URL) -> bool:
    hosts = url.query.get("host", "")
    return not isinstance(hosts, str) or "," in hosts


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
