"""The adapter on the server double, with people to write to it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.adapters.telegram import TelegramAdapter, Webhook, request
from bot.backoff import Backoff
from bot.domain.ids import ChatRef, Language, MessageRef
from bot.ports import Button, Joined, Message, Send
from bot.text.rich import RichText
from tests.contract.inbox import MemoryInbox
from tests.support.botapi import BotApiServer, Chat, Person, fast

EN = Language("en")
NEXT = Button("next", "Next ›", "next")
SECRET = "webhook-secret_of_test-0123456789"


@dataclass
class Rig:
    """An adapter that runs on a server; `ended` is its task."""

    server: BotApiServer
    adapter: TelegramAdapter
    inbox: MemoryInbox
    ended: asyncio.Task[None] = field(init=False)

    def start(self) -> None:
        self.ended = asyncio.create_task(self.adapter.run(self.inbox))

    async def stop(self) -> None:
        self.ended.cancel()
        await asyncio.gather(self.ended, return_exceptions=True)

    async def ready(self) -> None:
        """Once updates are asked for."""
        await self.server.wait_for(lambda: self.server.updates.polling)

    def chat(self, where: Chat | Person) -> ChatRef:
        return ChatRef(self.adapter.name, str(where.id))

    async def message(self, after: int = 0) -> Message:
        return await self.inbox.next(Message, after)

    async def said(self, text: str) -> Message:
        """The event that says this, waited for."""
        before = 0
        while (event := await self.message(before)).text != text:
            before = self.inbox.events.index(event) + 1
        return event

    async def send(self, where: Chat | Person, text: str = "Hello", **more: Any) -> MessageRef:
        send = Send(self.chat(where), RichText(text), EN, **more)
        ref = await self.adapter.deliver(send, f"key {text}")
        assert ref is not None
        return ref

    async def nothing(self, person: Person) -> None:
        """What was written before led to no event but that of coming into the chat."""
        before = len(self.inbox.events)
        await person.say("/mark")
        assert (await self.message(before)).text == "/mark"
        new = [each for each in self.inbox.events[before:] if not isinstance(each, Joined)]
        assert len(new) == 1, new


Rigs = Callable[..., Rig]


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(rules=fast()) as running:
        yield running


@pytest.fixture
async def rigs(server: BotApiServer) -> AsyncIterator[Rigs]:
    """Makes adapters and starts them, `inbox` and the adapter's own arguments as given."""
    made: list[Rig] = []

    def make(inbox: MemoryInbox | None = None, *, start: bool = True, **arguments: Any) -> Rig:
        arguments = {"api_url": server.url} | arguments
        token = arguments.pop("token", server.token)
        rig = Rig(server, TelegramAdapter(token, **arguments), inbox or MemoryInbox())
        if start:
            rig.start()
            made.append(rig)
        return rig

    yield make
    for rig in made:
        await rig.stop()


@pytest.fixture
async def rig(rigs: Rigs) -> Rig:
    """A plain one, by polling."""
    running = rigs()
    await running.ready()
    return running


@pytest.fixture
async def amal(server: BotApiServer) -> Person:
    return server.person("amal", language="ar")


@pytest.fixture
def tunis(server: BotApiServer, amal: Person) -> Chat:
    return server.group("Tunis", creator=amal)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """No waiting after failures; what it would have been, in seconds."""
    pauses: list[float] = []
    whole = Backoff.next

    def short(backoff: Backoff) -> float:
        pauses.append(whole(backoff))
        return 0.01

    monkeypatch.setattr(Backoff, "next", short)
    monkeypatch.setattr(request, "FLOOD_PAUSE", 0.01)
    return pauses


@pytest.fixture
def hook() -> Webhook:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return Webhook(f"http://127.0.0.1:{port}/hook/telegram", SECRET, "127.0.0.1", port)


@asynccontextmanager
async def inbox_closed(rig: Rig) -> AsyncIterator[None]:
    """Nothing can be committed meanwhile."""
    rig.inbox.open.clear()
    try:
        yield
    finally:
        rig.inbox.open.set()
