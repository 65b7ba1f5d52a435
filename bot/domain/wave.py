"""When far more come than usual: what counts as a wave, and when one is over.

A wave changes nothing for who signs in it but the order in which it is looked at.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

WINDOW = dt.timedelta(minutes=10)

TIMES = 5
"""So many times the usual is a wave, and never less than a floor that the campaign sets: where
nothing has come yet, and nothing is usual, the floor alone counts."""

SHARE = 1 / 144
"""The part that ten minutes have in what is usual: about the last day makes it up. What comes in a
wave has none, else an attack would only have to last."""

CALM = dt.timedelta(hours=1)
"""How long the rate must have been usual again before a wave is over."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many come. In the ten minutes from `window` (UTC) on it are `count` so far, in those
    before them `last`; `usual` is the average. While a wave is on, or until admins have been told
    that it is over, `until` is its end, if no more come, and `came` how many have."""

    window: dt.datetime
    count: int = 0
    last: int = 0
    usual: float = 0.0
    until: dt.datetime | None = None
    came: int = 0

    def is_wave(self, now: dt.datetime) -> bool:
        return self.until is not None and now < self.until

    def one_more(self, now: dt.datetime, floor: int) -> Rate:
        """With one that comes now; `floor` is how many in ten minutes are no wave in any case."""
        rate = self._at(now)
        rate = replace(rate, count=rate.count + 1)
        if rate.in_ten_minutes(now) > max(floor, TIMES * rate.usual):
            rate = replace(rate, until=now + CALM)
        return replace(rate, came=rate.came + 1) if rate.is_wave(now) else rate

    def in_ten_minutes(self, now: dt.datetime) -> int:
        """How many came in the ten minutes until now, as if those of the last window had come
        evenly."""
        return self.count + int(self.last * max(0.0, 1 - (now - self.window) / WINDOW))

    def ended(self) -> Rate:
        """The wave is over, and everybody knows."""
        return replace(self, until=None, came=0)

    def _at(self, now: dt.datetime) -> Rate:
        """In the window of now. A clock that was set back leaves it in the one it is in."""
        passed = (now - self.window) // WINDOW
        if passed <= 0:
            return self
        usual = self.usual
        if self.until is None:
            usual += (self.count - usual) * SHARE
            usual *= (1 - SHARE) ** (passed - 1)
        last = self.count if passed == 1 else 0
        return replace(self, window=window_of(now), count=0, last=last, usual=usual)


def window_of(now: dt.datetime) -> dt.datetime:
    """When the ten minutes began that `now` is in."""
    return now - (now - dt.datetime.min.replace(tzinfo=now.tzinfo)) % WINDOW
