"""A bot that takes signatures, as the documentation of python-telegram-bot builds one: its
ConversationHandler asks, aiosqlite stores what this bot stores of a signature, in a commit each,
which reaches the disk as this bot's does. The text that is signed is shown, and nothing else is
checked: names as they are typed, no limits, nothing encrypted, and whoever is in the middle of it
begins anew after a restart.

python -m benchmarks.bots.signing_ptb URL TOKEN FOLDER
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import sys
import warnings
from pathlib import Path
from typing import Any

import aiosqlite
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)
from telegram.warnings import PTBUserWarning

from bot.storage.engines import has_wal_reset_bug

# Whoever signs has one conversation in one chat, as nearly every bot has it.
warnings.filterwarnings("ignore", category=PTBUserWarning)

Context = ContextTypes.DEFAULT_TYPE
CONFIRM, NAME, AFFILIATION, COUNTRY, VISIBILITY, PREVIEW = range(6)

TABLE = """
CREATE TABLE endorsements (
    number INTEGER PRIMARY KEY, statement TEXT, kind TEXT, status TEXT, visibility TEXT,
    language TEXT, digest TEXT, consent INTEGER, country TEXT, hour TEXT, account INTEGER,
    name TEXT, affiliation TEXT, chat INTEGER, UNIQUE (statement, account))
"""
INSERT = """
INSERT INTO endorsements (statement, kind, status, visibility, language, digest, consent, country,
    hour, account, name, affiliation, chat)
VALUES ('long', 'person', 'pending', ?, 'en', 'digest', 1, ?, ?, ?, ?, ?, ?)
"""


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    buttons = [InlineKeyboardButton(label, callback_data=label.lower()) for label in labels]
    return InlineKeyboardMarkup([buttons])


async def edit(update: Update, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
    query = update.callback_query
    assert query is not None
    await query.answer()
    await query.edit_message_text(text, reply_markup=markup)


async def say(update: Update, text: str, markup: InlineKeyboardMarkup | None = None) -> str:
    """The text of the message that is answered."""
    message = update.effective_message
    assert message is not None
    await message.reply_text(text, reply_markup=markup)
    return message.text or ""


class Signing:
    """The steps, in their order."""

    def __init__(self, pages: list[str]) -> None:
        self._pages = pages
        self.database: aiosqlite.Connection | None = None

    async def begin(self, update: Update, _context: Context) -> int:
        await say(update, f"You're about to sign:\n\n{self._pages[0]}", keyboard("Confirm"))
        return CONFIRM

    async def confirmed(self, update: Update, _context: Context) -> int:
        await edit(update, "Step 2 of 5\nWhat's your name?")
        return NAME

    async def named(self, update: Update, context: Context) -> int:
        data: Any = context.user_data
        data["name"] = await say(update, "Step 3 of 5\nWhat's your profession?")
        return AFFILIATION

    async def affiliated(self, update: Update, context: Context) -> int:
        data: Any = context.user_data
        data["affiliation"] = await say(update, "Step 4 of 5\nWhich country?")
        return COUNTRY

    async def located(self, update: Update, context: Context) -> int:
        data: Any = context.user_data
        words = "Step 5 of 5\nWho sees your name?"
        data["country"] = await say(update, words, keyboard("Public", "Counted"))
        return VISIBILITY

    async def shown(self, update: Update, context: Context) -> int:
        data: Any = context.user_data
        assert update.callback_query is not None
        data["visibility"] = update.callback_query.data
        given = "\n".join(f"{key}: {value}" for key, value in data.items())
        await edit(update, f"Is that right?\n{given}", keyboard("Confirm"))
        return PREVIEW

    async def signed(self, update: Update, context: Context) -> int:
        data: Any = context.user_data
        assert self.database is not None
        assert update.effective_user is not None
        assert update.effective_chat is not None
        hour = dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0).isoformat()
        values = (
            *(data["visibility"], data["country"], hour, update.effective_user.id),
            *(data["name"], data["affiliation"], update.effective_chat.id),
        )
        cursor = await self.database.execute(INSERT, values)
        await self.database.commit()
        data.clear()
        await edit(update, f"Recorded. Your number is #{cursor.lastrowid}.")
        return ConversationHandler.END


def main(url: str, token: str, folder: str) -> None:
    signing = Signing(json.loads((Path(folder) / "pages.json").read_text(encoding="utf-8")))

    async def connect(_application: object) -> None:
        data = Path(folder) / "data"
        data.mkdir()
        signing.database = await aiosqlite.connect(data / "bench.db")
        safe = not has_wal_reset_bug(sqlite3.sqlite_version_info)
        journal, synchronous = ("WAL", "FULL") if safe else ("DELETE", "EXTRA")
        await signing.database.execute(f"PRAGMA journal_mode={journal}")
        await signing.database.execute(f"PRAGMA synchronous={synchronous}")
        await signing.database.execute(TABLE)
        await signing.database.commit()

    async def close(_application: object) -> None:
        assert signing.database is not None
        await signing.database.close()

    builder: Any = Application.builder().token(token).base_url(f"{url}/bot")
    application = builder.post_init(connect).post_shutdown(close).build()
    typed = filters.TEXT & ~filters.COMMAND
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("sign", signing.begin)],
            states={
                CONFIRM: [CallbackQueryHandler(signing.confirmed)],
                NAME: [MessageHandler(typed, signing.named)],
                AFFILIATION: [MessageHandler(typed, signing.affiliated)],
                COUNTRY: [MessageHandler(typed, signing.located)],
                VISIBILITY: [CallbackQueryHandler(signing.shown)],
                PREVIEW: [CallbackQueryHandler(signing.signed)],
            },
            fallbacks=[],
        )
    )
    application.run_polling()


if __name__ == "__main__":
    main(*sys.argv[1:])
