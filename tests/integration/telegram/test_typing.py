"""Who waits for an answer sees that the bot is at work; everything goes well without that, too."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from bot.adapters.telegram import typing
from tests.integration.telegram.conftest import NEXT, Rig
from tests.integration.telegram.whole import whole_bot_alone
from tests.support.botapi import BotApiServer, Chat, Person, faults

SOON = 0.05


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is shown almost at once."""
    monkeypatch.setattr(typing, "SLOW", SOON)


async def shown_to(server: BotApiServer, *people: Person) -> None:
    def shown() -> bool:
        calls = server.calls("sendChatAction")
        return [int(call.parameters["chat_id"]) for call in calls] == [p.id for p in people]

    await server.wait_for(shown)


async def test_the_whole_bot_while_the_database_is_slow(tmp_path: Path) -> None:
    async with whole_bot_alone(tmp_path) as w:
        amal = w.server.person("amal")
        assert "Hello" in await w.say(amal, "/start")
        async with w.database.unit():
            asked = time.monotonic()
            await amal.say("/help")
            await shown_to(w.server, amal)
            assert time.monotonic() - asked >= typing.SLOW
        await w.settled()
        assert "/sign" in w.texts(amal)[-1]
        (call,) = w.server.calls("sendChatAction", ok=True)
        assert call.parameters["action"] == "typing"


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing takes so long that it is shown."""
    monkeypatch.setattr(typing, "SLOW", 60.0)


@pytest.mark.usefixtures("late")
async def test_a_quick_answer_needs_none(server: BotApiServer, rig: Rig, amal: Person) -> None:
    for text in ("/start", "/help"):
        await amal.say(text)
        await rig.said(text)
        assert rig.adapter._at_work._waiting
        await rig.send(amal, f"You said {text}")
        assert not rig.adapter._at_work._waiting
    assert server.calls("sendChatAction") == []


@pytest.mark.usefixtures("soon")
async def test_once_for_all_that_somebody_writes_meanwhile(
    server: BotApiServer, rig: Rig, amal: Person
) -> None:
    for text in ("one", "two", "three"):
        await amal.say(text)
    await shown_to(server, amal)
    await rig.said("three")


@pytest.mark.usefixtures("soon")
async def test_neither_for_groups_nor_for_presses(
    server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
) -> None:
    await amal.say("/start")
    await rig.said("/start")
    await rig.send(amal, "Page 1", buttons=((NEXT,),))
    shown = len(server.calls("sendChatAction"))
    await amal.press(server.sent(amal)[-1], NEXT.data)
    await amal.send(tunis, "/endorse")
    await rig.said("/endorse")
    await asyncio.sleep(4 * SOON)
    assert len(server.calls("sendChatAction")) == shown


@pytest.mark.usefixtures("soon")
async def test_few_calls_for_a_crowd(server: BotApiServer, rig: Rig) -> None:
    people = [server.person(f"reader{number}") for number in range(30)]
    began = time.monotonic()
    await asyncio.gather(*(person.say("/start") for person in people))
    await server.wait_for(lambda: len(rig.inbox.events) >= len(people))
    await asyncio.sleep(4 * SOON)
    most = 1 + (time.monotonic() - began) / typing.APART
    assert 1 <= len(server.calls("sendChatAction")) <= most


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("status", [400, 403, 404])
async def test_refused_once_and_told_once(
    server: BotApiServer, rig: Rig, amal: Person, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    server.fail("sendChatAction", faults.refusal(status, "Not this one"), times=None)
    for person in (amal, server.person("omar")):
        await person.say("/start")
        await server.wait_for(lambda: "sendChatAction is refused" in caplog.text)
        await asyncio.sleep(4 * SOON)
        await rig.send(person, f"Hello {person.name}")
    assert caplog.text.count("sendChatAction is refused: ") == 1
    await shown_to(server, amal)


@pytest.mark.usefixtures("late")
async def test_nothing_is_left_of_it_at_the_end(
    server: BotApiServer, rig: Rig, amal: Person
) -> None:
    await amal.say("/start")
    await rig.said("/start")
    (timer,) = rig.adapter._at_work._waiting.values()
    await rig.stop()
    assert timer.cancelled()
    assert not rig.adapter._at_work._waiting
    assert server.calls("sendChatAction") == []
