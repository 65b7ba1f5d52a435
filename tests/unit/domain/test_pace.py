"""How long it takes, of decisions that nobody can tell apart."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.domain.pace import FEWEST, LONGEST, UNSAID, Pace, fewer_than

TODAY = dt.date(2026, 5, 1)


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


@pytest.mark.parametrize(
    ("ahead", "said"),
    [(0, 10), (9, 10), (10, 20), (99, 100), (100, 200), (199, 200), (999, 1000), (1000, None)],
)
def test_a_place_is_a_round_number(ahead: int, said: int | None) -> None:
    assert fewer_than(ahead) == said


def test_of_few_decisions_nothing_is_said() -> None:
    pace = Pace().with_waits({3: FEWEST - 1}, TODAY)
    assert pace.saying(TODAY).usual is None
    assert pace.with_waits({3: 1}, TODAY).saying(TODAY).usual == 3


def test_the_middle_one_counts_and_no_single_one_moves_it_far() -> None:
    pace = Pace().with_waits({0: 2, 1: 2, 2: 2, LONGEST + 40: 1}, TODAY)
    assert pace.saying(TODAY).usual == 1
    assert max(pace.lately) == LONGEST


def test_what_is_said_stays_for_the_day() -> None:
    """Else who looks often would see when somebody's is decided."""
    pace = Pace().with_waits({1: 9}, TODAY).saying(TODAY)
    more = pace.with_waits({8: 90}, TODAY).saying(TODAY)
    assert more.usual == 1
    assert more.saying(TODAY + days(1)).usual == 8


def test_only_these_days_count() -> None:
    pace = Pace().with_waits({1: 9}, TODAY)
    for passed, usual in ((6, 1), (8, 1), (13, 1), (14, None), (400, None)):
        assert pace.saying(TODAY + days(passed)).usual == usual
    both = pace.with_waits({5: 20}, TODAY + days(10))
    assert both.saying(TODAY + days(10)).usual == 5
    assert (both.before, both.lately) == ({1: 9}, {5: 20})


@pytest.mark.parametrize(("usual", "late_after"), [(0, 1), (1, 3), (4, 9), (None, UNSAID)])
def test_each_day_has_the_patience_of_what_was_said_then(
    usual: int | None, late_after: int
) -> None:
    pace = Pace(said={TODAY: usual})
    assert pace.overdue(TODAY + days(late_after)) is None
    assert pace.overdue(TODAY + days(late_after + 1)) == TODAY
    assert pace.told(TODAY).overdue(TODAY + days(400)) is None


def test_the_first_day_that_is_late_comes_first() -> None:
    pace = Pace(said={TODAY: 10, TODAY + days(1): 0, TODAY + days(2): 0})
    assert pace.overdue(TODAY + days(5)) == TODAY + days(1)
