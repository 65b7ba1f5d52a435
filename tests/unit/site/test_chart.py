"""The chart: nothing is left out of it, and it stays small."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.site.chart import FEWEST_BARS, MOST_BARS, Bar, chart

DAY = dt.date(2026, 3, 1)


def test_of_nobody_there_is_none() -> None:
    assert chart([]) is None


def test_days_between_are_empty() -> None:
    found = chart([(DAY, 2, 1), (DAY + dt.timedelta(days=2), 1, 0)])
    assert found is not None
    assert found.unit == "day"
    assert len(found.bars) == FEWEST_BARS
    assert list(found.bars[-4:]) == [
        *(Bar(DAY - dt.timedelta(days=1), 0, 0), Bar(DAY, 2, 1)),
        *(Bar(DAY + dt.timedelta(days=1), 0, 0), Bar(DAY + dt.timedelta(days=2), 1, 0)),
    ]
    assert found.persons == "M111 100v-66h8v66zM131 100v-33h8v33z"
    assert found.organisations == "M111 34v-34h8v34z"


@pytest.mark.parametrize(("days", "unit"), [(1, "day"), (60, "day"), (61, "week"), (430, "month")])
def test_many_days_are_put_together(days: int, unit: str) -> None:
    found = chart((DAY + dt.timedelta(days=n), 1, 0) for n in range(days))
    assert found is not None
    assert found.unit == unit


@given(st.dictionaries(st.integers(0, 1500), st.tuples(st.integers(0, 9), st.integers(0, 9))))
def test_everybody_is_in_it(days: dict[int, tuple[int, int]]) -> None:
    given_ = [(DAY + dt.timedelta(days=n), *counts) for n, counts in sorted(days.items())]
    found = chart(given_)
    assert (found is None) is (not given_)
    if found is not None:
        assert sum(bar.persons for bar in found.bars) == sum(each[1] for each in given_)
        assert sum(bar.organisations for bar in found.bars) == sum(each[2] for each in given_)
        assert len(found.bars) <= MOST_BARS
