"""`audit`: what admins did, to a record or on a day."""

from __future__ import annotations

import datetime as dt

from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.domain.admin import Action
from bot.domain.ids import Number
from bot.ports import Button
from bot.wording import audit as wording

PAGE = 15
"""Actions in a message."""


async def audit(context: Context, asked: Number | dt.date, page: int) -> None:
    """One page, the last first; nothing of it is counted, so that it costs the same among many."""
    # One more tells whether there is a next page.
    found = await _found(context, asked, PAGE + 1, (page - 1) * PAGE)
    others = [("previous", page - 1)] if page > 1 else []
    others += [("next", page + 1)] if len(found) > PAGE else []
    turns: tuple[Button, ...] = tuple(
        context.button(name, f"/audit {asked} {other}") for name, other in others
    )
    text = wording.page(context.say, asked, found[:PAGE])
    context.turn_page(text, (turns,) if turns else ways_on(context))


async def _found(
    context: Context, asked: Number | dt.date, limit: int, offset: int
) -> list[Action]:
    if not isinstance(asked, dt.date):
        return await context.unit.actions.about(asked, limit, offset)
    start, end = (
        dt.datetime.combine(day, dt.time.min, context.campaign.zone)
        for day in (asked, asked + dt.timedelta(days=1))
    )
    return await context.unit.actions.between(start, end, limit, offset)
