"""A small made-up campaign, signed and decided: the short form of `python -m benchmarks desk`."""

from __future__ import annotations

import pytest

from benchmarks.desk import measure
from tests.support.campaign import Size, campaign

SMALL = Size(persons=120, organisations=10, near=15, looks=5, withdrawn=2)
LARGER = Size(persons=300, organisations=20, near=30, looks=10, withdrawn=5)


@pytest.mark.parametrize("size", [SMALL, pytest.param(LARGER, marks=pytest.mark.soak)])
async def test_marks_find_whom_they_should_and_spare_the_others(size: Size) -> None:
    people = campaign(4, size)
    found = await measure(4, people)
    planted = sum(one.planted is not None for one in people)
    assert planted == size.near + size.looks
    assert found.recall >= 0.95
    assert found.false_share <= 0.02
    # Opening two desks, one list for all without marks; then a tap for each organisation and for
    # each person with a mark, and a second one for a reason.
    assert found.taps <= 8 + size.organisations + 2 * planted + 0.02 * size.persons
