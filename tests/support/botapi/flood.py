"""Flood limits for sends and edits: bursts in one chat, a minute's worth in a group, everything
in a second."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from tests.support.botapi.clock import Clock
from tests.support.botapi.errors import too_many
from tests.support.botapi.rules import Rules

if TYPE_CHECKING:
    from tests.support.botapi.chats import Chat

MINUTE = 60.0
SECOND = 1.0


class Flood:
    """Counts what was let through; what was refused costs nothing more."""

    def __init__(self, clock: Clock, rules: Rules) -> None:
        self.clock = clock
        self.rules = rules
        self.refused = 0
        self._all: deque[float] = deque()
        self._minutes: dict[int, deque[float]] = {}
        self._tokens: dict[int, tuple[float, float]] = {}

    def check(self, chat: Chat | None, *, paid: bool = False) -> None:
        """Lets one through or raises 429. `chat` is None for a message sent through the bot."""
        if not self.rules.limits:
            return
        now = self.clock.now()
        most = self.rules.overall_paid if paid else self.rules.overall
        wait = _window(self._all, now, SECOND, most)
        if chat is not None:
            wait = max(wait, self._chat_wait(chat, now))
        if wait > 0:
            self.refused += 1
            raise too_many(max(1, math.ceil(wait)))
        self._all.append(now)
        if chat is not None:
            self._count(chat, now)

    def _chat_wait(self, chat: Chat, now: float) -> float:
        wait = 0.0
        if chat.kind != "private":
            minute = self._minutes.setdefault(chat.id, deque())
            wait = _window(minute, now, MINUTE, self.rules.per_group_minute)
        tokens = self._left(chat, now)
        return max(wait, (1 - tokens) / self.rules.per_chat if tokens < 1 - 1e-6 else 0.0)

    def _left(self, chat: Chat, now: float) -> float:
        tokens, since = self._tokens.get(chat.id, (float(self.rules.burst), now))
        return min(self.rules.burst, tokens + (now - since) * self.rules.per_chat)

    def _count(self, chat: Chat, now: float) -> None:
        self._tokens[chat.id] = (self._left(chat, now) - 1, now)
        if chat.kind != "private":
            self._minutes[chat.id].append(now)


def _window(times: deque[float], now: float, length: float, most: int) -> float:
    while times and times[0] <= now - length:
        times.popleft()
    return times[len(times) - most] + length - now if len(times) >= most else 0.0
