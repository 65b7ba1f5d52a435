"""Many at once: verifying all that have no marks, and setting aside what fits a pattern. A list is
shown in pages, asked about once, and undone as one."""

from __future__ import annotations

import dataclasses

from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.commands.desk import move_on, place, put, tag_of
from bot.domain.bulk import Bulk, Verb
from bot.domain.endorsement import Kind
from bot.domain.ids import Number
from bot.domain.selection import EVERYTHING, Selection
from bot.domain.slots import Slot
from bot.services import bulk as service
from bot.services.desk import Shown, title_of
from bot.services.posting import post_live
from bot.storage.desks import Desk
from bot.wording import bulk as wording
from bot.wording import general
from bot.wording.desk import selected

PAGE = 60
"""Names on a page at the most: fewer where they would not fit into a message."""

LATEST = 8


async def aside(context: Context, selection: Selection) -> None:
    """List what is to be set aside; without a word of what, ask for that."""
    desk = Desk(context.chat, context.admin, context.now, selection)
    if selection == EVERYTHING:
        await put(context, dataclasses.replace(desk, view="filter"))
    else:
        await ask(context, desk, "aside")


async def ask(context: Context, desk: Desk, verb: Verb = "verify") -> None:
    """Fix which records are meant, and list them on the desk."""
    selection = desk.selection
    if verb == "verify":
        # Organisations, and what came in a wave, are looked at one by one unless they were chosen.
        selection = dataclasses.replace(
            selection,
            marked=False,
            kind=selection.kind or Kind.PERSON,
            wave=bool(selection.wave),
        )
    number, bulk = await service.gather(
        context.unit, verb, context.admin, context.chat, selection, context.now
    )
    if not bulk.of:
        nothing = wording.no_unmarked if verb == "verify" else wording.nothing_fits
        if context.pressed_message is None:
            context.answer(nothing(context.say), ways_on(context))
        else:
            context.notice(nothing(context.say).plain)
        return
    await _list(context, dataclasses.replace(desk, view="bulk", bulk=number, listed=None), bulk)


async def pressed(context: Context, desk: Desk, button: str) -> None:
    """A button below the list."""
    number = desk.bulk
    bulk = None if number is None else await context.unit.bulks.get(number)
    if number is None or bulk is None:
        context.notice(general.old_button(context.say))
    elif button == "confirm":
        await _begin(context, desk, number, bulk)
    else:
        await _list(context, desk, bulk, button)


async def close(context: Context, desk: Desk) -> None:
    """Back to the record that the desk holds, or to the next one."""
    desk = dataclasses.replace(desk, view="record", bulk=None, listed=None)
    if desk.number is None:
        await move_on(context, desk)
    else:
        await put(context, desk)


async def _begin(context: Context, desk: Desk, number: int, bulk: Bulk) -> None:
    bulk = dataclasses.replace(bulk, by=context.admin)
    await context.unit.desks.let_go(tag_of(context))
    bulk = await service.begin(context.unit, number, bulk, context.now)
    # What is on the list comes to this desk no more, while it is being decided.
    await move_on(context, dataclasses.replace(desk, listed=None, number=None))
    await _show(context, number, bulk)


async def _list(context: Context, desk: Desk, bulk: Bulk, turn: str = "") -> None:
    """A page of the names, as many as a message holds."""
    assert desk.bulk is not None
    queue, back = context.unit.queue, turn == "previous"
    first, last = desk.listed or (None, None)
    at = {"next": last, "previous": first}.get(turn)
    records = await queue.page(desk.bulk, at, PAGE, back=back)
    what = selected(context.say, bulk.selection, title_of(context.campaign, desk, context.say))
    text = wording.ask(context.say, bulk, what, records)
    while records and context.fit.measure(text) > context.fit.limit * 9 // 10:
        records = records[1:] if back else records[:-1]
        text = wording.ask(context.say, bulk, what, records)
    turns, shows = [], tuple(record.number for record in records)
    if records:
        first, last = records[0].number, records[-1].number
        if await queue.page(desk.bulk, first, 1, back=True):
            turns.append("previous")
        if await queue.page(desk.bulk, last, 1):
            turns.append("next")
        desk = dataclasses.replace(desk, listed=(first, last))
    names = (*([turns] if turns else []), ["confirm", "back"])
    await place(context, dataclasses.replace(desk, at=context.now), Shown(text, names, shows=shows))


async def bulks(context: Context, number: Number | None, word: str) -> None:
    """`bulk` lists the last ones, `bulk 3` shows one, `bulk 3 undo` undoes it."""
    if number is None:
        latest = await context.unit.bulks.latest(LATEST)
        context.answer(wording.latest(context.say, latest, context.now), ways_on(context))
        return
    bulk = await context.unit.bulks.get(number)
    if bulk is None or bulk.stage == "asked":
        context.answer(wording.which(context.say), ways_on(context))
    elif word == service.UNDO:
        await _undo(context, number, bulk)
    else:
        await _show(context, number, bulk)


async def bulk_pressed(context: Context, slot: Slot, button: str) -> None:
    """The button below what was decided about many."""
    number = int(slot.about)
    bulk = await context.unit.bulks.get(number)
    if bulk is None or button != service.UNDO:
        context.notice(general.old_button(context.say))
    else:
        await _undo(context, number, bulk)


async def _undo(context: Context, number: int, bulk: Bulk) -> None:
    if not service.can_be_undone(bulk, context.now):
        context.notice(wording.over(context.say).plain)
        return
    bulk = await service.undo(context.unit, number, bulk, context.admin, context.now)
    await _show(context, number, bulk)


async def _show(context: Context, number: int, bulk: Bulk) -> None:
    """Its message: the one whose button was pressed, else a new one, in which the end is told."""
    text, names = service.shown(context.say, number, bulk, context.now)
    slot = service.slot_of(number)
    live = await context.unit.messages.in_slot(slot)
    on = context.turning_message
    if live is None or live.message != on:
        on = None
    await post_live(
        context.unit,
        slot,
        context.chat,
        context.say,
        text,
        names,
        on=on,
        thread=context.thread,
        typed=lambda _: service.typed_as(number),
        quiet=True,
    )
