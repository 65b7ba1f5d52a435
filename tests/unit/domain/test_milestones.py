"""What is told once of a goal, of round numbers and of a deadline."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.domain.milestones import (
    AFTER,
    AHEAD,
    Told,
    counted,
    due,
    reached,
    round_number,
)

CLOSES = dt.datetime(2025, 12, 31, 23, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("verified", "part"),
    [(0, 0), (1, 0), (2, 25), (3, 25), (4, 50), (6, 75), (7, 75), (8, 100), (99, 100)],
)
def test_a_part_is_reached_when_it_is_full(verified: int, part: int) -> None:
    assert reached(Told(), 8, verified).part == part


def test_of_one_goal_no_part_is_told_twice_and_another_begins_anew() -> None:
    told = reached(Told(), 8, 6)
    assert reached(told, 8, 1) == told
    assert reached(told, 80, 6) == Told(80, 0)
    assert reached(told, None, 6) == told


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (CLOSES - AHEAD - MINUTE, Told()),
        (CLOSES - AHEAD, Told(closes=CLOSES)),
        (CLOSES - MINUTE, Told(closes=CLOSES)),
        (CLOSES, Told(closes=CLOSES, closed=True)),
        (CLOSES + AFTER, Told()),
    ],
)
def test_a_deadline_is_told_a_day_before_and_when_it_has_passed(
    now: dt.datetime, told: Told
) -> None:
    assert due(Told(), CLOSES, now) == told
    assert due(Told(), None, now) == Told()


REACHED = [
    *((0, 0), (99, 0), (100, 100), (499, 100), (500, 500), (999, 500), (1000, 1000)),
    *((4999, 1000), (5000, 5000), (10_000, 10_000), (123_456, 100_000), (600_000, 500_000)),
]


@pytest.mark.parametrize(("signed", "number"), REACHED)
def test_the_highest_that_is_reached(signed: int, number: int) -> None:
    assert round_number(signed) == number


def test_none_is_told_again() -> None:
    told = counted(Told(), 520)
    assert told.round == 500
    assert counted(told, 120) == told
    assert counted(counted(told, 120), 999) == told
    assert counted(told, 1000).round == 1000
