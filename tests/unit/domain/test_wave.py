"""What is usual, what is a wave, and when it is over."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.domain.wave import CALM, TIMES, WINDOW, Rate, window_of

NOON = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
FLOOR = 300


def coming(
    per_window: int, windows: int, rate: Rate | None = None, begin: dt.datetime = NOON
) -> tuple[Rate, int]:
    """So many in each ten minutes, evenly; with how many of them came in a wave."""
    rate, marked = rate or Rate(window_of(begin)), 0
    for number in range(per_window * windows):
        now = begin + WINDOW * number / per_window
        rate = rate.one_more(now, FLOOR)
        marked += rate.is_wave(now)
    return rate, marked


def test_a_success_below_the_floor_is_no_wave_however_little_was_usual() -> None:
    assert coming(FLOOR - 1, 6)[1] == 0


def test_above_the_floor_where_nothing_is_usual_yet() -> None:
    rate, marked = coming(1000, 1)
    assert marked == 1000 - FLOOR
    assert rate.came == marked


def test_where_much_is_usual_several_times_as_much_is_a_wave() -> None:
    usual, _ = coming(200, 400)
    assert usual.usual == pytest.approx(200, rel=0.1)
    later = NOON + 400 * WINDOW
    assert coming(TIMES * 180, 1, usual, later)[1] == 0
    assert coming(TIMES * 300, 1, usual, later)[1] > 0


def test_it_is_over_when_as_few_as_usual_have_come_for_an_hour() -> None:
    rate, _ = coming(600, 2)
    last = NOON + 2 * WINDOW
    assert rate.is_wave(last + CALM - WINDOW)
    rate, marked = coming(20, 12, rate, last)
    assert 20 * 5 < marked < 20 * 8
    assert not rate.is_wave(last + 12 * WINDOW)


def test_it_goes_on_as_long_as_it_lasts_and_is_never_the_usual() -> None:
    rate, marked = coming(400, 300)
    assert marked == 400 * 300 - FLOOR
    assert rate.usual == 0


def test_the_edge_of_two_windows_hides_nothing() -> None:
    """So many at the end of one and at the beginning of the next."""
    rate = Rate(NOON)
    for number in range(500):
        rate = rate.one_more(NOON + WINDOW - dt.timedelta(seconds=5 - number / 50), FLOOR)
    assert rate.count == 250
    assert rate.is_wave(NOON + WINDOW)


def test_a_night_in_which_nothing_comes_is_forgotten_slowly() -> None:
    usual, _ = coming(200, 400)
    morning = NOON + 400 * WINDOW + dt.timedelta(hours=8)
    assert 80 < usual.one_more(morning, FLOOR).usual < 160


def test_a_clock_that_is_set_back_loses_nothing() -> None:
    rate, _ = coming(100, 1)
    assert rate.one_more(NOON - dt.timedelta(days=1), FLOOR).count == 101


def test_ten_minutes_begin_by_the_clock() -> None:
    assert window_of(NOON + dt.timedelta(minutes=19, seconds=3)) == NOON + WINDOW
