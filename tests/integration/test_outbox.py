"""The outbox with a platform that is away and chats that ask for more than they may be told: nobody
waits for what is not theirs."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from bot.delivery import outbox
from bot.delivery.backlog import LOADED
from bot.delivery.lanes import AHEAD
from bot.delivery.outbox import Outbox
from bot.domain.ids import AdapterName, ChatRef, Language, MessageRef, UserRef
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.ports import (
    Capabilities,
    ChatMoved,
    GroupFacts,
    Inbox,
    Outgoing,
    Rate,
    Role,
    Send,
    Suggestions,
    TryLater,
    Undeliverable,
)
from bot.privacy import Keyring
from bot.services.posting import post, post_live
from bot.storage.database import Database, open_database
from bot.storage.unit import Unit
from bot.text.chunks import Fit
from bot.text.rich import RichText
from bot.wording.voice import Voice

HERE, THERE = AdapterName("here"), AdapterName("there")
SLOW = "slow"
SLOT = Slot(SlotKind.PROMPT, "1")


class Platform:
    """Notes what it is given. The chat `slow` may be told one message a minute; while `away`,
    nothing can be delivered."""

    capabilities = Capabilities(
        Fit(100, lambda text: len(text.plain)),
        pace=lambda chat: [Rate(1, 60.0)] if chat.key == SLOW else [],
        at_once=30,
    )
    admin_chat: ChatRef | None = None

    def __init__(self, name: AdapterName) -> None:
        self.name = name
        self.away = False
        self.told: list[tuple[str, str]] = []
        self.tried_at: list[float] = []
        self.raising: deque[Exception] = deque()
        """What the next deliveries raise."""

    async def deliver(self, outgoing: Outgoing, key: str) -> MessageRef | None:
        self.tried_at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0)
        if self.away:
            raise TryLater
        if self.raising:
            raise self.raising.popleft()
        if isinstance(outgoing, Suggestions):
            self.told.append((outgoing.chat.key, "suggestions"))
            return None
        assert isinstance(outgoing, Send)
        self.told.append((outgoing.chat.key, outgoing.text.plain))
        return MessageRef(key)

    async def run(self, inbox: Inbox) -> None: ...

    async def role(self, chat: ChatRef, user: UserRef) -> Role:
        return Role.UNKNOWN

    async def group(self, chat: ChatRef) -> GroupFacts | None:
        return None


class Running:
    """An outbox at work on two platforms."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.here, self.there = Platform(HERE), Platform(THERE)
        self.given_up: list[AdapterName] = []
        both = {HERE: self.here, THERE: self.there}
        self.outbox = Outbox(database, both, self._undelivered, self._given_up)
        self.running = asyncio.create_task(self.outbox.run())

    async def _undelivered(self, _unit: Unit, _chat: ChatRef, _person: UserRef | None) -> None:
        raise AssertionError("everybody can be reached here")

    async def _given_up(self, _unit: Unit, platform: AdapterName) -> None:
        self.given_up.append(platform)

    async def post(
        self, adapter: AdapterName, what: Iterable[tuple[str, str]], *, broadcast: bool = False
    ) -> None:
        async with self.database.unit() as unit:
            for chat, text in what:
                said = Send(ChatRef(adapter, chat), RichText(text), Language("en"))
                post(unit, said, priority=Priority.ANNOUNCEMENT if broadcast else Priority.ANSWER)
        self.outbox.wake()

    async def until_told(self, platform: Platform, count: int) -> None:
        async with asyncio.timeout(10):
            while len(platform.told) < count:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.outbox.close()


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Running]:
    url = f"sqlite:///{tmp_path / 'data' / 'outbox.db'}"
    database = await open_database(url, Keyring([b"k" * 32]), key_place="the test")
    running = Running(database)
    yield running
    await running.close()
    await database.close()


def numbered(chat: str, count: int) -> list[tuple[str, str]]:
    return [(chat, f"{number}") for number in range(count)]


async def test_a_platform_that_is_away_delays_only_its_own(two: Running) -> None:
    two.there.away = True
    await two.post(THERE, [(f"reader {n}", "page") for n in range(2 * LOADED)])
    await two.post(THERE, [(f"signer {n}", "news") for n in range(2 * LOADED)], broadcast=True)
    await two.post(HERE, [("amal", "page")])
    await two.post(HERE, [("amal", "news")], broadcast=True)
    await two.until_told(two.here, 2)
    assert two.here.told == [("amal", "page"), ("amal", "news")]
    assert two.there.tried_at
    two.there.away = False
    await two.until_told(two.there, 4 * LOADED)
    assert len(set(two.there.told)) == len(two.there.told) == 4 * LOADED


async def test_a_chat_that_asks_for_too_much_delays_only_itself(two: Running) -> None:
    await two.post(HERE, numbered(SLOW, 2 * LOADED))
    await two.post(HERE, [("amal", "page")])
    await two.until_told(two.here, 2)
    assert sorted(two.here.told) == [("amal", "page"), (SLOW, "0")]


async def test_where_one_thing_is_said_at_a_time_chats_take_turns(two: Running) -> None:
    two.here.capabilities = replace(Platform.capabilities, at_once=1)
    await two.post(HERE, [*numbered("omar", AHEAD), ("amal", "page"), ("rami", "page")])
    await two.until_told(two.here, AHEAD + 2)
    assert {chat for chat, _ in two.here.told[:5]} == {"omar", "amal", "rami"}


async def test_a_chat_hears_all_in_order_however_much_it_is(two: Running) -> None:
    """Also what comes while earlier rows are still in the database alone, and news behind it."""
    await two.post(HERE, numbered("omar", 3 * AHEAD))
    await two.post(HERE, [("omar", "news")], broadcast=True)
    await two.until_told(two.here, AHEAD + 1)
    later = [("omar", f"{number}") for number in range(3 * AHEAD, 5 * AHEAD)]
    await two.post(HERE, later)
    await two.until_told(two.here, 5 * AHEAD + 1)
    await asyncio.wait_for(two.outbox.idle.wait(), 10)
    answers = [each for each in two.here.told if each[1] != "news"]
    assert answers == numbered("omar", 5 * AHEAD)
    assert two.here.told.index(("omar", "news")) >= 3 * AHEAD


async def test_a_fault_is_tried_a_few_times_whatever_was_before(
    two: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A platform that was away for long leaves no message with fewer tries."""
    monkeypatch.setattr(outbox, "TRIES", 3)
    monkeypatch.setattr(outbox, "LONGEST_PAUSE", 0.05)
    two.here.raising.extend([TryLater(0.0)] * 20 + [RuntimeError("odd")] * 2)
    await two.post(HERE, numbered("omar", 2))
    await two.until_told(two.here, 2)
    assert two.here.told == numbered("omar", 2)

    two.here.raising.extend([RuntimeError("odd")] * 3)
    await two.post(HERE, [("omar", "never told"), ("omar", "told")])
    await two.until_told(two.here, 3)
    assert two.here.told[2:] == [("omar", "told")]
    assert two.given_up == [HERE]


async def test_what_is_refused_for_good_is_given_up_at_once(
    two: Running, caplog: pytest.LogCaptureFixture
) -> None:
    two.here.raising.append(Undeliverable("Bad Request: whatever"))
    await two.post(HERE, [("omar", "never told"), ("omar", "told")])
    await two.until_told(two.here, 1)
    assert two.here.told == [("omar", "told")]
    assert len(two.here.tried_at) == 2
    assert two.given_up == [HERE]
    assert caplog.text.count("is given up: Bad Request: whatever") == 1
    assert not any(record.exc_info for record in caplog.records)


async def test_after_a_pause_one_message_tries_whether_it_is_over(two: Running) -> None:
    """Not everything at once, and a try that is refused begins the next pause."""
    pause = TryLater(0.15, whole_platform=True)
    two.here.raising.extend([pause] * 4)
    await two.post(HERE, [("omar", "page")])
    async with asyncio.timeout(10):
        while not two.here.tried_at:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    await two.post(HERE, [(f"reader {n}", "page") for n in range(30)])
    await two.until_told(two.here, 31)
    tries = two.here.tried_at
    assert len(tries) == 31 + 4
    assert all(later - earlier >= 0.14 for earlier, later in pairwise(tries[:5]))


async def test_a_message_that_moved_on_its_way_is_known_where_it_is(two: Running) -> None:
    """The core has heard of the move already; the row was written before."""
    there = ChatRef(HERE, "supergroup")
    two.here.raising.append(ChatMoved(there))
    async with two.database.unit() as unit:
        chat, voice = ChatRef(HERE, "group"), Voice(Language("en"))
        await post_live(unit, SLOT, chat, voice, RichText("Sure?"), (("confirm",),))
        await unit.messages.move(chat, there)
    two.outbox.wake()
    await two.until_told(two.here, 1)
    await asyncio.wait_for(two.outbox.idle.wait(), 10)
    assert two.here.told == [("supergroup", "Sure?")]
    async with two.database.unit() as unit:
        live = await unit.messages.in_slot(SLOT)
        assert live is not None
        assert live.message is not None
        assert await unit.messages.by_message(there, live.message) == live


async def test_suggestions_take_no_message_s_place(two: Running) -> None:
    chat = ChatRef(HERE, SLOW)
    async with two.database.unit() as unit:
        for number in range(3):
            post(unit, Suggestions(chat, str(number), Language("en"), ()))
        post(unit, Send(chat, RichText("page"), Language("en")))
    two.outbox.wake()
    await two.until_told(two.here, 4)


async def test_what_waited_at_the_end_goes_on_at_the_next_start(two: Running) -> None:
    two.here.away = True
    await two.post(HERE, numbered("omar", 2 * AHEAD + 1))
    async with asyncio.timeout(10):
        while not two.here.tried_at:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    await two.close()
    again = Running(two.database)
    await again.until_told(again.here, 2 * AHEAD + 1)
    await again.close()
    assert again.here.told == numbered("omar", 2 * AHEAD + 1)
