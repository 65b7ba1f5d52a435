"""What admins do in their chat: `show`, `verify`, `reject`, `undo`, `stats`, and cards.

Every handler here runs only for somebody who may decide, as the platform said a moment ago.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import nullcontext
from functools import partial

from bot.commands import linking, several, verdicts
from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.commands.pending import decided
from bot.commands.typed import parse_number
from bot.domain.errors import UnknownNumber
from bot.domain.ids import Number, StatementId
from bot.domain.log import LifeEvent
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.ports import Message
from bot.services import decide, entries, mandates
from bot.services.cards import bring_card
from bot.services.export import MOST_IN_CHAT
from bot.services.export import export as write_list
from bot.services.hidden import note_reading
from bot.services.mass_due_guard import release
from bot.services.questions import check_may_ask
from bot.services.reload import reload as use_again
from bot.services.signed_export import signed_export
from bot.statements.model import Statement
from bot.text.rich import RichText
from bot.wording import asking, campaign, deciding, finishing, general, text_answers
from bot.wording.reasons import CHOSEN, REASONS
from bot.wording.refusals import refusal
from bot.wording.voice import lines

CARDS = 5
"""Cards that `show` brings at once."""


async def show(context: Context, numbers: list[Number]) -> None:
    """The cards of the first ones. Raises `UnknownNumber` where only one is asked for."""
    found = await context.unit.endorsements.each(numbers[:CARDS])
    known = [record for record in found.values() if record is not None]
    await note_reading(context.unit, context.admin, "show", known, context.now)
    for number, record in found.items():
        if record is not None:
            await bring_card(
                context.unit,
                context.campaign,
                record,
                only=context.chat,
                priority=Priority.ANSWER,
            )
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
        await decided(context, numbers[0], partial(verdicts.verify, context, numbers[0]))


async def reject(context: Context, numbers: list[Number], typed: str) -> None:
    reason = await several.checked_reason(context, typed)
    if reason is None:
        return
    if len(numbers) > 1:
        await several.ask(context, "reject", numbers, reason or None)
    elif reason:
        await decided(context, numbers[0], partial(verdicts.reject, context, numbers[0], reason))
    else:
        await _ask_reason(context, numbers[0])


async def undo(context: Context, numbers: list[Number]) -> None:
    if len(numbers) > 1:
        await several.ask(context, "undo", numbers)
    else:
        context.answer(await verdicts.undo(context, numbers[0]))


async def card_pressed(context: Context, slot: Slot, button: str) -> None:
    """A button of a card."""
    number = slot.number
    match button:
        case "reject":
            await _ask_reason(context, number)
        case "ask":
            await _ask_for_question(context, number)
        case "verify":
            context.notice((await verdicts.verify(context, number)).plain)
        case "undo":
            context.notice((await verdicts.undo(context, number)).plain)
        case "unlink":
            context.notice((await linking.unlink_one(context, number)).plain)
        case _ if (other := parse_number(button)) is not None:
            context.notice((await linking.link_both(context, other, number)).plain)
        case _:
            context.notice(general.old_button(context.say))


async def reason_given(context: Context, slot: Slot, button: str) -> None:
    """A reply to the question for a reason, or one of the reasons to choose from."""
    if isinstance(context.event, Message):
        reason = await several.checked_reason(context, context.event.text)
        if reason:
            await decided(context, slot.number, partial(_reject, context, slot.number, reason))
    elif button == "cancel":
        await context.unit.messages.end(slot)
        context.turn(deciding.nothing_decided(context.say))
    elif button in REASONS:
        await decided(context, slot.number, partial(_reject, context, slot.number, CHOSEN + button))
    else:
        context.notice(general.old_button(context.say))


async def ask(context: Context, number: Number, question: str) -> None:
    checked = verdicts.checked_question(context, question)
    if checked:
        await decided(context, number, partial(verdicts.ask, context, number, checked))
    elif checked is not None:
        await _ask_for_question(context, number)


async def question_given(context: Context, slot: Slot, _button: str) -> None:
    """A reply to the request for a question."""
    if isinstance(context.event, Message):
        question = verdicts.checked_question(context, context.event.text)
        if question:
            context.answer(await verdicts.ask(context, slot.number, question))
            await context.unit.messages.end(slot)


async def stats(context: Context) -> None:
    counts = await context.unit.endorsements.counts(s.id for s in context.campaign.library)
    rows = [
        (
            statement,
            context.title(statement),
            found,
            await context.unit.endorsements.by_day(statement),
            await _earlier(context, statement),
        )
        for statement, found in counts.items()
    ]
    context.answer(campaign.stats(context.say, rows), ways_on(context))


async def _earlier(context: Context, statement: StatementId) -> int:
    """How many of the verified stand under an earlier text."""
    earlier = context.campaign.history(statement).earlier
    if not earlier:
        return 0
    return (await context.unit.endorsements.verified_under(earlier)).verified


async def close(context: Context, statement: Statement) -> None:
    """Pause signing; what has closed by itself, or is finished, is left as it is."""
    if await _is_finished(context, statement) or _is_over(context, statement):
        return
    was_paused = await _pause(context, statement, paused=True)
    title = context.title(statement.id)
    button = context.button("open", f"/open {statement.id}")
    text = campaign.paused(context.say, statement.id, title, was_paused=was_paused)
    context.answer(text, ((button,),))


async def open_again(context: Context, statement: Statement) -> None:
    if await _is_finished(context, statement):
        return
    was_paused = await _pause(context, statement, paused=False)
    # What a group has agreed to may wait for it.
    await mandates.look_soon(context.unit, context.now, statement.id)
    if _is_over(context, statement):
        return
    title, opens = context.title(statement.id), statement.terms.opens
    if opens is not None and context.now < opens:
        text = campaign.opens_later(context.say, title, opens)
    else:
        text = campaign.resumed(context.say, title, was_paused=was_paused)
    context.answer(text, ((context.button("close", f"/close {statement.id}"),),))


async def _is_finished(context: Context, statement: Statement) -> bool:
    """Whether it is closed for ever, which is said then."""
    day = (await context.unit.statements.state(statement.id)).finished
    if day is not None:
        title = context.title(statement.id)
        context.answer(finishing.finished_on(context.say, title, day), ways_on(context))
    return day is not None


def _is_over(context: Context, statement: Statement) -> bool:
    """Whether its closing date has passed, which is said then."""
    closes = statement.terms.closes
    is_over = closes is not None and context.now >= closes
    if closes is not None and is_over:
        context.answer(campaign.closed_by_date(context.say, context.title(statement.id), closes))
    return is_over


async def _pause(context: Context, statement: Statement, *, paused: bool) -> bool:
    """Whether it was paused before."""
    before = (await context.unit.statements.state(statement.id)).paused
    await context.unit.statements.pause(statement.id, paused=paused)
    if before is not paused:
        event = LifeEvent.PAUSED if paused else LifeEvent.OPENED
        await entries.enter_life(context.unit, statement.id, event)
    await context.unit.actions.add(context.now, context.admin, "close" if paused else "open")
    return before


async def reload(context: Context) -> None:
    """Read the statements again; a fault anywhere keeps the old texts, all of them."""
    loaded = context.facts.loaded
    assert loaded is not None
    kept = await use_again(context.unit, context.campaign, loaded, context.now)
    if loaded.faults:
        context.answer(
            campaign.reload_failed(context.say, [str(fault) for fault in loaded.faults[:20]])
        )
        return
    await context.unit.actions.add(context.now, context.admin, "reload")
    stay = [
        text_answers.stays_as_it_is(context.say, context.title(statement)) for statement in kept
    ]
    context.answer(lines(campaign.reloaded(context.say, len(loaded.library)), *stay))


async def export(context: Context, statement: Statement, form: str) -> None:
    """The public list as a file, or what proves it: `export [statement] [csv|json|signed]`."""
    unit, log, publication = context.unit, context.unit.log, context.campaign.publication
    listed = sum((await unit.lists.counts(statement.id)).values())
    if (await log.size(statement.id) if form == "signed" else listed) > MOST_IN_CHAT:
        command = f"undersigned export --statement {statement.id} --format {form}"
        context.answer(campaign.too_big_to_export(context.say, command))
        return
    if form == "signed":
        name = f"{statement.id}-signed.json"
        pieces = signed_export(lambda: nullcontext(unit), statement, publication)
    else:
        name = f"{statement.id}.{form}"
        pieces = write_list(lambda: nullcontext(unit), statement, form)
    text = ""
    async for piece in pieces:
        text += piece
        # What a database in a file has at hand is read without a pause.
        await asyncio.sleep(0)
    await unit.actions.add(context.now, context.admin, "export")
    key, checkpoint = str((await log.key()).verifier), await log.checkpoint(statement.id)
    earlier = await unit.listing.verified_under(context.campaign.history(statement.id).earlier)
    under_earlier = sum(count for (_kind, is_listed), count in earlier.items() if is_listed)
    caption = campaign.exported(context.say, listed, under_earlier, key, checkpoint)
    context.send_file(name, text.encode(), caption)


async def release_pressed(context: Context, _slot: Slot, _button: str) -> None:
    """Erasures that were held back may go on."""
    await release(context.unit, context.campaign, context.admin, context.now)
    context.turn(campaign.released(context.say))


async def _ask_reason(context: Context, number: Number) -> None:
    record = await decide.check_may_reject(context.unit, number, context.admin)
    # One slot a prompt: several admins may be asked at a time.
    slot = Slot.of(SlotKind.REASON, record.number, secrets.token_hex(4))
    is_told = context.campaign.can_tell(record)
    text = deciding.ask_reason(context.say, record, is_told=is_told)
    await context.live(slot, text, several.reasons(record), shows=[number])


async def _ask_for_question(context: Context, number: Number) -> None:
    await check_may_ask(context.unit, context.campaign, number)
    slot = Slot.of(SlotKind.QUESTION, number, secrets.token_hex(4))
    text = asking.what_to_ask(context.say, number)
    await context.live(slot, text, (), shows=[number])


async def _reject(context: Context, number: Number, reason: str) -> RichText:
    # Also where a second admin has to agree first: the reason has been given.
    messages = context.unit.messages
    await messages.end_every(SlotKind.REASON, await messages.showing(number))
    return await verdicts.reject(context, number, reason)
