"""What admins do in their chat: `pending`, `show`, `verify`, `reject`, `undo`, `stats`, and cards.

Every handler here runs only for somebody who may decide, as the platform said a moment ago.
"""

from __future__ import annotations

import secrets

from bot.commands.context import Context
from bot.commands.parameters import choose_statement, parse_number
from bot.domain.endorsement import Endorsement
from bot.domain.errors import BadName, NameFault, UnknownNumber
from bot.domain.ids import Number
from bot.domain.slots import Slot, SlotKind
from bot.ports import Message, SendFile
from bot.services import decide
from bot.services.cards import bring_card
from bot.services.export import as_csv, as_json
from bot.services.mass_due_guard import release
from bot.services.posting import post
from bot.services.questions import LONGEST
from bot.services.questions import ask as ask_signer
from bot.services.reload import reload as read_again
from bot.wording import admin, asking, general
from bot.wording.reasons import CHOSEN, REASONS

PENDING_PAGE = 10
LONGEST_REASON = 500
"""Characters of a reason; the signer reads it on a phone."""


async def pending(context: Context, args: str) -> None:
    """One page of what waits; never more identities than that in a message."""
    total = await context.unit.endorsements.waiting()
    pages = max(1, -(-total // PENDING_PAGE))
    page = min(max(parse_number(args) or 1, 1), pages)
    rows = await context.unit.endorsements.pending(PENDING_PAGE, (page - 1) * PENDING_PAGE)
    titled = [(row, context.campaign.title(row.statement, context.say.language)) for row in rows]
    buttons = [
        context.button(name, f"/pending {number}")
        for name, number in (("previous", page - 1), ("next", page + 1))
        if 1 <= number <= pages
    ]
    text = admin.pending(context.say, titled, total, page, pages)
    context.turn_page(text, (tuple(buttons),) if buttons else ())


async def show(context: Context, args: str) -> None:
    if (number := _number(context, args, "show 12")) is None:
        return
    record = await context.unit.endorsements.get(number)
    if record is None:
        raise UnknownNumber(number)
    await bring_card(context.unit, context.campaign, record, only=context.chat.adapter)


async def verify(context: Context, args: str) -> None:
    if (number := _number(context, args, "verify 12")) is not None:
        _tell(
            context,
            await decide.verify(context.unit, context.campaign, number, _by(context), context.now),
        )


async def reject(context: Context, args: str) -> None:
    first, _, reason = args.strip().partition(" ")
    if (number := _number(context, first, "reject 12")) is None:
        return
    if reason.strip():
        await _reject(context, number, reason)
    else:
        await _ask_reason(context, number)


async def undo(context: Context, args: str) -> None:
    if (number := _number(context, args, "undo 12")) is not None:
        _tell(
            context,
            await decide.undo(context.unit, context.campaign, number, _by(context), context.now),
        )


async def card_pressed(context: Context, slot: Slot, button: str) -> None:
    """A button of a card."""
    number = slot.number
    if button == "reject":
        await _ask_reason(context, number)
        return
    if button == "ask":
        await _ask_for_question(context, number)
        return
    if button == "verify":
        record = await decide.verify(
            context.unit, context.campaign, number, _by(context), context.now
        )
    elif button != "undo":
        context.notice(general.old_button(context.say))
        return
    else:
        record = await decide.undo(
            context.unit, context.campaign, number, _by(context), context.now
        )
    context.notice(admin.done(context.say, record).plain)


async def reason_given(context: Context, slot: Slot, button: str) -> None:
    """A reply to the question for a reason, or one of the reasons to choose from."""
    number = slot.number
    if isinstance(context.event, Message):
        await _reject(context, number, context.event.text)
    elif button in REASONS:
        await _decide_rejected(context, number, CHOSEN + button)
    else:
        context.notice(general.old_button(context.say))


async def ask(context: Context, args: str) -> None:
    first, _, question = args.strip().partition(" ")
    if (number := _number(context, first, "ask 12")) is None:
        return
    if question.strip():
        await _ask(context, number, question)
    else:
        await _ask_for_question(context, number)


async def question_given(context: Context, slot: Slot, _button: str) -> None:
    """A reply to the request for a question."""
    number = slot.number
    if isinstance(context.event, Message) and await _ask(context, number, context.event.text):
        await context.unit.messages.end(slot)


async def stats(context: Context, _args: str) -> None:
    counts = await context.unit.endorsements.counts(s.id for s in context.campaign.library)
    rows = [
        (
            statement,
            context.campaign.title(statement, context.say.language),
            found,
            await context.unit.endorsements.by_day(statement),
        )
        for statement, found in counts.items()
    ]
    context.answer(admin.stats(context.say, rows))


async def close(context: Context, args: str) -> None:
    await _pause(context, args, paused=True)


async def open_again(context: Context, args: str) -> None:
    await _pause(context, args, paused=False)


async def _pause(context: Context, args: str, *, paused: bool) -> None:
    words = args.split()
    if (statement := choose_statement(context, words)) is None:
        return
    await context.unit.statements.pause(statement.id, paused=paused)
    await context.unit.actions.add(context.now, _by(context), "close" if paused else "open")
    title = context.campaign.title(statement.id, context.say.language)
    context.answer((admin.paused if paused else admin.resumed)(context.say, title))


async def reload(context: Context, _args: str) -> None:
    """Read the statements again; a fault anywhere keeps the old texts, all of them."""
    loaded = await read_again(context.unit, context.campaign, context.now)
    if loaded.faults:
        context.answer(
            admin.reload_failed(context.say, [str(fault) for fault in loaded.faults[:20]])
        )
        return
    await context.unit.actions.add(context.now, _by(context), "reload")
    context.answer(admin.reloaded(context.say, len(loaded.library)))


async def export(context: Context, args: str) -> None:
    """The public list as a file: `export [statement] [csv|json]`."""
    words = args.split()
    form = words.pop() if words and words[-1] in {"csv", "json"} else "csv"
    if (statement := choose_statement(context, words)) is None:
        return
    rows = await context.unit.endorsements.published(statement.id)
    text = as_csv(rows) if form == "csv" else as_json(rows)
    await context.unit.actions.add(context.now, _by(context), "export")
    caption = admin.exported(context.say, len(rows))
    name = f"{statement.id}.{form}"
    post(
        context.unit,
        SendFile(context.chat, name, text.encode(), caption, context.say.language, context.thread),
    )


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


def _tell(context: Context, record: Endorsement) -> None:
    context.answer(admin.done(context.say, record))


def _by(context: Context) -> str:
    return context.event.origin.name


def _number(context: Context, typed: str, usage: str) -> Number | None:
    number = parse_number(typed)
    if number is None:
        context.answer(admin.which_number(context.say, context.say.prefix + usage))
    return number
