"""On PostgreSQL: servers that do not answer, connections that are lost, commits cut off."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import app
from bot.config import load_settings
from bot.delivery.inbox import DirectWord, StoredInbox
from bot.delivery.worker import Worker
from bot.ports import Inbox
from bot.privacy import Keyring
from bot.storage.errors import CommitLost, StorageFault
from bot.storage.opening import open_database
from bot.storage.standby import open_in_turn
from tests.contract.test_standby import SIGNED
from tests.support.dialogue import Dialogue, settings_in
from tests.support.elsewhere import Elsewhere
from tests.support.line import Line

KEYS = Keyring([b"k" * 32])


@pytest.fixture
def server(postgres: Callable[[], str]) -> str:
    return postgres()


@contextlib.asynccontextmanager
async def several(url: str) -> AsyncIterator[str]:
    """The address of two servers, of which the first takes a connection and says nothing."""
    name = sa.engine.make_url(url).database
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with Line(url) as address:
            port = silent.getsockname()[1]
            yield f"postgresql://postgres@127.0.0.1:{port},{address}/{name}"


def as_configured(address: str) -> str:
    return load_settings(None, {"UNDERSIGNED_DATABASE": address}, ["en", "ar"]).database.url


async def test_a_server_that_does_not_answer_keeps_nobody_from_the_next(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.connecting.CONNECT_SECONDS", 0.3)
    async with several(server) as address, asyncio.timeout(20):
        url = as_configured(address)
        database = await open_database(url, KEYS, key_place="the test")
        assert database.is_alone
        await database.close()


async def test_where_none_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.connecting.CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = as_configured(f"postgresql://postgres@127.0.0.1:{port},127.0.0.1:1/name")
        with pytest.raises(StorageFault, match=rf":{port}: no answer .*127\.0\.0\.1:1: "):
            await open_database(url, KEYS, key_place="the test")


async def test_one_server_is_not_told_of(server: str) -> None:
    database = await open_database(server, KEYS, key_place="the test")
    assert not database.is_alone
    await database.close()


async def test_a_machine_that_is_gone_is_noticed(server: str) -> None:
    async with Line(server) as address:
        url = f"postgresql://postgres@{address}/{sa.engine.make_url(server).database}"
        database = await open_database(url, KEYS, key_place="the test")
        async with database._engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            opened = driver._transport.get_extra_info("socket")
            assert opened.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            for name, at_most in (("TCP_KEEPIDLE", 5), ("TCP_USER_TIMEOUT", 10_000)):
                option = getattr(socket, name)
                assert 0 < opened.getsockopt(socket.IPPROTO_TCP, option) <= at_most
        await database.close()


class Endless(Elsewhere):
    has_ended = False

    async def run(self, inbox: Inbox) -> None:
        try:
            await super().run(inbox)
        finally:
            self.has_ended = True


class Stuck(Worker):
    async def work(self) -> None:
        return None

    async def close(self) -> None:
        raise StorageFault("nothing can be written down any more")


async def test_no_adapter_outlives_a_worker_that_cannot_end_well(tmp_path: Path) -> None:
    """The program may begin anew in the same process, with adapters of its own."""
    url, adapter = f"sqlite:///{tmp_path / 'data' / 'undersigned.db'}", Endless()
    database = await open_database(url, KEYS, key_place="the test")
    inbox = StoredInbox(database, (), DirectWord({}, lambda _event: None))
    running = asyncio.create_task(app.run({adapter.name: adapter}, inbox, [Stuck()]))
    await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(StorageFault):
        await running
    assert adapter.has_ended
    await database.close()


@pytest.mark.parametrize("cut", ["before", "after"])
async def test_a_commit_that_was_cut_off(server: str, tmp_path: Path, port: Path, cut: str) -> None:
    """Whether it was done or not: everything is read anew, and the signing counts once."""
    line = Line(server)
    async with line as address:
        name = sa.engine.make_url(server).database
        url = f"postgresql://postgres@{address}/{name}"
        d = Dialogue(settings_in(tmp_path, port, UNDERSIGNED_DATABASE=url))
        await d.start()
        await d.say(*SIGNED[:-1])
        async with d.database._one_at_a_time:
            line.cut = cut
        async with asyncio.timeout(20):
            with pytest.raises(CommitLost):
                await d.say(SIGNED[-1])
        with pytest.raises(CommitLost):
            async with d.database.unit():
                pass
        line.cut = None
        await d.kill()
        # As `run` does it; and then the server has noticed that the connection is gone.
        keys, state = d.database.keys, d.settings.state
        await (await open_in_turn(url, keys, key_place="the test", state=state)).close()
        await d.start()
        said = await d.say("# what was received is answered first")
        if not any("Recorded" in did.text for did in said + d.did):
            await d.say(SIGNED[-1])
        assert len({did.text for did in d.did if "Recorded" in did.text}) == 1
        assert await d.rows("SELECT count(*) FROM endorsements") == [(1,)]
        assert await d.rows("SELECT count(*) FROM dead_letters") == [(0,)]
        await d.stop()
