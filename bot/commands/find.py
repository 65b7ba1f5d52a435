"""`find`: endorsements by whole words of their names, for the admins."""

from __future__ import annotations

from bot.commands.context import Context
from bot.domain.names import LONGEST_NAME
from bot.services.find import find as find_names
from bot.text.folding import words
from bot.wording import finding, searching


async def find(context: Context, typed: str) -> None:
    """One message with a page of what was found; no buttons, no contact data."""
    if len(typed) > LONGEST_NAME:
        context.answer(searching.too_long(context.say, len(typed), LONGEST_NAME))
        return
    if not words(typed):
        context.answer(finding.which_words(context.say, f"{context.say.prefix}find Amal"))
        return
    found = await find_names(context.unit, typed)
    rows = context.titled(found.records)
    context.answer(finding.found(context.say, rows, found.total, at_least=found.at_least))
