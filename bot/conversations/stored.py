"""The states of all conversations as they are stored, with a version.

A state of another version is dropped when it is met: a draft lives for a day at the most, and its
person is told to begin again.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from bot.conversations.answer import Answering, WhichQuestion
from bot.conversations.appeal import Appealing
from bot.conversations.choose import Choosing
from bot.conversations.draft import Signing
from bot.conversations.endorse import Endorsing
from bot.conversations.records import (
    Erasing,
    Forgetting,
    Locating,
    Mending,
    Renewing,
    SigningNew,
    Withdrawing,
)
from bot.storage.conversations import StoredConversation

VERSION = 1


State = (
    Signing
    | Endorsing
    | Withdrawing
    | Erasing
    | Mending
    | Renewing
    | Locating
    | Forgetting
    | SigningNew
    | Appealing
    | Answering
    | WhichQuestion
    | Choosing
)
_STATE: TypeAdapter[State] = TypeAdapter(Annotated[State, Field(discriminator="kind")])


def store(state: State) -> StoredConversation:
    return StoredConversation(VERSION, _STATE.dump_json(state))


def restore(stored: StoredConversation) -> State | None:
    """The state, or None if it was written by another version."""
    if stored.version != VERSION:
        return None
    try:
        return _STATE.validate_json(stored.state)
    except ValidationError:
        return None
