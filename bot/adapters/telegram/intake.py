"""From raw updates to events, one by one, so that one that cannot be read holds up no other."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from telegram import Bot, Update

from bot.adapters.telegram.parsing import Parser
from bot.ports import Event

log = logging.getLogger(__name__)


class Intake:
    def __init__(self, bot: Bot, parser: Parser) -> None:
        self._bot = bot
        self._parser = parser

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
        return found

    def _event(self, raw: object) -> Event | None:
        if not isinstance(raw, dict):
            raise TypeError("not an object")
        return self._parser.event(Update.de_json(raw, self._bot))


def number_of(raw: object) -> int | None:
    """The update's number; None where there is none to be found."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _kind(raw: object) -> str:
    """What the update is about: a name of the Bot API, nothing that anybody wrote."""
    names = [name for name in raw if name in Update.ALL_TYPES] if isinstance(raw, dict) else []
    return ", ".join(names) or "unknown"
