"""Buttons under a message."""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.ports import Rows


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """None for no buttons; an edit without them takes away those that were there."""
    found = [
        [
            InlineKeyboardButton(button.label, url=button.url)
            if button.url
            else InlineKeyboardButton(button.label, callback_data=button.data)
            for button in row
        ]
        for row in rows
        if row
    ]
    return InlineKeyboardMarkup(found) if found else None
