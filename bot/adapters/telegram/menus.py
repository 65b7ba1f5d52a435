"""Showing the bot's commands, descriptions and name in Telegram's own menus."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeVar

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest, EndPointNotFound, NetworkError, TelegramError

from bot.adapters.telegram.request import MISREAD, TooManyRequests
from bot.backoff import Backoff
from bot.domain.ids import ChatRef
from bot.ports import Menu, Place

log = logging.getLogger(__name__)

# https://core.telegram.org/bots/api#setmycommands, #setmydescription, #setmyshortdescription
MOST_COMMANDS = 100
MOST_SUMMARY = 256
MOST_DESCRIPTION = 512
MOST_SHORT_DESCRIPTION = 120
AGAIN, LONGEST_AGAIN = 2.0, 600.0
"""Seconds between two tries of what did not get through."""

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_CODE = re.compile(r"[a-z]{2}")
_Shown = TypeVar("_Shown")


Call = Callable[[], Awaitable[object]]


class Profile:
    """What Telegram shows of the bot. A call that is refused is shown nowhere, and everything else
    works; one that comes too often is made again when Telegram says, one that did not get through
    ever more seldom, and neither holds up another."""

    def __init__(self, bot: Bot, names: Mapping[str, str]) -> None:
        """`names` are what the bot is called in each language."""
        self._bot = bot
        self._names = names
        self._menus: Sequence[Menu] = ()
        self._later: set[asyncio.Task[None]] = set()
        self._told: set[tuple[str, str]] = set()
        self._is_closed = False

    async def show(self, menus: Sequence[Menu], admin_chat: ChatRef | None) -> None:
        """The first menu, and the first name, stand for every language that has none of its own."""
        self._menus = tuple(menus)
        for language, menu in _by_code((menu.language, menu) for menu in menus):
            for place, scope in (
                (Place.PRIVATE, BotCommandScopeAllPrivateChats()),
                (Place.GROUP, BotCommandScopeAllGroupChats()),
            ):
                await self._show_commands(menu, place, scope, language)
            await self._show_descriptions(menu, language)
        for language, name in _by_code(self._names.items()):
            await self._try("setMyName", partial(self._call_it, name, language))
        if admin_chat is not None:
            await self.show_admins(admin_chat)

    async def show_admins(self, chat: ChatRef) -> None:
        """In one language for all: admins of several languages share the chat."""
        if self._menus:
            scope = BotCommandScopeChat(int(chat.key))
            await self._show_commands(self._menus[0], Place.ADMIN, scope, None)

    async def close(self) -> None:
        """What was to be made again later is left out."""
        self._is_closed = True
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)

    async def _show_commands(
        self, menu: Menu, place: Place, scope: BotCommandScope, language: str | None
    ) -> None:
        commands = [
            BotCommand(name, cut(summary, MOST_SUMMARY))
            for name, summary in menu.commands.get(place, ())
            if _NAME.fullmatch(name) and summary
        ][:MOST_COMMANDS]
        call = partial(self._bot.set_my_commands, commands, scope, language)
        await self._try("setMyCommands", call)

    async def _show_descriptions(self, menu: Menu, language: str | None) -> None:
        text = cut(menu.description, MOST_DESCRIPTION)
        call = partial(self._bot.set_my_description, text, language)
        await self._try("setMyDescription", call)
        short = cut(menu.short_description, MOST_SHORT_DESCRIPTION)
        call = partial(self._bot.set_my_short_description, short, language)
        await self._try("setMyShortDescription", call)

    async def _call_it(self, name: str, language: str | None) -> None:
        """Telegram lets a bot change its name a few times a day only."""
        if (await self._bot.get_my_name(language)).name != name:
            await self._bot.set_my_name(name, language)

    async def _try(self, name: str, call: Call) -> None:
        backoff = Backoff(AGAIN, LONGEST_AGAIN)
        pause = await self._tried(name, call, backoff)
        if pause is not None:
            task = asyncio.create_task(self._try_again(name, call, backoff, pause))
            self._later.add(task)
            task.add_done_callback(self._later.discard)

    async def _try_again(self, name: str, call: Call, backoff: Backoff, pause: float) -> None:
        after: float | None = pause
        while after is not None:
            await asyncio.sleep(after)
            after = await self._tried(name, call, backoff)

    async def _tried(self, name: str, call: Call, backoff: Backoff) -> float | None:
        """Seconds after which it has to be tried again; None when it is done or refused for good.
        The same in every language and scope is told once."""
        try:
            await call()
        except TooManyRequests as flood:
            log.warning("%s comes too often and is made again in %.0f s", name, flood.after)
            return flood.after
        except (BadRequest, EndPointNotFound, *MISREAD) as error:
            self._tell(name, "is refused", error)
        except NetworkError as error:
            self._tell(name, "did not get through and is made again", error)
            return None if self._is_closed else backoff.next()
        except TelegramError as error:
            self._tell(name, "is refused", error)
        return None

    def _tell(self, name: str, what: str, error: Exception) -> None:
        reason = getattr(error, "message", type(error).__name__)
        # What is under way at the end is cut off, and nothing is wrong with it.
        if (name, reason) not in self._told and not self._is_closed:
            log.warning("%s %s: %s", name, what, reason)
        self._told.add((name, reason))


def _by_code(found: Iterable[tuple[str, _Shown]]) -> Iterator[tuple[str | None, _Shown]]:
    """Each with the two letters that Telegram knows its language by, the first also without."""
    done: set[str] = set()
    for number, (language, shown) in enumerate(found):
        if number == 0:
            yield None, shown
        code = language.partition("-")[0]
        if _CODE.fullmatch(code) and code not in done:
            done.add(code)
            yield code, shown


def cut(text: str, most: int) -> str:
    """At most so many characters, ending at a word if it has to be shortened."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    words = head[: head.rfind(" ")] if " " in head else head
    return f"{words.rstrip()}…"
