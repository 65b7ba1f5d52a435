"""Showing people who wait for an answer that the bot is at work."""

from __future__ import annotations

import asyncio
import logging

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.adapters.telegram.request import MISREAD
from bot.domain.ids import ChatRef
from bot.ports import Event, Message, Place

log = logging.getLogger(__name__)

SLOW = 1.0
"""Seconds without an answer after which it is shown; it stays until a message comes, or for five
seconds (https://core.telegram.org/bots/api#sendchataction)."""

APART = 0.1
"""Seconds between two such calls at least. Where many wait, the answers need the line more."""

QUIET = 60.0
"""Seconds without such a call after one that failed."""


class AtWork:
    """Only for what is written in private: a pressed button shows by itself that it waits, and in a
    group it would disturb. Nothing depends on it, so what fails is not tried again."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._waiting: dict[ChatRef, asyncio.TimerHandle] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._next = 0.0
        """When the next call may be made, in the loop's time."""
        self._told = False

    def received(self, event: Event) -> None:
        """Somebody waits from now on, unless they do already."""
        chat, place = event.origin.chat, event.origin.place
        if isinstance(event, Message) and place is Place.PRIVATE and chat not in self._waiting:
            loop = asyncio.get_running_loop()
            self._waiting[chat] = loop.call_later(SLOW, self._show, chat)

    def answered(self, chat: ChatRef) -> None:
        """Something is on its way to the chat."""
        timer = self._waiting.pop(chat, None)
        if timer is not None:
            timer.cancel()

    async def close(self) -> None:
        for timer in self._waiting.values():
            timer.cancel()
        self._waiting.clear()
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    def _show(self, chat: ChatRef) -> None:
        del self._waiting[chat]
        now = asyncio.get_running_loop().time()
        if now < self._next:
            return
        self._next = now + APART
        call = asyncio.create_task(self._call(chat))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _call(self, chat: ChatRef) -> None:
        try:
            await self._bot.send_chat_action(int(chat.key), ChatAction.TYPING)
        except (TelegramError, *MISREAD) as error:
            pause = max(QUIET, getattr(error, "after", 0.0))
            self._next = asyncio.get_running_loop().time() + pause
            if not self._told:
                reason = getattr(error, "message", type(error).__name__)
                log.warning("sendChatAction is refused: %s", reason)
            self._told = True
