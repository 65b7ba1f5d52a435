"""From raw updates to events, one by one, so that one that cannot be read holds up no other."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable

from telegram import Bot, Update

from bot.adapters.telegram.completing import bare, completed
from bot.adapters.telegram.parsing import Parser
from bot.adapters.telegram.request import MISREAD
from bot.ports import Event, Message

log = logging.getLogger(__name__)


ALBUMS = 1000
"""So many albums are remembered: their pictures come within a second of each other."""


class Intake:
    def __init__(
        self, bot: Bot, parser: Parser, received: Callable[[Event], None] = lambda _: None
    ) -> None:
        """`received` is told of each event, before it is kept anywhere."""
        self._bot = bot
        self._parser = parser
        self._received = received
        self._albums: OrderedDict[str, str] = OrderedDict()
        """Which event stands for an album, by the album's name."""

    def events(self, updates: Iterable[object]) -> list[Event]:
        """In the order of the updates. One that cannot be read is logged without its content."""
        found: list[Event] = []
        for raw in updates:
            try:
                event = self._event(raw)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
                log.warning(
                    "an update from Telegram cannot be read and is left out: %s, of kind %s: %s",
                    number_of(raw),
                    _kind(raw),
                    type(error).__name__,
                )
                continue
            if event is not None:
                found.append(event)
                self._received(event)
        return found

    def _event(self, raw: object) -> Event | None:
        if not isinstance(raw, dict):
            raise TypeError("not an object")
        raw = completed(raw)
        try:
            update = Update.de_json(raw, self._bot)
            event = self._parser.event(update)
        except MISREAD:
            # What somebody wrote may well be read without the rest.
            update = Update.de_json(bare(raw), self._bot)
            event = self._parser.event(update)
        if isinstance(event, Message) and not event.text and update.message is not None:
            album = update.message.media_group_id
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


def _kind(raw: object) -> str:
    """What the update is about: a name of the Bot API, nothing that anybody wrote."""
    names = [name for name in raw if name in Update.ALL_TYPES] if isinstance(raw, dict) else []
    return ", ".join(names) or "unknown"
