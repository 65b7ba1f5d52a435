"""getUpdates: offsets, expiry, conflicts, what is allowed."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from tests.support.botapi import BotApiServer, Chat, Person
from tests.unit.botapi.conftest import BUTTONS, Raw, Said, sent


async def numbers(raw: Raw, offset: int = 0, limit: int = 100) -> list[int]:
    return [update["update_id"] for update in await raw.updates(offset, limit=limit)]


async def test_offsets(server: BotApiServer, raw: Raw, amal: Person) -> None:
    for i in range(9):
        await amal.say(str(i))
    first = server.updates.last - 9
    assert await numbers(raw) == list(range(first, first + 10))
    assert await numbers(raw, limit=3) == [first, first + 1, first + 2]
    assert await numbers(raw, first + 4) == list(range(first + 4, first + 10))
    assert await numbers(raw, first) == list(range(first + 4, first + 10))
    assert await numbers(raw, server.updates.last + 100) == list(range(first + 4, first + 10))
    assert await numbers(raw, -2) == [first + 8, first + 9]
    assert await numbers(raw) == [first + 8, first + 9]
    assert await raw.updates(server.updates.last + 1) == []
    assert server.updates.confirmed == server.updates.last


async def test_limits_are_kept_within_bounds(server: BotApiServer, raw: Raw, amal: Person) -> None:
    for i in range(120):
        await amal.say(str(i))
    assert len(await numbers(raw, limit=1000)) == 100
    assert len(await numbers(raw, limit=-5)) == 1


@pytest.mark.parametrize(("seconds", "left"), [(149, 2), (151, 1), (86_401, 0)])
async def test_updates_grow_old(
    server: BotApiServer, raw: Raw, amal: Person, seconds: float, left: int
) -> None:
    card = await sent(raw, amal, reply_markup=BUTTONS)
    await amal.press(card, "next")
    server.clock.advance(seconds)
    assert len(server.updates.pending) == left
    assert server.updates.dropped == 2 - left


async def test_a_poll_waits(server: BotApiServer, raw: Raw, amal: Person) -> None:
    offset = server.updates.last + 1
    poll = asyncio.ensure_future(raw("getUpdates", offset=offset, timeout=50))
    await server.wait_for(lambda: server.updates.polling)
    await amal.say("Hello")
    assert [u["message"]["text"] for u in (await poll).result] == ["Hello"]
    late = asyncio.ensure_future(raw("getUpdates", offset=offset + 1, timeout=900))
    await server.wait_for(lambda: server.updates.polling)
    server.clock.advance(49)
    await asyncio.sleep(0.02)
    assert not late.done()
    server.clock.advance(2)
    assert (await late).result == []


async def start_poll(server: BotApiServer, raw: Raw, offset: int = 0) -> asyncio.Task[Said]:
    count = len(server.calls("getUpdates"))
    poll = asyncio.ensure_future(raw("getUpdates", offset=offset, timeout=50))
    await server.wait_for(lambda: len(server.calls("getUpdates")) > count)
    await server.wait_for(lambda: server.updates.polling)
    return poll


async def test_a_second_poll_ends_the_older(server: BotApiServer, raw: Raw) -> None:
    first = await start_poll(server, raw)
    second = await start_poll(server, raw)
    said = await first
    assert said.status == 409
    assert said.refusal.startswith("Conflict: terminated by other getUpdates request; make sure")
    third = await start_poll(server, raw)
    await asyncio.sleep(0.02)
    assert not second.done()
    server.clock.advance(3)
    assert (await second).status == 409
    server.clock.advance(50)
    assert (await third).result == []


async def test_a_restart_drops_a_poll_and_keeps_the_updates(
    server: BotApiServer, raw: Raw, amal: Person
) -> None:
    poll = await start_poll(server, raw, server.updates.last + 1)
    async with server.down():
        await amal.say("meanwhile")
    with pytest.raises(aiohttp.ClientError):
        await poll
    assert not server.updates.polling
    assert [u["message"]["text"] for u in await raw.updates()] == ["meanwhile"]


async def test_a_webhook_ends_polls(server: BotApiServer, raw: Raw) -> None:
    poll = await start_poll(server, raw)
    hook = await raw("setWebhook", url="http://127.0.0.1:1/hook")
    assert hook.body["description"] == "Webhook was set"
    assert (await poll).refusal == "Conflict: terminated by setWebhook request"
    server.clock.advance(5)
    active = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook"
    assert (await raw("getUpdates")).refusal.startswith(active)
    gone = await raw("deleteWebhook", drop_pending_updates=True)
    assert gone.body["description"] == "Webhook was deleted"
    assert (await raw("deleteWebhook")).body["description"] == "Webhook is already deleted"
    assert await raw.updates() == []


async def test_asking_the_same_again_is_slowed(
    server: BotApiServer, raw: Raw, amal: Person
) -> None:
    await amal.say("2")
    assert len((await raw("getUpdates")).result) == 2
    assert len((await raw("getUpdates")).result) == 1
    offset = server.updates.last + 1
    await raw("getUpdates", offset=offset)
    again = asyncio.ensure_future(raw("getUpdates", offset=offset))
    await server.wait_for(lambda: server.updates.polling)
    server.clock.advance(3)
    assert (await again).result == []


async def test_what_is_allowed_is_remembered(
    server: BotApiServer, raw: Raw, amal: Person, tunis: Chat
) -> None:
    tunis.promote_bot()

    async def kinds() -> list[str]:
        last = server.updates.last
        await amal.say("x")
        tunis.add(server.person("omar"))
        tunis.remove(server.person("omar"))
        return [u.kind for u in server.updates.pending if u.id > last]

    assert await kinds() == ["message", "message", "message"]
    await raw("getUpdates", allowed_updates=["chat_member"])
    assert await kinds() == ["chat_member", "chat_member"]
    await raw.updates()
    assert await kinds() == ["chat_member", "chat_member"]
    await raw.updates(allowed_updates=[])
    assert await kinds() == ["message", "message", "message"]
