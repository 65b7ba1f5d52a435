"""What a database says of itself to whoever neither has its keys nor works on it."""

from __future__ import annotations

import contextlib
import fcntl
import sqlite3
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import migrate
from bot.storage.engines import journal, make_engine, sqlite_file
from bot.storage.errors import StorageFault, Unfinished
from bot.storage.ledger import checkpoint, database_id
from bot.storage.meta import LOOKED
from bot.storage.owner import is_locked
from bot.storage.tables import dead_letters, given_up, inbox, meta, outbox
from bot.storage.upgrading import opening_sentence


@dataclass(frozen=True, slots=True)
class Seen:
    """`revision` is that of the schema, None for a new database; `id` is what the files beside it
    are called after; `looked` is what the bot has left at its last look (`bot.delivery.health`)."""

    revision: str | None
    id: str | None
    checkpoint: int
    journal: str
    journal_fault: str | None
    is_worked_on: bool
    looked: bytes | None
    rows: Mapping[str, int]
    """How many there are in the queues, and of dead letters, by their tables."""


_COUNTED = (inbox, outbox, dead_letters, given_up)


async def see(url: str) -> Seen | None:
    """Looks at a database also where nobody has its keys, or the schema is another one; None for a
    file that is not there. Raises `StorageFault`."""
    async with looked_at(url) as connection:
        if connection is None:
            return None
        file = sqlite_file(url)
        there = set(await connection.run_sync(lambda given: sa.inspect(given).get_table_names()))
        rows = {
            table.name: await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in _COUNTED
            if table.name in there
        }
        has_meta = meta.name in there
        looked = sa.select(meta.c.value).where(meta.c.name == LOOKED)
        journal, fault = await (_server(connection) if file is None else _journal(connection))
        return Seen(
            await connection.run_sync(migrate.revision_of),
            await database_id(connection) if has_meta else None,
            await checkpoint(connection) if has_meta else 0,
            journal,
            fault,
            await is_locked(connection) if file is None else _is_locked(file),
            await connection.scalar(looked) if has_meta else None,
            rows,
        )


async def _journal(connection: AsyncConnection) -> tuple[str, str | None]:
    mode = str(await connection.scalar(sa.text("PRAGMA journal_mode"))).upper()
    wanted, _ = journal()
    said = f"SQLite {sqlite3.sqlite_version}, journal {mode}"
    if mode == wanted:
        return said, None
    return said, f"the next start makes it {wanted}, which loses no commit in a power cut"


async def _server(connection: AsyncConnection) -> tuple[str, str | None]:
    version = await connection.scalar(sa.text("SHOW server_version"))
    lax = [
        f"{name} is off"
        for name in ("fsync", "full_page_writes", "synchronous_commit")
        if await connection.scalar(sa.text(f"SHOW {name}")) == "off"
    ]
    said = f"PostgreSQL {version}"
    if not lax:
        return said, None
    return said, f"{' and '.join(lax)}, so that a power cut loses what was confirmed; turn it on"


def _is_locked(file: Path) -> bool:
    """The lock is taken for a moment, shared: who opens the database in that moment is refused."""
    lock = Path(f"{file}.lock")
    try:
        with lock.open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


async def read_id(url: str) -> str | None:
    """After which the files beside a database are called; None where it never had any, or is not
    there. Raises `StorageFault`."""
    async with looked_at(url) as connection:
        if connection is None or await connection.run_sync(migrate.revision_of) is None:
            return None
        return await database_id(connection)


@contextlib.asynccontextmanager
async def looked_at(url: str) -> AsyncIterator[AsyncConnection | None]:
    """A connection that can only read; None for a file that is not there. Raises `StorageFault`,
    or `Unfinished` where a commit was cut off."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        yield None
        return
    engine, _durability = make_engine(url, file, read_only=True)
    try:
        async with engine.connect() as connection:
            yield connection
    except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
        code = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_READONLY_ROLLBACK:
            raise Unfinished from None
        raise StorageFault(opening_sentence(url, file, error)) from error
    finally:
        await engine.dispose()
