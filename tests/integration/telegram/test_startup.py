"""Starting while a platform is away: the others go on, and nothing that waits is answered badly."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot.adapters.console import ConsoleAdapter, Platform
from bot.adapters.console.printing import JsonPrinter
from bot.adapters.telegram import TelegramAdapter
from bot.adapters.telegram.refs import chat_ref, person
from bot.bootstrap.opening import open_storage, read_library
from bot.bootstrap.wiring import Bot, build
from bot.domain.ids import AdapterName, Language
from bot.ports import Adapter, Message, Origin, Place, encode_event
from bot.storage.database import Database
from bot.storage.inbox import NewEvent
from tests.integration.telegram.whole import WITHIN, MovableClock
from tests.support.botapi import BotApiServer, Chat, Person, faults
from tests.support.dialogue import settings_in
from tests.support.numbers import in_order
from tests.support.statements import write_port


class Terminal:
    """The console beside Telegram: lines in, objects out."""

    def __init__(self, folder: Path) -> None:
        self.lines: asyncio.Queue[str] = asyncio.Queue()
        self._file = (folder / "console.txt").open("w+", encoding="utf-8")
        platform = Platform(folder / "console.json")
        self.adapter = ConsoleAdapter(
            platform, self._typed(), JsonPrinter(self._file, lambda: None)
        )

    async def _typed(self) -> AsyncIterator[str]:
        while True:
            yield await self.lines.get()

    async def says(self, line: str, answer: str) -> None:
        self.lines.put_nowait(f"{line}\n")
        async with asyncio.timeout(WITHIN):
            while answer not in self._written():  # noqa: ASYNC110 - the printer tells nobody
                await asyncio.sleep(0.02)

    def _written(self) -> str:
        return Path(self._file.name).read_text(encoding="utf-8")

    def close(self) -> None:
        self._file.close()


@contextlib.asynccontextmanager
async def storage(
    folder: Path, adapters: Mapping[AdapterName, Adapter]
) -> AsyncIterator[tuple[Bot, Database]]:
    settings = settings_in(folder, write_port(folder))
    async with open_storage(settings, draw=in_order) as database:
        library = read_library(settings)
        yield await build(settings, library, database, adapters, MovableClock()), database


@contextlib.asynccontextmanager
async def running(bot: Bot) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(bot.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def telegram(server: BotApiServer) -> TelegramAdapter:
    return TelegramAdapter(server.token, api_url=server.url, admin_chat=-1, paced=False)


def waiting(chat: Chat, who: Person, text: str) -> NewEvent:
    """What was received in a group before the bot was killed."""
    now = dt.datetime.now(dt.UTC)
    language = Language("en")
    origin = Origin("1", chat_ref(chat.id), Place.GROUP, person(who.id), "Amal", language, now)
    return NewEvent("1", origin.chat, encode_event(Message(origin, text)))


async def test_what_was_received_before_is_answered_once_links_can_be_made(
    tmp_path: Path,
    server: BotApiServer,
    telegram: TelegramAdapter,
    amal: Person,
    tunis: Chat,
    quick: list[float],
) -> None:
    """`/sign` in a group is answered with a link into the private chat, also by the first start
    that finds Telegram away."""
    server.updates.clear()
    server.fail("getMe", faults.server_error(), times=5)
    async with storage(tmp_path, {telegram.name: telegram}) as (bot, database):
        async with database.unit() as unit:
            await unit.inbox.add(telegram.name, [waiting(tunis, amal, "/sign")])
        async with running(bot):
            answer = await server.next_message(tunis, within=WITHIN)
    assert len(quick) >= 5
    assert [button.url for button in answer.buttons if button.url]


async def test_a_platform_that_is_away_holds_up_no_other(
    tmp_path: Path, server: BotApiServer, telegram: TelegramAdapter, amal: Person, tunis: Chat,
    quick: list[float],
) -> None:  # fmt: skip
    terminal = Terminal(tmp_path)
    adapters: dict[AdapterName, Adapter] = {
        telegram.name: telegram,
        terminal.adapter.name: terminal.adapter,
    }
    await server.stop()
    async with storage(tmp_path, adapters) as (bot, _), running(bot):
        await terminal.says("rami: /start", "Hello")
        assert len(quick) > 0
        await server.start()
        await amal.say("/start")
        await server.next_message(amal, within=WITHIN)
        await terminal.says("rami: /help", "/sign")
    terminal.close()


async def test_what_waits_for_a_platform_that_is_away_holds_up_no_other(
    tmp_path: Path, server: BotApiServer, telegram: TelegramAdapter, amal: Person, tunis: Chat,
    quick: list[float], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Also where more waits than the dispatcher takes into memory."""
    monkeypatch.setattr("bot.dispatch.dispatcher.LOADED", 2)
    terminal = Terminal(tmp_path)
    adapters: dict[AdapterName, Adapter] = {
        telegram.name: telegram,
        terminal.adapter.name: terminal.adapter,
    }
    server.fail("getMe", faults.server_error(), times=None)
    async with storage(tmp_path, adapters) as (bot, database):
        events = [
            NewEvent(str(number), chat_ref(tunis.id), waiting(tunis, amal, "/sign").data)
            for number in range(5)
        ]
        async with database.unit() as unit:
            await unit.inbox.add(telegram.name, events)
        async with running(bot):
            # The console takes a line when nothing waits; what comes in between is written here.
            await server.wait_for(lambda: len(quick) > 2)
            origin = terminal.adapter._origin("rami", None)
            await bot.inbox.receive(terminal.adapter.name, [Message(origin, "/start")])
            await terminal.says("", "Hello")
            assert server.sent(tunis) == []
    terminal.close()


async def test_a_token_that_is_refused_takes_no_other_platform_with_it(
    tmp_path: Path, server: BotApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = "7000000001:wrong-token-of-the-right-length-0123"
    telegram = TelegramAdapter(wrong, api_url=server.url, admin_chat=-1)
    terminal = Terminal(tmp_path)
    adapters: dict[AdapterName, Adapter] = {
        telegram.name: telegram,
        terminal.adapter.name: terminal.adapter,
    }
    async with storage(tmp_path, adapters) as (bot, _), running(bot) as task:
        await server.wait_for(lambda: "the bot goes on without telegram" in caplog.text, WITHIN)
        await terminal.says("rami: /start", "Hello")
        assert not task.done()
    assert "copy it from BotFather" in caplog.text
    terminal.close()
