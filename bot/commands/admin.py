"""What admins do in their chat: `pending`, `show`, `verify`, `reject`, `undo`, `stats`, and cards.

Every handler here runs only for somebody who may decide, as the platform said a moment ago.
"""

from __future__ import annotations

import secrets

from bot.commands.context import Context
from bot.domain.endorsement import Endorsement
from bot.domain.errors import BadName, NameFault, UnknownNumber
from bot.domain.ids import Number
from bot.domain.slots import Slot, SlotKind
from bot.ports import Message
from bot.services import decide
from bot.services.cards import bring_card
from bot.services.export import as_csv, as_json
from bot.services.mass_due_guard import release
from bot.services.questions import LONGEST
from bot.services.questions import ask as ask_signer
from bot.services.reload import reload as read_again
from bot.statements.model import Statement
from bot.wording import admin, asking, general
from bot.wording.reasons import CHOSEN, REASONS

PENDING_PAGE = 10
LONGEST_REASON = 500
"""Characters of a reason; the signer reads it on a phone."""


async def pending(context: Context, number: Number | None) -> None:
    """One page of what waits; never more identities than that in a message."""
    total = await context.unit.endorsements.waiting()
    pages = max(1, -(-total // PENDING_PAGE))
    page = min(max(number or 1, 1), pages)
    rows = await context.unit.endorsements.pending(PENDING_PAGE, (page - 1) * PENDING_PAGE)
    buttons = [
        context.button(name, f"/pending {other}")
        for name, other in (("previous", page - 1), ("next", page + 1))
        if 1 <= other <= pages
    ]
    text = admin.pending(context.say, context.titled(rows), total, page, pages)
    context.turn_page(text, (tuple(buttons),) if buttons else ())


async def show(context: Context, number: Number) -> None:
    record = await context.unit.endorsements.get(number)
    if record is None:
        raise UnknownNumber(number)
    await bring_card(context.unit, context.campaign, record, only=context.chat)


async def verify(context: Context, number: Number) -> None:
    _tell(context, await _verify(context, number))


async def reject(context: Context, number: Number, reason: str) -> None:
    if reason:
        await _reject(context, number, reason)
    else:
        await _ask_reason(context, number)


async def undo(context: Context, number: Number) -> None:
    await _undo(context, number)
    context.answer(admin.undone(context.say, number))


async def card_pressed(context: Context, slot: Slot, button: str) -> None:
    """A button of a card."""
    number = slot.number
    match button:
        case "reject":
            await _ask_reason(context, number)
        case "ask":
            await _ask_for_question(context, number)
        case "verify":
            context.notice(admin.done(context.say, await _verify(context, number)).plain)
        case "undo":
            await _undo(context, number)
            context.notice(admin.undone(context.say, number).plain)
        case _:
            context.notice(general.old_button(context.say))


async def reason_given(context: Context, slot: Slot, button: str) -> None:
    """A reply to the question for a reason, or one of the reasons to choose from."""
    number = slot.number
    if isinstance(context.event, Message):
        await _reject(context, number, context.event.text)
    elif button in REASONS:
        await _decide_rejected(context, number, CHOSEN + button)
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
    context.answer(admin.stats(context.say, rows))


async def close(context: Context, statement: Statement) -> None:
    await _pause(context, statement, paused=True)


async def open_again(context: Context, statement: Statement) -> None:
    await _pause(context, statement, paused=False)


async def _pause(context: Context, statement: Statement, *, paused: bool) -> None:
    await context.unit.statements.pause(statement.id, paused=paused)
    await context.unit.actions.add(context.now, _by(context), "close" if paused else "open")
    said = admin.paused if paused else admin.resumed
    context.answer(said(context.say, context.title(statement.id)))


async def reload(context: Context) -> None:
    """Read the statements again; a fault anywhere keeps the old texts, all of them."""
    loaded = await read_again(context.unit, context.campaign, context.now)
    if loaded.faults:
        context.answer(
            admin.reload_failed(context.say, [str(fault) for fault in loaded.faults[:20]])
        )
        return
    await context.unit.actions.add(context.now, _by(context), "reload")
    context.answer(admin.reloaded(context.say, len(loaded.library)))


async def export(context: Context, statement: Statement, form: str) -> None:
    """The public list as a file: `export [statement] [csv|json]`."""
    rows = await context.unit.endorsements.published(statement.id)
    text = as_csv(rows) if form == "csv" else as_json(rows)
    await context.unit.actions.add(context.now, _by(context), "export")
    caption = admin.exported(context.say, len(rows))
    context.send_file(f"{statement.id}.{form}", text.encode(), caption)


async def release_pressed(context: Context, _slot: Slot, _button: str) -> None:
    """Erasures that were held back may go on."""
    await release(context.unit, context.campaign, _by(context), context.now)
    context.turn(admin.released(context.say))


async def _ask_reason(context: Context, number: Number) -> None:
    record = await decide.check_may_reject(context.unit, number)
    # One slot a prompt: several admins may be asked at a time.
    slot = Slot.of(SlotKind.REASON, record.number, secrets.token_hex(4))
    text = admin.ask_reason(context.say, number)
    await context.live(slot, text, [[name] for name in REASONS])


async def _ask_for_question(context: Context, number: Number) -> None:
    slot = Slot.of(SlotKind.QUESTION, number, secrets.token_hex(4))
    text = asking.what_to_ask(context.say, number)
    await context.live(slot, text, ())


async def _ask(context: Context, number: Number, question: str) -> bool:
    """Whether the question was short enough to be sent."""
    text = " ".join(question.split())
    if len(text) > LONGEST:
        context.answer(asking.too_long(context.say, len(text), LONGEST))
        return False
    await ask_signer(context.unit, context.campaign, number, text, _by(context), context.now)
    context.answer(asking.asked(context.say, number))
    return True


async def _reject(context: Context, number: Number, reason: str) -> None:
    reason = " ".join(reason.split())
    if not reason:
        raise BadName(NameFault.EMPTY)
    if len(reason) > LONGEST_REASON:
        context.answer(admin.reason_too_long(context.say, len(reason), LONGEST_REASON))
        return
    await _decide_rejected(context, number, reason)


async def _decide_rejected(context: Context, number: Number, reason: str) -> None:
    record = await decide.reject(
        context.unit, context.campaign, number, _by(context), reason, context.now
    )
    await context.unit.messages.end_every(SlotKind.REASON, number)
    _tell(context, record)


async def _verify(context: Context, number: Number) -> Endorsement:
    return await decide.verify(context.unit, context.campaign, number, _by(context), context.now)


async def _undo(context: Context, number: Number) -> None:
    await decide.undo(context.unit, context.campaign, number, _by(context), context.now)


def _tell(context: Context, record: Endorsement) -> None:
    context.answer(admin.done(context.say, record))


def _by(context: Context) -> str:
    return context.event.origin.name
