"""How this platform's chats, people and messages are named towards the core."""

from __future__ import annotations

from bot.domain.ids import AdapterName, ChatRef, MessageRef, UserRef

NAME = AdapterName("matrix")


def chat_ref(room: str) -> ChatRef:
    return ChatRef(NAME, room)


def person(user: str) -> UserRef:
    return UserRef(NAME, user)


def message_ref(event: str) -> MessageRef:
    return MessageRef(event)


def server_of(user: str) -> str:
    """The homeserver in a user's name."""
    return user.partition(":")[2]
