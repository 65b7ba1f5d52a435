"""Flood limits in the server's time."""

from __future__ import annotations

from tests.support.botapi import BotApiServer, Chat, Person
from tests.unit.botapi.conftest import Raw, Said, sent


async def send(raw: Raw, chat: Chat | Person, times: int) -> list[Said]:
    return [await raw("sendMessage", chat_id=chat.id, text=f"{i}") for i in range(times)]


async def test_a_burst_and_then_one_a_second(server: BotApiServer, raw: Raw, amal: Person) -> None:
    said = await send(raw, amal, 6)
    assert [s.status for s in said] == [200] * 5 + [429]
    assert said[-1].refusal == "Too Many Requests: retry after 1"
    assert said[-1].body["parameters"] == {"retry_after": 1}
    server.clock.advance(1)
    assert [s.status for s in await send(raw, amal, 2)] == [200, 429]
    server.clock.advance(100)
    assert [s.status for s in await send(raw, amal, 6)] == [200] * 5 + [429]


async def test_a_minute_in_a_group(server: BotApiServer, raw: Raw, tunis: Chat) -> None:
    for _ in range(20):
        await sent(raw, tunis)
        server.clock.advance(1)
    said = await raw("sendMessage", chat_id=tunis.id, text="x")
    assert said.body["parameters"]["retry_after"] == 40
    server.clock.advance(40)
    await sent(raw, tunis)


async def test_all_together_in_a_second(server: BotApiServer, raw: Raw) -> None:
    people = [server.person(f"person{i}") for i in range(31)]
    for person in people:
        await person.say("/start")
    said = [await raw("sendMessage", chat_id=p.id, text="x") for p in people]
    assert [s.status for s in said] == [200] * 30 + [429]
    paid = await raw("sendMessage", chat_id=people[-1].id, text="x", allow_paid_broadcast=True)
    assert paid.status == 200
    assert server.core.flood.refused == 1


async def test_what_counts(server: BotApiServer, raw: Raw, amal: Person) -> None:
    card = await sent(raw, amal)
    for i in range(4):
        await raw("editMessageText", chat_id=amal.id, message_id=card.id, text=f"{i}")
    for _ in range(5):
        assert (await raw("sendChatAction", chat_id=amal.id, action="typing")).status == 200
        assert (await raw("getChat", chat_id=amal.id)).status == 200
    same = await raw("editMessageText", chat_id=amal.id, message_id=card.id, text="3")
    assert same.status == 400
    more = await raw("editMessageText", chat_id=amal.id, message_id=card.id, text="more")
    assert (more.status, card.text) == (429, "3")
    server.rules.limits = False
    assert (await raw("sendMessage", chat_id=amal.id, text="x")).status == 200
