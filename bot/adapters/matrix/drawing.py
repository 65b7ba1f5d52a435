"""A message as a Matrix client gets it, for who wants to see it without Matrix."""

from __future__ import annotations

from collections.abc import Mapping

from bot.adapters.matrix.buttons import keyboard_of, with_legend
from bot.adapters.matrix.rendering import content
from bot.ports import Rows
from bot.text.rich import RichText


def drawing(text: RichText, buttons: Rows, prefix: str) -> Mapping[str, object]:
    """The content of the event, and the signs below it with what each carries."""
    placed = keyboard_of("", buttons).buttons
    labels = {b.data: b.label for row in buttons for b in row if b.url is None}
    signs = [
        {"key": each.sign, "data": each.data, "label": labels[each.data]}
        for each in placed
        if each.sign
    ]
    return {**content(with_legend(text, buttons, prefix)), "reactions": signs}
