"""`add`: what came on paper, one by one, or as a list in a file."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.commands.typed import LONGEST_NUMBER
from bot.conversations import paper as conversation
from bot.conversations.paper import Adding, View
from bot.conversations.transition import Input, Pressed, Transition, Typed
from bot.domain.endorsement import DRAFT_LIFE, Kind, Visibility
from bot.domain.ids import MessageRef
from bot.domain.paper import Batch, Table, TableFault, slot_of
from bot.domain.slots import Slot
from bot.ports import Message, Press
from bot.services import adding, paper
from bot.services.likeness import issuers_of
from bot.services.posting import end_live, post_live
from bot.storage.jobs import Job, JobKey, JobKind
from bot.text.breaks import shortened
from bot.wording import adding as wording
from bot.wording import general
from bot.wording.buttons import LABELS

LONGEST_TITLE = 32
"""Characters of a title on a button."""


async def add(context: Context, typed: str) -> None:
    """Begin with one, of which some or all may be typed behind it; with a file, a list. `add 3
    confirm` does what a button of that name does in the message of that number."""
    first, _, rest = typed.partition(" ")
    is_number = first.isdecimal() and len(first) <= LONGEST_NUMBER
    if is_number and rest and (rest in LABELS or await _is_there(context, slot_of(int(first)))):
        given = Pressed(rest) if rest in LABELS else Typed(rest)
        await _given(context, slot_of(int(first)), given)
    elif isinstance(table := context.facts.table, Table | TableFault):
        await _take(context, typed, table)
    else:
        view = await _view(context)
        if not view.titles:
            context.answer(wording.nothing_open(context.say), ways_on(context))
            return
        slot = slot_of(await paper.next_id(context.unit))
        await _converse(context, slot, conversation.start(view, typed))


async def pressed(context: Context, slot: Slot, button: str) -> None:
    """A button of the message about it, or a reply to it, which is an answer."""
    if isinstance(context.event, Message):
        await _given(context, slot, Typed(context.event.text))
    else:
        await _given(context, slot, Pressed(button))


async def _given(context: Context, slot: Slot, given: Input) -> None:
    batch = await paper.WAITING.find(context.unit, int(slot.about))
    state = None if batch is not None else await _draft(context, slot)
    if batch is not None and isinstance(given, Pressed):
        await _choose(context, batch, given.name)
    elif state is not None:
        turn = conversation.step(state, given, await _view(context, state))
        if turn.act:
            await _record(context, slot, state)
        else:
            await _converse(context, slot, turn)
    elif not isinstance(context.event, Message) or context.typed is not None:
        context.notice(general.old_button(context.say))


async def _is_there(context: Context, slot: Slot) -> bool:
    batch = await paper.WAITING.find(context.unit, int(slot.about))
    return batch is not None or await _draft(context, slot) is not None


async def _view(context: Context, state: Adding | None = None) -> View:
    found = await paper.open_for_paper(context.unit, context.campaign)
    titles = {each.id: context.title(each.id) for each in found}
    kinds = {each.id: paper.kinds_of(each) for each in found}
    chosen = context.campaign.library.get(state.statement) if state else None
    return View(context.say, titles, kinds, tuple(issuers_of(chosen)))


async def _record(context: Context, slot: Slot, state: Adding) -> None:
    batch = Batch(
        int(slot.about),
        context.chat,
        context.admin,
        state.statement,
        state.source,
        state.kind,
        context.now,
        "added",
        state.visibility,
        of=1,
    )
    await _end_draft(context, slot)
    record = await paper.add_one(context.unit, context.campaign, batch, state.signed, context.now)
    batch = replace(batch, numbers=(record.number,))
    await _show(context, await paper.done(context.unit, batch, context.now))


async def _take(context: Context, typed: str, table: Table | TableFault) -> None:
    """A list came in a file."""
    view = await _view(context)
    state, source = conversation.first_words(view, typed)
    if not view.titles:
        context.answer(wording.nothing_open(context.say), ways_on(context))
    elif isinstance(table, TableFault):
        context.answer(wording.fault(context.say, table), ways_on(context))
    elif not state.statement or not source:
        statement = state.statement or next(iter(view.titles))
        context.answer(wording.list_usage(context.say, statement), ways_on(context))
    else:
        batch = Batch(
            await paper.next_id(context.unit),
            context.chat,
            context.admin,
            state.statement,
            conversation.clean_source(source),
            state.kind
            if conversation.Step.KIND in state.answered
            else view.kinds[state.statement][0],
            context.now,
            "checking",
        )
        await _show(context, await paper.take_list(context.unit, batch, table, context.now))


async def _choose(context: Context, batch: Batch, button: str) -> None:
    """A button of what waits to be confirmed, or to be undone."""
    unit, by, now = context.unit, context.admin, context.now
    if batch.stage == "asked" and button == "confirm" and batch.of:
        await _show(context, await paper.begin(unit, batch, by, now))
    elif batch.stage == "asked" and button == "cancel":
        await paper.drop(unit, batch)
        await end_live(unit, batch.slot, context.say, wording.not_added(context.say))
        _told(context)
    elif batch.stage == "asked" and button in set(Kind):
        await _change(context, replace(batch, kind=Kind(button)))
    elif batch.stage == "asked" and button in {"public", "organisers"}:
        await _change(context, replace(batch, visibility=Visibility(button)))
    elif batch.stage == "added" and button == "undo" and now < batch.until:
        await _show(context, await paper.take_back(unit, batch, by, now))
    elif batch.stage in {"asked", "checking"}:
        context.notice(general.old_button(context.say))
    elif batch.stage == "added" and button == "undo":
        context.notice(wording.too_late(context.say))
    else:
        # Pressed twice: it is done once, and its message tells how far that is.
        context.notice(wording.done_already(context.say, batch).plain)


async def _change(context: Context, batch: Batch) -> None:
    await paper.keep(context.unit, batch)
    await _show(context, batch)


def _told(context: Context) -> None:
    """Who typed it reads in an answer what the message says."""
    if not isinstance(context.event, Press):
        context.answer(wording.not_added(context.say))


async def _show(context: Context, batch: Batch) -> None:
    text, names = adding.looks(context.campaign, batch, context.say, context.now)
    await post_live(
        *(context.unit, batch.slot, context.chat, context.say, text, names),
        on=await _message(context, batch.slot),
        thread=context.thread,
        typed=lambda name: adding.typed_as(batch.id, name),
        quiet=True,
    )


async def _converse(context: Context, slot: Slot, turn: Transition[Adding]) -> None:
    if turn.state is None:
        await _end_draft(context, slot)
        await end_live(context.unit, slot, context.say, turn.text)
        _told(context)
        return
    unit, beside = context.unit, adding.beside(context.chat, slot)
    unit.conversations.put(beside, conversation.store(turn.state))
    await unit.jobs.set(Job(_draft_job(slot), context.now + DRAFT_LIFE))
    titles = (await _view(context)).titles
    await post_live(
        *(unit, slot, context.chat, context.say, turn.text, turn.buttons),
        on=await _message(context, slot),
        thread=context.thread,
        typed=lambda name: adding.typed_as(int(slot.about), name),
        labels={each: shortened(title, LONGEST_TITLE) for each, title in titles.items()},
        quiet=True,
    )


async def _message(context: Context, slot: Slot) -> MessageRef | None:
    """Its own message where a button of it was pressed: a reply is answered below."""
    live = await context.unit.messages.in_slot(slot)
    on = context.turning_message
    return on if live is not None and live.message == on else None


async def _draft(context: Context, slot: Slot) -> Adding | None:
    beside = adding.beside(context.chat, slot)
    return conversation.restore((await context.unit.conversations.load([beside])).get(beside))


async def _end_draft(context: Context, slot: Slot) -> None:
    beside = adding.beside(context.chat, slot)
    context.unit.conversations.end(beside)
    await context.unit.jobs.end(_draft_job(slot))


def _draft_job(slot: Slot) -> JobKey:
    """Ends it, where nobody has finished it."""
    return JobKey(JobKind.PAPER, slot.about)
