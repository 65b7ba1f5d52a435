"""Answers that somebody waits for just now: to a press, and to words typed for suggestions."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from telegram.error import BadRequest, EndPointNotFound, Forbidden

from bot.adapters.telegram.keyboards import keyboard
from bot.adapters.telegram.menus import cut
from bot.adapters.telegram.refusals import TOO_LATE, says
from bot.adapters.telegram.rendering import NO_PREVIEW, render
from bot.adapters.telegram.request import Ask, TooManyRequests
from bot.ports import Notice, Obsolete, Suggestion, Suggestions, TryLater

log = logging.getLogger(__name__)

MOST_NOTICE = 200
ALERT_FROM = 60
"""Characters of a notice from which it waits to be closed; a shorter one passes by itself."""

MOST_SUGGESTIONS = 50
SUGGESTIONS_LIVE = 30
"""Seconds for which Telegram may repeat the same suggestions to the same person."""

FLEETING = 15.0
"""Seconds for which somebody waits for the answer to a press or for suggestions."""


class Fleeting:
    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._told: set[tuple[str, str]] = set()

    async def notice(self, outgoing: Notice) -> None:
        """As `answer`."""
        asked: dict[str, object] = {"callback_query_id": outgoing.press}
        if outgoing.text:
            text = asked["text"] = cut(outgoing.text, MOST_NOTICE)
            if len(text) >= ALERT_FROM:
                asked["show_alert"] = True
        await self._call("answerCallbackQuery", asked)

    async def answer(self, outgoing: Suggestions) -> None:
        """Raises a `DeliveryFault`."""
        results = [_article(each) for each in outgoing.suggestions[:MOST_SUGGESTIONS]]
        asked = {
            "inline_query_id": outgoing.query,
            "results": results,
            "cache_time": SUGGESTIONS_LIVE,
            "is_personal": True,
        }
        await self._call("answerInlineQuery", asked)

    async def _call(self, name: str, asked: Mapping[str, object]) -> None:
        """An answer that somebody waits for just now. What is refused, or would come when nobody
        waits any more, is not worth that the chat's messages wait for it."""
        try:
            await self._ask(name, asked)
        except TooManyRequests as flood:
            if flood.after <= FLEETING:
                raise TryLater(flood.after, has_enough=True) from None
            log.debug("%s comes too often and is left out", name)
            raise Obsolete from None
        except (BadRequest, Forbidden, EndPointNotFound) as error:
            if not says(error, TOO_LATE) and (name, error.message) not in self._told:
                log.warning("%s is refused: %s", name, error.message)
                self._told.add((name, error.message))
            raise Obsolete from None


def _article(suggestion: Suggestion) -> Mapping[str, object]:
    text, entities = render(suggestion.text)
    content = {"message_text": text, "entities": entities, **NO_PREVIEW}
    return {
        "type": "article",
        "id": suggestion.id,
        "title": suggestion.title,
        "description": suggestion.summary,
        "input_message_content": content,
        **keyboard(suggestion.buttons),
    }
