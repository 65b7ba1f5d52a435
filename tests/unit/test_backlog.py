"""Who gets the next place, in any mix of chats, priorities and places: nothing starves."""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import backlog as backlog_module
from bot.delivery.backlog import Backlog, Delivery
from bot.delivery.lanes import AHEAD
from bot.delivery.shares import CYCLE
from bot.domain.ids import AdapterName, ChatRef
from bot.domain.priority import Priority
from tests.support.outbox import Platform, row

HERE, THERE = AdapterName("here"), AdapterName("there")
ADMINS = "admins"

Rows = Sequence[tuple[int, Priority]]
"""Chats by their numbers, and how urgent what they wait for is; chat 0 is the admins'."""


@dataclass(frozen=True)
class Given:
    """A place: who got it, and what every chat that could have had it came next with."""

    to: Delivery
    heads: Sequence[Delivery]


def backlog(rows: Rows) -> Backlog:
    found = Backlog({HERE: Platform(HERE, ADMINS), THERE: Platform(THERE)})
    for chat, priority in rows:
        found.add(row(ChatRef(HERE, f"{chat}" if chat else ADMINS), priority))
    found.add(row(ChatRef(THERE, "another")))
    return found


def places(found: Backlog, at_once: int) -> Iterator[Given]:
    """All that are given on one platform: so many are under way, and the oldest of them ends."""
    under_way: list[Delivery] = []
    while True:
        for head, chat in found.heads(HERE):
            if len(under_way) == at_once:
                break
            waiting = [each for each, _ in found.heads(HERE)]
            found.begin(HERE, chat)
            under_way.append(head)
            yield Given(head, waiting)
        if not under_way:
            return
        found.done(under_way.pop(0).row)


def in_some_order(counts: dict[tuple[int, Priority], int], seed: int) -> Rows:
    rows = [lane for lane, count in counts.items() for _ in range(count)]
    random.Random(seed).shuffle(rows)
    return rows


def lanes(chats: int, most: int) -> st.SearchStrategy[dict[tuple[int, Priority], int]]:
    """How many wait of each chat and priority."""
    each = st.tuples(st.integers(0, chats), st.sampled_from(Priority))
    return st.dictionaries(each, st.integers(1, most), min_size=5, max_size=4 * chats)


mixes = st.builds(in_some_order, lanes(3, AHEAD) | lanes(30, 3), st.integers(0, 99))
crowds = st.sampled_from([1, 2, 8])


@given(mixes, crowds)
def test_all_is_delivered_once_and_each_lane_in_order(rows: Rows, at_once: int) -> None:
    told = [given.to.row for given in places(backlog(rows), at_once)]
    lanes = defaultdict(list)
    for each in told:
        lanes[each.chat_tag, each.priority].append(each.id)
    assert all(ids == sorted(ids) for ids in lanes.values())
    assert len(told) == len(rows)


@given(mixes, crowds)
def test_every_priority_that_waits_has_its_share_of_the_places(rows: Rows, at_once: int) -> None:
    given_ = list(places(backlog(rows), at_once))
    for start in range(len(given_) - CYCLE + 1):
        part = given_[start : start + CYCLE]
        for priority in Priority:
            if all(any(h.row.priority is priority for h in each.heads) for each in part):
                assert any(each.to.row.priority is priority for each in part)


@given(mixes, crowds)
def test_every_priority_that_waits_has_its_share_of_its_chat(rows: Rows, at_once: int) -> None:
    told = [given.to.row for given in places(backlog(rows), at_once)]
    by_chat = defaultdict(list)
    for each in told:
        by_chat[each.chat_tag].append(each.priority)
    for priorities in by_chat.values():
        for start in range(len(priorities) - CYCLE + 1):
            # Whatever comes later waits already.
            missing = set(priorities[start:]) - set(priorities[start : start + CYCLE])
            assert not missing


@given(mixes, crowds)
def test_chats_take_turns(rows: Rows, at_once: int) -> None:
    """While a chat waits, no other has two places of the same priority; but the admins', who have
    no more than every second one, whatever their chat is told."""
    given_ = list(places(backlog(rows), at_once))
    admins = ADMINS.encode()
    for chat in {each.to.row.chat_tag for each in given_} - {admins}:
        passed: Counter[tuple[bytes, Priority]] = Counter()
        for each in given_:
            own = next((h for h in each.heads if h.row.chat_tag == chat), None)
            to = each.to.row
            if own is None or to.chat_tag == chat:
                passed.clear()
            elif own.row.priority is to.priority:
                passed[to.chat_tag, to.priority] += 1
                assert to.chat_tag == admins or passed[to.chat_tag, to.priority] < 2
    for earlier, later in itertools.pairwise(given_):
        if later.to.row.chat_tag == admins == earlier.to.row.chat_tag:
            others = [h for h in later.heads if h.row.chat_tag != admins]
            assert later.to.row.priority not in {h.row.priority for h in others}


@given(mixes, crowds)
def test_the_best_goes_first_and_the_admins_of_it(rows: Rows, at_once: int) -> None:
    """Of so many places only as many go to others as have a share."""
    given_ = list(places(backlog(rows), at_once))
    admins = ADMINS.encode()
    for start in range(len(given_) - CYCLE + 1):
        part = given_[start : start + CYCLE]
        before = sum(
            each.to.row.priority > min(h.row.priority for h in each.heads) for each in part
        )
        assert before < len(Priority)
    for earlier, each in zip([None, *given_], given_, strict=False):
        head = next((h for h in each.heads if h.row.chat_tag == admins), None)
        was_theirs = earlier is not None and earlier.to.row.chat_tag == admins
        if head is not None and head.row.priority is each.to.row.priority and not was_theirs:
            assert each.to.row.chat_tag == admins


def waiting(found: Backlog) -> list[tuple[bytes, Priority]]:
    return [(head.row.chat_tag, head.row.priority) for head, _ in found.heads(HERE)]


def test_what_is_handed_over_waits_for_what_was_there_before() -> None:
    """It stands behind rows that are still to be read, and is read after them."""
    found = Backlog({HERE: Platform(HERE)})
    amal = ChatRef(HERE, "amal")
    found.expect([(HERE, Priority.ANSWER)])
    found.take([row(amal), row(amal, Priority.CARD), row(ChatRef(THERE, "elsewhere"))])
    assert waiting(found) == [(b"amal", Priority.CARD)]


def test_what_is_handed_over_without_room_is_read_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog_module, "LOADED", 2)
    found = Backlog({HERE: Platform(HERE)})
    found.take([row(ChatRef(HERE, name)) for name in ("amal", "rami", "zaid")])
    assert waiting(found) == [(b"amal", Priority.ANSWER), (b"rami", Priority.ANSWER)]
    head, chat = next(found.heads(HERE))
    found.begin(HERE, chat)
    found.done(head.row)
    # There is room now, but zaid's is before it.
    found.take([row(ChatRef(HERE, "omar"))])
    assert waiting(found) == [(b"rami", Priority.ANSWER)]
