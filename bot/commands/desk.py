"""Showing an admin's desk. It belongs to who opened it; each turn gives its buttons another token,
so that a press always means the record that its presser saw."""

from __future__ import annotations

import dataclasses

from bot.commands.context import Context
from bot.services import desk as service
from bot.services.posting import HELD_PLACE, end_live, post_live
from bot.storage.desks import Desk, desk_tag
from bot.text.rich import RichText
from bot.wording import desk as wording
from bot.wording.voice import paragraphs


async def own(context: Context) -> Desk | None:
    """The desk of who acts, in this chat."""
    return await context.unit.desks.get(tag_of(context))


def tag_of(context: Context) -> bytes:
    """That of the desk of who acts, in this chat."""
    return desk_tag(context.unit.keys, context.chat, context.admin)


async def move_on(context: Context, desk: Desk, told: RichText | None = None) -> None:
    """The next record comes to the desk."""
    at_desk = await service.go_on(context.unit, desk, context.now)
    if told is None and desk.number is not None and at_desk.number == desk.number:
        told = wording.last_one(context.say)
    await put(context, at_desk, told)


async def put(context: Context, desk: Desk, told: RichText | None = None) -> None:
    """Show the desk as it is now: in its own message where a button of that was pressed, else in a
    new one. `told` is what was just done."""
    desk = dataclasses.replace(desk, at=context.now, admin=context.admin)
    shown = await service.show(context.unit, context.campaign, desk, context.say, context.now)
    await place(context, desk, shown, told)


async def place(
    context: Context, desk: Desk, shown: service.Shown, told: RichText | None = None
) -> None:
    """Keep the desk, and show this on it."""
    unit = context.unit
    await unit.desks.put(desk, context.now + service.HOLD)
    slot = service.slot_of(unit, desk)
    earlier = await unit.messages.in_slot(slot)
    on = context.turning_message
    if earlier is None or earlier.message != on:
        on = None
    text = shown.text
    if told is not None and on is None:
        text = paragraphs(told, text)
    elif told is not None:
        context.notice(told.plain)
    if on is None:
        await end_live(unit, slot, context.say, wording.further_down(context.say))
    await post_live(
        unit,
        slot,
        context.chat,
        context.say,
        text,
        shown.names,
        on=on,
        thread=context.thread,
        typed=service.typed_as(desk.number),
        labels=shown.labels,
        quiet=True,
        shows=shown.shows,
        kept=HELD_PLACE,
    )
