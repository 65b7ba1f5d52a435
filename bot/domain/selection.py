"""Which of the waiting records are meant: a desk's filter, the pattern of a bulk decision."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.endorsement import Kind
from bot.domain.ids import AdapterName, Country, Language, StatementId

PAPER = AdapterName("paper")
"""No platform is called so."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Those that have all of these; None, or no words, stand for any. `since` and `before` are of
    the hour (UTC) in which it was given. With `aside` those that were set aside, else the others.
    What came on paper counts as one `platform`, `PAPER`.
    """

    statement: StatementId | None = None
    kind: Kind | None = None
    country: Country | None = None
    language: Language | None = None
    platform: AdapterName | None = None
    marked: bool | None = None
    wave: bool | None = None
    since: dt.datetime | None = None
    before: dt.datetime | None = None
    name: str = ""
    aside: bool = False


EVERYTHING = Selection()

REACH = 1000
"""Of what waits, how much is looked at for what is not counted: dates, and what is sealed."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many are waiting, and the hour (UTC) of the oldest; `at_least`: so many of the first
    ones, and there may be more."""

    persons: int = 0
    organisations: int = 0
    oldest: dt.datetime | None = None
    at_least: bool = False

    @property
    def total(self) -> int:
        return self.persons + self.organisations
