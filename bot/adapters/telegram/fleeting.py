"""Answers that somebody waits for just now: to a press, and to words typed for suggestions."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import (
    Bot,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.error import BadRequest, EndPointNotFound, Forbidden

from bot.adapters.telegram.keyboards import keyboard
from bot.adapters.telegram.menus import cut
from bot.adapters.telegram.refusals import TOO_LATE, says
from bot.adapters.telegram.rendering import render
from bot.adapters.telegram.request import TooManyRequests
from bot.ports import Notice, Suggestion, Suggestions, TryLater

log = logging.getLogger(__name__)

MOST_NOTICE = 200
ALERT_FROM = 60
"""Characters of a notice from which it waits to be closed; a shorter one passes by itself."""

MOST_SUGGESTIONS = 50
SUGGESTIONS_LIVE = 30
"""Seconds for which Telegram may repeat the same suggestions to the same person."""

FLEETING = 15.0
"""Seconds for which somebody waits for the answer to a press or for suggestions."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Fleeting:
    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._told: set[tuple[str, str]] = set()

    async def notice(self, outgoing: Notice) -> None:
        text = cut(outgoing.text, MOST_NOTICE) if outgoing.text else None
        alert = text is not None and len(text) >= ALERT_FROM
        call = partial(
            self._bot.answer_callback_query, outgoing.press, text, show_alert=alert or None
        )
        await self._call("answerCallbackQuery", call)

    async def answer(self, outgoing: Suggestions) -> None:
        results = [_article(each) for each in outgoing.suggestions[:MOST_SUGGESTIONS]]
        call = partial(
            self._bot.answer_inline_query,
            outgoing.query,
            results,
            cache_time=SUGGESTIONS_LIVE,
            is_personal=True,
        )
        await self._call("answerInlineQuery", call)

    async def _call(self, name: str, call: Callable[[], Awaitable[object]]) -> None:
        """An answer that somebody waits for just now. What is refused, or would come when nobody
        waits any more, is not worth that the chat's messages wait for it."""
        try:
            await call()
        except TooManyRequests as flood:
            if flood.after <= FLEETING:
                raise TryLater(flood.after) from None
            log.info("%s comes too often and is left out", name)
        except (BadRequest, Forbidden, EndPointNotFound) as error:
            if says(error, TOO_LATE):
                return
            if (name, error.message) not in self._told:
                log.warning("%s is refused: %s", name, error.message)
            self._told.add((name, error.message))


def _article(suggestion: Suggestion) -> InlineQueryResultArticle:
    text, entities = render(suggestion.text)
    content = InputTextMessageContent(text, entities=entities, link_preview_options=_NO_PREVIEW)
    return InlineQueryResultArticle(
        suggestion.id,
        suggestion.title,
        content,
        reply_markup=keyboard(suggestion.buttons),
        description=suggestion.summary,
    )
