"""How much one person, one chat and everybody together may ask for in a while.

Counted in memory: a restart forgives, which costs less than a write for every message would.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import OrderedDict
from dataclasses import dataclass

from bot.ports import Origin, Place

REMEMBERED = 50_000
"""Windows kept at most; the oldest are forgotten first, so a flood of accounts fills no memory."""

EVERYBODY = ""


class Verdict(enum.Enum):
    ADMIT = "admit"
    TELL = "tell"
    """Too much, for the first time in this window: one kind line."""
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` events in a window of `window`."""

    most: int
    window: dt.timedelta


@dataclass(frozen=True, slots=True)
class Rates:
    """The defaults are far above what a person does, and far below what a program can."""

    person: Rate = Rate(240, dt.timedelta(minutes=1))
    chat: Rate = Rate(480, dt.timedelta(minutes=1))
    everybody: Rate = Rate(60_000, dt.timedelta(minutes=1))
    wordless_person: Rate = Rate(1, dt.timedelta(seconds=10))
    """Stickers and pictures come in swarms, and each gets the same answer."""
    costly_person: Rate = Rate(60, dt.timedelta(minutes=10))
    costly_everybody: Rate = Rate(10_000, dt.timedelta(minutes=1))


@dataclass(slots=True)
class _Window:
    ends: dt.datetime
    count: int = 0
    told: bool = False


class Limits:
    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._windows: OrderedDict[tuple[str, str], _Window] = OrderedDict()

    def admit(
        self, origin: Origin, now: dt.datetime, *, costly: bool, wordless: bool = False
    ) -> Verdict:
        """Count an event in all its windows; the strictest verdict holds. Of many `wordless` ones
        nothing is told but the answer to the first."""
        rates = self._rates
        person = f"{origin.user.adapter}\0{origin.user.key}"
        windows = [("person", person, rates.person), ("everybody", EVERYBODY, rates.everybody)]
        if origin.place is not Place.PRIVATE:
            chat = f"{origin.chat.adapter}\0{origin.chat.key}"
            windows.append(("chat", chat, rates.chat))
        if costly:
            windows.append(("costly_person", person, rates.costly_person))
            windows.append(("costly_everybody", EVERYBODY, rates.costly_everybody))
        found = [self._count(*window, now) for window in windows]
        if wordless:
            verdict = self._count("wordless", person, rates.wordless_person, now)
            found.append(verdict if verdict is Verdict.ADMIT else Verdict.SILENT)
        return next((verdict for verdict in found if verdict is not Verdict.ADMIT), Verdict.ADMIT)

    def _count(self, kind: str, who: str, rate: Rate, now: dt.datetime) -> Verdict:
        window = self._windows.get((kind, who))
        if window is None or now >= window.ends or window.ends - now > rate.window:
            window = self._windows[kind, who] = _Window(now + rate.window)
            if len(self._windows) > REMEMBERED:
                self._windows.popitem(last=False)
        self._windows.move_to_end((kind, who))
        window.count += 1
        if window.count <= rate.most:
            return Verdict.ADMIT
        first, window.told = not window.told, True
        # Everybody's window is told to one person only; the others get their own line.
        return Verdict.TELL if first or who == EVERYBODY else Verdict.SILENT
