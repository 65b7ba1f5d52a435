"""Counts by words in links: what is told of them moves once a day, in fives."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.domain.ids import AdapterName, ChatRef, StatementId
from bot.domain.sources import WORD, Act, Came, Sources
from bot.services import arrivals
from bot.services.arrivals import REMEMBERED, Arrivals

MONDAY = dt.date(2026, 3, 2)
DAY = dt.timedelta(days=1)
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
PORT = StatementId("port")


def chat(number: int) -> ChatRef:
    return ChatRef(AdapterName("console"), str(number))


def test_what_is_told_is_of_the_days_before() -> None:
    sources = Sources(MONDAY)
    for _ in range(7):
        sources = sources.on(MONDAY).one_more("uni", Act.OPENED)
    sources = sources.one_more("uni", Act.SIGNED)
    assert (sources.now["uni"], dict(sources.told)) == (Came(7, 1), {})
    later = sources.on(MONDAY + 3 * DAY)
    assert later.told["uni"] == Came(7, 1)
    assert later.one_more("uni", Act.OPENED).told["uni"] == Came(7, 1)
    # A clock that was set back tells nothing earlier.
    assert later.on(MONDAY).day == MONDAY + 3 * DAY


def test_down_to_fives() -> None:
    assert [Came(n, n).rounded.opened for n in (0, 4, 5, 9, 10, 14)] == [0, 0, 5, 5, 10, 10]
    assert Came(23, 8).rounded == Came(20, 5)


def test_a_word_that_is_taken_away_leaves_no_count() -> None:
    sources = Sources(MONDAY).one_more("uni", Act.OPENED).on(MONDAY + DAY).one_more("b", Act.OPENED)
    assert "uni" not in repr(sources.without("uni"))
    assert sources.without("uni").now == {"b": Came(1)}


@pytest.mark.parametrize("word", ["a", "uni", "march-8", "2026", "a" * 16])
def test_words(word: str) -> None:
    assert WORD.fullmatch(word)


@pytest.mark.parametrize("word", ["", "-", "a-", "A", "a b", "a__b", "a" * 17, "ميناء", "a\n"])
def test_no_words(word: str) -> None:
    assert not WORD.fullmatch(word)


def test_the_first_link_counts_for_a_day() -> None:
    came = Arrivals()
    came.note(chat(1), PORT, "uni", NOON)
    assert came.word(chat(1), PORT, NOON + REMEMBERED - DAY / 24) == "uni"
    assert came.word(chat(1), PORT, NOON + REMEMBERED) is None
    assert came.word(chat(1), StatementId("quay"), NOON) is None
    assert came.word(chat(2), PORT, NOON) is None
    came.forget(chat(1))
    assert came.word(chat(1), PORT, NOON) is None


def test_a_flood_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "CHATS", 3)
    came = Arrivals()
    for number in range(10):
        came.note(chat(number), PORT, "uni", NOON)
    assert [number for number in range(10) if came.word(chat(number), PORT, NOON)] == [7, 8, 9]
