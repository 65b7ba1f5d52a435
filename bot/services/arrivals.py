"""Who has come by which word in a link, and may be about to sign."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict

from bot.domain.ids import ChatRef, StatementId

REMEMBERED = dt.timedelta(hours=24)
"""For as long as a draft lives."""

CHATS = 10_000
"""Chats at most; the oldest are forgotten first, so a flood of accounts fills no memory."""


class Arrivals:
    """By private chat and statement, in memory alone: what is written here never gets to the disk,
    and a restart forgets it."""

    def __init__(self) -> None:
        self._chats: OrderedDict[ChatRef, dict[StatementId, tuple[str, dt.datetime]]]
        self._chats = OrderedDict()

    def word(self, chat: ChatRef, statement: StatementId, now: dt.datetime) -> str | None:
        """That of the first link that was opened there; None where none was, or a day ago."""
        word, until = self._chats.get(chat, {}).get(statement, (None, now))
        return word if now < until else None

    def note(self, chat: ChatRef, statement: StatementId, word: str, now: dt.datetime) -> None:
        """Somebody came by a link with that word."""
        self._chats.setdefault(chat, {})[statement] = word, now + REMEMBERED
        self._chats.move_to_end(chat)
        if len(self._chats) > CHATS:
            self._chats.popitem(last=False)

    def forget(self, chat: ChatRef) -> None:
        """All of a chat."""
        self._chats.pop(chat, None)
