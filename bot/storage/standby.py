"""An instance that waits for its turn: it keeps its copies in step, and looks whether the lock is
free.

Its ledger and its copy of the heads are no newer than what both servers have, so that an honest
takeover is never refused; and no older than its last look, so that an older copy of the database
is.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import Keyring
from bot.storage import key_marks, migrate
from bot.storage.database import Database
from bot.storage.engines import make_engine, sqlite_file
from bot.storage.errors import DatabaseInUse, StorageFault, is_passing
from bot.storage.heads import Heads
from bot.storage.heads_copy import HeadsCopy
from bot.storage.integrity import Integrity
from bot.storage.ledger import Ledger, checkpoint, database_id, lines_after
from bot.storage.opening import BeforeUpgrade, open_database
from bot.storage.owner import is_locked
from bot.storage.upgrading import explained

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks, and how old the copies of one that waits are at the most."""

FREE_LOOKS = 2
"""So often in a row the lock must be free: who has only lost its connection takes it again."""

# Its commit waits for the server that would take over, and so for all that was committed before.
_ON_BOTH = sa.text("SELECT pg_logical_emit_message(true, 'undersigned', '')")


async def open_in_turn(
    url: str,
    keys: Keyring,
    *,
    key_place: str,
    state: Path,
    before_upgrade: BeforeUpgrade | None = None,
) -> Database:
    """As `open_database`, once nobody else works on the database; until then, and while its server
    is not reached, it waits. Raises `StorageFault`, also for SQLite, which one machine alone has,
    or `KeyFault`."""
    if sqlite_file(url) is not None:
        raise StorageFault(
            "a standby needs a database that another machine reaches: write the address of "
            "PostgreSQL as database: into the configuration (docs/postgresql.md)"
        )
    waiting = _Waiting(url, keys, key_place, state)
    try:
        while True:
            try:
                await waiting.until_free()
                return await open_database(
                    url, keys, key_place=key_place, state=state, before_upgrade=before_upgrade
                )
            except DatabaseInUse:
                continue
            except StorageFault as fault:
                if fault.__cause__ is None or not is_passing(fault.__cause__):
                    raise
                log.warning("trying again: %s", fault)
                await asyncio.sleep(LOOK_EVERY)
    finally:
        await waiting.close()


class _Waiting:
    def __init__(self, url: str, keys: Keyring, place: str, state: Path) -> None:
        self._url = url
        self._keys = keys
        self._place = place
        self._state = state
        self._engine = make_engine(url, None)[0]
        self._ledger: Ledger | None = None

    async def until_free(self) -> None:
        """Raises `StorageFault` where the database is not what it was, or is not reached."""
        free = int(await self._look())
        while free < FREE_LOOKS:
            await asyncio.sleep(LOOK_EVERY)
            free = free + 1 if await self._look() else 0

    async def close(self) -> None:
        await self._engine.dispose()

    async def _look(self) -> bool:
        """Whether the lock is free. What was committed before is in the copies then."""
        with explained(self._url, None, self._place):
            async with self._engine.connect() as connection:
                await connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
                is_free = not await is_locked(connection)
                if await connection.run_sync(migrate.revision_of) == migrate.HEAD:
                    await self._follow(connection)
                return is_free

    async def _follow(self, connection: AsyncConnection) -> None:
        keys = await key_marks.examine(connection, self._keys, self._place)
        name, number = await database_id(connection), await checkpoint(connection)
        if name is None:
            return
        if self._ledger is None or self._ledger.database != name:
            self._ledger = Ledger(self._state, name)
            self._ledger.open()
        self._ledger.refuse_older(number)
        lines = await lines_after(connection, self._ledger.confirmed)
        heads = await Heads(connection, keys, {}).all()
        copy = HeadsCopy(self._state, name)
        copied = copy.read(keys)
        Integrity(keys, copied).compare(heads)
        if number == self._ledger.confirmed and heads == copied:
            return
        await connection.execute(_ON_BOTH)
        await connection.commit()
        await asyncio.to_thread(self._ledger.follow, lines, number)
        copy.write(keys, heads)
