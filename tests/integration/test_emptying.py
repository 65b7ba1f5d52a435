"""Messages that are emptied before, while and after they are delivered, and many of them at once:
of 100 cards, and of 500 when there is time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.ids import ChatRef, Language, MessageRef, Number
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.ports import Capabilities, Outgoing, Rate, Send
from bot.privacy import Keyring
from bot.services.posting import edit_live, end_live, post_live, post_shown
from bot.storage.database import Database
from bot.storage.opening import open_database
from bot.storage.tables import live_messages, outbox, shown
from bot.text.rich import RichText
from bot.wording.voice import Voice
from tests.integration.test_outbox import HERE, Running
from tests.support.outbox import Platform

CHAT, SAY, NAME = ChatRef(HERE, "admins"), Voice(Language("en")), "Zahra Canarini"
NUMBER, SLOT = Number(1), Slot(SlotKind.CARD, "1", "here")
GONE = RichText("#1: withdrawn")


class Slow(Platform):
    """Takes a message, and answers only when it may; twenty messages to a chat in a moment."""

    capabilities = Capabilities(
        Platform.capabilities.fit, pace=lambda _: [Rate(20, 0.05)], at_once=30
    )

    def __init__(self) -> None:
        super().__init__(HERE, "admins")
        self.begun, self.may_answer = asyncio.Event(), asyncio.Event()
        self.may_answer.set()

    async def deliver(self, outgoing: Outgoing, key: str) -> MessageRef | None:
        self.begun.set()
        message = await super().deliver(outgoing, key)
        await self.may_answer.wait()
        return message


class Delayed(Running):
    here: Slow

    def __init__(self, database: Database) -> None:
        super().__init__(database, "admins")
        self.here = Slow()
        self.outbox._adapters = {HERE: self.here}


@pytest.fixture
async def r(tmp_path: Path) -> AsyncIterator[Delayed]:
    url = f"sqlite:///{tmp_path / 'data' / 'outbox.db'}"
    database = await open_database(url, Keyring([b"k" * 32]), key_place="the test")
    running = Delayed(database)
    yield running
    await running.close()
    await database.close()


async def bring(r: Delayed) -> None:
    """A card, whose record waits."""
    async with r.database.unit() as unit:
        names = (("verify",),)
        await post_live(unit, SLOT, CHAT, SAY, RichText(f"#1 {NAME}"), names, shows=[NUMBER])
    r.outbox.wake()


async def erase(r: Delayed) -> None:
    async with r.database.unit() as unit:
        for live in await unit.messages.showing(NUMBER):
            await end_live(unit, live.slot, SAY, GONE, priority=Priority.DECISION)
    r.outbox.wake()


async def check_nothing_is_left(r: Delayed) -> None:
    """No message says it, and nothing of the messages is known."""
    assert set(r.here.shown.values()) == {GONE.plain}
    async with r.database.unit() as unit:
        for table in (outbox, live_messages, shown):
            assert (await unit._connection.execute(table.select())).all() == [], table.name


async def test_what_waits_is_changed_before_it_is_delivered(r: Delayed) -> None:
    await bring(r)
    await erase(r)
    async with r.database.unit() as unit:
        for priority in Priority:
            rows = await unit.outbox.after(0, 10, HERE, priority)
            assert not any(NAME.encode() in row.data for row in rows)
    assert not any(NAME in told for told in await r.all_told())
    await check_nothing_is_left(r)


async def test_what_is_held_in_memory_is_not_said_either(r: Delayed) -> None:
    """The platform is away when it is erased."""
    r.here.away = True
    r.start()
    await bring(r)
    await asyncio.wait_for(r.here.begun.wait(), 20)
    await erase(r)
    r.here.away = False
    assert not any(NAME in told for told in await r.all_told())
    await check_nothing_is_left(r)


@pytest.mark.parametrize("is_killed", [False, True])
async def test_what_is_under_way_is_emptied_right_after(r: Delayed, is_killed: bool) -> None:
    r.here.may_answer.clear()
    r.start()
    await bring(r)
    await asyncio.wait_for(r.here.begun.wait(), 20)
    await r.until_told(r.here, 1)
    await erase(r)
    if is_killed:
        await r.close()
        again = Running(r.database, "admins")
        again.here.shown = r.here.shown
        await again.all_told()
        await again.close()
    else:
        r.here.may_answer.set()
        assert await r.all_told() == [f"#1 {NAME}", GONE.plain]
    await check_nothing_is_left(r)


async def test_a_list_is_known_under_each_that_it_names(r: Delayed) -> None:
    async with r.database.unit() as unit:
        send = Send(CHAT, RichText(f"{NAME}, Rami"), Language("en"))
        await post_shown(unit, send, [NUMBER, Number(2)])
    await r.all_told()
    async with r.database.unit() as unit:
        first, second = [await unit.messages.showing(Number(n)) for n in (1, 2)]
        assert first == second
        assert await unit.messages.showing(Number(3)) == []
    await erase(r)
    await r.all_told()
    await check_nothing_is_left(r)


@pytest.mark.parametrize("many", [100, pytest.param(500, marks=pytest.mark.soak)])
async def test_answers_are_not_late_where_many_windows_end_at_once(r: Delayed, many: int) -> None:
    """Each card waits with an older change already, which is not sent for itself."""
    async with r.database.unit() as unit:
        for n in range(many):
            slot, message = Slot(SlotKind.CARD, str(n), "here"), MessageRef(f"card {n}")
            await unit.messages.place(slot, CHAT, message)
            r.here.shown[message] = f"#{n} {NAME}"
            text = RichText(f"#{n} verified by zaid")
            await edit_live(unit, slot, SAY, text, (), priority=Priority.DECISION)
    async with r.database.unit() as unit:
        for n in range(many):
            slot = Slot(SlotKind.CARD, str(n), "here")
            how = Priority.ANNOUNCEMENT
            await end_live(unit, slot, SAY, RichText(f"#{n}: verified"), priority=how)
    r.start()
    r.outbox.wake()
    late = []
    for n in range(4):
        await r.until_told(r.here, 20 * (n + 1))
        before = len(r.here.told)
        await r.post(HERE, [("admins", f"answer {n}")])
        await r.until_told(r.here, before + 6)
        late.append(r.here.told.index(("admins", f"answer {n}")) - before)
    told = await r.all_told()
    assert max(late) <= 4, late
    assert len(told) == many + 4
    assert {text for message, text in r.here.shown.items() if message.startswith("card")} == {
        f"#{n}: verified" for n in range(many)
    }


async def test_what_is_not_sent_takes_no_place(r: Delayed) -> None:
    """Two messages a minute: the newest change, and an answer."""
    r.here.capabilities = replace(Slow.capabilities, pace=lambda _: [Rate(2, 60.0)])
    r.here.shown[MessageRef("card")] = NAME
    async with r.database.unit() as unit:
        await unit.messages.place(SLOT, CHAT, MessageRef("card"))
        for text in ("older", "old", "new"):
            how = Priority.DECISION
            assert await edit_live(unit, SLOT, SAY, RichText(text), (), priority=how)
    await r.post(HERE, [("admins", "answer")], Priority.ANNOUNCEMENT)
    assert await r.all_told() == ["new", "answer"]
