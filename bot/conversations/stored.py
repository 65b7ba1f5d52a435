"""The states of all conversations as they are stored, with a version.

A state of another version is dropped when it is met: a draft lives for a day at the most, and its
person is told to begin again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from bot.conversations.sign import Signing
from bot.domain.ids import Country, Digest, Language, Number, StatementId
from bot.storage.conversations import StoredConversation

VERSION = 1


@dataclass(frozen=True, slots=True)
class Endorsing:
    """A group's preview waits to be confirmed by one of its administrators."""

    statement: StatementId
    language: Language
    digest: Digest
    name: str
    country: Country | None
    kind: Literal["endorse"] = "endorse"


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """A person or a group was asked whether to withdraw this record."""

    number: Number
    kind: Literal["withdraw"] = "withdraw"


@dataclass(frozen=True, slots=True)
class Mending:
    """A person was asked for another name or affiliation of this record."""

    number: Number
    field: Literal["name", "affiliation"]
    kind: Literal["mend"] = "mend"


@dataclass(frozen=True, slots=True)
class Forgetting:
    """A person was asked whether everything about them is to be erased."""

    kind: Literal["forget"] = "forget"


@dataclass(frozen=True, slots=True)
class Answering:
    """A person was asked a question by the admins; what they type is passed on."""

    question: int
    kind: Literal["answer"] = "answer"


State = Signing | Endorsing | Withdrawing | Mending | Forgetting | Answering
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
