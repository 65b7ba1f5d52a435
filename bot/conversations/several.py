"""Several records that an admin decides at once, as they wait for a word.

Several admins may be asked at a time in one chat, so this is no conversation of the chat: each is
kept beside it, under a name of its own."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from bot.domain.ids import Number
from bot.storage.conversations import StoredConversation

VERSION = 1

Verb = Literal["verify", "reject", "undo"]


@dataclass(frozen=True, slots=True)
class Deciding:
    """What is to be done with which records; `reason` as `Decision` holds it."""

    verb: Verb
    numbers: tuple[Number, ...]
    reason: str | None = None

    @property
    def asks_reason(self) -> bool:
        return self.verb == "reject" and self.reason is None

    def because(self, reason: str) -> Deciding:
        return dataclasses.replace(self, reason=reason)


_STATE = TypeAdapter(Deciding)


def store(state: Deciding) -> StoredConversation:
    return StoredConversation(VERSION, _STATE.dump_json(state))


def restore(stored: StoredConversation) -> Deciding | None:
    """The state, or None if it was written by another version."""
    try:
        return _STATE.validate_json(stored.state) if stored.version == VERSION else None
    except ValidationError:
        return None
