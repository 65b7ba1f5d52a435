"""Words that went out of a text, and words that came in."""

from __future__ import annotations

import random

import pytest

from bot.text.difference import Difference, differences
from tests.support.pace import is_within

OLD = """Open the port

The port has been closed since the spring. We ask that it be opened.

1. Open the port.
2. Keep it open."""


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (OLD, []),
        (OLD.replace("\n\n", "\n"), []),
        (
            OLD.replace("closed", "shut"),
            [Difference("The port has been", "closed", "shut", "since the spring. We")],
        ),
        (
            OLD.replace("Keep it open.", "Close it and expel the strikers."),
            [Difference("2.", "Keep it open.", "Close it and expel the strikers.", "")],
        ),
        (OLD + "\n3. Pay.", [Difference("", "", "3. Pay.", "")]),
        (OLD.replace("\n2. Keep it open.", ""), [Difference("", "2. Keep it open.", "", "")]),
        (
            OLD.replace("since the spring. ", ""),
            [Difference("port has been closed", "since the spring.", "", "We ask that it")],
        ),
        (
            # Hardly a word between them: one change.
            OLD.replace("closed since", "shut from"),
            [Difference("The port has been", "closed since", "shut from", "the spring. We ask")],
        ),
        ("", [Difference("", " ".join(OLD.split()), "", "")]),
    ],
)
def test_what_changed(new: str, expected: list[Difference]) -> None:
    assert list(differences(OLD, new)) == expected


def test_no_word_is_lost_whatever_is_changed() -> None:
    """Without what came in, and with what went out, the new text is the old one in number of
    words; and there is nothing out or in that is in the other alone."""
    rng = random.Random(15)
    for _ in range(200):
        old = [
            rng.choice(["port", "open", "the", "we", "ask\n"]) for _ in range(rng.randint(0, 60))
        ]
        new = list(old)
        for _ in range(rng.randint(0, 6)):
            at = rng.randint(0, len(new))
            new[at : at + rng.randint(0, 3)] = rng.choices(["shut", "now", "we\n"], k=2)
        found = differences(" ".join(old), " ".join(new))
        out = [word for each in found for word in each.out.split()]
        into = [word for each in found for word in each.into.split()]
        left, came = sorted(" ".join(old).split()), sorted(" ".join(new).split())
        for word in out:
            left.remove(word)
        for word in into:
            came.remove(word)
        assert left == came


@pytest.mark.parametrize("line", ["we ask\n", "word "])
def test_the_longest_text_takes_no_seconds(line: str) -> None:
    """Of lines and words that are all the same, which is the worst."""
    old = line * (250_000 // len(line))
    found: list[Difference] = []
    assert is_within(2, lambda: found.extend(differences(old + "old", f"first {old}")))
    assert found
