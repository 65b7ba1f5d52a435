"""What Telegram asks the bot not to say for a while, to a chat or to anybody.

It is obeyed, but not blindly: a wait of hours is tried again with a single message, at first after
a minute, then ever less often. Whoever runs the bot is told at once, and until when.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import deque
from dataclasses import dataclass, field

from bot.adapters.telegram.request import LONGEST_STEP
from bot.domain.ids import ChatRef
from bot.ports import TryLater

log = logging.getLogger(__name__)

FLOOD_CHATS, FLOOD_SPAN = 3, 1.0
"""So many chats refused within so many seconds: the limit of the whole bot has been met. A 429
does not say whose limit it is."""

LONG = 60.0
"""Seconds of a wait from which it is told: shorter ones belong to every busy day."""

FIRST_STEP = 60.0
"""Seconds to the first careful try within a longer wait; to each next one it is twice as long."""

MOST_CHATS = 1000
"""Chats whose waits are remembered; beyond, those that have waited for longest are forgotten."""


@dataclass
class Silence:
    """One wait, prolonged by each refusal. Times are in seconds of the monotonic clock."""

    asked_at: float = field(default_factory=time.monotonic)
    until: float = 0.0
    tries: int = 0

    def asked(self, after: float) -> float:
        """Telegram asks for so many seconds from now on; the seconds to the next careful try."""
        self.asked_at = time.monotonic()
        self.until = self.asked_at + after
        pause = min(after, LONGEST_STEP, FIRST_STEP * 2.0 ** min(self.tries, 10))
        self.tries += 1
        return pause

    @property
    def is_told(self) -> bool:
        """Whether it is a long one that has not passed."""
        return self.until - self.asked_at >= LONG and self.until > time.monotonic()

    @property
    def end(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.until - time.monotonic())

    def __str__(self) -> str:
        return f"until {self.end:%Y-%m-%d %H:%M} UTC, and tries it again now and then"


class Floods:
    """Which chats met a limit lately, and who is to be left in peace."""

    def __init__(self) -> None:
        self._met: deque[tuple[float, ChatRef]] = deque(maxlen=64)
        self._chats: dict[ChatRef, Silence] = {}
        self.everywhere: Silence | None = None

    def met(self, chat: ChatRef, after: float) -> TryLater:
        """A message to the chat was refused for so many seconds."""
        now = time.monotonic()
        self._met.append((now, chat))
        while self._met[0][0] < now - FLOOD_SPAN:
            self._met.popleft()
        if self.everywhere is not None and self.everywhere.until < now - LONG:
            self.everywhere = None  # Nobody was written to since it was over.
        if self.everywhere is None and len(lately := {met for _, met in self._met}) >= FLOOD_CHATS:
            self.everywhere = Silence()
            for each in lately:
                self._chats.pop(each, None)
        known = self._of_everybody(), self._of_some()
        if self.everywhere is None:
            pause = self._chats.setdefault(chat, Silence()).asked(after)
            if len(self._chats) > MOST_CHATS:
                del self._chats[next(iter(self._chats))]
        else:
            pause = self.everywhere.asked(after)
        for before, problem in zip(known, (self._of_everybody(), self._of_some()), strict=True):
            if problem and not before:
                log.error("%s", problem)
        return TryLater(pause, whole_platform=self.everywhere is not None, has_enough=True)

    def passed(self, chat: ChatRef, began: float) -> None:
        """A message to the chat, sent at that moment of the monotonic clock, was taken."""
        before = self.problems()
        self._chats.pop(chat, None)
        if self.everywhere is not None and began >= self.everywhere.asked_at:
            self.everywhere = None
        if before and not self.problems():
            log.warning("Telegram takes the bot's messages again")

    def problems(self) -> list[str]:
        """A sentence each for whom there is a long wait."""
        return [found for found in (self._of_everybody(), self._of_some()) if found]

    def _of_everybody(self) -> str | None:
        if self.everywhere is None or not self.everywhere.is_told:
            return None
        return f"Telegram wants no messages from the bot; it waits {self.everywhere}"

    def _of_some(self) -> str | None:
        waits = [silence for silence in self._chats.values() if silence.is_told]
        if not waits:
            return None
        latest = max(waits, key=lambda silence: silence.until)
        return f"Telegram wants no messages from the bot in {len(waits)} chat(s); it waits {latest}"
