"""How long the oldest row has waited, and what is told of it."""

from __future__ import annotations

import logging

import pytest

from bot.delivery import health
from bot.delivery.health import Ages, Health


def test_the_age_of_the_oldest_row() -> None:
    queue = Ages()
    assert queue.age(None, 0.0) == 0.0
    assert queue.age((5, 5), 10.0) == 0.0
    assert queue.age((5, 9), 30.0) == 20.0
    # Row 5 is done with. Row 9 has waited since it was seen first, which was at 30.
    assert queue.age((9, 12), 40.0) == 10.0
    assert queue.age((12, 12), 45.0) == 5.0
    assert queue.age(None, 50.0) == 0.0
    assert queue.age((12, 12), 60.0) == 0.0


def test_a_queue_that_moves_on_is_never_old() -> None:
    queue = Ages()
    ages = [queue.age((first, first + 30), float(first)) for first in range(0, 1000, 10)]
    assert max(ages) <= 30


def test_a_long_standstill_takes_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "MOST_MARKS", 10)
    queue = Ages()
    for moment in range(1000):
        assert queue.age((1, 1 + moment), float(moment)) == moment
    assert len(queue._marks) <= 11
    # What is left of the marks never makes a row older than it is.
    assert 0 <= queue.age((900, 1000), 1000.0) <= 101


def test_what_begins_and_what_is_over_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    found = Health()
    for seconds in (61, 81, 101):
        found.note("inbox", f"the oldest has waited for {seconds} s")
        assert found.problems() == [f"the oldest has waited for {seconds} s"]
    for _ in range(2):
        found.note("inbox", None)
    assert found.problems() == []
    assert [(r.levelno, r.getMessage()) for r in caplog.records] == [
        (logging.ERROR, "the oldest has waited for 61 s"),
        (logging.WARNING, "inbox: all is well again"),
    ]
