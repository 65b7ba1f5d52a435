"""Waits of hours: obeyed in careful steps, and said at once in the log, and to the
admins on another platform."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.adapters.telegram import TelegramAdapter, floods
from bot.bootstrap.opening import open_storage, read_library
from bot.bootstrap.wiring import build
from bot.delivery import health
from bot.delivery.health import Health, Watch
from bot.domain.ids import AdapterName, ChatRef, MessageRef, UserRef
from bot.ports import Adapter, Capabilities, GroupFacts, Inbox, Outgoing, Role, Send
from bot.services.troubles import tell_silent
from bot.storage.unit import Unit
from bot.text.chunks import Fit
from tests.integration.telegram.conftest import Rig, Rigs
from tests.integration.telegram.whole import WITHIN, MovableClock, Whole, whole_bot
from tests.support.botapi import BotApiServer, Call, Person, fast, faults
from tests.support.dialogue import settings_in
from tests.support.numbers import in_order
from tests.support.statements import write_port

DAY = 86_400
STEP = 0.2
"""Seconds between two careful tries."""

UNTIL = re.compile(r"until (\d{4}-\d\d-\d\d \d\d:\d\d) UTC")


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_STEP", "LONGEST_STEP"):
        monkeypatch.setattr(floods, name, STEP)


def is_a_day_ahead(problem: str) -> bool:
    """Whether it says until when."""
    found = UNTIL.search(problem)
    assert found is not None, problem
    end = dt.datetime.strptime(found[1], "%Y-%m-%d %H:%M").replace(tzinfo=dt.UTC)
    left = end - dt.datetime.now(dt.UTC)
    return dt.timedelta(hours=23, minutes=58) < left <= dt.timedelta(hours=24)


def sent_to(person: Person) -> Callable[[Call], bool]:
    return lambda call: str(call.parameters.get("chat_id")) == str(person.id)


def people(server: BotApiServer, count: int) -> list[Person]:
    return [server.person(f"reader{number}") for number in range(count)]


def problems(w: Whole) -> list[str]:
    return list(w.adapter.problems())


async def test_everything_is_silent_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Then one message at a time tries whether it is over, and all are answered once."""
    async with BotApiServer(rules=fast()) as server, whole_bot(tmp_path, server) as w:
        readers = people(server, 12)
        server.fail("sendMessage", faults.too_many(DAY), times=None)
        for reader in readers:
            await reader.say("/read port")
        await server.wait_for(lambda: problems(w), WITHIN)
        await server.wait_for(lambda: "from the bot;" in problems(w)[0], WITHIN)
        assert is_a_day_ahead(problems(w)[0])
        assert w.adapter.silent_until() is not None
        before = len(server.calls("sendMessage"))
        await asyncio.sleep(5 * STEP)
        assert 1 <= len(server.calls("sendMessage")) - before <= 6
        assert caplog.text.count("Telegram wants no messages from the bot;") == 1

        server.faults.clear()
        await server.wait_for(lambda: all(map(w.texts, readers)), WITHIN)
        await w.settled()
        assert [len(w.texts(reader)) for reader in readers] == [1] * len(readers)
        assert problems(w) == []
        assert w.adapter.silent_until() is None
        assert caplog.text.count("takes the bot's messages again") == 1
    assert not any(record.exc_info for record in caplog.records)


async def test_one_chat_is_silent_and_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with BotApiServer(rules=fast()) as server, whole_bot(tmp_path, server) as w:
        amal, *others = people(server, 6)
        server.fail("sendMessage", faults.too_many(DAY), times=None, when=sent_to(amal))
        await amal.say("/read port")
        await server.wait_for(lambda: problems(w), WITHIN)
        (problem,) = problems(w)
        assert "in 1 chat" in problem
        assert is_a_day_ahead(problem)
        assert str(amal.id) not in problem
        for other in others:
            await other.say("/help")
        await server.wait_for(lambda: all(map(w.texts, others)), WITHIN)
        tries = len(list(filter(sent_to(amal), server.calls("sendMessage"))))
        await asyncio.sleep(3 * STEP)
        more = len(list(filter(sent_to(amal), server.calls("sendMessage")))) - tries
        assert 1 <= more <= 4
        server.faults.clear()
        await server.wait_for(lambda: w.texts(amal), WITHIN)
        await server.wait_for(lambda: not problems(w), WITHIN)
    assert caplog.text.count("Telegram wants no messages") == 1


async def test_no_updates_for_a_day(
    server: BotApiServer,
    rigs: Rigs,
    amal: Person,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What is to be said goes out meanwhile."""
    admins = server.group("Admins", creator=amal)
    await amal.say("/start")
    server.fail("getUpdates", faults.too_many(DAY), times=None)
    rig: Rig = rigs(admin_chat=admins.id)
    await server.wait_for(lambda: len(server.calls("getUpdates")) > 2)
    (problem,) = rig.adapter.problems()
    assert "Telegram wants to be asked for no updates" in problem
    assert is_a_day_ahead(problem)
    assert rig.adapter.silent_until() is not None
    await rig.send(amal)
    assert caplog.text.count("Telegram wants to be asked for no updates") == 1
    server.faults.clear()
    assert (await rig.message()).text == "/start"
    assert rig.adapter.silent_until() is None
    assert rig.adapter.problems() == []


async def test_steps_grow_and_none_is_longer_than_ten_minutes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    found, chat = floods.Floods(), ChatRef(AdapterName("telegram"), "1")
    pauses = [found.met(chat, DAY).after for _ in range(8)]
    assert pauses == [60, 120, 240, 480, 600, 600, 600, 600]
    assert found.met(chat, 3).after == 3


class Elsewhere:
    """Another platform, with an admin chat of its own."""

    name = AdapterName("elsewhere")
    capabilities = Capabilities(Fit(4000, lambda text: len(text.plain)), at_once=4)

    def __init__(self) -> None:
        self.admin_chat: ChatRef | None = ChatRef(self.name, "admins")
        self.told: list[Send] = []

    async def run(self, inbox: Inbox) -> None:
        await asyncio.Event().wait()

    async def deliver(self, outgoing: Outgoing, key: str) -> MessageRef | None:
        assert isinstance(outgoing, Send)
        self.told.append(outgoing)
        return MessageRef(str(len(self.told)))

    async def role(self, chat: ChatRef, user: UserRef) -> Role:
        return Role.UNKNOWN

    async def group(self, chat: ChatRef) -> GroupFacts | None:
        return None


async def test_the_admins_on_another_platform_are_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LOOK_EVERY", 0.05)
    settings, clock, there = (
        settings_in(tmp_path, write_port(tmp_path)),
        MovableClock(),
        Elsewhere(),
    )
    async with (
        BotApiServer(rules=fast()) as server,
        open_storage(settings, draw=in_order) as database,
    ):
        admins = server.group("Admins", creator=server.person("zaid"))
        telegram = TelegramAdapter(server.token, api_url=server.url, admin_chat=admins.id)
        adapters: dict[AdapterName, Adapter] = {telegram.name: telegram, there.name: there}
        bot = await build(settings, read_library(settings), database, adapters, clock)

        async def silent(unit: Unit, name: AdapterName, until: dt.datetime) -> None:
            await tell_silent(unit, bot.campaign, name, until, clock.now())

        server.fail("getUpdates", faults.too_many(DAY), times=None)
        running = asyncio.create_task(bot.run(Watch(Health(), database, adapters, silent)))
        try:
            await server.wait_for(lambda: there.told, WITHIN)
            await server.wait_for(lambda: len(server.calls("getUpdates")) > 4, WITHIN)
            (told,) = there.told
            assert "Telegram wants me to be silent until" in told.text.plain
            assert told.urgent
            assert not server.sent(admins)

            clock.ahead += dt.timedelta(days=1, minutes=5)
            await server.wait_for(lambda: len(there.told) == 2, WITHIN)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
