"""Opening the database: one owner, the right journal, the right key, the newest schema."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.domain.ids import StatementId
from bot.privacy import KeyFault, Keyring, StatementKey
from bot.storage import migrate
from bot.storage.errors import StorageFault, StorageUnavailable, is_passing
from bot.storage.hidden_names import HiddenNames
from bot.storage.numbers import Draw, Numbers, at_random
from bot.storage.sqlite_driver import SCHEME
from bot.storage.tables import meta
from bot.storage.unit import Unit

LOCK_NUMBER = (
    0x756E6465  # "unde", the advisory lock that one instance holds on a PostgreSQL database
)
BUSY_SECONDS = 10
KEY_CHECK = b"undersigned"
KEY_MARK = "key"


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Whether a committed write can be lost in WAL mode (fixed in 3.51.3, 3.50.7 and 3.44.6)."""
    fixed = {(3, 50): 7, (3, 44): 6}
    if version[:2] in fixed:
        return version[2] < fixed[version[:2]]
    return (3, 7, 0) <= version < (3, 51, 3)


class Database:
    """The one door to the stored state. Use `open_database`; `close` it in the end."""

    def __init__(
        self,
        engine: AsyncEngine,
        keys: Keyring,
        durability: str,
        *,
        reader: bool,
        draw: Draw = at_random,
    ) -> None:
        self._engine = engine
        self._numbers = Numbers(draw)
        self._reader = reader
        self._keys = keys
        self._statement_keys: dict[StatementId, StatementKey] = {}
        self._hidden = HiddenNames()
        self.durability = durability
        """How commits reach the disk, to be said at start."""
        self.watchers: list[Callable[[Unit], None]] = []
        """Called with each unit that was committed: whoever works on what is new wakes up."""
        # One transaction at a time: SQLite has one writer anyway, and waiting here is fair. On
        # PostgreSQL it keeps rows from becoming visible in another order than that of their ids,
        # which inbox and outbox read by.
        self._one_at_a_time = asyncio.Lock()
        self._lock: IO[bytes] | AsyncConnection | None = None

    @property
    def keys(self) -> Keyring:
        """The host's keys, which every field of a person is sealed under."""
        return self._keys

    @contextlib.asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        """One transaction: committed when the block ends, rolled back when it raises. What was put
        into its `after_commit` is done then, before another one begins.

        Raises `StorageUnavailable` where the same could succeed later.
        """
        try:
            async with self._one_at_a_time:
                async with self._engine.begin() as connection:
                    known = (self._statement_keys, self._hidden, self._numbers)
                    unit = Unit(connection, self._keys, *known)
                    yield unit
                    await unit.flush()
                unit.committed()
                for look in self.watchers:
                    look(unit)
        except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
            if is_passing(error):
                raise StorageUnavailable(str(error)) from error
            raise

    async def close(self) -> None:
        """Give up the connections and the lock: another instance may open the database then."""
        if isinstance(self._lock, AsyncConnection):
            await self._lock.close()
        await self._hidden.close()
        await self._engine.dispose()
        if self._lock is not None and not isinstance(self._lock, AsyncConnection):
            self._lock.close()

    async def _own(self, file: Path | None) -> None:
        """Make sure that no other instance works on this database; held until `close`."""
        if file is not None:
            self._lock = _lock_file(file)
            return
        connection = await self._engine.connect()
        held = await connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK_NUMBER)))
        await connection.commit()
        if not held:
            await connection.close()
            raise StorageFault("another instance is using this database; stop it first")
        self._lock = connection

    async def _check_keys(self, *, new: bool = False) -> None:
        """Refuse keys that lack one that something was sealed under. A `new` database, and one with
        another key in front, gets a mark of that key: the first is called `key`, the others after
        their ids."""
        async with self._engine.begin() as connection:
            named = sa.select(meta.c.name, meta.c.value).where(meta.c.name.startswith(KEY_MARK))
            marks = {str(row.name): bytes(row.value) for row in await connection.execute(named)}
            for name, sealed in marks.items():
                self._keys.open(sealed, f"meta.value:{name}")
            if not marks and self._reader:
                raise StorageFault("this database has not been used yet; start the bot first")
            mark = f"{KEY_MARK} {self._keys.id}" if marks else KEY_MARK
            is_marked = any(Keyring.id_of(sealed) == self._keys.id for sealed in marks.values())
            if new and not is_marked:
                check = self._keys.seal(KEY_CHECK, f"meta.value:{mark}")
                await connection.execute(meta.insert().values(name=mark, value=check))


def sqlite_file(url: str) -> Path | None:
    """The file of a `sqlite:///` URL, None for PostgreSQL."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


async def is_new(url: str) -> bool:
    """Whether this program has never kept anything there. Raises `StorageFault`."""
    file = sqlite_file(url)
    if file is not None:
        return not (file.exists() and file.stat().st_size > 0)
    engine, _durability = _engine(url, file)
    try:
        return await migrate.found_revision(engine) is None
    except (sa.exc.DBAPIError, OSError) as error:
        raise StorageFault(_opening_sentence(url, file, error)) from error
    finally:
        await engine.dispose()


async def open_database(
    url: str,
    keys: Keyring,
    *,
    key_place: str,
    reader: bool = False,
    draw: Draw = at_random,
) -> Database:
    """Open, lock, migrate and check the key. `draw` gives new records their numbers.

    A `reader` takes no lock, migrates nothing and needs an existing database of this version.
    Raises `StorageFault` (missing, newer, in use, not a database) or `KeyFault` (names
    `key_place`), both before anything is changed.
    """
    file = sqlite_file(url)
    if file is not None and reader and await is_new(url):
        raise StorageFault(f"there is no database at {file} yet; start the bot first")
    with _explained(url, file, key_place):
        if file is not None and not reader:
            file.parent.mkdir(parents=True, exist_ok=True)
        engine, durability = _engine(url, file)
        database = Database(engine, keys, durability, reader=reader, draw=draw)
        try:
            await _open(database, url, file, reader=reader)
        except BaseException:
            await database.close()
            raise
    return database


async def inspect_database(url: str, keys: Keyring, *, key_place: str) -> None:
    """Refuse what `open_database` would, also while an instance uses it. Changes nothing."""
    file = sqlite_file(url)
    with _explained(url, file, key_place):
        engine, durability = _engine(url, file)
        database = Database(engine, keys, durability, reader=False)
        try:
            if await _known_revision(engine) is not None:
                await database._check_keys()  # noqa: SLF001 - as in `_open`
        finally:
            await database.close()


async def _open(database: Database, url: str, file: Path | None, *, reader: bool) -> None:
    engine, keys = database._engine, database.keys  # noqa: SLF001 - the two halves of opening
    if not reader:
        await database._own(file)  # noqa: SLF001
    found = await _known_revision(engine)
    if found is not None:
        await database._check_keys()  # noqa: SLF001
    await _bring_up_to_date(url, keys, found, reader=reader)
    if file is not None and not reader:
        await engine.dispose()
        _set_journal(file)
    await database._check_keys(new=not reader)  # noqa: SLF001


@contextlib.contextmanager
def _explained(url: str, file: Path | None, key_place: str) -> Iterator[None]:
    """What goes wrong while a database is opened, as a sentence for the operator."""
    try:
        yield
    except KeyFault:
        raise KeyFault(
            f"{key_place} lacks a key that this database was made or used with; put it back "
            "(docs/security.md, Keys), nothing was changed"
        ) from None
    except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
        raise StorageFault(_opening_sentence(url, file, error)) from error


async def _known_revision(engine: AsyncEngine) -> str | None:
    """The schema that the database has, None for a new one; a newer one is refused."""
    found = await migrate.found_revision(engine)
    if found is not None and found != migrate.HEAD and not migrate.is_known(found):
        raise StorageFault(
            f"this database was written by a newer version of the program (schema {found}); "
            "install that version or a later one, nothing was changed"
        )
    return found


async def _bring_up_to_date(url: str, keys: Keyring, found: str | None, *, reader: bool) -> None:
    if found == migrate.HEAD:
        return
    if reader:
        raise StorageFault(
            "this database is of an older version; start the bot once, which brings it up to date"
        )
    engine, _durability = _engine(url, sqlite_file(url), foreign_keys="OFF")
    try:
        async with engine.begin() as connection:
            await connection.run_sync(migrate.upgrade, keys)
    finally:
        await engine.dispose()


def _engine(url: str, file: Path | None, *, foreign_keys: str = "ON") -> tuple[AsyncEngine, str]:
    if file is None:
        asynchronous = url.replace("postgresql://", "postgresql+asyncpg://", 1)
        return create_async_engine(
            asynchronous, pool_pre_ping=True, hide_parameters=True
        ), "PostgreSQL"
    journal, synchronous = _journal()
    engine = create_async_engine(
        f"{SCHEME}:///{file}",
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
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine, f"SQLite {sqlite3.sqlite_version}, journal {journal}, synchronous {synchronous}"


def _journal() -> tuple[str, str]:
    """Journal mode and synchronous: the fastest pair that loses no commit in a power cut."""
    return (
        ("DELETE", "EXTRA") if has_wal_reset_bug(sqlite3.sqlite_version_info) else ("WAL", "FULL")
    )


def _set_journal(file: Path) -> None:
    """The mode is kept in the file, so it is set only once the file is known to be ours."""
    with contextlib.closing(sqlite3.connect(file, timeout=BUSY_SECONDS)) as connection:
        connection.execute(f"PRAGMA journal_mode={_journal()[0]}")
    file.chmod(0o600)


def _lock_file(file: Path) -> IO[bytes]:
    lock = Path(f"{file}.lock")
    handle = lock.open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        raise StorageFault(
            f"another instance is using {file}; stop it first, or give this one its own folder"
        ) from None
    lock.chmod(0o600)
    return handle


def _opening_sentence(url: str, file: Path | None, error: BaseException) -> str:
    text = str(getattr(error, "orig", None) or error)
    if file is None:
        shown = sa.engine.make_url(url).render_as_string(hide_password=True)
        return (
            f"the database {shown} cannot be opened: {text}; "
            "check that the server runs and that the address is right"
        )
    if "not a database" in text or "malformed" in text:
        return (
            f"{file} is not a database of this program ({text}); move it away or restore a backup"
        )
    return (
        f"the database {file} cannot be opened: {text}; "
        "check the folder's rights and the free space"
    )
