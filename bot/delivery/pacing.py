"""How fast a platform may be sent to: so many in a window, for a chat and for everything."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence

from bot.ports import Window

MARGIN = 1.03
"""Windows are kept a little longer than the platform's: what was sent evenly may arrive bunched."""

BROADCAST_PART = 0.6
"""The part of a whole platform's window that broadcasts may fill: answers find the rest free."""

REMEMBERED = 20_000
"""Chats whose last sends are remembered; one that was forgotten has been silent for longest."""


class _Meter:
    """When the latest sends were, as far back as the widest window."""

    def __init__(self, windows: Sequence[Window]) -> None:
        self._windows = windows
        self._sent: deque[float] = deque(maxlen=max((w.most for w in windows), default=1))

    def wait(self, now: float, part: float = 1.0) -> float:
        """Seconds until one more fits into every window (into a part of it)."""
        longest = 0.0
        for window in self._windows:
            most = max(1, int(window.most * part))
            if len(self._sent) >= most:
                freed = self._sent[-most] + window.seconds * MARGIN
                longest = max(longest, freed - now)
        return longest

    def count(self, now: float) -> None:
        self._sent.append(now)


class Pacer:
    """The meters of one platform. `now` is in seconds of a steady clock."""

    def __init__(self, overall: Sequence[Window]) -> None:
        self._overall = _Meter(overall)
        self._chats: OrderedDict[bytes, _Meter] = OrderedDict()
        self._paused_until = 0.0

    def pause(self, until: float) -> None:
        """The platform asked for silence."""
        self._paused_until = max(self._paused_until, until)

    def wait(self, chat: bytes, windows: Sequence[Window], now: float, *, broadcast: bool) -> float:
        """Seconds until the next message to the chat may go; 0.0: now."""
        part = BROADCAST_PART if broadcast else 1.0
        waits = [self._paused_until - now, self._overall.wait(now, part)]
        if windows:
            waits.append(self._meter(chat, windows).wait(now))
        return max(0.0, *waits)

    def count(self, chat: bytes, windows: Sequence[Window], now: float) -> None:
        """One message goes to the chat now."""
        self._overall.count(now)
        if windows:
            self._meter(chat, windows).count(now)

    def _meter(self, chat: bytes, windows: Sequence[Window]) -> _Meter:
        meter = self._chats.get(chat)
        if meter is None:
            meter = self._chats[chat] = _Meter(windows)
            if len(self._chats) > REMEMBERED:
                self._chats.popitem(last=False)
        self._chats.move_to_end(chat)
        return meter
