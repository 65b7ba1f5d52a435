"""What is told once of a statement: how near its goal is, round numbers, and its deadline."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

PARTS = (25, 50, 75, 100)
"""Percent of a goal."""

FIRST_ROUND = 100
"""Then 500, 1,000, 5,000 and so on."""

AHEAD, AFTER = dt.timedelta(days=1), dt.timedelta(days=7)
"""How long before a deadline it is told, and how long after it still that it has passed."""


@dataclass(frozen=True, slots=True)
class Told:
    """The highest part that was told, and of which goal; the deadline that was told, and whether as
    one that has passed; the highest round number."""

    goal: int | None = None
    part: int = 0
    closes: dt.datetime | None = None
    closed: bool = False
    round: int = 0


def reached(told: Told, goal: int | None, verified: int) -> Told:
    """With the part that so many are of the goal. Of the same goal none is told again that was left
    and reached anew; another goal begins from the start."""
    if not goal:
        return told
    part = max((each for each in PARTS if verified * 100 >= goal * each), default=0)
    return replace(told, goal=goal, part=max(part, told.part if told.goal == goal else 0))


def round_number(signed: int) -> int:
    """The highest round number that so many have reached; 0 below the first."""
    highest, step = 0, FIRST_ROUND
    while step <= signed:
        highest = 5 * step if 5 * step <= signed else step
        step *= 10
    return highest


def counted(told: Told, signed: int) -> Told:
    """With the round number that so many have reached; none is told again that was left and reached
    anew."""
    return replace(told, round=max(told.round, round_number(signed)))


def due(told: Told, closes: dt.datetime | None, now: dt.datetime) -> Told:
    """With the deadline, where it is time to tell it; one that was moved is told anew."""
    if closes is None or not closes - AHEAD <= now < closes + AFTER:
        return told
    return replace(told, closes=closes, closed=now >= closes)
