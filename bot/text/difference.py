"""What was changed in a text: the words that went out, and those that came in for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

AROUND = 4
"""Unchanged words that are shown on either side. Changes that stand nearer than that are one."""

MOST_PAIRS = 1_000_000
"""Words times words that are compared: more would take seconds, and are one change."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place. `before` and `after` are the unchanged words around it, as they stand on its line;
    `out` and `into` are the words, either of which may be none."""

    before: str
    out: str
    into: str
    after: str


@lru_cache(maxsize=64)
def differences(old: str, new: str) -> tuple[Difference, ...]:
    """The places at which two texts differ, in their order. Lines are compared first, then the
    words of those that changed; how words are set apart counts for nothing."""
    before, after = _lines(old), _lines(new)
    found: list[Difference] = []
    for out, into in _changed(before, after):
        found += _in_words(
            [word for line in before[slice(*out)] for word in line],
            [word for line in after[slice(*into)] for word in line],
        )
    return tuple(found)


_Words = Sequence[tuple[str, ...]]
_Range = tuple[int, int]


def _lines(text: str) -> _Words:
    return [words for line in text.split("\n") if (words := tuple(line.split()))]


def _changed(old: Sequence[object], new: Sequence[object]) -> Iterator[tuple[_Range, _Range]]:
    """The ranges in the two that stand for each other and are not the same."""
    first, behind = _common(old, new)
    a, b = old[first : len(old) - behind], new[first : len(new) - behind]
    if len(a) * len(b) > MOST_PAIRS:
        yield (first, first + len(a)), (first, first + len(b))
        return
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            yield (first + i, first + j), (first + k, first + m)


def _common(old: Sequence[object], new: Sequence[object]) -> tuple[int, int]:
    """How much is the same at the beginning, and in the rest at the end."""
    shorter = min(len(old), len(new))
    first = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    behind = 0
    while behind < shorter - first and old[-1 - behind] == new[-1 - behind]:
        behind += 1
    return first, behind


def _in_words(old: Sequence[str], new: Sequence[str]) -> Iterator[Difference]:
    for (i, j), (k, m) in _joined(list(_changed(old, new))):
        yield Difference(
            " ".join(new[max(0, k - AROUND) : k]),
            " ".join(old[i:j]),
            " ".join(new[k:m]),
            " ".join(new[m : m + AROUND]),
        )


def _joined(places: Sequence[tuple[_Range, _Range]]) -> Iterator[tuple[_Range, _Range]]:
    """Changes with hardly a word between them, as one."""
    joined: list[tuple[_Range, _Range]] = []
    for out, into in places:
        if joined and into[0] - joined[-1][1][1] <= 1:
            (i, _), (k, _) = joined[-1]
            joined[-1] = (i, out[1]), (k, into[1])
        else:
            joined.append((out, into))
    return iter(joined)
