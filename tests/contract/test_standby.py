"""On PostgreSQL: an instance that waits keeps its copies in step, and goes on in its turn."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.bootstrap.opening import NotConfigured
from bot.bootstrap.running import run_platforms
from bot.config import load_settings
from bot.privacy import Keyring
from bot.storage import owner, standby
from bot.storage.database import Database
from bot.storage.errors import DatabaseChanged, StorageFault, StorageUnavailable
from bot.storage.heads_copy import HeadsCopy
from bot.storage.ledger import Ledger, database_id
from bot.storage.opening import open_database
from bot.storage.standby import open_in_turn
from bot.storage.tables import erasures, heads, meta
from tests.contract.test_one_writer import kill_the_lock
from tests.support.dialogue import Dialogue, settings_in
from tests.support.listening import asked, let_listen, scraped
from tests.support.listening import until as until_metrics

KEYS = Keyring([b"k" * 32])
SIGNING = ("amal: /sign port", "amal: [confirm]", "amal: Amal Haddad", "amal: [skip]")
SIGNED = (*SIGNING, "amal: [skip]", "amal: [public]", "amal: [confirm]")


@pytest.fixture
def server(postgres: Callable[[], str]) -> str:
    return postgres()


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.standby.LOOK_EVERY", 0.05)


async def opened(url: str, state: Path) -> Database:
    return await open_database(url, KEYS, key_place="the test", state=state)


async def in_turn(url: str, state: Path) -> Database:
    return await open_in_turn(url, KEYS, key_place="the test", state=state)


@contextlib.asynccontextmanager
async def active(folder: Path, port: Path, url: str) -> AsyncIterator[Dialogue]:
    d = Dialogue(settings_in(folder, port, UNDERSIGNED_DATABASE=url))
    await d.start()
    try:
        yield d
    finally:
        await d.stop()


@contextlib.asynccontextmanager
async def waiting(d: Dialogue, state: Path) -> AsyncIterator[asyncio.Task[Database]]:
    """A second instance with the keys of the first."""
    url, keys = d.settings.database.url, d.database.keys
    task = asyncio.create_task(open_in_turn(url, keys, key_place="the test", state=state))
    try:
        yield task
    finally:
        task.cancel()
        for ended in await asyncio.gather(task, return_exceptions=True):
            if isinstance(ended, Database):
                await ended.close()


async def name_of(d: Dialogue) -> str:
    async with d.database.unit() as unit:
        name = await database_id(unit._connection)
    assert name is not None
    return name


AWAY = 'telegram: {token: "7000000001:AAF-test-token", api_url: "http://127.0.0.1:1"}\n'
"""A platform that is not reached."""


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it has not come to that in 10 s")


async def test_its_copies_are_those_of_the_active_one(
    server: str, tmp_path: Path, port: Path
) -> None:
    state = tmp_path / "elsewhere"
    async with active(tmp_path, port, server) as d:
        name, keys = await name_of(d), d.database.keys
        async with waiting(d, state):
            await d.say(*SIGNED)
            # Who is forgotten is nobody's to bring back, whichever machine the backup is put on.
            await d.say("amal: /forget", "amal: [confirm]")
            ours, theirs = Ledger(d.settings.state, name), HeadsCopy(d.settings.state, name)
            assert ours.erased_after(0)
            copy = HeadsCopy(state, name)
            await until(lambda: copy.read(keys) == theirs.read(keys))
            ledger = Ledger(state, name)
            assert ledger.erased_after(0) == ours.erased_after(0)
            assert ledger.confirmed == ours.confirmed


async def test_it_takes_over_what_it_has_not_seen(server: str, tmp_path: Path, port: Path) -> None:
    """The machine that ends last has the whole ledger, also where it was away for long; and so has
    the first one when it comes back."""
    state = tmp_path / "elsewhere"
    async with active(tmp_path, port, server) as d:
        name, keys = await name_of(d), d.database.keys
        await d.say(*SIGNED, "amal: /forget", "amal: [confirm]")
    ours = Ledger(tmp_path / "state", name)
    second = await open_database(server, keys, key_place="the test", state=state)
    assert not second.ledger_is_new
    assert Ledger(state, name).erased_after(0) == ours.erased_after(0)
    await second.close()
    async with active(tmp_path, port, server) as d:
        assert Ledger(tmp_path / "state", name).confirmed > ours.confirmed


async def test_what_an_earlier_version_has_erased_comes_too(
    server: str, tmp_path: Path, port: Path
) -> None:
    async with active(tmp_path, port, server) as d:
        name, keys = await name_of(d), d.database.keys
        await d.say(*SIGNED, "amal: /forget", "amal: [confirm]")
        async with d.database.unit() as unit:
            await unit._connection.execute(erasures.delete())
    async with active(tmp_path, port, server):
        pass
    second = await open_in_turn(server, keys, key_place="the test", state=tmp_path / "elsewhere")
    await second.close()
    known = Ledger(tmp_path / "state", name).erased_after(0)
    assert known
    assert Ledger(tmp_path / "elsewhere", name).erased_after(0) == known


async def test_it_begins_once_the_lock_is_free(server: str, tmp_path: Path) -> None:
    first = await opened(server, tmp_path / "first")
    second = asyncio.create_task(in_turn(server, tmp_path / "second"))
    await until(lambda: bool(list((tmp_path / "second").glob("*.heads"))))
    assert not second.done()
    await first.close()
    async with asyncio.timeout(10):
        database = await second
    with pytest.raises(StorageFault, match="another instance is using"):
        await opened(server, tmp_path / "first")
    await database.close()


async def test_a_connection_that_was_lost_alone_is_taken_again(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.standby.LOOK_EVERY", 1.0)
    look, is_free = standby._Waiting._look, asyncio.Event()

    async def looked(waiting: standby._Waiting) -> bool:
        if found := await look(waiting):
            is_free.set()
        return found

    monkeypatch.setattr(standby._Waiting, "_look", looked)
    first = await opened(server, tmp_path / "first")
    second = asyncio.create_task(in_turn(server, tmp_path / "second"))
    await until(lambda: bool(list((tmp_path / "second").glob("*.heads"))))
    await kill_the_lock(server)
    await is_free.wait()
    await asyncio.sleep(0.5)
    with contextlib.suppress(StorageUnavailable):
        await first.hold()
    await first.hold()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(second, 1.5)
    await first.close()


async def test_an_older_copy_is_not_taken_over(server: str, tmp_path: Path, port: Path) -> None:
    """Neither while it waits nor when its turn comes."""
    state = tmp_path / "elsewhere"
    async with active(tmp_path, port, server) as d:
        name, keys = await name_of(d), d.database.keys
        d.is_changed = True
        copy = HeadsCopy(state, name)
        async with waiting(d, state) as second:
            await until(lambda: bool(copy.read(keys)))
            async with d.database.unit() as unit:
                older = (await unit._connection.execute(sa.select(heads))).mappings().all()
            await d.say(*SIGNED)
            theirs = HeadsCopy(d.settings.state, name)
            await until(lambda: copy.read(keys) == theirs.read(keys))
            async with d.database.unit() as unit:
                await unit._connection.execute(heads.delete())
                await unit._connection.execute(heads.insert(), [dict(row) for row in older])
            async with asyncio.timeout(10):
                with pytest.raises(DatabaseChanged, match="older than their copy"):
                    await second
            assert copy.read(keys) == theirs.read(keys)


async def test_neither_is_one_with_an_older_checkpoint(server: str, tmp_path: Path) -> None:
    first = await opened(server, tmp_path / "first")
    second = asyncio.create_task(in_turn(server, tmp_path / "second"))
    await until(lambda: bool(list((tmp_path / "second").glob("*.heads"))))
    async with first.unit() as unit:
        older = meta.update().where(meta.c.name == "checkpoint").values(value=b"0")
        await unit._connection.execute(older)
    async with asyncio.timeout(10):
        with pytest.raises(StorageFault, match="an older copy of the database"):
            await second
    await first.close()


async def test_sqlite_has_no_standby(tmp_path: Path) -> None:
    with pytest.raises(StorageFault, match="another machine reaches"):
        await in_turn(f"sqlite:///{tmp_path / 'data' / 'undersigned.db'}", tmp_path / "state")


async def test_on_matrix_it_needs_the_password(tmp_path: Path) -> None:
    matrix = "matrix: {homeserver: 'https://example.org', user_id: '@bot:example.org'}"
    (tmp_path / "config.yaml").write_text(matrix, encoding="utf-8")
    settings = load_settings(tmp_path / "config.yaml", {}, ["en", "ar"])
    with pytest.raises(NotConfigured, match="UNDERSIGNED_MATRIX__PASSWORD"):
        await run_platforms(settings, standby=True)


async def test_an_instance_that_is_silent_loses_the_lock(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a process that was stopped, and a machine that is gone; also in a transaction."""
    monkeypatch.setattr(owner, "LEASE_SECONDS", 1)
    for is_within in (False, True):
        first = await opened(server, tmp_path / "first")
        await first.hold()
        async with contextlib.AsyncExitStack() as stack:
            if is_within:
                await stack.enter_async_context(unavailable())
                unit = await stack.enter_async_context(first.unit())
                await unit.meta.put("looked", b"lost")
            async with asyncio.timeout(10):
                second = await in_turn(server, tmp_path / "second")
            if is_within:
                await unit.meta.put("looked", b"lost")
        with pytest.raises(StorageFault, match="taken this database over"):
            await woken(first)
        async with second.unit() as seen:
            assert await seen.meta.get("looked") is None
        await first.close()
        await second.close()


async def test_what_may_be_another_ones_is_not_sent(
    server: str, tmp_path: Path, port: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The word was not given in time, and the server has not been asked since."""
    async with active(tmp_path, port, server) as d:
        await d.database.hold()
        with monkeypatch.context() as late:
            late.setattr(owner, "LEASE_SECONDS", 0)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(d.say("amal: /start"), 0.5)
            assert d.did == []
        await until(lambda: bool(d.did))


async def woken(database: Database) -> None:
    """At the first try it may see no more than that its connection is gone."""
    with contextlib.suppress(StorageUnavailable):
        await database.hold()
    await database.hold()


@contextlib.asynccontextmanager
async def unavailable() -> AsyncIterator[None]:
    with pytest.raises(StorageUnavailable):
        yield


async def test_it_says_how_it_does(server: str, tmp_path: Path, port: Path) -> None:
    """Up while it waits, whatever becomes of platforms that are not its own yet; then as any."""
    folder = tmp_path / "second"
    folder.mkdir()
    (folder / "config.yaml").write_text(f"database: {server}\nstatements: {port}\n{AWAY}")
    url = let_listen(folder)
    async with active(tmp_path, port, server) as d:
        shutil.copy(d.settings.key_file, folder)
        settings = load_settings(folder / "config.yaml", {}, ["en", "ar"])
        second = asyncio.create_task(run_platforms(settings, standby=True))
        assert (await until_metrics(url, bool))["healthy"] == 1
        status, said = await asked(f"{url}/healthz")
        assert (status, said.splitlines()[0]) == (200, "up")
        assert "standing by" in said
        assert (await scraped(url))["standby"] == 1
    found = await until_metrics(url, lambda found: not found["standby"])
    assert (found["healthy"], found['platform_healthy{platform="telegram"}']) == (0, 0)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
