"""The outbox with a platform that is away and chats that ask for more than they may be told: nobody
waits for what is not theirs."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from bot.delivery import outbox
from bot.delivery.backlog import LOADED
from bot.delivery.counts import Outcome
from bot.delivery.lanes import AHEAD
from bot.delivery.outbox import Outbox
from bot.delivery.shares import CYCLE
from bot.domain.ids import AdapterName, ChatRef, Language, UserRef
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.ports import (
    ChatMoved,
    ChatUnreachable,
    Obsolete,
    Send,
    Suggestions,
    TryLater,
    Undeliverable,
)
from bot.privacy import Keyring
from bot.services.posting import edit_live, post, post_live
from bot.storage.database import Database
from bot.storage.opening import open_database
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording.voice import Voice
from tests.support.outbox import SLOW, Platform

HERE, THERE = AdapterName("here"), AdapterName("there")
SLOT = Slot(SlotKind.PROMPT, "1")


class Running:
    """An outbox on two platforms, at work from `start` on."""

    def __init__(self, database: Database, admin_chat: str | None = None) -> None:
        self.database = database
        self.here, self.there = Platform(HERE, admin_chat), Platform(THERE)
        self.given_up: list[AdapterName] = []
        both = {HERE: self.here, THERE: self.there}
        self.outbox = Outbox(database, both, self._undelivered, self._given_up)
        self.running: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.running = asyncio.create_task(self.outbox.run())

    async def _undelivered(self, _unit: Unit, _chat: ChatRef, _person: UserRef | None) -> None:
        raise AssertionError("everybody can be reached here")

    async def _given_up(self, _unit: Unit, platform: AdapterName) -> None:
        self.given_up.append(platform)

    async def post(
        self,
        adapter: AdapterName,
        what: Iterable[tuple[str, str]],
        priority: Priority = Priority.ANSWER,
    ) -> None:
        async with self.database.unit() as unit:
            for chat, text in what:
                said = Send(ChatRef(adapter, chat), RichText(text), Language("en"))
                post(unit, said, priority=priority)
        self.outbox.wake()

    async def until_told(self, platform: Platform, count: int) -> None:
        async with asyncio.timeout(20):
            while len(platform.told) < count:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)

    async def all_told(self) -> Sequence[str]:
        """What the platform `here` was told, once nothing waits."""
        if self.running is None:
            self.start()
        self.outbox.wake()
        await asyncio.wait_for(self.outbox.idle.wait(), 20)
        return [text for _, text in self.here.told]

    async def close(self) -> None:
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
        await self.outbox.close()


@pytest.fixture
async def waiting(tmp_path: Path) -> AsyncIterator[Running]:
    """Not at work yet, so that what is posted waits."""
    url = f"sqlite:///{tmp_path / 'data' / 'outbox.db'}"
    database = await open_database(url, Keyring([b"k" * 32]), key_place="the test")
    running = Running(database, "admins")
    yield running
    await running.close()
    await database.close()


@pytest.fixture
async def two(waiting: Running) -> Running:
    waiting.start()
    return waiting


def numbered(chat: str, count: int) -> list[tuple[str, str]]:
    return [(chat, f"{number}") for number in range(count)]


async def test_a_platform_that_is_away_delays_only_its_own(two: Running) -> None:
    two.there.away = True
    await two.post(THERE, [(f"reader {n}", "page") for n in range(2 * LOADED)])
    await two.post(
        THERE, [(f"signer {n}", "news") for n in range(2 * LOADED)], Priority.ANNOUNCEMENT
    )
    await two.post(HERE, [("amal", "page")])
    await two.post(HERE, [("amal", "news")], Priority.ANNOUNCEMENT)
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
    """Also what comes while earlier rows are still in the database alone; and news in between."""
    await two.post(HERE, numbered("omar", 3 * AHEAD))
    await two.post(HERE, [("omar", "news")], Priority.ANNOUNCEMENT)
    await two.until_told(two.here, AHEAD + 1)
    later = [("omar", f"{number}") for number in range(3 * AHEAD, 5 * AHEAD)]
    await two.post(HERE, later)
    await two.until_told(two.here, 5 * AHEAD + 1)
    await asyncio.wait_for(two.outbox.idle.wait(), 10)
    answers = [each for each in two.here.told if each[1] != "news"]
    assert answers == numbered("omar", 5 * AHEAD)
    assert two.here.told.index(("omar", "news")) == CYCLE - 1


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
    again.start()
    await again.until_told(again.here, 2 * AHEAD + 1)
    await again.close()
    assert again.here.told == numbered("omar", 2 * AHEAD + 1)


# -- priorities --------------------------------------------------------------------------------

WORST_FIRST = sorted(Priority, reverse=True)


async def test_the_most_urgent_first_between_chats(waiting: Running) -> None:
    waiting.here.capabilities = replace(Platform.capabilities, at_once=1)
    for priority in WORST_FIRST:
        await waiting.post(HERE, [(priority.name, priority.name)], priority)
    assert await waiting.all_told() == [priority.name for priority in Priority]


async def test_the_most_urgent_first_in_a_chat(waiting: Running) -> None:
    for priority in WORST_FIRST:
        await waiting.post(HERE, [("omar", priority.name)], priority)
    assert await waiting.all_told() == [priority.name for priority in Priority]


async def test_a_bystander_waits_for_a_few_of_hundreds(waiting: Running) -> None:
    """Where one thing is said at a time, as on Matrix: 302 to others, 2 of whom asked for a lot."""
    waiting.here.capabilities = replace(Platform.capabilities, at_once=1)
    await waiting.post(HERE, [*numbered("omar", 61), *numbered("zaid", 61)])
    for priority in (Priority.DECISION, Priority.CARD, Priority.ANNOUNCEMENT):
        await waiting.post(HERE, [(f"{priority} {n}", "news") for n in range(60)], priority)
    await waiting.post(HERE, [("amal", "help")])
    told = await waiting.all_told()
    assert len(told) == 303
    assert told.index("help") <= 3


async def test_no_priority_waits_for_the_end_of_another(waiting: Running) -> None:
    waiting.here.capabilities = replace(Platform.capabilities, at_once=1)
    await waiting.post(HERE, [(f"reader {n}", "page") for n in range(2 * LOADED)])
    for priority in (Priority.DECISION, Priority.CARD, Priority.ANNOUNCEMENT):
        await waiting.post(HERE, [(f"signer {n}", priority.name) for n in range(5)], priority)
    told = await waiting.all_told()
    for priority in (Priority.DECISION, Priority.CARD, Priority.ANNOUNCEMENT):
        places = [number for number, text in enumerate(told) if text == priority.name]
        assert places[0] < CYCLE
        assert all(later - sooner == CYCLE for sooner, later in pairwise(places))


async def test_admins_are_answered_before_the_thousands_and_not_they_alone(
    waiting: Running,
) -> None:
    """Also where their answer is far behind what is held in memory."""
    waiting.here.capabilities = replace(Platform.capabilities, at_once=1)
    await waiting.post(HERE, [(f"reader {n}", "page") for n in range(4 * LOADED)])
    await waiting.post(HERE, [("admins", f"closed {n}") for n in range(3)])
    waiting.start()
    await waiting.until_told(waiting.here, 6)
    assert [text for _, text in waiting.here.told[:6]] == [
        *("closed 0", "page", "closed 1", "page"),
        *("closed 2", "page"),
    ]


async def test_what_admins_hear_comes_once_and_in_order(waiting: Running) -> None:
    """However it was come upon: out of turn, or among the others'."""
    for half in range(2):
        said = [(f"reader {half} {n}", "page") for n in range(2 * LOADED)]
        await waiting.post(HERE, said)
        await waiting.post(HERE, [("admins", f"{half * 50 + n}") for n in range(50)])
        if not half:
            waiting.start()
    await waiting.all_told()
    heard = [text for chat, text in waiting.here.told if chat == "admins"]
    assert heard == [f"{n}" for n in range(100)]
    assert len(waiting.here.told) == 4 * LOADED + 100


# -- one slot, several priorities --------------------------------------------------------------

CHAT, VOICE = ChatRef(HERE, "admins"), Voice(Language("en"))


async def send(running: Running, text: str, priority: Priority) -> None:
    async with running.database.unit() as unit:
        await post_live(unit, SLOT, CHAT, VOICE, RichText(text), (("verify",),), priority=priority)


async def edit(running: Running, text: str, priority: Priority) -> None:
    async with running.database.unit() as unit:
        assert await edit_live(unit, SLOT, VOICE, RichText(text), (), priority=priority)


async def test_an_edit_never_goes_before_what_it_edits(waiting: Running) -> None:
    """A decision comes while its card has not been sent; another answer goes before both."""
    await send(waiting, "card", Priority.CARD)
    await edit(waiting, "verified", Priority.DECISION)
    await waiting.post(HERE, [("admins", "answer")])
    assert await waiting.all_told() == ["answer", "card", "verified"]
    assert sorted(waiting.here.shown.values()) == ["answer", "verified"]


@pytest.mark.parametrize("first", Priority)
@pytest.mark.parametrize("second", Priority)
async def test_the_newest_content_stays(
    waiting: Running, first: Priority, second: Priority
) -> None:
    """Whatever the priorities of two edits, in one unit or several, and what else wants to go."""
    await send(waiting, "card", Priority.ANSWER)
    waiting.start()
    await waiting.until_told(waiting.here, 1)
    await asyncio.wait_for(waiting.outbox.idle.wait(), 20)
    await waiting.post(HERE, [("admins", "something else")] * CYCLE, first)
    await edit(waiting, "older", first)
    await waiting.close()
    again = Running(waiting.database, "admins")
    again.here.shown = waiting.here.shown
    async with again.database.unit() as unit:
        for number, priority in enumerate((second, first, second)):
            text = RichText(f"newer {number}")
            assert await edit_live(unit, SLOT, VOICE, text, (), priority=priority)
    for priority in Priority:
        await again.post(HERE, [("admins", "something else")] * CYCLE, priority)
    told = [text for text in await again.all_told() if text != "something else"]
    await again.close()
    assert told == ["newer 2"], "what a later change says anyway is not said"
    assert next(iter(again.here.shown.values())) == "newer 2"


async def test_a_message_that_turns_into_another_keeps_its_order(waiting: Running) -> None:
    """The same slot with a new token, as where a press makes the next prompt of a message."""
    await send(waiting, "card", Priority.CARD)
    waiting.start()
    await waiting.until_told(waiting.here, 1)
    await asyncio.wait_for(waiting.outbox.idle.wait(), 20)
    await waiting.close()
    again = Running(waiting.database, "admins")
    again.here.shown = waiting.here.shown
    (message,) = waiting.here.shown
    await edit(again, "decided by another", Priority.DECISION)
    async with again.database.unit() as unit:
        await post_live(unit, SLOT, CHAT, VOICE, RichText("the next one"), (), on=message)
    assert await again.all_told() == ["decided by another", "the next one"]
    await again.close()


async def test_a_new_message_waits_for_no_other_of_its_slot(waiting: Running) -> None:
    """Who goes on while a reminder waits gets the next prompt at once."""
    await send(waiting, "your draft will end", Priority.ANNOUNCEMENT)
    async with waiting.database.unit() as unit:
        await post_live(unit, SLOT, CHAT, VOICE, RichText("your country?"), ())
        assert await edit_live(unit, SLOT, VOICE, RichText("your country, please?"), ())
    assert await waiting.all_told() == [
        "your country?",
        "your country, please?",
        "your draft will end",
    ]


async def test_each_try_counts_by_how_it_ended(
    two: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def noted(*_: object) -> None: ...

    monkeypatch.setattr(outbox, "TRIES", 2)
    monkeypatch.setattr(two.outbox, "_undelivered", noted)
    faults: list[tuple[Outcome, list[Exception]]] = [
        (Outcome.SENT, []),
        (Outcome.SENT, [TryLater(0.0), TryLater(0.0, has_enough=True)]),
        (Outcome.UNREACHABLE, [ChatUnreachable("gone")]),
        (Outcome.REFUSED, [TryLater(0.0, has_enough=True), Undeliverable("odd")]),
        (Outcome.FAILED, [RuntimeError("odd"), RuntimeError("odd")]),
        (Outcome.LEFT_OUT, [Obsolete()]),
    ]
    for number, (_, raised) in enumerate(faults):
        two.here.raising.extend(raised)
        await two.post(HERE, [(f"chat {number}", "said")])
        await asyncio.wait_for(two.outbox.idle.wait(), 20)
    found = two.outbox._counts[HERE]
    assert found.tries == Counter(outcome for outcome, _ in faults) + Counter({Outcome.RETRIED: 4})
    assert found.pauses == 2
    assert len(two.here.told) == found.tries[Outcome.SENT]
