"""When a similar name is a mark, and when only one of many namesakes."""

import pytest

from bot.domain.endorsement import Status
from bot.domain.ids import Country, Number
from bot.domain.likeness import Doubt, Likeness, Similar, is_telling, namesakes

TN, LB = Country("TN"), Country("LB")


def test_common_words_give_namesakes_and_rare_ones_none() -> None:
    assert namesakes(10_000, [300, 100]) == pytest.approx(3)
    assert namesakes(10_000, [300, 2]) < 0.1
    # A third word makes them few again.
    assert namesakes(10_000, [300, 300, 100]) < 0.1
    assert namesakes(10_000, [0, 0]) == pytest.approx(0.0001)
    assert namesakes(0, [0, 0]) == 0


@pytest.mark.parametrize("expected", [0.0, 3.0, 1000.0])
def test_the_same_name_in_the_same_country_always_tells(expected: float) -> None:
    assert is_telling(expected, TN, TN, same=True, known=True)


@pytest.mark.parametrize(("mine", "other"), [(TN, LB), (TN, None), (None, TN), (None, None)])
def test_elsewhere_only_a_rare_name_tells(mine: Country | None, other: Country | None) -> None:
    assert is_telling(0.001, mine, other, same=True, known=False)
    assert not is_telling(3, mine, other, same=True, known=True)


def test_from_two_countries_it_tells_less_than_from_one_or_none_named() -> None:
    assert is_telling(0.05, TN, TN, same=False, known=False)
    assert is_telling(0.02, TN, None, same=False, known=False)
    assert not is_telling(0.02, TN, LB, same=False, known=False)


def test_a_similar_name_of_words_that_others_have_is_hardly_a_slip() -> None:
    assert is_telling(0.02, TN, TN, same=False, known=False)
    assert not is_telling(0.02, TN, TN, same=False, known=True)


def test_namesakes_alone_are_no_mark() -> None:
    namesake = Similar(Number(1), Status.VERIFIED, same=True, telling=False)
    twice = Similar(Number(2), Status.PENDING, same=True)
    assert not Likeness((namesake,))
    assert Likeness((namesake, twice))
    assert Likeness((namesake,), doubts=(Doubt.LETTER,))
