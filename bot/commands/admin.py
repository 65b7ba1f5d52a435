"""What admins do in their chat: `pending`, `show`, `verify`, `reject`, `undo`, `stats`, and cards.

Every handler here runs only for somebody who may decide, as the platform said a moment ago.
"""

from __future__ import annotations

import secrets

from bot.commands.call import Call
from bot.commands.choosing import choose_statement, parse_number
from bot.domain.endorsement import Endorsement
from bot.domain.errors import BadName, NameFault, UnknownNumber
from bot.domain.ids import Number
from bot.ports import Message, SendFile
from bot.services import decide
from bot.services.ask import LONGEST
from bot.services.ask import ask as ask_signer
from bot.services.cards import bring_card
from bot.services.erasures import release
from bot.services.export import as_csv, as_json
from bot.services.posting import post
from bot.services.texts import note_texts
from bot.statements.model import Loaded
from bot.wording import admin, asking, general
from bot.wording.reasons import CHOSEN, REASONS

REASON = "reason"
QUESTION = "question"
PENDING_PAGE = 10
LONGEST_REASON = 500
"""Characters of a reason; the signer reads it on a phone."""


async def pending(call: Call, args: str) -> None:
    """One page of what waits; never more identities than that in a message."""
    total = await call.unit.endorsements.waiting()
    pages = max(1, -(-total // PENDING_PAGE))
    page = min(max(parse_number(args) or 1, 1), pages)
    rows = await call.unit.endorsements.pending(PENDING_PAGE, (page - 1) * PENDING_PAGE)
    titled = [(row, call.campaign.title(row.statement, call.say.language)) for row in rows]
    buttons = [
        call.button(name, f"/pending {number}")
        for name, number in (("previous", page - 1), ("next", page + 1))
        if 1 <= number <= pages
    ]
    text = admin.pending(call.say, titled, total, page, pages)
    call.turn_page(text, (tuple(buttons),) if buttons else ())


async def show(call: Call, args: str) -> None:
    if (number := _number(call, args, "show 12")) is None:
        return
    record = await call.unit.endorsements.get(number)
    if record is None:
        raise UnknownNumber(number)
    await bring_card(call.unit, call.campaign, record, only=call.chat.adapter)


async def verify(call: Call, args: str) -> None:
    if (number := _number(call, args, "verify 12")) is not None:
        _tell(call, await decide.verify(call.unit, call.campaign, number, _by(call), call.now))


async def reject(call: Call, args: str) -> None:
    first, _, reason = args.strip().partition(" ")
    if (number := _number(call, first, "reject 12")) is None:
        return
    if reason.strip():
        await _reject(call, number, reason)
    else:
        await _ask_reason(call, number)


async def undo(call: Call, args: str) -> None:
    if (number := _number(call, args, "undo 12")) is not None:
        _tell(call, await decide.undo(call.unit, call.campaign, number, _by(call), call.now))


async def card_pressed(call: Call, rest: str, button: str) -> None:
    """A button of a card. `rest` is `<number>:<adapter>`."""
    number = Number(int(rest.partition(":")[0]))
    if button == "reject":
        await _ask_reason(call, number)
        return
    if button == "ask":
        await _ask_for_question(call, number)
        return
    if button == "verify":
        record = await decide.verify(call.unit, call.campaign, number, _by(call), call.now)
    elif button != "undo":
        call.notice(general.old_button(call.say))
        return
    else:
        record = await decide.undo(call.unit, call.campaign, number, _by(call), call.now)
    call.notice(admin.done(call.say, record).plain)


async def reason_given(call: Call, rest: str, button: str) -> None:
    """A reply to the question for a reason, or one of the reasons to choose from."""
    number = Number(int(rest.partition(":")[0]))
    if isinstance(call.event, Message):
        await _reject(call, number, call.event.text)
    elif button in REASONS:
        await _decide_rejected(call, number, CHOSEN + button)
    else:
        call.notice(general.old_button(call.say))


async def ask(call: Call, args: str) -> None:
    first, _, question = args.strip().partition(" ")
    if (number := _number(call, first, "ask 12")) is None:
        return
    if question.strip():
        await _ask(call, number, question)
    else:
        await _ask_for_question(call, number)


async def question_given(call: Call, rest: str, _button: str) -> None:
    """A reply to the request for a question."""
    number = Number(int(rest.partition(":")[0]))
    if isinstance(call.event, Message) and await _ask(call, number, call.event.text):
        await call.unit.messages.end(f"{QUESTION}:{rest}")


async def stats(call: Call, _args: str) -> None:
    counts = await call.unit.endorsements.counts(s.id for s in call.campaign.library)
    rows = [
        admin.StatementCounts(
            title=call.campaign.title(statement, call.say.language),
            statement=statement,
            pending=found.pending,
            verified=found.verified,
            rejected=found.rejected,
            withdrawn=found.withdrawn,
            persons=found.persons,
            organisations=found.organisations,
            days=await call.unit.endorsements.by_day(statement),
        )
        for statement, found in counts.items()
    ]
    call.answer(admin.stats(call.say, rows))


async def close(call: Call, args: str) -> None:
    await _pause(call, args, paused=True)


async def open_again(call: Call, args: str) -> None:
    await _pause(call, args, paused=False)


async def _pause(call: Call, args: str, *, paused: bool) -> None:
    words = args.split()
    if (statement := choose_statement(call, words)) is None:
        return
    await call.unit.statements.pause(statement.id, paused=paused)
    await call.unit.actions.add(call.now, _by(call), "close" if paused else "open")
    title = call.campaign.title(statement.id, call.say.language)
    call.answer((admin.paused if paused else admin.resumed)(call.say, title))


async def reload(call: Call, _args: str) -> None:
    """Read the statements again; a fault anywhere keeps the old texts, all of them."""
    loaded: Loaded = call.campaign.read_statements()
    if loaded.faults:
        call.answer(admin.reload_failed(call.say, [str(fault) for fault in loaded.faults[:20]]))
        return
    await call.unit.statements.ensure(statement.id for statement in loaded.library)
    await call.unit.actions.add(call.now, _by(call), "reload")
    call.campaign.library = loaded.library
    await note_texts(call.unit, call.campaign, call.now)
    call.answer(admin.reloaded(call.say, len(loaded.library)))


async def export(call: Call, args: str) -> None:
    """The public list as a file: `export [statement] [csv|json]`."""
    words = args.split()
    form = words.pop() if words and words[-1] in {"csv", "json"} else "csv"
    if (statement := choose_statement(call, words)) is None:
        return
    rows = await call.unit.endorsements.published(statement.id)
    text = as_csv(rows) if form == "csv" else as_json(rows)
    await call.unit.actions.add(call.now, _by(call), "export")
    caption = admin.exported(call.say, len(rows))
    name = f"{statement.id}.{form}"
    post(
        call.unit, SendFile(call.chat, name, text.encode(), caption, call.say.language, call.thread)
    )


async def release_pressed(call: Call, _rest: str, _button: str) -> None:
    """Erasures that were held back may go on."""
    await release(call.unit, call.campaign, _by(call), call.now)
    # The worker looks again because its jobs were used here.
    await call.unit.jobs.next_due(frozenset())
    call.turn(admin.released(call.say))


async def _ask_reason(call: Call, number: Number) -> None:
    record = await decide.check_may_reject(call.unit, number)
    # One slot a prompt: several admins may be asked at a time.
    slot = f"{REASON}:{record.number}:{secrets.token_hex(4)}"
    text = admin.ask_reason(call.say, number)
    await call.live(slot, text, [[name] for name in REASONS])


async def _ask_for_question(call: Call, number: Number) -> None:
    slot = f"{QUESTION}:{number}:{secrets.token_hex(4)}"
    text = asking.what_to_ask(call.say, number)
    await call.live(slot, text, ())


async def _ask(call: Call, number: Number, question: str) -> bool:
    """Whether the question was short enough to be sent."""
    text = " ".join(question.split())
    if len(text) > LONGEST:
        call.answer(asking.too_long(call.say, len(text), LONGEST))
        return False
    await ask_signer(call.unit, call.campaign, number, text, _by(call), call.now)
    call.answer(asking.asked(call.say, number))
    return True


async def _reject(call: Call, number: Number, reason: str) -> None:
    reason = " ".join(reason.split())
    if not reason:
        raise BadName(NameFault.EMPTY)
    if len(reason) > LONGEST_REASON:
        call.answer(admin.reason_too_long(call.say, len(reason), LONGEST_REASON))
        return
    await _decide_rejected(call, number, reason)


async def _decide_rejected(call: Call, number: Number, reason: str) -> None:
    record = await decide.reject(call.unit, call.campaign, number, _by(call), reason, call.now)
    await call.unit.messages.end_all(f"{REASON}:{number}:")
    _tell(call, record)


def _tell(call: Call, record: Endorsement) -> None:
    call.answer(admin.done(call.say, record))


def _by(call: Call) -> str:
    return call.event.origin.name


def _number(call: Call, typed: str, usage: str) -> Number | None:
    number = parse_number(typed)
    if number is None:
        call.answer(admin.which_number(call.say, call.say.prefix + usage))
    return number
