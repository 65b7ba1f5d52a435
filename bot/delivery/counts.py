"""What has happened to messages since the process began: plain numbers, for whoever watches it.

Events are counted once it is known that what was done with them is committed, so that a batch that
is rolled back and run again counts once. Deliveries are counted when the platform has answered,
whatever becomes of that afterwards: one that is sent again after a fault was sent twice.
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, field

from bot.domain.ids import AdapterName


class Outcome(enum.StrEnum):
    """How a try to deliver something ends; each but RETRIED ends the delivery."""

    SENT = "sent"
    """The platform took it."""
    UNREACHABLE = "unreachable"
    """Its chat gets nothing any more."""
    REFUSED = "refused"
    """The platform will never take it."""
    FAILED = "failed"
    """It was given up after too many faults."""
    LEFT_OUT = "left_out"
    """There was nothing to send: a later change said more, or its message was never there."""
    RETRIED = "retried"
    """It is tried again."""


@dataclass(slots=True)
class Counted:
    """Of one platform."""

    received: int = 0
    """Events that were not known before."""
    handled: int = 0
    """Events that were handled, those over a limit too."""
    limited: int = 0
    """Events of them that were over a limit."""
    set_aside: int = 0
    """Events that failed each time."""
    tries: Counter[Outcome] = field(default_factory=Counter)
    """How tries to deliver something have ended."""
    pauses: int = 0
    """Tries that the platform answered by asking to wait, as it had enough."""


class Counts(dict[AdapterName, Counted]):
    """By the platform."""

    def __missing__(self, name: AdapterName) -> Counted:
        found = self[name] = Counted()
        return found
