"""The chart of a campaign: how many names came onto the list, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FEWEST_BARS = 14
"""So many days are shown at least, those before the first one empty."""

MOST_BARS = 60
"""More would be too thin for a phone, and a long table."""

HEIGHT = 100
WIDTH = 10
GAP = 2

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """How many in the day, week or month that begins on `start`."""

    start: dt.date
    persons: int
    organisations: int

    @property
    def total(self) -> int:
        return self.persons + self.organisations


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars by `unit` (`day`, `week` or `month`) without a gap up to the last."""

    unit: str
    bars: Sequence[Bar]

    @property
    def most(self) -> int:
        return max(bar.total for bar in self.bars)

    @property
    def width(self) -> int:
        return WIDTH * len(self.bars)

    @property
    def persons(self) -> str:
        """The bars of persons as one path of SVG, on a ground that lies at `HEIGHT`."""
        return self._path((0, bar.persons) for bar in self.bars)

    @property
    def organisations(self) -> str:
        """Those of organisations, which stand on them."""
        return self._path((bar.persons, bar.total) for bar in self.bars)

    def _path(self, ranges: Iterable[tuple[int, int]]) -> str:
        drawn = []
        for at, (low, high) in enumerate(ranges):
            if high > low:
                bottom, top = self._height(low), self._height(high)
                # What is there at all is to be seen.
                tall = max(top - bottom, 1)
                left = at * WIDTH + GAP // 2
                drawn.append(f"M{left} {HEIGHT - bottom}v-{tall}h{WIDTH - GAP}v{tall}z")
        return "".join(drawn)

    def _height(self, count: int) -> int:
        return count * HEIGHT // self.most


def chart(days: Iterable[tuple[dt.date, int, int]]) -> Chart | None:
    """Of each day that had any its date, new persons and organisations; None of none. By days, or
    where they are too many by weeks, which begin on Monday, or by months."""
    known = [Bar(*day) for day in days]
    if not known:
        return None
    for unit in ("day", "week"):
        found = Chart(unit, _filled(unit, known))
        if len(found.bars) <= MOST_BARS:
            return found
    return Chart("month", _filled("month", known))


def _filled(unit: str, days: Sequence[Bar]) -> list[Bar]:
    sums: dict[dt.date, tuple[int, int]] = {}
    for day in days:
        start = _start(unit, day.start)
        persons, organisations = sums.get(start, (0, 0))
        sums[start] = persons + day.persons, organisations + day.organisations
    return list(_all(unit, sums))


def _all(unit: str, sums: Mapping[dt.date, tuple[int, int]]) -> Iterable[Bar]:
    first, last = min(sums), max(sums)
    at = min(first, last - (FEWEST_BARS - 1) * _DAY) if unit == "day" else first
    while at <= last:
        yield Bar(at, *sums.get(at, (0, 0)))
        at = _start(unit, at + {"day": 1, "week": 7, "month": 31}[unit] * _DAY)


def _start(unit: str, day: dt.date) -> dt.date:
    """The first day of the week or month of a day."""
    if unit == "week":
        return day - day.weekday() * _DAY
    return day.replace(day=1) if unit == "month" else day
