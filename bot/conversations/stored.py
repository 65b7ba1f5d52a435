"""The states of all conversations as they are stored, with a version.

A state of another version is dropped when it is met: a draft lives for a day at the most, and its
person is told to begin again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter, ValidationError

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


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """A person or a group was asked whether to withdraw this record."""

    number: Number


@dataclass(frozen=True, slots=True)
class _Sign:
    state: Signing
    kind: Literal["sign"] = "sign"


@dataclass(frozen=True, slots=True)
class _Endorse:
    state: Endorsing
    kind: Literal["endorse"] = "endorse"


@dataclass(frozen=True, slots=True)
class _Withdraw:
    state: Withdrawing
    kind: Literal["withdraw"] = "withdraw"


State = Signing | Endorsing | Withdrawing
_STATE: TypeAdapter[_Sign | _Endorse | _Withdraw] = TypeAdapter(_Sign | _Endorse | _Withdraw)


def store(state: State) -> StoredConversation:
    wrapped: _Sign | _Endorse | _Withdraw
    match state:
        case Signing():
            wrapped = _Sign(state)
        case Endorsing():
            wrapped = _Endorse(state)
        case Withdrawing():
            wrapped = _Withdraw(state)
    return StoredConversation(VERSION, _STATE.dump_json(wrapped))


def restore(stored: StoredConversation) -> State | None:
    """The state, or None if it was written by another version."""
    if stored.version != VERSION:
        return None
    try:
        return _STATE.validate_json(stored.state).state
    except ValidationError:
        return None
