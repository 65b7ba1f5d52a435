"""Buttons under a message."""

from __future__ import annotations

from collections.abc import Mapping

from bot.ports import Rows


def keyboard(rows: Rows) -> Mapping[str, object]:
    """As a parameter of the call; none for no buttons: an edit without them takes away those that
    were there."""
    found = [
        [
            {"text": button.label, "url": button.url}
            if button.url
            else {"text": button.label, "callback_data": button.data}
            for button in row
        ]
        for row in rows
        if row
    ]
    return {"reply_markup": {"inline_keyboard": found}} if found else {}
