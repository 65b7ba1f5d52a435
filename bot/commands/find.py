"""`find`: endorsements by whole words of their names, for the admins."""

from __future__ import annotations

from bot.commands.choices import MOST_DATA, cards_of, ways_on
from bot.commands.context import Context
from bot.domain.ids import Number
from bot.domain.names import LONGEST_NAME
from bot.ports import Send
from bot.services.find import find as find_names
from bot.services.hidden import note_reading
from bot.services.posting import HELD_PLACE, post_shown
from bot.text.folding import words
from bot.wording import finding, searching


async def find(context: Context, page: Number | None, typed: str) -> None:
    """One message with a page of what was found, and buttons to the others; no contact data."""
    if len(typed) > LONGEST_NAME:
        context.answer(searching.too_long(context.say, len(typed), LONGEST_NAME))
        return
    if not words(typed):
        context.answer(finding.which_words(context.say, f"{context.say.prefix}find Amal"))
        return
    found = await find_names(context.unit, typed, page or 1)
    await note_reading(context.unit, context.admin, "find", found.records, context.now)
    turns = {
        name: f"/find #{other} {typed}"
        for name, other in (("previous", found.page - 1), ("next", found.page + 1))
        if 1 <= other <= found.pages
    }
    # Longer words would not fit; the page is then asked for as it says.
    is_short = all(len(data.encode()) <= MOST_DATA for data in turns.values())
    buttons = tuple(context.button(name, data) for name, data in turns.items() if is_short)
    text = finding.found(
        context.say,
        context.titled(found.records),
        found.total,
        page=found.page,
        pages=found.pages,
        at_least=found.at_least,
        complete=found.complete,
        full=found.full,
        sealed=context.campaign.recipients is not None,
    )
    cards = cards_of(found.records)
    if not cards:
        context.turn_page(text, ways_on(context))
        return
    send = Send(
        context.chat,
        text,
        context.say.language,
        (*cards, buttons),
        quiet=True,
        thread=context.thread,
        kept=HELD_PLACE,
    )
    numbers = [record.number for record in found.records]
    await post_shown(context.unit, send, numbers, on=context.pressed_message)
