"""Showing the bot's commands and descriptions in Telegram's own menus."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Iterator, Sequence

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

from bot.adapters.telegram.request import MISREAD
from bot.domain.ids import ChatRef, Language
from bot.ports import Menu, Place

log = logging.getLogger(__name__)

# https://core.telegram.org/bots/api#setmycommands, #setmydescription, #setmyshortdescription
MOST_COMMANDS = 100
MOST_SUMMARY = 256
MOST_DESCRIPTION = 512
MOST_SHORT_DESCRIPTION = 120
_NAME = re.compile(r"[a-z0-9_]{1,32}")
_CODE = re.compile(r"[a-z]{2}")


async def show_menus(bot: Bot, menus: Sequence[Menu], admin_chat: ChatRef | None) -> None:
    """The first menu stands for every language that has none of its own."""
    done: set[str | None] = set()
    for language, menu in _by_code(menus):
        if language in done:
            continue
        done.add(language)
        for place, scope in (
            (Place.PRIVATE, BotCommandScopeAllPrivateChats()),
            (Place.GROUP, BotCommandScopeAllGroupChats()),
        ):
            await _show_commands(bot, menu, place, scope, language)
        description, short = menu.description, menu.short_description
        await _tried(
            "setMyDescription",
            bot.set_my_description(cut(description, MOST_DESCRIPTION), language),
        )
        await _tried(
            "setMyShortDescription",
            bot.set_my_short_description(cut(short, MOST_SHORT_DESCRIPTION), language),
        )
    if admin_chat is not None:
        await show_admin_menu(bot, menus, admin_chat)


async def show_admin_menu(bot: Bot, menus: Sequence[Menu], chat: ChatRef) -> None:
    """In one language for all: admins of several languages share the chat."""
    if menus:
        scope = BotCommandScopeChat(int(chat.key))
        await _show_commands(bot, menus[0], Place.ADMIN, scope, None)


def _by_code(menus: Sequence[Menu]) -> Iterator[tuple[str | None, Menu]]:
    """Each menu with the two letters that Telegram knows its language by."""
    if menus:
        yield None, menus[0]
    for menu in menus:
        code = _code(menu.language)
        if code is not None:
            yield code, menu


def _code(language: Language) -> str | None:
    code = language.partition("-")[0]
    return code if _CODE.fullmatch(code) else None


async def _show_commands(
    bot: Bot, menu: Menu, place: Place, scope: BotCommandScope, language: str | None
) -> None:
    commands = [
        BotCommand(name, cut(summary, MOST_SUMMARY))
        for name, summary in menu.commands.get(place, ())
        if _NAME.fullmatch(name) and summary
    ]
    asked = bot.set_my_commands(commands[:MOST_COMMANDS], scope, language)
    await _tried("setMyCommands", asked)


async def _tried(name: str, call: Awaitable[bool]) -> None:
    """What Telegram refuses here is shown nowhere, and everything else works."""
    try:
        await call
    except (TelegramError, *MISREAD) as error:
        log.warning("%s is refused: %s", name, getattr(error, "message", type(error).__name__))


def cut(text: str, most: int) -> str:
    """At most so many characters, ending at a word if it has to be shortened."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    words = head[: head.rfind(" ")] if " " in head else head
    return f"{words.rstrip()}…"
