"""`/healthz` and the log of the program: what is wrong with Telegram, and with the core."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.adapters.telegram.receiving import SECRET_HEADER
from bot.bootstrap.opening import read_settings
from bot.bootstrap.running import run_platforms
from bot.delivery import health
from bot.storage import engines
from tests.integration.telegram.test_whole_dialogue import write_config
from tests.integration.telegram.whole import WITHIN
from tests.support.botapi import BotApiServer, Chat, Person, faults
from tests.support.listening import BEARER, let_listen
from tests.support.statements import write_port

SOON = 0.2
"""Seconds; long enough for a step of the bot, so that nothing is old in between."""


class Program:
    """What `undersigned run` runs, in this process; the address is asked as a stranger can, and as
    whoever has the token."""

    def __init__(self, folder: Path, session: aiohttp.ClientSession, url: str) -> None:
        self.settings = read_settings(folder / "config.yaml")
        telegram = self.settings.telegram
        assert telegram is not None
        assert telegram.webhook is not None
        self.hook = telegram.webhook.url
        self.secret = telegram.webhook.secret.get_secret_value()
        self.url = f"{url}/healthz"
        self._session = session
        self.said = ""

    async def health(self) -> tuple[int, str, list[str]]:
        """The answer to a stranger, and all that was wrong just before."""
        async with self._session.get(self.url, headers=BEARER) as answer:
            word, *problems = (await answer.text()).splitlines()
            assert (answer.status, word) == ((503, "down") if problems else (200, "up"))
        self.said += " ".join(problems)
        async with self._session.get(self.url) as answer:
            return answer.status, await answer.text(), problems

    def deliver(self) -> Any:
        """What Telegram does with an update that is not for the bot."""
        headers = {SECRET_HEADER: self.secret}
        return self._session.post(self.hook, json={"update_id": 1}, headers=headers)

    async def until(self, fits: Callable[[list[str]], bool], within: float = WITHIN) -> list[str]:
        """The problems as soon as they are as wanted."""
        async with asyncio.timeout(within):
            while True:
                with contextlib.suppress(aiohttp.ClientConnectionError):
                    status, word, problems = await self.health()
                    assert (status, word) in {(200, "up"), (503, "down")}
                    if fits(problems) and status == (503 if problems else 200):
                        return problems
                await asyncio.sleep(0.02)

    async def well(self) -> None:
        await self.until(lambda problems: not problems)

    async def wrong(self, words: str) -> str:
        """The one problem, which says this."""
        (problem,) = await self.until(lambda problems: [words in p for p in problems] == [True])
        return problem


@pytest.fixture
def admins(server: BotApiServer) -> Chat:
    return server.group("Admins", creator=server.person("zaid"))


@pytest.fixture
def folder(
    tmp_path: Path, server: BotApiServer, admins: Chat, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Of a program that looks often and is impatient."""
    monkeypatch.setattr(health, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(health, "INBOX_PATIENCE", SOON)
    monkeypatch.setattr(health, "OUTBOX_PATIENCE", SOON)
    write_port(tmp_path)
    write_config(tmp_path, server, admins.id, "webhook")
    return tmp_path


@contextlib.asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Program]:
    url = let_listen(folder)
    async with aiohttp.ClientSession() as session:
        program = Program(folder, session, url)
        task = asyncio.create_task(run_platforms(program.settings))
        try:
            yield program
        finally:
            task.cancel()
            await asyncio.gather(task)


@pytest.fixture
async def program(folder: Path) -> AsyncIterator[Program]:
    """By webhook."""
    async with running(folder) as program:
        yield program


async def test_all_is_well(program: Program) -> None:
    await program.well()


async def test_before_telegram_can_be_reached(
    server: BotApiServer,
    folder: Path,
    quick: list[float],
    amal: Person,
) -> None:
    """An update that is delivered before the bot knows who it is comes again."""
    await server.stop()
    async with running(folder) as program:
        await program.until(lambda problems: "Telegram has not answered yet" in problems)
        async with program.deliver() as answer:
            assert answer.status == 503
        await server.start()
        await program.well()
        async with program.deliver() as answer:
            assert answer.status == 200


async def test_an_answer_that_is_stuck(
    program: Program, server: BotApiServer, amal: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await program.well()
    server.fail("sendMessage", faults.too_many(2))
    await amal.say("/start canary")
    assert (await program.wrong("the oldest answer has waited for")).endswith("to be delivered")
    await program.well()
    assert "the oldest answer has waited" in caplog.text
    assert "outbox: all is well again" in caplog.text
    for word in (str(amal.id), "canary", "Amal", "amal"):
        assert word not in program.said


async def test_a_message_that_is_stuck(
    program: Program, server: BotApiServer, amal: Person, tunis: Chat
) -> None:
    await program.well()
    server.fail("getChatMember", faults.slow(1.5))
    await amal.send(tunis, "/endorse")
    problem = await program.wrong("the oldest message that was received has waited for")
    assert problem.endswith("to be handled")
    await program.well()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is locked is given up after a second."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 1)


@contextlib.asynccontextmanager
async def locked(program: Program) -> AsyncIterator[None]:
    """Nothing can be written meanwhile; also nobody writes to the bot."""
    file = program.settings.database.file
    assert file is not None
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=10)
    with contextlib.closing(other):
        # Beside the loop: what the bot has begun to write must be able to end.
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        yield


@pytest.mark.usefixtures("impatient")
async def test_a_database_that_cannot_be_written(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    await program.well()
    async with locked(program):
        await program.wrong("the database cannot be written")
    await program.well()
    assert caplog.text.count("the database cannot be written") == 1
    assert "database: all is well again" in caplog.text


async def test_a_database_that_does_not_answer(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    await program.well()
    monkeypatch.setattr(health, "DATABASE_PATIENCE", 0.1)
    async with locked(program):
        await program.wrong("the database has not answered for")
    await program.well()


async def test_an_admin_chat_that_is_gone(
    program: Program, admins: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.telegram.admin_chat.LOOK_EVERY", 0.05)
    await program.well()
    admins.remove_bot()
    assert "so endorsements wait" in await program.wrong("the admin chat cannot be reached")
    admins.add_bot()
    await program.well()
