"""How this platform's chats, people and messages are named towards the core."""

from __future__ import annotations

from bot.domain.ids import AdapterName, ChatRef, MessageRef, UserRef

NAME = AdapterName("telegram")

ANONYMOUS, CHANNEL = "anonymous:", "channel:"
"""Begin the keys of senders who are no person: an administrator who hides in the group named
behind it, and a channel that posts."""


def chat_ref(number: int) -> ChatRef:
    return ChatRef(NAME, str(number))


def person(number: int) -> UserRef:
    return UserRef(NAME, str(number))


def anonymous(chat: int | str) -> UserRef:
    return UserRef(NAME, f"{ANONYMOUS}{chat}")


def channel(number: int) -> UserRef:
    return UserRef(NAME, f"{CHANNEL}{number}")


def message_ref(number: int) -> MessageRef:
    return MessageRef(str(number))
