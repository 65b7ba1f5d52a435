"""The labels of buttons, as a phone shows them."""

from __future__ import annotations

import pytest

from bot.wording.buttons import LABELS

LONGEST = 20
"""Characters: of two buttons in a row a phone shows no more."""


@pytest.mark.parametrize("name", LABELS)
def test_a_label_is_short(name: str) -> None:
    assert 0 < len(LABELS[name]) <= LONGEST


def test_no_two_choices_of_one_question_look_the_same() -> None:
    choices = ("back", "previous", "keep", "remove", "skip", "shown", "hidden", "continue")
    assert len({LABELS[name] for name in choices}) == len(choices)
