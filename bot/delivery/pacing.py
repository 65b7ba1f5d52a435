"""How fast a platform may be sent to: so many in a window, for a chat and for everything.

A message takes its place from the moment it leaves until a window after its delivery has ended:
whenever in between the platform counted it, no window there has held more.
"""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.priority import Priority
from bot.ports import Rate

MARGIN = 1.03
"""Windows are kept a little longer than the platform's: two clocks never run alike."""

PART = 0.6
"""The part of a whole platform's window that all but answers may fill: answers find the rest
free."""

REMEMBERED = 20_000
"""Chats whose last sends are remembered; one that was forgotten has been silent for longest."""


class _Meter:
    """How many are under way, and when the latest ended, as far back as the widest window."""

    def __init__(self, windows: Sequence[Rate]) -> None:
        self._windows = windows
        self._under_way = 0
        self._ended: deque[float] = deque(maxlen=max((w.most for w in windows), default=1))

    def wait(self, now: float) -> float:
        """Seconds until one more fits into every window; infinite as long as those under way fill
        one."""
        longest = 0.0
        for window in self._windows:
            free = window.most - self._under_way
            if free <= 0:
                return math.inf
            if len(self._ended) >= free:
                freed = self._ended[-free] + window.seconds * MARGIN
                longest = max(longest, freed - now)
        return longest

    @property
    def is_busy(self) -> bool:
        return self._under_way > 0

    def begin(self) -> None:
        self._under_way += 1

    def end(self, now: float | None) -> None:
        self._under_way -= 1
        if now is not None:
            self._ended.append(now)


@dataclass(frozen=True, slots=True)
class Permit:
    """The places that a message takes, from `Pacer.begin` until `end`."""

    _meters: tuple[_Meter, ...]
    is_probe: bool = False
    """It shows whether a pause is over."""

    def end(self, now: float | None) -> None:
        """Its delivery has ended, well or not: the places are free a window after `now`, or at once
        where nothing was sent (None). Called once."""
        for meter in self._meters:
            meter.end(now)


class Pacer:
    """The meters of one platform. `now` is in seconds of a steady clock."""

    def __init__(self, overall: Sequence[Rate]) -> None:
        self._overall = _Meter(overall)
        self._but_answers = _Meter([Rate(max(1, int(w.most * PART)), w.seconds) for w in overall])
        self._chats: OrderedDict[bytes, _Meter] = OrderedDict()
        self._paused_until = -math.inf
        self._careful = False

    def pause(self, until: float) -> None:
        """Send nothing until then, as the platform asked, and one message at a time from then on
        until one is taken; a longer pause from before stays."""
        self._paused_until = max(self._paused_until, until)
        self._careful = True

    def taken(self, permit: Permit) -> None:
        """The platform has taken the message."""
        if permit.is_probe:
            self._careful = False

    def wait(self, chat: bytes, windows: Sequence[Rate], now: float, priority: Priority) -> float:
        """Seconds until the next message to the chat may go, at the least; 0.0: now. Infinite until
        the end of one that is under way."""
        if self._careful and self._overall.is_busy:
            return math.inf
        wait = max(self._paused_until - now, self._overall.wait(now))
        if wait <= 0.0 and priority is not Priority.ANSWER:
            wait = self._but_answers.wait(now)
        if wait <= 0.0 and windows and chat in self._chats:
            wait = self._chats[chat].wait(now)
        return max(0.0, wait)

    def begin(self, chat: bytes, windows: Sequence[Rate], priority: Priority) -> Permit:
        """A message goes to the chat now, for which `wait` gave 0.0."""
        meters = [self._overall]
        if windows:
            meters.append(self._meter(chat, windows))
        if priority is not Priority.ANSWER:
            meters.append(self._but_answers)
        for meter in meters:
            meter.begin()
        return Permit(tuple(meters), is_probe=self._careful)

    def _meter(self, chat: bytes, windows: Sequence[Rate]) -> _Meter:
        meter = self._chats.get(chat)
        if meter is None:
            meter = self._chats[chat] = _Meter(windows)
            if len(self._chats) > REMEMBERED:
                self._chats.popitem(last=False)
        self._chats.move_to_end(chat)
        return meter
