"""The engines: how each database is opened, and what it is told before anything else."""

from __future__ import annotations

import contextlib
import sqlite3
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.storage.sqlite_driver import SCHEME, begin_with

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

BUSY_SECONDS = 10


def sqlite_file(url: str) -> Path | None:
    """The file of a `sqlite:///` URL, None for PostgreSQL."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Whether a committed write can be lost in WAL mode (fixed in 3.51.3, 3.50.7 and 3.44.6)."""
    fixed = {(3, 50): 7, (3, 44): 6}
    if version[:2] in fixed:
        return version[2] < fixed[version[:2]]
    return (3, 7, 0) <= version < (3, 51, 3)


def make_engine(
    url: str, file: Path | None, *, foreign_keys: str = "ON", read_only: bool = False
) -> tuple[AsyncEngine, str]:
    """An engine for the database of that URL, and how its commits reach the disk. `read_only`: it
    takes no lock that a writer would wait for at its beginning, and makes no file."""
    if file is None:
        from bot.storage.connecting import connect  # noqa: PLC0415 - only where it is used

        asynchronous = url.replace("postgresql://", "postgresql+asyncpg://", 1)
        return create_async_engine(
            asynchronous,
            pool_pre_ping=True,
            connect_args={"async_creator_fn": connect},
            execution_options={"postgresql_readonly": True} if read_only else {},
            hide_parameters=True,
        ), "PostgreSQL"
    mode, synchronous = journal()
    address = f"file:{quote(str(file))}?mode=ro&uri=true" if read_only else str(file)
    engine = create_async_engine(
        f"{SCHEME}:///{address}",
        pool_size=1,
        max_overflow=0,
        connect_args={"timeout": BUSY_SECONDS},
        # What a statement carries must not get into a log with its error.
        hide_parameters=True,
    )

    @sa.event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        # The driver must not open transactions by itself: BEGIN IMMEDIATE below takes the write
        # lock first, so a transaction never fails half-way for want of it.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            f"synchronous={synchronous}",
            f"foreign_keys={foreign_keys}",
            "secure_delete=ON",
            "temp_store=MEMORY",
            # What a unit writes stays in memory until its commit: before that nothing waits for
            # the disk, nor for another process that reads.
            "cache_size=-16384",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        begin_with(connection, "BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine, f"SQLite {sqlite3.sqlite_version}, journal {mode}, synchronous {synchronous}"


def insert_new(connection: AsyncConnection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that has `on_conflict_do_nothing`, which each dialect has its own of."""
    return _insert(connection.dialect.name, table)


@cache
def _insert(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - only where it is used

    return postgresql.insert(table)


def insert_if_new(connection: AsyncConnection, table: sa.Table) -> sa.Insert:
    """An INSERT that leaves the row alone that already has one of its unique values."""
    return _insert_if_new(connection.dialect.name, table)


@cache
def _insert_if_new(dialect: str, table: sa.Table) -> sa.Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


def upsert(connection: AsyncConnection, table: sa.Table) -> sa.Insert:
    """An INSERT that takes the place of the row with the same primary key."""
    return _upsert(connection.dialect.name, table)


@cache
def _upsert(dialect: str, table: sa.Table) -> sa.Insert:
    insert = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    new = {name: value for name, value in insert.excluded.items() if name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=new)


def journal() -> tuple[str, str]:
    """Journal mode and synchronous: the fastest pair that loses no commit in a power cut."""
    return (
        ("DELETE", "EXTRA") if has_wal_reset_bug(sqlite3.sqlite_version_info) else ("WAL", "FULL")
    )


def is_unfinished(file: Path | None) -> bool:
    """Whether a commit was cut off, which only a connection that writes can take back. The journal
    of one that is under way looks the same from outside: SQLite knows by its locks."""
    if file is None or not Path(f"{file}-journal").exists():
        return False
    address = f"file:{quote(str(file))}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        try:
            connection.execute("SELECT 1 FROM sqlite_master")
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode == sqlite3.SQLITE_READONLY_ROLLBACK
    return False


def set_journal(file: Path) -> None:
    """The mode is kept in the file, so it is set only once the file is known to be ours."""
    with contextlib.closing(sqlite3.connect(file, timeout=BUSY_SECONDS)) as connection:
        connection.execute(f"PRAGMA journal_mode={journal()[0]}")
    file.chmod(0o600)
