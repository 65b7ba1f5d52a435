"""`pending`: an admin's desk, on which what waits is decided one by one, or many at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from functools import partial

from bot.commands import bulk, several
from bot.commands.context import Context
from bot.commands.desk import move_on, own, put, tag_of
from bot.commands.linking import link_both
from bot.commands.selecting import narrowed
from bot.commands.typed import parse_number
from bot.commands.verdicts import ask, checked_question, reject, undo, verify
from bot.domain.errors import Refusal
from bot.domain.ids import Number
from bot.domain.selection import EVERYTHING, Selection
from bot.domain.slots import Slot
from bot.ports import Message
from bot.services import decide
from bot.services import desk as service
from bot.services.hidden import note_reading
from bot.services.lifecycle import known
from bot.services.quorum import has_agreed
from bot.storage.desks import Desk
from bot.text.rich import RichText
from bot.wording import desk as wording
from bot.wording import general, refusals
from bot.wording.reasons import CHOSEN, REASONS


async def pending(
    context: Context, number: Number | None, action: str, selection: Selection
) -> None:
    """Open a desk, at a record if its number is given, or do on the open one what a button of that
    name does. Raises `UnknownNumber` and `TooManyNames`."""
    fresh = Desk(context.chat, context.admin, context.now, selection)
    desk = await own(context) if action else None
    if number is not None:
        record = await known(context.unit, number)
        await note_reading(context.unit, context.admin, "show", [record], context.now)
        await put(context, dataclasses.replace(fresh, number=record.number))
    elif desk is not None:
        await _act(context, desk, action)
    elif action == "bulk":
        await bulk.ask(context, fresh)
    else:
        await move_on(context, fresh)


async def desk_pressed(context: Context, slot: Slot, button: str) -> None:
    """A button of a desk, or a reply to it, which is the reason or the question asked for."""
    desk = await context.unit.desks.get(bytes.fromhex(slot.about))
    if desk is None:
        context.notice(general.old_button(context.say))
    elif desk.admin.account != context.person:
        context.notice(wording.not_yours(context.say, desk.admin.name).plain)
    elif isinstance(context.event, Message):
        await _replied(context, desk, context.event.text)
    else:
        await _act(context, desk, button)


async def decided(
    context: Context, number: Number, call: Callable[[], Awaitable[RichText]]
) -> None:
    """Carry out a decision that was typed; where the record lies on the desk of who decides, the
    desk goes on, else there is an answer."""
    desk = await own(context)
    if desk is None or desk.number != number:
        context.answer(await call())
    else:
        await _decide(context, desk, call)


async def _act(context: Context, desk: Desk, button: str) -> None:
    match button:
        case "back" if desk.view == "bulk":
            await bulk.close(context, desk)
        case "back":
            before = "filter" if desk.view in service.LISTS else "record"
            await put(context, dataclasses.replace(desk, view=before))
        case "skip" | "pending":
            await move_on(context, desk)
        case "previous" if desk.view == "record" and desk.back:
            record = await known(context.unit, desk.back[-1])
            await note_reading(context.unit, context.admin, "show", [record], context.now)
            await put(context, service.go_back(desk))
        case "undo":
            await _undo(context, desk)
        case "filter":
            await put(context, dataclasses.replace(desk, view="filter"))
        case "bulk" | "put_aside":
            await bulk.ask(context, desk, "verify" if button == "bulk" else "aside")
        case "confirm" | "next" | "previous" if desk.view == "bulk":
            await bulk.pressed(context, desk, button)
        case _ if desk.number is not None and await _about_record(context, desk, button):
            pass
        case _:
            await _filter(context, desk, button)


async def _about_record(context: Context, desk: Desk, button: str) -> bool:
    """Whether it was a button about the record that is shown."""
    number = desk.number
    assert number is not None
    match button:
        case "verify":
            await _decide(context, desk, partial(verify, context, number))
        case "reject":
            await decide.check_may_reject(context.unit, number, context.admin)
            await put(context, dataclasses.replace(desk, view="reason"))
        case "ask":
            await put(context, dataclasses.replace(desk, view="ask"))
        case _ if button in REASONS:
            await _decide(context, desk, partial(reject, context, number, CHOSEN + button))
        case _ if (other := parse_number(button)) is not None:
            await _decide(context, desk, partial(link_both, context, other, number))
        case _:
            return False
    return True


async def _filter(context: Context, desk: Desk, button: str) -> None:
    if button in service.LISTS:
        await put(context, dataclasses.replace(desk, view=button))
        return
    selection = narrowed(context, desk.selection, button)
    if selection is None:
        context.notice(general.old_button(context.say))
        return
    if desk.view == "filter" and selection == desk.selection:
        selection = EVERYTHING
    await move_on(context, Desk(desk.chat, context.admin, context.now, selection))


async def _replied(context: Context, desk: Desk, text: str) -> None:
    if desk.view == "reason" and desk.number is not None:
        reason = await several.checked_reason(context, text)
        if reason:
            await _decide(context, desk, partial(reject, context, desk.number, reason))
    elif desk.view == "ask" and desk.number is not None:
        question = checked_question(context, text)
        if question:
            await _decide(context, desk, partial(ask, context, desk.number, question))


async def _undo(context: Context, desk: Desk) -> None:
    """The decision about what is shown, else about what was shown before."""
    for number in (desk.number, *desk.back[-1:]):
        record = None if number is None else await context.unit.endorsements.get(number)
        if record is not None and (
            record.undoable_at(context.now) or await has_agreed(context.unit, record, context.admin)
        ):
            if number != desk.number:
                desk = service.go_back(desk)
            await context.unit.desks.let_go(tag_of(context))
            await put(context, desk, await undo(context, record.number))
            return
    context.notice(wording.nothing_to_undo(context.say).plain)


async def _decide(context: Context, desk: Desk, call: Callable[[], Awaitable[RichText]]) -> None:
    """What is decided is told, and so is what cannot be; either way the next one comes."""
    await context.unit.desks.let_go(tag_of(context))
    try:
        told = await call()
    except Refusal as refusal:
        told = refusals.refusal(context.say, refusal, context.now)
    await move_on(context, desk, told)
