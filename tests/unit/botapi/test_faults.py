"""Scripted faults, outages, the journal, waiting."""

from __future__ import annotations

import aiohttp
import pytest

from tests.support.botapi import BotApiServer, Clock, Person, faults
from tests.support.botapi.faults import ODDITIES, Fault
from tests.unit.botapi.conftest import Raw

FAULTS: list[tuple[Fault, int, bool]] = [
    (faults.drop(), 0, False),
    (faults.drop(effect=True), 0, True),
    (faults.bad_gateway(), 502, False),
    (faults.bad_gateway(effect=True), 502, True),
    (faults.garbage(), 200, True),
    (faults.server_error(), 500, False),
    (faults.too_many(), 429, False),
    (faults.too_many(3), 429, False),
    (faults.not_ok_with_200(), 200, False),
    (faults.refusal(404, "Not Found"), 404, False),
    (faults.slow(0.05), 200, True),
    (faults.slow(0.05, faults.drop(effect=True)), 0, True),
    (faults.drip(1e-6), 200, False),
    (faults.drip(1e-6, effect=True), 200, True),
    *((faults.odd(name), 200, True) for name in ODDITIES),
]


async def attempt(server: BotApiServer, raw: Raw, amal: Person) -> tuple[int, bytes]:
    url = f"{server.url}/bot{server.token}/sendMessage"
    try:
        async with raw.session.post(url, json={"chat_id": amal.id, "text": "Hello"}) as answer:
            return answer.status, await answer.read()
    except aiohttp.ClientError:
        return 0, b""


@pytest.mark.parametrize(("fault", "status", "effect"), FAULTS, ids=lambda v: str(v)[:30])
async def test_each_fault_happens_once(
    server: BotApiServer, raw: Raw, amal: Person, fault: Fault, status: int, effect: bool
) -> None:
    server.fail("sendMessage", fault)
    assert (await attempt(server, raw, amal))[0] == status
    assert len(server.sent(amal)) == effect
    assert server.calls("sendmessage")[-1].fault == fault.name
    assert (await attempt(server, raw, amal))[0] == 200
    assert server.faults.left == 0


async def test_bodies_of_faults(server: BotApiServer, raw: Raw, amal: Person) -> None:
    for fault, words in (
        (
            faults.too_many(),
            b'{"ok": false, "error_code": 429, "description": "Too Many Requests"}',
        ),
        (faults.too_many(3), b'"parameters": {"retry_after": 3}'),
        (faults.bad_gateway(), b"<html>"),
        (faults.not_ok_with_200(), b'"ok": false'),
    ):
        server.fail("*", fault)
        assert words in (await attempt(server, raw, amal))[1]


async def test_when_and_how_often(server: BotApiServer, raw: Raw, amal: Person) -> None:
    server.fail("sendMessage", faults.server_error(), times=2, skip=1)
    assert [(await attempt(server, raw, amal))[0] for _ in range(4)] == [200, 500, 500, 200]
    server.fail("*", faults.server_error(), times=None, when=lambda c: c.parameters["text"] == "x")
    assert (await raw("sendMessage", chat_id=amal.id, text="y")).status == 200
    for _ in range(2):
        assert (await raw("sendMessage", chat_id=amal.id, text="x")).status == 500
    server.faults.clear()
    assert (await raw("sendMessage", chat_id=amal.id, text="x")).status == 200


async def test_an_outage_keeps_everything(server: BotApiServer, raw: Raw, amal: Person) -> None:
    url = server.url
    async with server.down():
        assert (await attempt(server, raw, amal))[0] == 0
        await amal.say("meanwhile")
    assert server.url == url
    assert [u["message"]["text"] for u in await raw.updates()] == ["/start", "meanwhile"]


async def test_the_journal(server: BotApiServer, raw: Raw, amal: Person) -> None:
    await raw("sendMessage", chat_id=amal.id, text="Hello")
    await raw("sendMessage", chat_id=amal.id)
    good, bad = server.calls()
    assert (good.method, good.parameters["text"], good.status) == ("sendMessage", "Hello", 200)
    assert bad.answer is not None
    assert bad.answer["description"] == "Bad Request: message text is empty"
    assert server.calls("sendMessage", ok=False) == [bad]
    assert good.at == server.clock.now()


async def test_waiting_says_what_happened_instead(
    server: BotApiServer, raw: Raw, amal: Person
) -> None:
    await raw("getMe")
    with pytest.raises(AssertionError, match="getMe"):
        await server.next_message(amal, within=0.01)


async def test_a_clock_of_its_own_speed() -> None:
    clock = Clock(speed=100)
    before = clock.now()
    await clock.sleep(2)
    assert 2 <= clock.now() - before < 30
