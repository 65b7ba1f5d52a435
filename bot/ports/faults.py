"""What an adapter may raise."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.faults import OperatorFault
from bot.domain.ids import ChatRef, UserRef


class DeliveryFault(Exception):
    """What a delivery may raise; anything else is a bug and is logged as one."""


@dataclass(eq=False)
class TryLater(DeliveryFault):
    """The platform cannot take it now; `after` seconds say when to try again, None: when it suits.
    `whole_platform` holds up everything for this platform, otherwise only this chat. `has_enough`:
    it was asked, and said that this is more than it takes."""

    after: float | None = None
    whole_platform: bool = False
    has_enough: bool = False


@dataclass(eq=False)
class ChatUnreachable(DeliveryFault):
    """This chat will not get anything any more (blocked, kicked, deleted); not tried again.
    `person` is who is alone with the bot there, None where it is no private chat."""

    reason: str
    person: UserRef | None = None


@dataclass(eq=False)
class ChatMoved(DeliveryFault):
    """The chat goes on under another key; the outbox delivers there at once. The adapter has handed
    a `Moved` event to the inbox before it raises this."""

    to: ChatRef


@dataclass(eq=False)
class MessageGone(DeliveryFault):
    """The message to edit or to delete is not there or cannot be changed: the outbox sends its text
    anew."""


@dataclass(eq=False)
class Undeliverable(DeliveryFault):
    """The platform will never take this, however often it is tried: given up, and the admins are
    told that it happened. `reason` goes to the log and holds nothing of what was to be said."""

    reason: str


class TooLarge(DeliveryFault):
    """A document that somebody sent is larger than may be read, or than the platform gives out."""


class Obsolete(DeliveryFault):
    """Nobody waits for it any more, or the platform has no way to show it: dropped without a
    word."""


class AdapterFault(OperatorFault):
    """The platform cannot be used as it is configured; the message says what to do."""
