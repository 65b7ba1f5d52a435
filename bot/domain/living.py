"""Counts that are kept up to date in a message of a chat."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.ids import ChatRef, Language, StatementId
from bot.domain.slots import Slot, SlotKind


@dataclass(frozen=True, slots=True)
class Living:
    """One of a statement, in the chat called `title`. `by_admins`: it was begun from the admin
    chat, where its end is told; else by who administers the chat. `said` stands for what the
    message says. Where the bot has `left` the chat it ends, unless it comes back or the chat goes
    on under another key, which a platform may say a little later."""

    id: int
    statement: StatementId
    chat: ChatRef
    language: Language
    title: str
    by_admins: bool = False
    thread: str | None = None
    said: str = ""
    left: bool = False

    @property
    def slot(self) -> Slot:
        """Of its message."""
        return Slot(SlotKind.LIVING, str(self.id))


@dataclass(frozen=True, slots=True)
class Offer:
    """Who posts the code in a channel begins one there, once and before `until`."""

    code: str
    statement: StatementId
    language: Language
    until: dt.datetime
