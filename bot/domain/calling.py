"""When admins are called: who gets a card, and what is counted instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.domain.endorsement import Kind

CALM = dt.timedelta(minutes=30)
"""After one that got no card, so long without another: then people get cards again."""


@dataclass(frozen=True, slots=True)
class Uncarded:
    """How many wait without a card, and how many of them are what."""

    total: int = 0
    organisations: int = 0
    marked: int = 0
    wave: int = 0


@dataclass(frozen=True, slots=True)
class Calling:
    """What the admin chats have been told.

    `given` are the moments of the last cards, and at `flooded` somebody got none. The digest says
    `shown` and began at `since`, None where none stands; `least` is the fewest that it has said
    since it was last heard, and `hushed` that it has grown in the quiet hours. At `reminded`
    something that waits was brought to mind.
    """

    given: tuple[dt.datetime, ...] = ()
    flooded: dt.datetime | None = None
    since: dt.datetime | None = None
    shown: Uncarded = Uncarded()
    least: int = 0
    hushed: bool = False
    reminded: dt.datetime | None = None

    def floods(self, now: dt.datetime) -> bool:
        return self.flooded is not None and now < self.flooded + CALM

    def at(self, now: dt.datetime) -> Calling:
        """Without what is too long ago to matter."""
        lately = tuple(moment for moment in self.given if now < moment + CALM)
        return replace(self, given=lately)

    def has_room(self, kind: Kind, most: int, standing: Mapping[Kind, int], *, flood: bool) -> bool:
        """Whether one more may have a card where at most so many stand open, and as many come in
        `CALM`. A quarter of the places is for organisations, and in a flood no other is given."""
        kept = (most + 2) // 4
        if max(sum(standing.values()), len(self.given)) >= most:
            return False
        if kind is Kind.PERSON:
            return not flood and standing.get(kind, 0) < most - kept
        return not flood or standing.get(kind, 0) < kept

    def has_grown(self, uncarded: Uncarded) -> bool:
        """Whether the digest is to be heard: for twice as many as there were, and for any more that
        came in the quiet hours."""
        return uncarded.total > self.least and (self.hushed or uncarded.total >= 2 * self.least)


def quiet_until(
    hours: tuple[dt.time, dt.time] | None, now: dt.datetime, zone: ZoneInfo
) -> dt.datetime | None:
    """When the quiet hours are over that `now` is in; None outside of them. Where the clocks are
    changed at their very end, they are over when it has passed for good."""
    if hours is None:
        return None
    begin, end = hours
    local = now.astimezone(zone)
    day, time = local.date(), local.time()
    over_midnight = end < begin
    if not (time >= begin or time < end if over_midnight else begin <= time < end):
        return None
    if over_midnight and time >= begin:
        day += dt.timedelta(days=1)
    ends = (dt.datetime.combine(day, end, zone).replace(fold=fold) for fold in (0, 1))
    return max(moment.astimezone(dt.UTC) for moment in ends)
