"""From raw updates to events, one by one, so that one that cannot be read holds up no other."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from telegram import Update

from bot.adapters.telegram.parsing import Parser
from bot.ports import Event, Memo, Message

log = logging.getLogger(__name__)


ALBUMS = 1000
"""So many albums are remembered: their pictures come within a second of each other."""


UNREADABLE = "unreadable"
"""The kind of memo that holds an update which could not be read."""

LETTER_LIFE = dt.timedelta(days=14)
"""How long one is kept for whoever finds out why; as long as handled events are known."""

MOST_IN_LETTER = 64 * 1024
"""Characters of it that are kept; Telegram's own limits keep updates far below."""


@dataclass(slots=True)
class Taken:
    """What updates come to; kept together."""

    events: list[Event] = field(default_factory=list)
    letters: list[Memo] = field(default_factory=list)
    """The updates that could not be read."""

    def add(self, other: Taken) -> None:
        self.events += other.events
        self.letters += other.letters


class Intake:
    def __init__(self, parser: Parser, received: Callable[[Event], None] = lambda _: None) -> None:
        """`received` is told of each event, before it is kept anywhere."""
        self._parser = parser
        self._received = received
        self._albums: OrderedDict[str, str] = OrderedDict()
        """Which event stands for an album, by the album's name."""

    def take(self, updates: Iterable[object]) -> Taken:
        """In the order of the updates. One that cannot be read is set aside, and logged without its
        content."""
        taken = Taken()
        for raw in updates:
            try:
                events = self._events(raw)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
                log.warning(
                    "an update from Telegram cannot be read and is set aside: %s, of kind %s: %s",
                    number_of(raw),
                    _kind(raw),
                    type(error).__name__,
                )
                taken.letters.append(_letter(raw))
                continue
            taken.events += events
            for event in events:
                self._received(event)
        return taken

    def _events(self, raw: object) -> list[Event]:
        if not isinstance(raw, dict):
            raise TypeError("not an object")
        event = self._event(raw)
        return self._parser.changes(raw) if event is None else [event]

    def _event(self, raw: dict[str, Any]) -> Event | None:
        event = self._parser.event(raw)
        if isinstance(event, Message) and not event.text:
            album = raw["message"].get("media_group_id")
            return None if album and not self._stands_for(album, event) else event
        return event

    def _stands_for(self, album: str, event: Message) -> bool:
        """Whether this is the picture that is answered: each one is an update of its own, and
        somebody who sends ten of them wants to hear once that none can be read. The same update
        again, which was not taken in the first time, still counts."""
        name = f"{event.origin.chat.key} {album}"
        chosen = self._albums.setdefault(name, event.origin.id)
        if len(self._albums) > ALBUMS:
            self._albums.popitem(last=False)
        return chosen == event.origin.id


def number_of(raw: object) -> int | None:
    """The update's number; None where there is none to be found."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _letter(raw: object) -> Memo:
    """In ASCII: halves of characters could not be stored."""
    try:
        text = json.dumps(raw)
    except (ValueError, RecursionError):
        text = "too deep to be kept"
    today = dt.datetime.now(dt.UTC).date()
    return Memo(UNREADABLE, str(number_of(raw)), text[:MOST_IN_LETTER], today + LETTER_LIFE)


def _kind(raw: object) -> str:
    """What the update is about: a name of the Bot API, nothing that anybody wrote."""
    names = [name for name in raw if name in Update.ALL_TYPES] if isinstance(raw, dict) else []
    return ", ".join(names) or "unknown"
