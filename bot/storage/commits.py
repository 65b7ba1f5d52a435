"""How many commits there were, and how long they took."""

from __future__ import annotations

from bisect import bisect_left

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds: how long those of each count took at the most, but for those of the last, which took
longer."""


class Commits:
    """Of one process. The time is that of the commit alone, in which the database makes what was
    written last."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def took(self, seconds: float) -> None:
        """Another one has succeeded."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds
