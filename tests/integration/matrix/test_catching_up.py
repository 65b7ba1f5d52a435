"""What came while the bot was away is answered when it is back: all of it, in order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.adapters.matrix.sync import FILTER
from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.test_outages import until
from tests.integration.matrix.whole import whole_bot
from tests.support.statements import write_long
from tests.support.synapse import Homeserver, Person, Proxy

ROOM: Any = FILTER["room"]
SHOWN = ROOM["timeline"]
"""How much of a room an answer of the server shows: what is behind more than that leaves a gap."""


def numbers(person: Person, room: str, bot: str) -> list[int]:
    """The demands that the bot has told there, in order."""
    found = [re.match(r"(\d+)\. ", heard.text) for heard in person.said_in(room, bot)]
    return [int(match[1]) for match in found if match]


@pytest.mark.parametrize(
    ("shown", "messages"), [(10, 14), pytest.param(SHOWN["limit"], 60, marks=pytest.mark.soak)]
)
async def test_many_messages_and_three_invites(
    tmp_path: Path,
    homeserver: Homeserver,
    meet: Meet,
    unique: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
    shown: int,
    messages: int,
) -> None:
    monkeypatch.setitem(SHOWN, "limit", shown)
    account = await homeserver.register(unique("bot"))
    write_long(tmp_path, pages=1, demands=messages)
    omar, amal, rami, hani = [await meet(name) for name in ("omar", "amal", "rami", "hani")]
    async with whole_bot(tmp_path, homeserver, account) as w:
        room = await omar.create([account.user], name="Readers")
        await omar.hear(room, "!endorse")
        chat = await amal.chat(account.user)
        await amal.hear(chat, "Hello")
    for number in range(1, messages + 1):
        await omar.say(room, f"!demands long {number}")
        if number == messages // 2:
            await amal.say(chat, "!demands long 1")
    invited = [
        (amal, await amal.create([account.user], name="Dockers"), "!endorse"),
        (rami, await rami.create([account.user], direct=True), "Hello"),
        (hani, await hani.create([account.user], direct=True, encrypted=False), "Hello"),
    ]
    async with whole_bot(tmp_path, homeserver, account):
        for person, chosen, greeting in invited:
            await person.hear(chosen, greeting)
        await omar.wait_for(lambda: len(numbers(omar, room, account.user)) == messages)
        await amal.wait_for(lambda: numbers(amal, chat, account.user) == [1])
        assert numbers(omar, room, account.user) == [*range(1, messages + 1)]
        assert all(heard.readable for heard in omar.said_in(room))
    # Nothing is answered once more by the next start.
    async with whole_bot(tmp_path, homeserver, account) as w:
        for number in (7, 8):
            await w.ask(omar, room, f"!demands long {number}")
    assert numbers(omar, room, account.user) == [*range(1, messages + 1), 7, 8]


async def test_a_key_that_comes_late_leaves_the_order_as_it_was(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    """The server hands out a hundred messages to a device at a time: behind a flood of them, the
    key comes after the message, and together with the next one."""
    account, amal = await homeserver.register(unique("bot")), await meet("amal")
    write_long(tmp_path, pages=1, demands=2)
    keys: list[Any] = []
    held, second = False, ""

    async def late(request: web.Request) -> web.StreamResponse:
        answer = await proxy.forward(request)
        assert isinstance(answer, web.Response)
        assert isinstance(answer.body, bytes)
        body = json.loads(answer.body)
        keys.extend(body.get("to_device", {}).get("events", ()))
        if held and not (second and second.encode() in answer.body):
            body["to_device"] = {"events": []}
        else:
            body["to_device"] = {"events": keys.copy()}
            keys.clear()
        return web.json_response(body)

    async with (
        Proxy(homeserver) as proxy,
        whole_bot(tmp_path, homeserver, account, url=proxy.url) as w,
    ):
        proxy.fail("GET .*/sync", late, times=1_000)
        chat = await amal.chat(account.user)
        await w.ask(amal, chat, "!help")
        amal.client.invalidate_outbound_session(chat)
        held = True
        await amal.say(chat, "!demands long 1")
        parts = w.adapter._parts
        assert parts is not None
        await until(parts.reading.waits)
        second = await amal.say(chat, "!demands long 2")
        await amal.wait_for(lambda: len(numbers(amal, chat, account.user)) == 2)
    assert numbers(amal, chat, account.user) == [1, 2]
