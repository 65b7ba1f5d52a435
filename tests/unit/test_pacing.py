"""Pacing against the limits of the server that the tests use, both on one clock that a test moves.

The line between them takes its time, another for each message: what left first may arrive last.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pytest

from bot.adapters.telegram.adapter import IN_A_CHAT, IN_A_GROUP, OVERALL
from bot.delivery import pacing
from bot.delivery.backlog import Backlog
from bot.delivery.backlog import Chat as Told
from bot.delivery.pacing import MARGIN, REMEMBERED, Pacer, Permit
from bot.delivery.shares import CYCLE
from bot.domain.ids import AdapterName, ChatRef
from bot.domain.priority import Priority
from bot.ports import Rate
from bot.storage.outbox import OutboxRow
from tests.support.botapi import BotApiServer, Chat, Clock, Rules
from tests.support.outbox import Platform, row

SECOND = Rate(30, 1.0)
AMAL, RAMI = b"amal", b"rami"
PART = int(SECOND.most * pacing.PART)
ANSWER, DECISION, CARD, ANNOUNCEMENT = Priority
TELEGRAM = AdapterName("telegram")


@dataclass(frozen=True)
class Due:
    """A message that is to go, and whose."""

    chat: Chat
    number: int
    priority: Priority = ANSWER
    at: float = 0.0


class Line:
    """Sends as the outbox does. `latency` gives the seconds that a call takes each way."""

    def __init__(self, latency: Callable[[], float]) -> None:
        self.clock = Clock(speed=0, start=0.0)
        self.server = BotApiServer(clock=self.clock, rules=Rules())
        self.pacer = Pacer(OVERALL)
        self.latency = latency
        self.arrived: list[tuple[float, Due]] = []
        self._backlog = Backlog({TELEGRAM: Platform(TELEGRAM)})
        self._due: dict[int, Due] = {}
        self._behind: dict[tuple[int, Priority], deque[Due]] = defaultdict(deque)
        """What waits where the database would be."""
        self._held: dict[tuple[int, Priority], int] = defaultdict(int)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def people(self, count: int) -> list[Chat]:
        return [self.server.person(f"reader{number}").private for number in range(count)]

    def groups(self, count: int) -> list[Chat]:
        omar = self.server.person("omar")
        return [self.server.group(f"Group {number}", creator=omar) for number in range(count)]

    def run(self, due: Sequence[Due], seconds: float = 3600.0) -> float:
        """Until everything has arrived, or for so long; when that was."""
        for each in due:
            self._later(each.at, partial(self._write, each))
        while self._events or self._backlog:
            wait = self._start_all()
            soonest = min(self._events[0][0] if self._events else wait, wait)
            if soonest > seconds:
                break
            self.clock.advance(max(0.0, soonest - self.clock.now()))
            while self._events and self._events[0][0] <= self.clock.now():
                heapq.heappop(self._events)[2]()
        return self.clock.now()

    def seconds(self, priority: Priority) -> list[float]:
        """When such messages arrived."""
        return [at for at, due in self.arrived if due.priority is priority]

    def _later(self, at: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._events, (at, next(self._order), do))

    def _write(self, due: Due) -> None:
        lane = due.chat.id, due.priority
        self._behind[lane].append(due)
        self._refill(lane)

    def _refill(self, lane: tuple[int, Priority]) -> None:
        if self._behind[lane] and self._held[lane] < self._backlog.ahead:
            due = self._behind[lane].popleft()
            new = row(ChatRef(TELEGRAM, str(due.chat.id)), due.priority)
            self._due[new.id] = due
            self._held[lane] += 1
            self._backlog.add(new)

    def _start_all(self) -> float:
        """When to look again if nothing happens before."""
        soonest = float("inf")
        for head, chat in self._backlog.heads(TELEGRAM):
            due = self._due[head.id]
            windows = IN_A_CHAT if due.chat.kind == "private" else IN_A_GROUP
            now = self.clock.now()
            wait = self.pacer.wait(chat.tag, windows, now, due.priority)
            if wait > 0.0:
                soonest = min(soonest, now + wait)
                continue
            self._backlog.begin(TELEGRAM, chat)
            self._send(head.row, chat, self.pacer.begin(chat.tag, windows, due.priority))
        return soonest

    def _send(self, sent: OutboxRow, chat: Told, turn: Permit) -> None:
        due = self._due[sent.id]

        def arrive() -> None:
            # Raises 429, as the server would answer it.
            self.server.core.flood.check(due.chat)
            self.arrived.append((self.clock.now(), due))
            self._later(self.clock.now() + self.latency(), end)

        def end() -> None:
            turn.end(self.clock.now())
            lane = due.chat.id, due.priority
            self._backlog.done(sent)
            self._held[lane] -= 1
            self._refill(lane)

        self._later(self.clock.now() + self.latency(), arrive)


def even() -> float:
    return 0.02


def stream(chats: Sequence[Chat], rate: float, seconds: float) -> list[Due]:
    """So many answers a second, each to the next chat."""
    return [
        Due(chats[number % len(chats)], number, ANSWER, number / rate)
        for number in range(int(rate * seconds))
    ]


@pytest.mark.parametrize(
    ("seed", "people"),
    [(0, 100), *(pytest.param(seed, 300, marks=pytest.mark.soak) for seed in range(25))],
)
def test_no_429_however_late_the_line_brings_some(seed: int, people: int) -> None:
    chance = random.Random(seed)
    line = Line(lambda: chance.choice([0.001, 0.05, 0.4, chance.expovariate(2)]))
    due = [Due(chat, number) for chat in line.people(people) for number in range(3)]
    due += [Due(chat, n) for chat in line.groups(3) for n in range(people // 3)]
    line.run(due)
    assert len(line.arrived) == len(due)
    by_chat = defaultdict(list)
    for _, each in line.arrived:
        by_chat[each.chat.id].append(each.number)
    assert all(numbers == sorted(numbers) for numbers in by_chat.values())


def test_the_limits_are_made_use_of() -> None:
    line = Line(even)
    assert line.run([Due(chat, 0) for chat in line.people(300)]) < 300 / 30 * 1.1
    line = Line(even)
    assert line.run([Due(chat, n) for chat in line.groups(1) for n in range(100)]) < 5 * 60


def test_announcements_alone_fill_their_part() -> None:
    line = Line(even)
    took = line.run([Due(chat, 0, ANNOUNCEMENT) for chat in line.people(180)])
    assert 180 / PART - 1 < took < 180 / PART * 1.1


def test_answers_find_room_beside_a_broadcast() -> None:
    """As long as they are no more than what broadcasts leave free, they go at once."""
    line = Line(even)
    chats = line.people(600)
    due = [Due(chat, 0, ANNOUNCEMENT) for chat in chats[100:]]
    due += stream(chats[:100], 30 - PART - 2, 20)
    line.run(due)
    waits = [at - each.at for at, each in line.arrived if each.priority is ANSWER]
    assert max(waits) < 0.03


def test_broadcasts_are_not_slowed_by_a_few_answers() -> None:
    line = Line(even)
    chats = line.people(460)
    due = [Due(chat, 0, ANNOUNCEMENT) for chat in chats[100:]]
    line.run([*due, *stream(chats[:100], 30 / 4, 20)])
    assert line.seconds(ANNOUNCEMENT)[-1] < 360 / PART * 1.1


def test_a_flood_of_answers_does_not_stop_a_broadcast() -> None:
    """More answers than the limit lets through, for a while: broadcasts go on, slowly."""
    line = Line(even)
    chats = line.people(300)
    due = [Due(chat, 0, ANNOUNCEMENT) for chat in chats[200:]]
    line.run([*due, *stream(chats[:200], 40, 15)], seconds=15)
    broadcasts, answers = line.seconds(ANNOUNCEMENT), line.seconds(ANSWER)
    gaps = [later - sooner for sooner, later in itertools.pairwise(broadcasts)]
    assert max(gaps) < 2.0
    assert 15 < len(broadcasts) < 5 * 15
    assert len(answers) > 24 * 15


def test_a_flood_of_answers_starves_nothing() -> None:
    """More answers than the limit lets through, for a while, and of everything else enough."""
    line = Line(even)
    chats = line.people(350)
    due = [Due(chat, 0, Priority(1 + number % 3)) for number, chat in enumerate(chats[200:])]
    line.run([*due, *stream(chats[:200], 40, 15)], seconds=15)
    for priority in (DECISION, CARD, ANNOUNCEMENT):
        assert len(line.seconds(priority)) > 15 * 30 * 0.9 / CYCLE
    assert len(line.seconds(ANSWER)) > 15 * 30 * 0.9 * (CYCLE - 3) / CYCLE


def test_a_group_at_its_limit_starves_nothing() -> None:
    """As an admin chat on Telegram, where two admins decide faster than it may be told."""
    line = Line(even)
    (admins,) = line.groups(1)
    due = [Due(admins, number, CARD) for number in range(10)]
    due += stream([admins], 2, 300)
    due += [Due(admins, number, DECISION, number / 2) for number in range(600)]
    line.run(due, seconds=300)
    assert len(line.seconds(CARD)) >= 300 / 3 / CYCLE
    assert len(line.seconds(DECISION)) >= 300 / 3 / CYCLE
    assert len(line.seconds(ANSWER)) > 2 * len(line.seconds(DECISION))


def test_answers_come_before_a_broadcast_that_waits_as_long() -> None:
    line = Line(even)
    chats = line.people(200)
    due = [
        Due(chat, 0, ANNOUNCEMENT if number < 100 else ANSWER) for number, chat in enumerate(chats)
    ]
    line.run(due)
    assert line.seconds(ANSWER)[-1] < line.seconds(ANNOUNCEMENT)[60]


# -- the parts -------------------------------------------------------------------------------


def send(
    pacer: Pacer,
    chat: bytes,
    windows: Sequence[Rate],
    at: float,
    priority: Priority = ANSWER,
) -> None:
    """One message that takes no time."""
    pacer.begin(chat, windows, priority).end(at)


def wait(
    pacer: Pacer,
    chat: bytes,
    windows: Sequence[Rate],
    now: float,
    priority: Priority = ANSWER,
) -> float:
    return pacer.wait(chat, windows, now, priority)


def test_a_chat_waits_for_its_own_window_only() -> None:
    pacer = Pacer(())
    windows = [Rate(2, 3.0)]
    send(pacer, AMAL, windows, 10.0)
    send(pacer, AMAL, windows, 11.0)
    assert wait(pacer, AMAL, windows, 12.0) == pytest.approx(10.0 + 3.0 * MARGIN - 12.0)
    assert wait(pacer, RAMI, windows, 12.0) == 0.0
    assert wait(pacer, AMAL, windows, 10.0 + 3.0 * MARGIN) == 0.0


def test_the_longest_of_several_windows_counts() -> None:
    pacer = Pacer(())
    windows = [Rate(1, 1.0), Rate(2, 60.0)]
    send(pacer, AMAL, windows, 0.0)
    assert wait(pacer, AMAL, windows, 0.5) == pytest.approx(MARGIN - 0.5)
    send(pacer, AMAL, windows, 2.0)
    assert wait(pacer, AMAL, windows, 2.5) == pytest.approx(60.0 * MARGIN - 2.5)


def test_everything_together_waits_for_the_overall_window() -> None:
    pacer = Pacer([Rate(2, 1.0)])
    send(pacer, AMAL, (), 0.0)
    send(pacer, RAMI, (), 0.5)
    assert wait(pacer, b"omar", (), 0.6) == pytest.approx(MARGIN - 0.6)


def test_what_is_under_way_counts_until_a_window_after_its_end() -> None:
    pacer = Pacer([Rate(1, 1.0)])
    turn = pacer.begin(AMAL, (), ANSWER)
    assert wait(pacer, RAMI, (), 50.0) > 0.0
    turn.end(60.0)
    assert wait(pacer, RAMI, (), 60.5) == pytest.approx(MARGIN - 0.5)
    assert wait(pacer, RAMI, (), 60.0 + MARGIN) == 0.0


def test_without_windows_nothing_waits() -> None:
    pacer = Pacer(())
    for _ in range(100):
        send(pacer, AMAL, (), 1.0)
    assert wait(pacer, AMAL, (), 1.0) == 0.0


def test_a_pause_holds_up_every_chat_and_is_never_shortened() -> None:
    pacer = Pacer([SECOND])
    pacer.pause(20.0)
    pacer.pause(12.0)
    assert wait(pacer, AMAL, (), 11.0) == pytest.approx(9.0)
    assert wait(pacer, RAMI, (), 19.0, ANNOUNCEMENT) == pytest.approx(1.0)
    assert wait(pacer, AMAL, (), 20.0) == 0.0


def test_after_a_pause_one_at_a_time_until_one_is_taken() -> None:
    pacer = Pacer([SECOND])
    earlier = pacer.begin(AMAL, (), ANSWER)
    pacer.pause(20.0)
    pacer.taken(earlier)
    assert wait(pacer, RAMI, (), 21.0) == math.inf
    earlier.end(21.0)
    for moment in (22.0, 23.0):
        assert wait(pacer, AMAL, (), moment) == 0.0
        probe = pacer.begin(AMAL, (), ANSWER)
        assert wait(pacer, RAMI, (), moment) == math.inf
        probe.end(moment)
    pacer.taken(probe)
    pacer.begin(AMAL, (), ANSWER)
    assert wait(pacer, RAMI, (), 24.0) == 0.0


def test_all_but_answers_find_their_part_full_where_an_answer_finds_room() -> None:
    pacer = Pacer([SECOND])
    for number in range(PART):
        priority = (DECISION, CARD, ANNOUNCEMENT)[number % 3]
        assert wait(pacer, AMAL, (), 0.0, priority) == 0.0
        send(pacer, AMAL, (), 0.0, priority)
    for priority in (DECISION, CARD, ANNOUNCEMENT):
        assert wait(pacer, AMAL, (), 0.0, priority) > 0.0
    assert SECOND.most * 2 / 3 >= PART
    assert wait(pacer, AMAL, (), 0.0) == 0.0


def test_only_the_chats_that_were_sent_to_last_are_remembered() -> None:
    pacer = Pacer(())
    windows = [Rate(1, 60.0)]
    for number in range(REMEMBERED + 10):
        send(pacer, str(number).encode(), windows, 0.0)
        # Who only asks takes nobody's place.
        wait(pacer, f"asks {number}".encode(), windows, 0.0)
    assert len(pacer._chats) == REMEMBERED
    assert wait(pacer, b"9", windows, 1.0) == 0.0
    assert wait(pacer, b"10", windows, 1.0) > 0.0
    assert wait(pacer, str(REMEMBERED + 9).encode(), windows, 1.0) > 0.0


def test_memory_lasts_longer_than_any_window() -> None:
    """A chat is forgotten only when its windows are over, however many others are written to."""
    longest = max(window.seconds for window in IN_A_GROUP)
    assert REMEMBERED / OVERALL[0].most * OVERALL[0].seconds > 2 * longest
