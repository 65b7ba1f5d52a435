"""Units that end before their end, and what a unit costs."""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
import sqlalchemy as sa

from bot.domain.erasure import Erased
from bot.domain.ids import Number, StatementId
from bot.privacy import Keyring
from bot.storage.database import Database
from bot.storage.opening import open_database

STEPS = 80
"""More turns of the loop than such a unit takes."""


async def test_one_that_is_cancelled_at_any_moment_leaves_nothing_and_hinders_nobody(
    database: Database,
) -> None:
    async def write(number: int) -> None:
        async with database.unit() as unit:
            await unit.meta.put(f"before {number}", b"1")
            await unit.meta.put(f"after {number}", b"2")

    ended = 0
    for number in range(STEPS):
        task = asyncio.create_task(write(number))
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with database.unit() as unit:
            before = await unit.meta.get(f"before {number}")
            after = await unit.meta.get(f"after {number}")
        assert (before is None) == (after is None)
        ended += not task.cancelled()
    assert ended < STEPS


async def test_one_goes_to_the_thread_of_sqlite_once_for_each_statement(
    tmp_path: Path, keys: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await open_database(f"sqlite:///{tmp_path / 'a.db'}", keys, key_place="the test")
    gone: list[object] = []
    execute: Any = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, function: Any, *arguments: Any) -> Any:
        gone.append(function)
        return await execute(self, function, *arguments)

    async with database.unit() as unit:
        await unit.meta.put("first", b"1")
    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    async with database.unit() as unit:
        await unit.meta.get("first")
    with contextlib.suppress(ZeroDivisionError):
        async with database.unit() as unit:
            await unit.meta.get("first")
            raise ZeroDivisionError
    # To begin and ask, and to commit or to roll back.
    assert len(gone) == 2 + 2
    async with database.unit():
        pass
    assert len(gone) == 2 + 2, "nothing was asked"
    await database.close()


async def test_what_is_erased_is_in_the_ledger_on_the_disk_before_the_commit(
    tmp_path: Path, blank: str, keys: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill or a power cut between the two would else let a backup bring it back for good."""
    state = tmp_path / "state"
    database = await open_database(blank, keys, key_place="the test", state=state)
    (ledger,) = state.glob("*.ledger")
    steps: list[str] = []
    sync = os.fsync

    def synced(descriptor: int) -> None:
        sync(descriptor)
        if os.path.samestat(os.fstat(descriptor), ledger.stat()):
            steps.append(ledger.read_text().splitlines()[-1].split()[0])

    monkeypatch.setattr(os, "fsync", synced)
    engine = database._engine.sync_engine
    sa.event.listen(engine, "commit", lambda _connection: steps.append("commit"))
    async with database.unit() as unit:
        unit.endorsements.erased.append((Erased.FORGOTTEN, StatementId("port"), Number(1)))
    await database.close()
    assert steps == ["e", "commit"]
    assert ledger.read_text().splitlines()[-1].split()[0] == "c"
