"""A server that stands still until a test moves its clock, and two ways to call it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import telegram

from tests.support.botapi import BotApiServer, Chat, Clock, Message, Person
from tests.support.botapi.state import Json


@dataclass
class Said:
    """An answer as it came over HTTP."""

    status: int
    body: Json

    @property
    def result(self) -> Any:
        assert self.body["ok"], self.body
        return self.body["result"]

    @property
    def refusal(self) -> str:
        """The description, once the status and the code are seen to agree."""
        assert not self.body["ok"], self.body
        assert self.body["error_code"] == self.status
        return str(self.body["description"])


class Raw:
    """Calls with JSON bodies, no library between."""

    def __init__(self, server: BotApiServer, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session

    async def __call__(self, method: str, /, **parameters: Any) -> Said:
        url = f"{self.server.url}/bot{self.server.token}/{method}"
        async with self.session.post(url, json=parameters) as answer:
            return Said(answer.status, await answer.json())

    async def updates(self, offset: int = 0, **parameters: Any) -> list[Json]:
        """Without the pause for asking twice."""
        self.server.clock.advance(5)
        found = await self("getUpdates", offset=offset, **parameters)
        assert isinstance(found.result, list)
        return found.result


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(clock=Clock(speed=0)) as running:
        yield running


@pytest.fixture
async def raw(server: BotApiServer) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(server, session)


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(server.token, base_url=f"{server.url}/bot") as ready:
        yield ready


@pytest.fixture
async def amal(server: BotApiServer) -> Person:
    """Somebody who started the bot."""
    person = server.person("amal", language="ar")
    await person.say("/start")
    return person


@pytest.fixture
def tunis(server: BotApiServer, amal: Person) -> Chat:
    """A supergroup of Amal's with the bot as a member."""
    return server.group("Tunis", creator=amal)


BUTTONS = {"inline_keyboard": [[{"text": "Next", "callback_data": "next:3"}]]}


async def sent(raw: Raw, chat: Chat | Person, text: str = "Hello", **more: Any) -> Message:
    """A message of the bot's."""
    answer = await raw("sendMessage", chat_id=chat.id, text=text, **more)
    where = chat.private if isinstance(chat, Person) else chat
    return where.messages[answer.result["message_id"]]
