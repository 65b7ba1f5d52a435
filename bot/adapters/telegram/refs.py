"""How this platform's chats, people and messages are named towards the core."""

from __future__ import annotations

from bot.domain.ids import AdapterName, ChatRef, MessageRef, UserRef

NAME = AdapterName("telegram")

ANONYMOUS, CHANNEL = "anonymous:", "channel:"
"""Begin the keys of senders who are no person: an administrator who hides in the group named
behind it, and a channel that posts."""


_FIRST_SUPERGROUP = -1_000_000_000_000
"""Supergroups and channels have the numbers from here downwards
(https://core.telegram.org/api/bots/ids)."""


def chat_ref(number: int) -> ChatRef:
    return ChatRef(NAME, str(number))


def person(number: int) -> UserRef:
    return UserRef(NAME, str(number))


def anonymous(chat: int | str) -> UserRef:
    return UserRef(NAME, f"{ANONYMOUS}{chat}")


def channel(number: int) -> UserRef:
    return UserRef(NAME, f"{CHANNEL}{number}")


def message_ref(chat: int, number: int) -> MessageRef:
    """A small group's messages are named with the group: when it becomes a supergroup, that counts
    anew, and another message there gets the same number."""
    return MessageRef(f"{chat}/{number}" if _FIRST_SUPERGROUP < chat < 0 else str(number))


def message_number(chat: ChatRef, message: MessageRef) -> int | None:
    """Which message of the chat that is; None if it is none of it."""
    group, _, number = message.rpartition("/")
    return int(number) if group in {"", chat.key} and number.isdecimal() else None
