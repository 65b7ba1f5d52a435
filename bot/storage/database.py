"""The one door to what is stored: units of work, one at a time."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.ids import StatementId
from bot.privacy import Keyring, StatementKey
from bot.storage import key_marks, sums
from bot.storage.commits import Commits
from bot.storage.errors import StorageFault, StorageUnavailable, is_passing
from bot.storage.heads import Heads
from bot.storage.heads_copy import HeadsCopy
from bot.storage.hidden_names import HiddenNames
from bot.storage.ledger import Checkpoints, attach, move_on, refuse_older
from bot.storage.meta import has_left
from bot.storage.numbers import Draw, Numbers, at_random
from bot.storage.owner import FileOwner, SessionOwner
from bot.storage.unit import Unit

if TYPE_CHECKING:
    from bot.storage.integrity import Integrity

WHOLE_UP_TO = 10_000
"""Records: of more, not all is looked at before the work begins."""


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
        self._heads: dict[str, bytes] = {}
        self._doubted: Unit | None = None
        """The last unit whose commit has failed, and may have been carried out all the same."""
        self.commits = Commits()
        self.now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
        """The clock by whose days entries are made in the logs."""
        self.durability = durability
        """How commits reach the disk, to be said at start."""
        self.is_turned = True
        """Whether everything was sealed under the key in front when it was opened."""
        self.spare_keys = 0
        """How many of the keys open nothing here any more."""
        self.watchers: list[Callable[[Unit], None]] = []
        """Called with each unit that was committed: whoever works on what is new wakes up."""
        self.doubters: list[Callable[[], None]] = []
        """Called after a commit of which nobody knows whether it was carried out: whoever works on
        what is new has to look."""
        # One transaction at a time: SQLite has one writer anyway, and waiting here is fair. On
        # PostgreSQL it keeps rows from becoming visible in another order than that of their ids,
        # which inbox and outbox read by.
        self._one_at_a_time = asyncio.Lock()
        self._owner: FileOwner | SessionOwner | None = None
        self._checkpoints: Checkpoints | None = None
        self.ledger_is_new = False
        """Whether a ledger was begun though the database had one before."""
        self.has_moved = False
        """Whether it has been handed over: its campaign goes on elsewhere."""
        self._copy: HeadsCopy | None = None
        self.copy_is_missing = False
        """Whether there was no copy of the heads, though there should have been one."""
        self.is_alone = False
        """Whether there are several servers, and a commit waits for none but its own."""
        self.integrity: Integrity | None = None
        """What is still to be looked at; None where all of it has been."""

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
                number = None
                async with self._transaction() as connection:
                    unit = self._unit(connection)
                    unit.log.is_closed = self.has_moved
                    if self._doubted is not None:
                        await self._resolve(self._doubted, unit)
                    yield unit
                    await unit.flush()
                    if self._checkpoints is not None:
                        number = await self._checkpoints.before_commit(connection, unit.erased)
                    self._doubted, began = unit, time.perf_counter()
                self._doubted = None
                self.commits.took(time.perf_counter() - began)
                if self._checkpoints is not None:
                    self._checkpoints.after_commit(number)
                unit.committed()
                if self._copy is not None and unit.heads.changed:
                    self._copy.write(self._keys, self._heads)
                for look in self.watchers:
                    look(unit)
        except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
            if is_passing(error):
                raise StorageUnavailable(str(error)) from error
            raise

    def _unit(self, connection: AsyncConnection) -> Unit:
        known = (self._statement_keys, self._hidden, self._numbers)
        # Whoever only reads does not know what another process has committed since.
        heads = {} if self._reader else self._heads
        return Unit(connection, self._keys, *known, heads, self.now().astimezone(dt.UTC).date())

    async def _resolve(self, doubted: Unit, unit: Unit) -> None:
        """In the next one: take what is stored for what it is."""
        if await unit.inbox.shows(doubted.inbox):
            doubted.committed()
        self._heads.clear()
        self._heads.update(await unit.heads.all())
        for look_anew in self.doubters:
            look_anew()

    @property
    def id(self) -> str | None:
        """After which the files beside it are called; None where there are none."""
        return None if self._copy is None else self._copy.file.stem

    def looked(self) -> None:
        """All has been looked at, and is as it was left."""
        if self.integrity is not None:
            self.watchers.remove(self.integrity.committed)
            self.doubters.remove(self.integrity.look_anew)
            self.integrity = None

    async def close(self) -> None:
        """Give up the connections and the lock: another instance may open the database then."""
        if isinstance(self._owner, SessionOwner):
            await self._owner.close()
        await self._hidden.close()
        await self._engine.dispose()
        if isinstance(self._owner, FileOwner):
            await self._owner.close()

    async def rewrite_journal(self) -> None:
        """Leave nothing in a write-ahead log of what was written over in the file."""
        if self._engine.dialect.name == "sqlite":
            async with self._one_at_a_time, self._engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None
                await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def hold(self) -> None:
        """Say to the server that this instance lives; from the first time on it must be said every
        few seconds. Raises as `unit`; nothing on SQLite, whose lock ends with the process."""
        if isinstance(self._owner, SessionOwner):
            async with self.unit() as unit:
                await self._owner.hold(unit._connection)  # noqa: SLF001 - both are of storage

    @property
    def is_held(self) -> bool:
        """False where `hold` has not been said in time, so that another instance may have taken
        over: what was read before may be done by that one."""
        return not isinstance(self._owner, SessionOwner) or self._owner.is_sure

    @contextlib.asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        if isinstance(self._owner, SessionOwner):
            async with self._owner.transaction() as connection:
                yield connection
        else:
            async with self._engine.begin() as connection:
                yield connection

    async def _own(self, file: Path | None) -> None:
        """Make sure that no other instance works on this database; held until `close`."""
        if file is not None:
            self._owner = FileOwner(file)
            return
        self._owner = owner = SessionOwner(self._engine)
        await owner.take()

    async def _examine(self, place: str) -> None:
        """Refuse keys that are not those of this database, whose tags they make from here on."""
        async with self._engine.begin() as connection:
            self._keys = await key_marks.examine(connection, self._keys, place)
            self.has_moved = await has_left(connection)
            if self._reader and not await key_marks.is_used(connection):
                raise StorageFault("this database has not been used yet; start the bot first")

    async def _refuse_older(self, state: Path) -> Mapping[str, bytes]:
        """The copy of the heads."""
        async with self._engine.begin() as connection:
            await refuse_older(connection, state)
            return await Heads(connection, self._keys, {}).copied(state)

    async def _look_beside(self, connection: AsyncConnection, copied: Mapping[str, bytes]) -> None:
        """As `_look`, while another process may write. `copied` was read before the rows."""
        from bot.storage.integrity import look  # noqa: PLC0415 - as in `_look`

        if self._engine.dialect.name != "sqlite":
            await connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        await look(self._unit(connection), copied, WHOLE_UP_TO)

    async def _look(self, state: Path | None, *, whole: bool, accepted: str | None) -> None:
        """Refuse what is not as it was left, or accept it. Of many records the heads alone are
        looked at now, unless all of it is to be (`whole`)."""
        from bot.storage.integrity import Integrity  # noqa: PLC0415 - who only reads needs none

        async with self.unit() as unit:
            copied = {} if state is None else await unit.heads.copied(state)
            if accepted is not None:
                from bot.storage.accepting import accept  # noqa: PLC0415 - hardly ever needed

                await accept(unit, accepted, copied)
                return
            integrity = Integrity(self._keys, copied)
            kept = await integrity.begin(unit)
            self.copy_is_missing = state is not None and not copied and kept.turn > 1
            if whole or await unit.endorsements.total() <= WHOLE_UP_TO:
                while await integrity.step(unit):
                    pass
            else:
                self.integrity = integrity
                self.watchers.append(integrity.committed)
                self.doubters.append(integrity.look_anew)

    async def _enter(self, place: str, state: Path | None) -> None:
        """Leave in the database what tells it from an older copy, and its keys from others."""
        async with self._transaction() as connection:
            self._keys = await key_marks.examine(connection, self._keys, place)
            ledger = number = None
            if state is not None:
                ledger, self.ledger_is_new = await attach(connection, state)
                number = await move_on(connection, ledger)
                heads = Heads(connection, self._keys, self._heads)
                await sums.name_it(heads, ledger.database)
                await heads.flush()
                heads.keep()
            await key_marks.enter(connection, self._keys)
            self.is_turned = await key_marks.is_turned(connection, self._keys)
            self.spare_keys = len(await key_marks.spare(connection, self._keys))
            if isinstance(self._owner, SessionOwner):
                await self._owner.enter(connection)
                self.is_alone = await self._owner.is_alone(connection)
        if ledger is not None and number is not None:
            await asyncio.to_thread(ledger.confirm, number, sync=True)
            self._checkpoints = Checkpoints(ledger, self._keys)
            self._copy = HeadsCopy(ledger.file.parent, ledger.database)
            self._copy.write(self._keys, self._heads)
