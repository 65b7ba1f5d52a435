"""A message as Telegram gets it, for who wants to see it without Telegram."""

from __future__ import annotations

from collections.abc import Mapping

from bot.adapters.telegram.keyboards import keyboard
from bot.adapters.telegram.rendering import render
from bot.ports import Rows
from bot.text.rich import RichText


def drawing(text: RichText, buttons: Rows) -> Mapping[str, object]:
    """Text, entities and keyboard, as `sendMessage` takes them."""
    plain, entities = render(text)
    return {"text": plain, "entities": entities, **keyboard(buttons)}
