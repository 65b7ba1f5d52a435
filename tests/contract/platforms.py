"""Each adapter on its platform, with people who use it, under one face for the contract."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.adapters.console import ConsoleAdapter, Platform
from bot.adapters.playground import PlaygroundAdapter
from bot.adapters.playground.transcript import Bubble
from bot.adapters.simulated_adapter import Shown as Printed
from bot.adapters.telegram import TelegramAdapter
from bot.bootstrap.platforms import looks
from bot.domain.ids import ChatRef
from bot.ports import (
    Event,
    FetchesFiles,
    GetsReady,
    HasAddress,
    HasLinks,
    MayFallSilent,
    PassesOn,
    Press,
    ReportsProblems,
    ShowsMenus,
)
from tests.contract.inbox import MemoryInbox
from tests.contract.matrix import MatrixBot, MatrixStage
from tests.contract.stage import ADMINS, Seen, Stage
from tests.support.botapi import BotApiServer, Chat, File, Person, fast
from tests.support.botapi import Message as Posted
from tests.support.botapi.updates import Update

GetMatrixBot = Callable[[], Awaitable[MatrixBot]]
"""Starts it, if need be."""


class OwnStage(Stage):
    """Has an adapter of its own."""

    _task: asyncio.Task[None]

    def start(self) -> None:
        self._task = asyncio.create_task(self.adapter.run(self.inbox))

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


class ConsoleStage(OwnStage):
    can = frozenset({FetchesFiles})

    def __init__(self, folder: Path) -> None:
        self.inbox = MemoryInbox()
        self._folder = folder
        self._typed: asyncio.Queue[str] = asyncio.Queue()
        self._platform = Platform(folder / "console.json")
        self._printed = _Printed()
        self.adapter = ConsoleAdapter(self._platform, self._lines(), self._printed)

    async def _lines(self) -> AsyncIterator[str]:
        while True:
            yield await self._typed.get()

    async def _write(self, who: str, where: str | None, text: str, reply_to: str | None) -> None:
        reply = f">{reply_to} " if reply_to else ""
        self._typed.put_nowait(f"{who}{f'@{where}' if where else ''}: {reply}{text}\n")

    async def _send_file(
        self, who: str, where: str | None, name: str, data: bytes, caption: str
    ) -> None:
        path = self._folder / name
        path.write_bytes(data)
        where = f"@{where}" if where else ""
        self._typed.put_nowait(f'%file {who}{where} "{path}" {caption}\n')

    async def _edit(self, who: str, ref: str, text: str) -> None:
        pytest.skip("a line that was typed stays as it is")

    async def _press(self, who: str, where: str | None, ref: str, name: str) -> None:
        self._typed.put_nowait(f"{who}{f'@{where}' if where else ''}: [{ref}:{name}]\n")

    async def seen(self, chat: ChatRef) -> list[Seen]:
        return self._seen(chat)

    def _seen(self, chat: ChatRef) -> list[Seen]:
        found: dict[int, Seen] = {}
        name = self._platform.chat_name(int(chat.key))
        for shown in self._printed.shown:
            if shown.chat != name or shown.message is None:
                continue
            labels = tuple(button.label for row in shown.buttons for button in row)
            file = None
            if shown.path is not None:
                path = Path(shown.path)
                file = (path.name.partition("-")[2], path.read_bytes())
            seen = Seen(str(shown.message), shown.text.plain, labels, file)
            old = found.get(shown.message)
            found[shown.message] = replace(seen, file=old.file) if old else seen
        return list(found.values())

    async def notices(self, event: Press) -> list[str]:
        return [shown.text.plain for shown in self._printed.shown if shown.action == "notice"]

    async def repeat(self, event: Event) -> None:
        pytest.skip("the console brings nothing twice")

    async def leave(self, who: str) -> None:
        pytest.skip("nobody blocks the console")


class PlaygroundStage(OwnStage):
    can = frozenset({ShowsMenus, HasLinks})

    def __init__(self, folder: Path) -> None:
        self.inbox = MemoryInbox()
        self._platform = Platform(folder / "playground.json")
        self._open = asyncio.Event()
        self._stack = contextlib.ExitStack()
        self.adapter: PlaygroundAdapter = PlaygroundAdapter(
            self._platform, looks(), [], "127.0.0.1", 0, self._opened
        )

    def start(self) -> None:
        super().start()
        self._told = self._stack.enter_context(self.adapter.transcript.page())

    async def stop(self) -> None:
        # A server whose start is cut off leaves its socket behind.
        await self._open.wait()
        await super().stop()
        self._stack.close()

    def _opened(self, address: str) -> None:
        self.links = f"{address.rsplit('/', 2)[0]}/?start"
        self._open.set()

    async def _write(self, who: str, where: str | None, text: str, reply_to: str | None) -> None:
        await self._open.wait()
        await self.adapter.write(who, where, text, None if reply_to is None else int(reply_to))

    async def _send_file(
        self, who: str, where: str | None, name: str, data: bytes, caption: str
    ) -> None:
        pytest.skip("the page sends no files")

    async def _edit(self, who: str, ref: str, text: str) -> None:
        pytest.skip("what was written on the page stays as it is")

    async def _press(self, who: str, where: str | None, ref: str, name: str) -> None:
        chat = self._platform.group(where) if where else self._platform.person(who)
        found = self._platform.button(chat.id, name, int(ref))
        assert found is not None
        await self.adapter.press(who, where, *found)

    async def seen(self, chat: ChatRef) -> list[Seen]:
        name = self._platform.chat_name(int(chat.key))
        bubbles = (b for b in self.adapter.transcript.bubbles() if b["chat"] == name)
        return [self._seen(bubble) for bubble in bubbles if "looks" in bubble]

    def _seen(self, bubble: Bubble) -> Seen:
        drawn = bubble["looks"]["telegram"]
        rows = drawn.get("reply_markup", {}).get("inline_keyboard", [])
        labels = tuple(button["text"] for row in rows for button in row)
        assert bubble["looks"]["matrix"]["body"].startswith(drawn["text"])
        file = bubble["file"] and self.adapter.transcript.files[bubble["file"]["key"]]
        return Seen(bubble["id"], drawn["text"], labels, file)

    async def notices(self, event: Press) -> list[str]:
        told = [self._told.get_nowait() for _ in range(self._told.qsize())]
        return [each["text"] for each in told if each and each["kind"] == "notice"]

    async def repeat(self, event: Event) -> None:
        pytest.skip("the page brings nothing twice")

    async def leave(self, who: str) -> None:
        pytest.skip("nobody blocks the bot on the page")


@dataclass
class _Printed:
    """A `Printer` that remembers."""

    shown: list[Printed] = field(default_factory=list)

    def show(self, shown: Printed) -> None:
        self.shown.append(shown)

    def done(self, line: int) -> None:
        """Nobody waits."""

    def hint(self, text: str) -> None:
        """Nobody reads."""


class TelegramStage(OwnStage):
    can = frozenset(
        (
            *(GetsReady, ShowsMenus, HasLinks, HasAddress, PassesOn, FetchesFiles),
            *(MayFallSilent, ReportsProblems),
        )
    )

    def __init__(self, server: BotApiServer) -> None:
        self.inbox = MemoryInbox()
        self._server = server
        self._groups: dict[str, Chat] = {}
        self._brought: dict[int, Update] = {}
        self._founder = server.person("founder")
        admins = self._group(ADMINS, self._founder)
        self._admins = admins.id
        self.adapter = self._new()
        self.links = f"https://t.me/{server.bot.username}?start"

    def _new(self) -> TelegramAdapter:
        server = self._server
        return TelegramAdapter(server.token, api_url=server.url, admin_chat=self._admins)

    def _group(self, name: str, creator: Person) -> Chat:
        if name not in self._groups:
            self._groups[name] = self._server.group(name, creator=creator)
        return self._groups[name]

    def _chat(self, who: Person, where: str | None) -> Chat:
        return who.private if where is None else self._group(where, who)

    async def _write(self, who: str, where: str | None, text: str, reply_to: str | None) -> None:
        person = self._server.person(who)
        chat = self._chat(person, where)
        earlier = None if reply_to is None else chat.messages[int(reply_to)]
        await person.send(chat, text, reply_to=earlier)
        self._brought |= {update.id: update for update in self._server.updates.pending}

    async def _send_file(
        self, who: str, where: str | None, name: str, data: bytes, caption: str
    ) -> None:
        person = self._server.person(who)
        file = File(name, data)
        await person.send(self._chat(person, where), caption, file=file)

    async def _edit(self, who: str, ref: str, text: str) -> None:
        person = self._server.person(who)
        await person.edit(person.private.messages[int(ref)], text)

    async def _press(self, who: str, where: str | None, ref: str, name: str) -> None:
        person = self._server.person(who)
        await person.press(self._chat(person, where).messages[int(ref)], name)

    async def seen(self, chat: ChatRef) -> list[Seen]:
        where = self._server.world.chats[int(chat.key)]
        return [_seen(message) for message in self._server.sent(where)]

    async def notices(self, event: Press) -> list[str]:
        answer = self._server.world.callbacks[event.press].answer
        return [answer] if answer else []

    async def repeat(self, event: Event) -> None:
        await self.stop()
        self.inbox.stored_cursor = None
        self.adapter = self._new()
        polls = len(self._server.calls("getUpdates"))
        self.start()
        await self._server.wait_for(lambda: len(self._server.calls("getUpdates")) > polls)
        self._server.updates.repeat(self._brought[int(event.origin.id)])

    async def leave(self, who: str) -> None:
        await self._server.person(who).block()


def _seen(message: Posted) -> Seen:
    file = (message.file.name, message.file.data) if message.file else None
    labels = tuple(button.label for button in message.buttons)
    return Seen(str(message.id), message.text or "", labels, file, message.photo)


@asynccontextmanager
async def console_stage(folder: Path, _matrix: GetMatrixBot) -> AsyncIterator[Stage]:
    async with _running(ConsoleStage(folder)) as stage:
        yield stage


@asynccontextmanager
async def playground_stage(folder: Path, _matrix: GetMatrixBot) -> AsyncIterator[Stage]:
    async with _running(PlaygroundStage(folder)) as stage:
        yield stage


@asynccontextmanager
async def telegram_stage(_folder: Path, _matrix: GetMatrixBot) -> AsyncIterator[Stage]:
    async with BotApiServer(rules=fast()) as server, _running(TelegramStage(server)) as stage:
        yield stage


@asynccontextmanager
async def matrix_stage(folder: Path, matrix: GetMatrixBot) -> AsyncIterator[Stage]:
    async with MatrixStage(await matrix(), folder) as stage:
        yield stage


@asynccontextmanager
async def _running(stage: OwnStage) -> AsyncIterator[Stage]:
    stage.start()
    try:
        yield stage
    finally:
        await stage.stop()


STAGES: dict[str, Callable[[Path, GetMatrixBot], AbstractAsyncContextManager[Stage]]] = {
    "console": console_stage,
    "playground": playground_stage,
    "telegram": telegram_stage,
    "matrix": matrix_stage,
}
