"""On PostgreSQL: who has lost the lock writes nothing more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.privacy import Keyring
from bot.storage.database import Database
from bot.storage.engines import make_engine
from bot.storage.errors import StorageFault, StorageUnavailable
from bot.storage.opening import open_database
from bot.storage.owner import LOCK_NUMBER
from tests.support.dialogue import Dialogue, settings_in

KEYS = Keyring([b"k" * 32])


@pytest.fixture
def server(postgres: Callable[[], str]) -> str:
    return postgres()


async def opened(url: str) -> Database:
    return await open_database(url, KEYS, key_place="the test")


async def kill_the_lock(url: str) -> None:
    """The server ends the connection that holds it, and has done so when this returns."""
    engine, _ = make_engine(url, None)
    # Other processes of a test run hold it in databases of their own.
    holder = (
        "SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database AND "
        "d.datname = current_database() WHERE locktype = 'advisory' AND objid = :number AND granted"
    )
    async with engine.connect() as connection:
        pid = await connection.scalar(sa.text(holder), {"number": LOCK_NUMBER})
        ended = sa.text("SELECT pg_terminate_backend(:pid, 5000)")
        assert await connection.scalar(ended, {"pid": pid})
    await engine.dispose()


async def put(database: Database, value: bytes) -> None:
    async with database.unit() as unit:
        await unit.meta.put("looked", value)


async def looked(database: Database) -> bytes | None:
    async with database.unit() as unit:
        return await unit.meta.get("looked")


async def test_a_second_instance_takes_over(server: str) -> None:
    first = await opened(server)
    await put(first, b"first")
    await kill_the_lock(server)
    second = await opened(server)
    await put(second, b"second")
    with pytest.raises((StorageFault, StorageUnavailable)):
        await put(first, b"first again")
    with pytest.raises(StorageFault, match="taken this database over"):
        await put(first, b"first again")
    assert await looked(second) == b"second"
    await first.close()
    # Also when the second has ended meanwhile: what the first holds in memory is old.
    await second.close()


async def test_also_when_the_second_has_ended(server: str) -> None:
    first = await opened(server)
    await kill_the_lock(server)
    await (await opened(server)).close()
    with pytest.raises(StorageUnavailable):
        await put(first, b"first")
    with pytest.raises(StorageFault, match="taken this database over"):
        await put(first, b"first")
    await first.close()


async def test_nobody_else_comes(server: str) -> None:
    first = await opened(server)
    await kill_the_lock(server)
    with pytest.raises(StorageUnavailable):
        await put(first, b"first")
    await put(first, b"again")
    assert await looked(first) == b"again"
    with pytest.raises(StorageFault, match="another instance"):
        await opened(server)
    await first.close()


async def test_in_the_middle_of_a_transaction(server: str) -> None:
    first = await opened(server)

    async def cut_off() -> None:
        async with first.unit() as unit:
            await unit.meta.put("looked", b"lost")
            await kill_the_lock(server)
            await unit.meta.put("looked", b"lost")

    with pytest.raises(StorageUnavailable):
        await cut_off()
    second = await opened(server)
    assert await looked(second) is None
    with pytest.raises(StorageFault):
        await put(first, b"lost")
    assert await looked(second) is None
    await first.close()
    await second.close()


async def test_the_bot_ends_with_one_sentence(server: str, tmp_path: Path, port: Path) -> None:
    settings = settings_in(tmp_path, port, UNDERSIGNED_DATABASE=server)
    first = Dialogue(settings)
    await first.start()
    await first.say("amal: /sign port")
    second = Dialogue(settings)
    # Else the first one, which may have something to do just then, has it again before.
    async with first.database._one_at_a_time:
        await kill_the_lock(server)
        await second.start()
    async with asyncio.timeout(20):
        with pytest.raises(StorageFault, match="taken this database over"):
            await first.say("amal: [confirm]", "amal: Amal", "amal: [skip]")
    await first.kill()
    assert await second.rows("SELECT count(*) FROM inbox") == [(0,)]
    await second.stop()
