"""A bare bot on aiogram, as its documentation builds one. It runs in an environment of its own,
because the library asks for older versions of what the bot uses too.

python benchmarks/bots/bare_aiogram.py URL TOKEN FOLDER
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message


def keyboard(number: int) -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(text="Next ›", callback_data=f"{number}")
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


async def main(url: str, token: str, folder: str) -> None:
    pages: list[str] = json.loads((Path(folder) / "pages.json").read_text(encoding="utf-8"))
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    dispatcher = Dispatcher()

    async def read(message: Message) -> None:
        await message.answer(pages[0], reply_markup=keyboard(1))

    async def turn(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        number = int(query.data or "0")
        await query.answer()
        await query.message.edit_text(pages[number], reply_markup=keyboard(number + 1))

    dispatcher.message.register(read, Command("read"))
    dispatcher.callback_query.register(turn)
    await dispatcher.start_polling(Bot(token, session=session))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
