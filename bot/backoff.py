"""How long to wait before something is tried again."""

from __future__ import annotations

import random

FIRST, LONGEST = 1.0, 60.0
"""Seconds."""

_MOST_DOUBLINGS = 20


def pause_after(failures: int, first: float = FIRST, longest: float = LONGEST) -> float:
    """Seconds to wait after so many failures in a row, one at the least: each time twice as long,
    with chance in it so that many bots, or many chats, do not come back at once."""
    whole = min(longest, first * 2.0 ** min(failures - 1, _MOST_DOUBLINGS))
    return whole * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


class Backoff:
    """The pauses of something that is tried by itself, over and over."""

    def __init__(self, first: float = FIRST, longest: float = LONGEST) -> None:
        self._first = first
        self._longest = longest
        self._failures = 0

    def next(self) -> float:
        """Seconds to wait after one more failure in a row."""
        self._failures += 1
        return pause_after(self._failures, self._first, self._longest)

    def reset(self) -> None:
        self._failures = 0
