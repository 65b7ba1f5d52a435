"""By which of the public words in links people come: counts alone, and what is told of them.

No count leads to anybody. What is told is of the days before, rounded down: else whoever looks
often enough could see a count move with one person's signature.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

SIGN = "__"
"""Stands between what a link shows and its word: no id and no language holds it."""

WORD = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,14}[a-z0-9])?")
"""A word: 16 characters, so that the longest id finds room beside it in a link."""

MOST_WORDS = 30
"""Words at a time; few, so that each is of many people."""

OTHER = ""
"""Stands for every word that no admin has made."""

OF = 5
"""What is told are multiples of this."""


class Act(enum.StrEnum):
    """What is counted: that somebody opened a link, and that they then signed."""

    OPENED = "opened"
    SIGNED = "signed"


class Adding(enum.Enum):
    """What becomes of a word that is to be counted by."""

    DONE = "done"
    KNOWN = "known"
    ODD = "odd"
    """It can be no word."""
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Came:
    """How many came by one word."""

    opened: int = 0
    signed: int = 0

    def one_more(self, act: Act) -> Came:
        """With one that does this."""
        if act is Act.OPENED:
            return replace(self, opened=self.opened + 1)
        return replace(self, signed=self.signed + 1)

    @property
    def rounded(self) -> Came:
        """Down, as it is told."""
        return Came(self.opened // OF * OF, self.signed // OF * OF)


@dataclass(frozen=True, slots=True)
class Sources:
    """Of one statement, by word: `now`, and as it was when `day` began (`told`). The day is the
    campaign's; one before it, of a clock that was set back, is taken for it."""

    day: dt.date
    now: Mapping[str, Came] = field(default_factory=dict)
    told: Mapping[str, Came] = field(default_factory=dict)

    def on(self, today: dt.date) -> Sources:
        """The same once that day has begun."""
        return self if today <= self.day else Sources(today, self.now, self.now)

    def one_more(self, word: str, act: Act) -> Sources:
        """With one that comes now."""
        came = self.now.get(word, Came()).one_more(act)
        return replace(self, now={**self.now, word: came})

    def without(self, word: str) -> Sources:
        """Once nothing is counted by that word any more."""
        now, told = (
            {other: came for other, came in counts.items() if other != word}
            for counts in (self.now, self.told)
        )
        return replace(self, now=now, told=told)
