"""What systemd is told by the program, through a real socket: sd_notify(3)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.bootstrap import service_manager
from bot.bootstrap.opening import read_settings
from bot.bootstrap.running import run_platforms
from bot.delivery import health
from bot.delivery.health import Health
from tests.integration.telegram.test_process import TIME_TO_END
from tests.integration.telegram.test_whole_dialogue import write_config
from tests.integration.telegram.whole import WITHIN
from tests.support.bot_process import environment
from tests.support.botapi import BotApiServer, faults
from tests.support.nursery import nursery
from tests.support.statements import write_port

EVERY = 0.05
"""Seconds between two signs of life."""

WATCHDOG = str(int(EVERY * 2_000_000))


class Manager:
    """The other end: what it was told, in order."""

    def __init__(self, address: str) -> None:
        self.address = address.replace("\0", "@")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.setblocking(False)

    def close(self) -> None:
        self._socket.close()

    def waiting(self) -> list[str]:
        """All that it was told since."""
        found = []
        with contextlib.suppress(BlockingIOError):
            while True:
                found.append(self._socket.recv(1000).decode())
        return found

    async def next(self, within: float = WITHIN) -> str:
        loop = asyncio.get_running_loop()
        return (await asyncio.wait_for(loop.sock_recv(self._socket, 1000), within)).decode()

    async def until_silent(self) -> list[str]:
        """All until nothing comes for as long as ten signs of life would take."""
        found: list[str] = []
        async with asyncio.timeout(WITHIN):
            while True:
                try:
                    found.append(await self.next(within=10 * EVERY))
                except TimeoutError:
                    return found


@pytest.fixture(params=["path", "abstract"])
def manager(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Manager]:
    """Of this process, too."""
    name = f"{tmp_path}/notify"
    found = Manager(name if request.param == "path" else f"\0{name}")
    monkeypatch.setenv("NOTIFY_SOCKET", found.address)
    monkeypatch.setenv("WATCHDOG_USEC", WATCHDOG)
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    yield found
    found.close()


only_a_path = pytest.mark.parametrize("manager", ["path"], indirect=True)


@pytest.fixture
def folder(tmp_path: Path, server: BotApiServer) -> Path:
    write_port(tmp_path)
    admins = server.group("Admins", creator=server.person("zaid"))
    write_config(tmp_path, server, admins.id, "polling")
    return tmp_path


@only_a_path
async def test_the_program_tells_that_it_works_and_that_it_stops(
    folder: Path, manager: Manager, server: BotApiServer
) -> None:
    """Not before the platform has answered."""
    server.fail("getMe", faults.slow(1.0))
    environ = environment(folder / "statements")
    began = time.monotonic()
    with (folder / "log.txt").open("ab") as log, (folder / "nothing").open("w+b") as nothing:
        files = (nothing.fileno(), log.fileno(), log.fileno())
        pid = nursery().start(("run",), folder, environ, files)
    told = []
    while "READY=1" not in told:
        told.append(await manager.next())
    assert time.monotonic() - began > 1.0
    assert set(told) == {"WATCHDOG=1", "READY=1"}
    os.kill(pid, signal.SIGTERM)
    ended = asyncio.to_thread(nursery().wait, pid)
    assert await asyncio.wait_for(ended, TIME_TO_END) == 0, (folder / "log.txt").read_text()
    after = [word for word in manager.waiting() if word != "WATCHDOG=1"]
    assert after == ["STOPPING=1"]


@contextlib.asynccontextmanager
async def running(folder: Path) -> AsyncIterator[None]:
    task = asyncio.create_task(run_platforms(read_settings(folder / "config.yaml")))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task)


@only_a_path
async def test_a_platform_that_is_away_is_no_reason_to_begin_anew(
    folder: Path, manager: Manager, server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LOOK_EVERY", EVERY)
    monkeypatch.setattr(health, "OUTBOX_PATIENCE", 0.2)
    amal = server.person("amal")
    async with running(folder):
        while await manager.next() != "READY=1":
            pass
        server.fail("sendMessage", faults.too_many(2))
        await amal.say("/start")
        await asyncio.sleep(1.0)
        manager.waiting()
        assert await manager.next() == "WATCHDOG=1"


@only_a_path
async def test_no_sign_of_life_while_the_database_does_not_answer(manager: Manager) -> None:
    found, loop = Health(), asyncio.get_running_loop()
    with service_manager.watchdog(found):
        assert await manager.next() == "WATCHDOG=1"
        found.looking_since = loop.time() - health.DATABASE_PATIENCE - 1.0
        await manager.until_silent()
        found.looking_since = None
        assert await manager.next() == "WATCHDOG=1"


async def test_no_sign_of_life_while_the_loop_is_blocked(manager: Manager) -> None:
    with service_manager.watchdog(Health()):
        assert await manager.next() == "WATCHDOG=1"
        assert await manager.next() == "WATCHDOG=1"
        manager.waiting()
        time.sleep(4 * EVERY)  # noqa: ASYNC251 - it is to block
        assert manager.waiting() == []
        assert await manager.next() == "WATCHDOG=1"
    manager.waiting()
    # What is not watched any more says nothing, whatever its health is.
    await asyncio.sleep(3 * EVERY)
    assert manager.waiting() == []


@only_a_path
@pytest.mark.parametrize(
    ("name", "value"), [("WATCHDOG_USEC", "0"), ("WATCHDOG_USEC", ""), ("WATCHDOG_PID", "1")]
)
async def test_nobody_waits_for_signs_of_life(
    manager: Manager, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with service_manager.watchdog(Health()):
        assert manager.waiting() == []


@only_a_path
def test_a_manager_that_is_gone_or_does_not_read_stops_nothing(
    manager: Manager, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(10_000):
        service_manager.ready()
        if caplog.records:
            break
    manager.close()
    service_manager.stopping()
    assert "the service manager cannot be told READY=1" in caplog.text
    assert "the service manager cannot be told STOPPING=1" in caplog.text


def test_without_a_manager(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    service_manager.ready()
    assert not caplog.records
