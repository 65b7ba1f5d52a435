"""How long to wait before something is tried again."""

from __future__ import annotations

import random

FIRST, LONGEST = 1.0, 60.0
"""Seconds."""


class Backoff:
    """Ever longer pauses, with chance in them so that many bots do not come back at once."""

    def __init__(self, first: float = FIRST, longest: float = LONGEST) -> None:
        self._first = first
        self._longest = longest
        self._failures = 0

    def next(self) -> float:
        """Seconds to wait after one more failure in a row."""
        pause = min(self._longest, self._first * 2.0 ** min(self._failures, 20))
        self._failures += 1
        return pause * random.uniform(0.5, 1.0)  # noqa: S311 - no secret

    def reset(self) -> None:
        self._failures = 0
