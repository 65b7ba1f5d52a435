"""Several numbers behind one command of the admins': listed, asked about once, decided one by one,
and undone together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.commands.context import Context
from bot.conversations.several import Deciding, Verb, restore, store
from bot.domain.endorsement import DRAFT_LIFE, Endorsement
from bot.domain.errors import NeedsSecond, Refusal
from bot.domain.ids import ChatRef, Number
from bot.domain.slots import Slot, SlotKind
from bot.ports import Message
from bot.services import decide
from bot.services.hidden import note_reading
from bot.services.posting import end_live
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.tags import chat_tag
from bot.text.rich import RichText
from bot.wording import deciding, general, refusals
from bot.wording.buttons import ButtonNames
from bot.wording.reasons import CHOSEN, REASONS, REASONS_OF

CONFIRM: ButtonNames = (("confirm", "cancel"),)
UNDO: ButtonNames = (("undo",),)


async def ask(
    context: Context, verb: Verb, numbers: Sequence[Number], reason: str | None = None
) -> None:
    """List what they are and wait for a word."""
    found = await context.unit.endorsements.each(numbers)
    records = [record for record in found.values() if record is not None]
    unknown = [number for number, record in found.items() if record is None]
    state = Deciding(verb, tuple(record.number for record in records), reason)
    if not records:
        context.answer(deciding.no_such(context.say, numbers))
        return
    await note_reading(context.unit, context.admin, "show", records, context.now)
    untold = [
        record.number
        for record in records
        if verb == "reject" and not context.campaign.can_tell(record)
    ]
    text = deciding.ask_several(context.say, verb, records, unknown, untold, reason)
    names = _reasons(records) if state.asks_reason else CONFIRM
    await _live(context, state, text, names, shows=state.numbers)


def reasons(record: Endorsement) -> ButtonNames:
    """The reasons for rejecting a record of its kind, and the way out."""
    return _reasons([record])


def _reasons(records: Sequence[Endorsement]) -> ButtonNames:
    first, *others = dict.fromkeys(record.kind for record in records)
    fitting = [
        name for name in REASONS_OF[first] if all(name in REASONS_OF[other] for other in others)
    ]
    return (*([name] for name in fitting), ["cancel"])


async def pressed(context: Context, slot: Slot, button: str) -> None:
    """A button of the list, or a reply to it, which is the reason where one is asked for."""
    state = await _state(context, slot)
    if isinstance(context.event, Message):
        if state is not None and state.asks_reason:
            reason = await checked_reason(context, context.event.text)
            if reason:
                await _decide(context, slot, state.because(reason))
    elif state is None:
        context.notice(general.old_button(context.say))
    elif button == "cancel":
        text = deciding.nothing_decided(context.say)
        await _end(context, slot, text)
        context.turn(text)
    elif state.asks_reason and button in REASONS:
        await _decide(context, slot, state.because(CHOSEN + button))
    else:
        await _decide(context, slot, state)


async def checked_reason(context: Context, typed: str) -> str | None:
    """The reason in one line; None where it is too long, which is said then."""
    reason = " ".join(typed.split())
    if len(reason) <= decide.LONGEST_REASON:
        return reason
    text = deciding.reason_too_long(context.say, len(reason), decide.LONGEST_REASON)
    context.answer(text)
    return None


async def _decide(context: Context, slot: Slot, state: Deciding) -> None:
    """Each by itself: what cannot be decided is named, and holds up no other."""
    done: list[Endorsement] = []
    refused: list[RichText] = []
    waiting: list[Number] = []
    for number in state.numbers:
        try:
            done.append(await _decide_one(context, state, number))
        except NeedsSecond as needed:
            # One sentence for all of them.
            waiting += needed.numbers
            several = replace(needed, numbers=tuple(waiting))
        except Refusal as refusal:
            refused.append(refusals.refusal(context.say, refusal))
    if waiting:
        refused.append(refusals.refusal(context.say, several, context.now))
    text = deciding.several_done(context.say, state.verb, done, refused, context.now)
    await _end(context, slot, text)
    if not done or state.verb == "undo":
        context.turn(text)
        return
    back = Deciding("undo", tuple(record.number for record in done))
    await _live(context, back, text, UNDO, on=True)


async def _decide_one(context: Context, state: Deciding, number: Number) -> Endorsement:
    unit, campaign, by = context.unit, context.campaign, context.admin
    match state.verb:
        case "verify":
            return await decide.verify(unit, campaign, number, by, context.now)
        case "reject":
            reason = state.reason or ""
            return await decide.reject(unit, campaign, number, by, reason, context.now)
        case "undo":
            return await decide.undo(unit, campaign, number, by, context.now)


async def _live(
    context: Context,
    state: Deciding,
    text: RichText,
    names: ButtonNames,
    *,
    on: bool = False,
    shows: Sequence[Number] = (),
) -> None:
    """A message under a slot of its own; `on`: the pressed one becomes it."""
    # An event that is handled again gives it the same name.
    name = context.unit.keys.tag("several", context.event.origin.id).hex()
    slot = Slot(SlotKind.SEVERAL, name[:16])
    beside = _beside(context, slot)
    context.unit.conversations.put(beside, store(state))
    await context.unit.jobs.set(Job(_draft_of(context, beside), context.now + DRAFT_LIFE))
    message = context.turning_message if on else None
    await context.live(slot, text, names, on=message, shows=shows)


async def _state(context: Context, slot: Slot) -> Deciding | None:
    beside = _beside(context, slot)
    stored = (await context.unit.conversations.load([beside])).get(beside)
    return None if stored is None else restore(stored)


async def _end(context: Context, slot: Slot, text: RichText) -> None:
    """The list says what came of it, so that no name stays behind in it."""
    beside = _beside(context, slot)
    context.unit.conversations.end(beside)
    if context.turning_message is None:
        await end_live(context.unit, slot, context.say, text)
    else:
        await context.unit.messages.end(slot)
    await context.unit.jobs.end(_draft_of(context, beside))


def _beside(context: Context, slot: Slot) -> ChatRef:
    """Stands for the chat where its state is kept, apart from the chat's own conversation."""
    return ChatRef(context.chat.adapter, f"{context.chat.key}\0{slot.about}")


def _draft_of(context: Context, beside: ChatRef) -> JobKey:
    return JobKey(JobKind.DRAFT, chat_tag(context.unit.keys, beside).hex())
