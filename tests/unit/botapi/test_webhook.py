"""Delivery to a webhook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.support.botapi import BotApiServer, Chat, Person
from tests.support.botapi.state import Json
from tests.unit.botapi.conftest import Raw


class Receiver:
    """What a bot's webhook gets. `statuses` are answered in turn, then 200."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[Json] = []
        self.secrets: set[str | None] = set()
        self.statuses: list[int] = []
        self.open = asyncio.Event()
        self.open.set()
        self.under_way = 0

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.under_way += 1
        await self.open.wait()
        self.under_way -= 1
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.got.append(await request.json())
        return web.Response(status=status)

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    runner = web.ServerRunner(web.Server(receiver.handle), shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = "http://{}:{}/hook".format(*runner.addresses[0])
    yield receiver
    await runner.cleanup()


async def test_with_the_secret_and_what_waited_before(
    server: BotApiServer, raw: Raw, amal: Person, receiver: Receiver
) -> None:
    await raw("setWebhook", url=receiver.url, secret_token="s3cret-_")
    await amal.say("second")
    await server.settled()
    assert receiver.texts == ["/start", "second"]
    assert receiver.secrets == {"s3cret-_"}
    info = (await raw("getWebhookInfo")).result
    assert (info["url"], info["pending_update_count"]) == (receiver.url, 0)


async def test_repeated_with_growing_pauses(
    server: BotApiServer, raw: Raw, amal: Person, receiver: Receiver
) -> None:
    receiver.statuses = [500, 404, 302]
    await raw("setWebhook", url=receiver.url)
    await amal.say("second")
    for attempts, pause in ((2, 2.0), (3, 4.0)):
        await until_attempts(server, attempts)
        server.clock.advance(pause - 0.1)
        await asyncio.sleep(0.02)
        assert server.webhook.attempts == attempts
        server.clock.advance(0.2)
        await asyncio.sleep(0.02)
    await server.settled()
    assert receiver.texts == ["/start", "second"]
    info = (await raw("getWebhookInfo")).result
    assert info["last_error_message"] == "Wrong response from the webhook: 302 Found"


async def until_attempts(server: BotApiServer, number: int) -> None:
    await server.wait_for(lambda: server.webhook.attempts == number)


async def test_one_at_a_time_in_a_chat_and_several_at_once(
    server: BotApiServer, raw: Raw, amal: Person, tunis: Chat, receiver: Receiver
) -> None:
    await raw("getUpdates", offset=-1)
    await raw("getUpdates", offset=server.updates.last + 1)
    receiver.open.clear()
    await raw("setWebhook", url=receiver.url, max_connections=2)
    for text in ("1", "2", "3"):
        await amal.say(text)
    people = [server.person(f"person{i}") for i in range(3)]
    for person in people:
        await person.say("x")
    await server.wait_for(lambda: receiver.under_way == 2)
    await asyncio.sleep(0.02)
    assert receiver.under_way == 2
    receiver.open.set()
    await server.settled()
    assert [t for t in receiver.texts if t != "x"] == ["1", "2", "3"]
    assert server.webhook.most_at_once == 2


async def test_a_receiver_that_is_away(
    server: BotApiServer, raw: Raw, amal: Person, receiver: Receiver
) -> None:
    await raw("setWebhook", url="http://127.0.0.1:1/hook")
    await until_attempts(server, 2)
    server.clock.advance(2)
    await raw("setWebhook", url=receiver.url)
    await server.settled()
    assert receiver.texts == ["/start"]
    await raw("setWebhook", url=receiver.url)
    server.clock.advance(2)
    again = await raw("setWebhook", url=receiver.url)
    assert again.body["description"] == "Webhook is already set"
    async with server.down():
        await amal.say("meanwhile")
    await server.settled()
    assert receiver.texts == ["/start", "meanwhile"]
