"""How much one person, one chat, one statement and everybody together may ask for in a while.

Counted in memory: a restart forgives, which costs less than a write for every message would.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.commands.cost import Cost, Spend, TooMuch
from bot.domain.ids import StatementId
from bot.ports import Origin, Place

REMEMBERED = 50_000
"""Windows kept at most; the oldest are forgotten first, so a flood of accounts fills no memory."""

EVERYBODY = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` in a window of `window`."""

    most: int
    window: dt.timedelta


@dataclass(frozen=True, slots=True)
class Rates:
    """The defaults are far above what a person does, and far below what a program can. Events are
    counted by their number, what they cost by its sum (`bot.commands.cost`)."""

    person: Rate = Rate(240, dt.timedelta(minutes=1))
    chat: Rate = Rate(480, dt.timedelta(minutes=1))
    everybody: Rate = Rate(60_000, dt.timedelta(minutes=1))
    wordless_person: Rate = Rate(1, dt.timedelta(seconds=10))
    """Stickers and pictures come in swarms, and each gets the same answer."""
    cost_person: Rate = Rate(300, dt.timedelta(minutes=10))
    cost_chat: Rate = Rate(600, dt.timedelta(minutes=10))
    cost_everybody: Rate = Rate(150_000, dt.timedelta(minutes=1))
    statement: Rate = Rate(6_000, dt.timedelta(minutes=1))
    """New signatures of one. The most that any petition is known to have had is 2,000 a minute
    (the United Kingdom's "Revoke Article 50", 2019)."""


@dataclass(slots=True)
class _Window:
    ends: dt.datetime
    count: int = 0
    told: bool = False


class Limits:
    """A window takes nothing from one that stands behind it: who is over their own limit uses up
    nobody else's."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._windows: OrderedDict[tuple[str, str], _Window] = OrderedDict()

    def admit(
        self,
        origin: Origin,
        now: dt.datetime,
        *,
        wordless: bool = False,
        votes: bool = False,
    ) -> TooMuch | None:
        """Count an event; why it is refused, if it is. Of many `wordless` ones nothing is told but
        the answer to the first. Who `votes` uses up nothing of the chat: all its members do so at
        once, and nothing is said there for it."""
        rates = self._rates
        if wordless and self._full("wordless", _person(origin), rates.wordless_person, now):
            return TooMuch(tell=False)
        shared = (rates.person, rates.chat, rates.everybody)
        return self._take(origin, now, 1, "", shared, in_chat=not votes)

    def purse(self, origin: Origin, now: Callable[[], dt.datetime]) -> Spend:
        """Counts what one event costs, once however often it is handled."""
        spent: dict[tuple[Cost, StatementId | None], TooMuch | None] = {}

        def spend(cost: Cost, statement: StatementId | None = None) -> None:
            key = cost, statement
            if key not in spent:
                spent[key] = self._spend(origin, now(), cost, statement)
            if (refused := spent[key]) is not None:
                raise refused

        return spend

    def _spend(
        self, origin: Origin, now: dt.datetime, cost: Cost, statement: StatementId | None
    ) -> TooMuch | None:
        rates = self._rates
        shared = (rates.cost_person, rates.cost_chat, rates.cost_everybody)
        # Whoever has to confirm again pays once.
        if statement and self._full("statement", statement, rates.statement, now, 0):
            return TooMuch(tell=True, crowded=True)
        if cost and (refused := self._take(origin, now, cost, "cost ", shared)):
            return refused
        if statement and self._full("statement", statement, rates.statement, now):
            return TooMuch(tell=True, crowded=True)
        return None

    def _take(
        self,
        origin: Origin,
        now: dt.datetime,
        count: int,
        of: str,
        rates: tuple[Rate, Rate, Rate],
        *,
        in_chat: bool = True,
    ) -> TooMuch | None:
        person, chat, everybody = rates
        windows = [(f"{of}person", _person(origin), person)]
        if in_chat and origin.place is not Place.PRIVATE:
            windows.append((f"{of}chat", f"{origin.chat.adapter}\0{origin.chat.key}", chat))
        if origin.place is not Place.ADMIN:
            # Whatever others do, admins can close.
            windows.append((f"{of}everybody", EVERYBODY, everybody))
        for kind, who, rate in windows:
            if window := self._full(kind, who, rate, now, count):
                first, window.told = not window.told, True
                # Everybody's window is told to one person only; the others get their own line.
                return TooMuch(tell=first or who == EVERYBODY)
        return None

    def _full(
        self, kind: str, who: str, rate: Rate, now: dt.datetime, count: int = 1
    ) -> _Window | None:
        """Count so many; the window where they do not fit into it any more."""
        window = self._windows.get((kind, who))
        if window is None or now >= window.ends or window.ends - now > rate.window:
            window = self._windows[kind, who] = _Window(now + rate.window)
            if len(self._windows) > REMEMBERED:
                self._windows.popitem(last=False)
        self._windows.move_to_end((kind, who))
        window.count += count
        return None if window.count <= rate.most else window


def _person(origin: Origin) -> str:
    return f"{origin.user.adapter}\0{origin.user.key}"
