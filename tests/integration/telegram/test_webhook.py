"""Being delivered to: 200 after the commit, nobody else let in."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.adapters.telegram import TelegramFault, Webhook, group_commit, receiving, webhook
from bot.adapters.telegram.intake import UNREADABLE
from bot.adapters.telegram.receiving import SECRET_HEADER
from bot.ports import Message, Press
from tests.contract.inbox import WITHIN, MemoryInbox
from tests.integration.telegram.conftest import NEXT, SECRET, Rig, Rigs, inbox_closed
from tests.support.botapi import BotApiServer, Person, faults

ADMIN_CHAT_MISSING = "no admin chat is set"


@pytest.fixture
async def hooked(server: BotApiServer, rigs: Rigs, hook: Webhook) -> Rig:
    """By webhook, once it is set."""
    rig = rigs(mode="webhook", webhook=hook)
    await server.wait_for(lambda: server.webhook.target)
    return rig


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


def update(number: int = 1, text: str = "/start") -> dict[str, Any]:
    person = {"id": 42, "is_bot": False, "first_name": "Eve"}
    chat = {"id": 42, "type": "private", "first_name": "Eve"}
    message = {"message_id": 1, "date": 1, "from": person, "chat": chat, "text": text}
    return {"update_id": number, "message": message}


async def test_it_is_set_with_its_secret(server: BotApiServer, hooked: Rig, hook: Webhook) -> None:
    (call,) = server.calls("setWebhook")
    assert call.parameters["url"] == hook.url
    assert call.parameters["secret_token"] == SECRET
    assert not call.parameters.get("drop_pending_updates")
    assert "my_chat_member" in call.parameters["allowed_updates"]
    assert not server.calls("getUpdates")


async def test_messages_and_presses_arrive(server: BotApiServer, hooked: Rig, amal: Person) -> None:
    await amal.say("/start")
    assert (await hooked.message()).text == "/start"
    await hooked.send(amal, "Page", buttons=((NEXT,),))
    await amal.press(server.sent(amal)[-1], "next")
    assert (await hooked.inbox.next(Press)).data == "next"
    await server.wait_for(lambda: not server.updates.pending)


async def test_200_only_after_the_commit(server: BotApiServer, hooked: Rig, amal: Person) -> None:
    async with inbox_closed(hooked):
        await amal.say("/start")
        await hooked.inbox.held()
        assert len(server.updates.pending) == 1
    await server.wait_for(lambda: not server.updates.pending)
    assert len(hooked.inbox.events) == 1


async def test_many_at_once_are_answered_once_all_are_committed(
    hooked: Rig, hook: Webhook, session: aiohttp.ClientSession
) -> None:
    async def deliver(number: int) -> int:
        headers = {SECRET_HEADER: SECRET}
        async with session.post(hook.url, json=update(number), headers=headers) as answer:
            return answer.status

    async with inbox_closed(hooked):
        deliveries = [asyncio.create_task(deliver(number)) for number in range(30)]
        await hooked.inbox.held()
        assert not any(task.done() for task in deliveries)
    assert set(await asyncio.gather(*deliveries)) == {200}
    assert sorted(map(int, hooked.inbox.received)) == list(range(30))


async def test_what_cannot_be_committed_is_delivered_again(
    server: BotApiServer, hooked: Rig, amal: Person
) -> None:
    hooked.inbox.failing = RuntimeError("no")
    await amal.say("/start")
    await server.wait_for(lambda: server.webhook.last_error)
    assert len(server.updates.pending) == 1
    hooked.inbox.failing = None
    assert (await hooked.message()).text == "/start"


async def test_waiting_too_long_for_the_commit_asks_for_another_delivery(
    hooked: Rig, hook: Webhook, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "COMMIT_TIME", 0.05)
    async with inbox_closed(hooked):
        headers = {SECRET_HEADER: SECRET}
        async with session.post(hook.url, json=update(), headers=headers) as answer:
            assert answer.status == 503


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "é"])
async def test_nobody_without_the_secret(
    hooked: Rig, hook: Webhook, session: aiohttp.ClientSession, secret: str | None
) -> None:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with session.post(hook.url, json=update(), headers=headers) as answer:
        assert answer.status == 403
    assert not hooked.inbox.events


async def test_the_same_update_twice_is_one_event(
    hooked: Rig, hook: Webhook, session: aiohttp.ClientSession
) -> None:
    for _ in range(2):
        headers = {SECRET_HEADER: SECRET, "Content-Type": "application/json; charset=utf-8"}
        data = json.dumps(update())
        async with session.post(hook.url, data=data, headers=headers) as answer:
            assert answer.status == 200
    assert hooked.inbox.received == ["1", "1"]
    assert len(hooked.inbox.events) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/hook/telegram", 405), ("POST", "/", 404), ("POST", "/healthz", 404)],
)
async def test_nothing_else_is_there(
    hooked: Rig, hook: Webhook, session: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    url = f"http://{hook.host}:{hook.port}{path}"
    async with session.request(method, url, headers={SECRET_HEADER: SECRET}) as answer:
        assert answer.status == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 400),
        (b"[" * 200_000, 400),
        (b"{" + b" " * (receiving.MOST_BYTES + 1), 413),
        (b"[]", 200),
        (b'{"update_id": 5, "message": {"text": "canary"}}', 200),
    ],
    ids=["no json", "deep", "large", "no object", "unreadable"],
)
async def test_odd_bodies(
    hooked: Rig,
    hook: Webhook,
    session: aiohttp.ClientSession,
    body: bytes,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with session.post(
        hook.url, data=io.BytesIO(body), headers={SECRET_HEADER: SECRET}
    ) as answer:
        assert answer.status == status
    assert "canary" not in caplog.text
    assert not hooked.inbox.events
    letters = [memo for kind, memo in hooked.inbox.memos if kind == UNREADABLE]
    assert len(letters) == (status == 200)


async def test_a_webhook_that_was_taken_away_is_set_again(
    server: BotApiServer,
    hooked: Rig,
    amal: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    rigs: Rigs,
    hook: Webhook,
) -> None:
    await hooked.stop()
    monkeypatch.setattr(webhook, "LOOK_EVERY", 0.05)
    again = rigs(mode="webhook", webhook=hook)
    await server.wait_for(lambda: server.calls("getWebhookInfo"))
    await server._call("deleteWebhook", {})
    await amal.say("/start")
    assert (await again.message()).text == "/start"
    assert "set again" in caplog.text


async def test_a_refused_webhook_is_tried_again(
    server: BotApiServer, rigs: Rigs, hook: Webhook, quick: list[float], amal: Person
) -> None:
    server.fail("setWebhook", faults.refusal(400, "Bad Request: bad webhook: host"), times=3)
    rig = rigs(mode="webhook", webhook=hook)
    await server.wait_for(lambda: len(quick) == 1)
    assert any("bad webhook: host" in each.casefold() for each in rig.adapter.problems())
    await amal.say("/start")
    assert (await rig.message()).text == "/start"


@pytest.mark.parametrize("code", [401, 404])
async def test_a_single_refusal_of_a_token_that_is_good_does_not_end_it(
    server: BotApiServer, rigs: Rigs, hook: Webhook, quick: list[float], amal: Person, code: int
) -> None:
    server.fail("setWebhook", faults.refusal(code, "Unauthorized"))
    rig = rigs(mode="webhook", webhook=hook)
    await amal.say("/start")
    assert (await rig.message()).text == "/start"


async def test_a_token_that_is_revoked_ends_it(
    server: BotApiServer, hooked: Rig, rigs: Rigs, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hooked.stop()
    monkeypatch.setattr(webhook, "LOOK_EVERY", 0.05)
    rig = rigs(mode="webhook", webhook=hook)
    await server.wait_for(lambda: server.calls("getWebhookInfo"))
    server.fail("*", faults.refusal(401, "Unauthorized"), times=None)
    with pytest.raises(TelegramFault, match="copy it from BotFather"):
        async with asyncio.timeout(WITHIN):
            await rig.ended


@pytest.mark.parametrize("code", [400, 404])
async def test_a_server_that_does_not_say_what_is_set(
    server: BotApiServer, rigs: Rigs, hook: Webhook, amal: Person,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, code: int,
) -> None:  # fmt: skip
    """What was set stays set: it is told once, and nothing depends on it."""
    monkeypatch.setattr(webhook, "LOOK_EVERY", 0.02)
    server.fail("getWebhookInfo", faults.refusal(code, "Not Found: method not found"), times=None)
    rig = rigs(mode="webhook", webhook=hook)
    await server.wait_for(lambda: len(server.calls("getWebhookInfo")) > 3)
    await amal.say("/start")
    assert (await rig.message()).text == "/start"
    assert len(server.calls("setWebhook")) == 1
    assert caplog.text.count("getWebhookInfo is refused") == 1
    assert all(ADMIN_CHAT_MISSING in problem for problem in rig.adapter.problems())


async def test_an_address_in_use_is_told_with_the_remedy(
    hooked: Rig, rigs: Rigs, hook: Webhook
) -> None:
    second = rigs(mode="webhook", webhook=hook)
    with pytest.raises(TelegramFault, match=r"change telegram\.webhook\.listen"):
        await second.ended


async def test_a_silence_of_telegram_is_a_problem(
    server: BotApiServer, rigs: Rigs, hook: Webhook, amal: Person
) -> None:
    admins = server.group("Admins", creator=amal)
    rig = rigs(mode="webhook", webhook=hook, admin_chat=admins.id)
    await server.wait_for(lambda: server.calls("getChat", ok=True) and server.webhook.target)
    await server.wait_for(lambda: not rig.adapter.problems())
    assert rig.adapter._request.answered is not None
    rig.adapter._request.answered -= 1000
    assert "has not answered for 1000 s" in rig.adapter.problems()[0]


async def test_strangers_are_told_nothing(
    hooked: Rig, hook: Webhook, session: aiohttp.ClientSession
) -> None:
    url = f"http://{hook.host}:{hook.port}"
    for method, path in (("GET", "/healthz"), ("POST", "/healthz"), ("GET", "/"), ("POST", "/x")):
        async with session.request(method, f"{url}{path}?verbose=1") as answer:
            head = {name.lower() for name in answer.headers}
            assert head <= {"content-type", "content-length", "date"}
            assert (answer.status, await answer.text()) == (404, "404: Not Found")


async def test_the_admin_chat_is_missing(server: BotApiServer, rigs: Rigs) -> None:
    rig = rigs(admin_chat=-100123)
    await server.wait_for(lambda: server.calls("getChat") and server.updates.polling)
    (problem,) = rig.adapter.problems()
    assert "add the bot to it" in problem


async def test_polling_listens_nowhere(
    rigs: Rigs, hook: Webhook, session: aiohttp.ClientSession
) -> None:
    rig = rigs(webhook=hook)
    await rig.ready()
    (problem,) = rig.adapter.problems()
    assert ADMIN_CHAT_MISSING in problem
    with pytest.raises(aiohttp.ClientConnectorError):
        await session.post(hook.url, json=update(), headers={SECRET_HEADER: SECRET})


async def test_from_webhook_to_polling_and_back(
    server: BotApiServer, rigs: Rigs, hook: Webhook, amal: Person
) -> None:
    inbox: MemoryInbox | None = None
    said: list[str] = []
    for mode in ("webhook", "polling", "webhook"):
        rig = rigs(inbox, mode=mode, webhook=hook)
        inbox = rig.inbox
        await amal.say(f"/{mode}")
        said.append(f"/{mode}")
        await inbox.next(Message, len(said) - 1)
        await rig.stop()
        await amal.say("/between")
        said.append("/between")
    assert inbox is not None
    texts = [event.text for event in inbox.events if isinstance(event, Message)]
    assert texts == said[:-1]
