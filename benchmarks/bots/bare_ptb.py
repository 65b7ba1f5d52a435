"""A bare bot on python-telegram-bot, as its documentation builds one: nothing is kept, nothing is
checked, a press is answered and the message edited.

python -m benchmarks.bots.bare_ptb URL TOKEN FOLDER [--concurrent]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

Context = ContextTypes.DEFAULT_TYPE


def main(url: str, token: str, folder: str, *flags: str) -> None:
    pages: list[str] = json.loads((Path(folder) / "pages.json").read_text(encoding="utf-8"))

    def keyboard(number: int) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup([[InlineKeyboardButton("Next ›", callback_data=f"{number}")]])

    async def read(update: Update, _context: Context) -> None:
        assert update.effective_message is not None
        await update.effective_message.reply_text(pages[0], reply_markup=keyboard(1))

    async def turn(update: Update, _context: Context) -> None:
        query = update.callback_query
        assert query is not None
        assert query.data is not None
        number = int(query.data)
        await query.answer()
        await query.edit_message_text(pages[number], reply_markup=keyboard(number + 1))

    builder: Any = Application.builder().token(token).base_url(f"{url}/bot")
    if "--concurrent" in flags:
        builder = builder.concurrent_updates(True)
    application = builder.build()
    application.add_handler(CommandHandler("read", read))
    application.add_handler(CallbackQueryHandler(turn))
    application.run_polling()


if __name__ == "__main__":
    main(*sys.argv[1:])
