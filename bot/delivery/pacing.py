"""How fast a platform may be sent to: so many in a window, for a chat and for everything.

A message takes its place from the moment it leaves until a window after its delivery has ended:
whenever in between the platform counted it, no window there has held more.
"""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from bot.ports import Rate

MARGIN = 1.03
"""Windows are kept a little longer than the platform's: two clocks never run alike."""

BROADCAST_PART = 0.6
"""The part of a whole platform's window that broadcasts may fill: answers find the rest free."""

PATIENCE = 0.25
"""Seconds that answers may keep a broadcast waiting; then the next place is the broadcast's."""

REMEMBERED = 20_000
"""Chats whose last sends are remembered; one that was forgotten has been silent for longest."""


class _Meter:
    """How many are under way, and when the latest ended, as far back as the widest window."""

    def __init__(self, windows: Sequence[Rate]) -> None:
        self._windows = windows
        self._under_way = 0
        self._ended: deque[float] = deque(maxlen=max((w.most for w in windows), default=1))

    def wait(self, now: float, kept: int = 0) -> float:
        """Seconds until one more fits into every window and leaves `kept` places; infinite as long
        as those under way fill one."""
        longest = 0.0
        for window in self._windows:
            free = max(1, window.most - kept) - self._under_way
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

    def end(self, now: float) -> None:
        self._under_way -= 1
        self._ended.append(now)


@dataclass(frozen=True, slots=True)
class Permit:
    """The places that a message takes, from `Pacer.begin` until `end`."""

    _meters: tuple[_Meter, ...]
    is_probe: bool = False
    """It shows whether a pause is over."""

    def end(self, now: float) -> None:
        """Its delivery has ended, well or not: the places are free a window after `now`. Called
        once."""
        for meter in self._meters:
            meter.end(now)


class Pacer:
    """The meters of one platform. `now` is in seconds of a steady clock."""

    def __init__(self, overall: Sequence[Rate]) -> None:
        self._overall = _Meter(overall)
        self._broadcasts = _Meter(
            [Rate(max(1, int(w.most * BROADCAST_PART)), w.seconds) for w in overall]
        )
        self._chats: OrderedDict[bytes, _Meter] = OrderedDict()
        self._paused_until = -math.inf
        self._careful = False
        self._kept_waiting_since: float | None = None

    def pause(self, until: float) -> None:
        """Send nothing until then, as the platform asked, and one message at a time from then on
        until one is taken; a longer pause from before stays."""
        self._paused_until = max(self._paused_until, until)
        self._careful = True

    def taken(self, permit: Permit) -> None:
        """The platform has taken the message."""
        if permit.is_probe:
            self._careful = False

    def wait(self, chat: bytes, windows: Sequence[Rate], now: float, *, broadcast: bool) -> float:
        """Seconds until the next message to the chat may go; 0.0: now. Infinite until the end of
        one that is under way."""
        own = self._paused_until - now
        if self._careful and self._overall.is_busy:
            own = math.inf
        if windows and chat in self._chats:
            own = max(own, self._chats[chat].wait(now))
        if broadcast:
            own = max(own, self._broadcasts.wait(now))
        place = self._overall.wait(now, 0 if broadcast else self._kept(now))
        if broadcast and own <= 0.0 < place and self._kept_waiting_since is None:
            self._kept_waiting_since = now
        return max(0.0, own, place)

    def begin(self, chat: bytes, windows: Sequence[Rate], *, broadcast: bool) -> Permit:
        """A message goes to the chat now, for which `wait` gave 0.0."""
        meters = [self._overall]
        if windows:
            meters.append(self._meter(chat, windows))
        if broadcast:
            meters.append(self._broadcasts)
            self._kept_waiting_since = None
        for meter in meters:
            meter.begin()
        return Permit(tuple(meters), is_probe=self._careful)

    def _kept(self, now: float) -> int:
        """The places that answers leave to a broadcast which they have kept waiting."""
        since = self._kept_waiting_since
        return int(since is not None and now - since >= PATIENCE)

    def _meter(self, chat: bytes, windows: Sequence[Rate]) -> _Meter:
        meter = self._chats.get(chat)
        if meter is None:
            meter = self._chats[chat] = _Meter(windows)
            if len(self._chats) > REMEMBERED:
                self._chats.popitem(last=False)
        self._chats.move_to_end(chat)
        return meter
