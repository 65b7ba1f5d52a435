"""What admins do in their chat: `pending`, `show`, `verify`, `reject`, `undo`, `stats`, and cards.

Every handler here runs only for somebody who may decide, as the platform said a moment ago.
"""

from __future__ import annotations

import secrets

from bot.commands import several
from bot.commands.choices import cards_of, ways_on
from bot.commands.context import Context
from bot.domain.endorsement import Endorsement, Kind
from bot.domain.errors import UnknownNumber
from bot.domain.ids import Number
from bot.domain.slots import Slot, SlotKind
from bot.ports import Message
from bot.services import decide
from bot.services.cards import bring_card
from bot.services.export import as_csv, as_json, shown
from bot.services.hidden import note_reading
from bot.services.mass_due_guard import release
from bot.services.questions import LONGEST, check_may_ask
from bot.services.questions import ask as ask_signer
from bot.services.reload import reload as read_again
from bot.statements.model import Statement
from bot.text.rich import RichText
from bot.wording import admin, asking, campaign, deciding, general
from bot.wording.reasons import CHOSEN, REASONS
from bot.wording.refusals import refusal

PENDING_PAGE = 10
CARDS = 5
"""Cards that `show` brings at once."""


async def pending(context: Context, number: Number | None) -> None:
    """One page of what waits; never more identities than that in a message."""
    endorsements = context.unit.endorsements
    waiting = await endorsements.waiting(Kind.PERSON), await endorsements.waiting(Kind.ORGANISATION)
    pages = max(1, -(-sum(waiting) // PENDING_PAGE))
    page = min(max(number or 1, 1), pages)
    rows = await endorsements.pending(PENDING_PAGE, (page - 1) * PENDING_PAGE)
    turns = tuple(
        context.button(name, f"/pending {other}")
        for name, other in (("previous", page - 1), ("next", page + 1))
        if 1 <= other <= pages
    )
    text = admin.pending(context.say, context.titled(rows), waiting, page, pages)
    context.turn_page(text, (*cards_of(rows), turns) if rows else ways_on(context))


async def show(context: Context, numbers: list[Number]) -> None:
    """The cards of the first ones. Raises `UnknownNumber` where only one is asked for."""
    found = {number: await context.unit.endorsements.get(number) for number in numbers[:CARDS]}
    known = [record for record in found.values() if record is not None]
    await note_reading(context.unit, context.admin, "show", known, context.now)
    for number, record in found.items():
        if record is not None:
            await bring_card(context.unit, context.campaign, record, only=context.chat)
        elif len(numbers) == 1:
            raise UnknownNumber(number)
        else:
            context.answer(refusal(context.say, UnknownNumber(number)))
    if len(numbers) > CARDS:
        context.answer(deciding.more_cards(context.say, CARDS, numbers[CARDS:]))


async def verify(context: Context, numbers: list[Number]) -> None:
    if len(numbers) > 1:
        await several.ask(context, "verify", numbers)
    else:
        context.answer(_done(context, await _verify(context, numbers[0])))


async def reject(context: Context, numbers: list[Number], typed: str) -> None:
    reason = await several.checked_reason(context, typed)
    if reason is None:
        return
    if len(numbers) > 1:
        await several.ask(context, "reject", numbers, reason or None)
    elif reason:
        await _reject(context, numbers[0], reason)
    else:
        await _ask_reason(context, numbers[0])


async def undo(context: Context, numbers: list[Number]) -> None:
    if len(numbers) > 1:
        await several.ask(context, "undo", numbers)
    else:
        context.answer(deciding.undone(context.say, await _undo(context, numbers[0])))


async def card_pressed(context: Context, slot: Slot, button: str) -> None:
    """A button of a card."""
    number = slot.number
    match button:
        case "reject":
            await _ask_reason(context, number)
        case "ask":
            await _ask_for_question(context, number)
        case "verify":
            context.notice(_done(context, await _verify(context, number)).plain)
        case "undo":
            context.notice(deciding.undone(context.say, await _undo(context, number)).plain)
        case _:
            context.notice(general.old_button(context.say))


async def reason_given(context: Context, slot: Slot, button: str) -> None:
    """A reply to the question for a reason, or one of the reasons to choose from."""
    if isinstance(context.event, Message):
        reason = await several.checked_reason(context, context.event.text)
        if reason:
            await _reject(context, slot.number, reason)
    elif button == "cancel":
        await context.unit.messages.end(slot)
        context.turn(deciding.nothing_decided(context.say))
    elif button in REASONS:
        await _reject(context, slot.number, CHOSEN + button)
    else:
        context.notice(general.old_button(context.say))


async def ask(context: Context, number: Number, question: str) -> None:
    if question:
        await _ask(context, number, question)
    else:
        await _ask_for_question(context, number)


async def question_given(context: Context, slot: Slot, _button: str) -> None:
    """A reply to the request for a question."""
    number = slot.number
    if isinstance(context.event, Message) and await _ask(context, number, context.event.text):
        await context.unit.messages.end(slot)


async def stats(context: Context) -> None:
    counts = await context.unit.endorsements.counts(s.id for s in context.campaign.library)
    rows = [
        (
            statement,
            context.title(statement),
            found,
            await context.unit.endorsements.by_day(statement),
        )
        for statement, found in counts.items()
    ]
    context.answer(campaign.stats(context.say, rows), ways_on(context))


async def close(context: Context, statement: Statement) -> None:
    """Pause signing; what has closed by itself is left as it is."""
    if _is_over(context, statement):
        return
    was_paused = await _pause(context, statement, paused=True)
    title = context.title(statement.id)
    button = context.button("open", f"/open {statement.id}")
    context.answer(campaign.paused(context.say, title, was_paused=was_paused), ((button,),))


async def open_again(context: Context, statement: Statement) -> None:
    was_paused = await _pause(context, statement, paused=False)
    if _is_over(context, statement):
        return
    title, opens = context.title(statement.id), statement.terms.opens
    if opens is not None and context.now < opens:
        text = campaign.opens_later(context.say, title, opens)
    else:
        text = campaign.resumed(context.say, title, was_paused=was_paused)
    context.answer(text, ((context.button("close", f"/close {statement.id}"),),))


def _is_over(context: Context, statement: Statement) -> bool:
    """Whether its closing date has passed, which is said then."""
    closes = statement.terms.closes
    is_over = closes is not None and context.now >= closes
    if closes is not None and is_over:
        context.answer(campaign.closed_for_good(context.say, context.title(statement.id), closes))
    return is_over


async def _pause(context: Context, statement: Statement, *, paused: bool) -> bool:
    """Whether it was paused before."""
    before = await context.unit.statements.paused(statement.id)
    await context.unit.statements.pause(statement.id, paused=paused)
    await context.unit.actions.add(context.now, context.admin, "close" if paused else "open")
    return before


async def reload(context: Context) -> None:
    """Read the statements again; a fault anywhere keeps the old texts, all of them."""
    loaded = await read_again(context.unit, context.campaign, context.now)
    if loaded.faults:
        context.answer(
            campaign.reload_failed(context.say, [str(fault) for fault in loaded.faults[:20]])
        )
        return
    await context.unit.actions.add(context.now, context.admin, "reload")
    context.answer(campaign.reloaded(context.say, len(loaded.library)))


async def export(context: Context, statement: Statement, form: str) -> None:
    """The public list as a file: `export [statement] [csv|json]`."""
    rows = shown(await context.unit.endorsements.published(statement.id), statement.terms)
    text = as_csv(rows) if form == "csv" else as_json(rows)
    await context.unit.actions.add(context.now, context.admin, "export")
    caption = campaign.exported(context.say, len(rows))
    context.send_file(f"{statement.id}.{form}", text.encode(), caption)


async def release_pressed(context: Context, _slot: Slot, _button: str) -> None:
    """Erasures that were held back may go on."""
    await release(context.unit, context.campaign, context.admin, context.now)
    context.turn(campaign.released(context.say))


async def _ask_reason(context: Context, number: Number) -> None:
    record = await decide.check_may_reject(context.unit, number)
    # One slot a prompt: several admins may be asked at a time.
    slot = Slot.of(SlotKind.REASON, record.number, secrets.token_hex(4))
    is_told = decide.is_told(context.campaign, record)
    text = deciding.ask_reason(context.say, record, is_told=is_told)
    await context.live(slot, text, several.reasons(record))


async def _ask_for_question(context: Context, number: Number) -> None:
    await check_may_ask(context.unit, context.campaign, number)
    slot = Slot.of(SlotKind.QUESTION, number, secrets.token_hex(4))
    text = asking.what_to_ask(context.say, number)
    await context.live(slot, text, ())


async def _ask(context: Context, number: Number, question: str) -> bool:
    """Whether the question was short enough to be sent."""
    text = " ".join(question.split())
    if len(text) > LONGEST:
        context.answer(asking.too_long(context.say, len(text), LONGEST))
        return False
    await ask_signer(context.unit, context.campaign, number, text, context.admin, context.now)
    context.answer(asking.asked(context.say, number))
    return True


async def _reject(context: Context, number: Number, reason: str) -> None:
    before = await decide.check_may_reject(context.unit, number)
    # Also where a second admin has to agree first: the reason has been given.
    await context.unit.messages.end_every(SlotKind.REASON, number)
    record = await decide.reject(
        context.unit, context.campaign, number, context.admin, reason, context.now
    )
    is_told = decide.is_told(context.campaign, before)
    context.answer(deciding.done(context.say, record, context.now, is_told=is_told))


async def _verify(context: Context, number: Number) -> Endorsement:
    return await decide.verify(context.unit, context.campaign, number, context.admin, context.now)


async def _undo(context: Context, number: Number) -> Endorsement:
    return await decide.undo(context.unit, context.campaign, number, context.admin, context.now)


def _done(context: Context, record: Endorsement) -> RichText:
    is_told = decide.is_told(context.campaign, record)
    return deciding.done(context.say, record, context.now, is_told=is_told)
