"""How long it takes these days until something is decided, and who is told that theirs takes
longer: known without keeping anything about anybody."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.domain.selection import REACH

PERIOD = dt.timedelta(days=7)
"""What was decided in this and the last one counts."""

FEWEST = 5
"""Of fewer decisions nothing is said: they are no more than chance, and tell of somebody."""

LONGEST = 90
"""Days; what waited for longer counts as so many."""

UNSAID = 14
"""Days of waiting after which those are told whom nothing was said before."""


@dataclass(frozen=True, slots=True)
class Wait:
    """What one who waits may know: how many stand before them in the queue, of `REACH` at the most,
    and how many days it takes these days; None where that is not to be said."""

    ahead: int | None
    usual: int | None


@dataclass(frozen=True, slots=True)
class Pace:
    """`lately` says of so many days of waiting how many were decided after them since `began`, and
    `before` the same of the period before. `said` has each day (UTC) on which somebody may have
    begun to wait who was not told yet that it takes longer, with what was said then."""

    began: dt.date | None = None
    lately: Mapping[int, int] = field(default_factory=dict)
    before: Mapping[int, int] = field(default_factory=dict)
    said: Mapping[dt.date, int | None] = field(default_factory=dict)

    @property
    def usual(self) -> int | None:
        """How many days it takes, as is said now; None: nothing is."""
        return self.said[max(self.said)] if self.said else None

    @property
    def median(self) -> int | None:
        """Of the last decisions; None where they are too few."""
        waits = Counter(self.lately) + Counter(self.before)
        if waits.total() < FEWEST:
            return None
        return sorted(waits.elements())[waits.total() // 2]

    def with_waits(self, waits: Mapping[int, int], today: dt.date) -> Pace:
        """More has been decided, so many after so many days."""
        now = self._at(today)
        lately = Counter(now.lately)
        for days, count in waits.items():
            lately[min(max(days, 0), LONGEST)] += count
        return replace(now, lately=dict(lately))

    def saying(self, today: dt.date) -> Pace:
        """What is said from now on: the same until another day, so that nobody sees by it when one
        is decided."""
        if today in self.said:
            return self
        now = self._at(today)
        return replace(now, said={**now.said, today: now.median})

    def overdue(self, today: dt.date) -> dt.date | None:
        """The first day whose people wait for more than twice as long as was said, if there is
        one."""
        late = (day for day, said in self.said.items() if (today - day).days > _patience(said))
        return min(late, default=None)

    def told(self, day: dt.date) -> Pace:
        """Those of that day have been told."""
        return replace(self, said={each: of for each, of in self.said.items() if each != day})

    def _at(self, today: dt.date) -> Pace:
        """Without what is too long ago."""
        if self.began is not None and today - self.began < PERIOD:
            return self
        is_next = self.began is not None and today - self.began < 2 * PERIOD
        return replace(self, began=today, before=self.lately if is_next else {}, lately={})


def _patience(said: int | None) -> int:
    return UNSAID if said is None else 2 * said + 1


def fewer_than(ahead: int) -> int | None:
    """The next round number above: ten by ten, and from a hundred on in hundreds; None from `REACH`
    on."""
    step = 10 if ahead < 100 else 100
    return None if ahead >= REACH else (ahead // step + 1) * step
