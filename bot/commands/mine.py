"""A person's own records: seen, and changed, by `mine`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping

from bot.commands import correcting, excepting, news
from bot.commands.choices import of_records, ways_on
from bot.commands.context import Context
from bot.commands.moving import give_code, say_moved
from bot.commands.texts import show_signed, which_own
from bot.conversations import records as conversation
from bot.conversations.records import Erasing, Renewing
from bot.domain.endorsement import Endorsement, Kind, Status, Visibility
from bot.domain.errors import NameSealed, Refusal
from bot.domain.ids import MessageRef, Number
from bot.domain.lifecycle import may_appeal
from bot.domain.pace import Wait
from bot.ports import Place
from bot.services import corrections
from bot.services.changes import Change
from bot.services.new_text import stands_under, way_to_sign
from bot.services.pace import wait_of
from bot.services.receipts import code_of, receipt_of
from bot.services.withdraw import records_of
from bot.wording import own

MINE = "mine"


async def elsewhere(context: Context) -> None:
    """In a group nothing is said about who signed, not even to themselves; what the group itself
    has endorsed everybody there has seen."""
    assert context.typed is not None
    above = None
    if context.place is Place.GROUP:
        records = await records_of(context.unit, Kind.ORGANISATION, context.chat)
        records = [record for record in records if record.status is not Status.WITHDRAWN]
        waits = await _waits(context, records)
        above = own.of_group(context.say, context.titled(records), waits)
    context.to_private(context.typed.name, context.typed.name, above)


async def _waits(context: Context, records: Iterable[Endorsement]) -> Mapping[Number, Wait]:
    """What may be said of those that wait."""
    return {
        record.number: await wait_of(context.unit, context.campaign, record, context.now)
        for record in records
        if record.status is Status.PENDING
    }


async def mine(
    context: Context, number: Number | None = None, what: str = "", value: str = ""
) -> None:
    """All records; `mine 12` one with its buttons; `mine 12 public` and the like change it."""
    if number is not None and what in _SENT:
        own_record = await corrections.own_record(context.unit, context.person, number)
        await _SENT[what](context, own_record)
    elif number is not None and what and context.campaign.moved_to is not None:
        say_moved(context)
    elif number is not None and what == "except":
        own_record = await corrections.own_record(context.unit, context.person, number)
        if excepted := await excepting.change(context, own_record, value):
            await _show(context, excepted, on=context.turning_message)
    elif number is not None and what:
        await _change(context, number, what, value)
    elif number is not None:
        await _show(context, await corrections.own_record(context.unit, context.person, number))
    else:
        records = await records_of(context.unit, Kind.PERSON, context.person)
        if len(records) == 1:
            await _show(context, records[0])
        else:
            titled = context.titled(records)
            choices = of_records(titled, MINE) or ways_on(context)
            finished = bool(await context.unit.statements.finished())
            waits = await _waits(context, records)
            context.answer(own.mine(context.say, titled, waits, finished=finished), choices)


async def erasing(context: Context, state: Erasing) -> conversation.Withdrawal:
    try:
        record = await corrections.changeable(
            context.unit, context.person, state.number, Change.OTHER, context.now
        )
    except Refusal as refusal:
        return conversation.Withdrawal(context.say, refusal)
    return conversation.Withdrawal(context.say, record)


async def erase_agreed(context: Context, state: Erasing, _view: conversation.Withdrawal) -> None:
    await _show_to(context, state.number, Visibility.COUNTED, on=context.turning_message)


async def _change(context: Context, number: Number, what: str, value: str) -> None:
    """One thing that can be done with an own record. Raises as `corrections.changeable`."""
    unit, campaign, person = context.unit, context.campaign, context.person
    if what in {"name", "affiliation"}:
        await correcting.mend(context, number, "name" if what == "name" else "affiliation", value)
    elif what == "country":
        await correcting.locate(context, number, value)
    elif what == Visibility.COUNTED:
        record = await corrections.changeable(unit, person, number, Change.OTHER, context.now)
        if record.visibility is Visibility.COUNTED:
            await _show(context, record, on=context.turning_message)
        else:
            await context.begin(conversation.ask_to_erase(context.say, record))
    elif what in set(Visibility):
        await _show_to_or_ask(context, number, Visibility(what))
    elif what in {"shown", "hidden"}:
        record = await corrections.own_record(unit, person, number)
        if what == "hidden" or _may_show_affiliation(context, record):
            is_shown = what == "shown"
            record = await corrections.show_affiliation(
                unit, campaign, person, number, context.now, is_shown=is_shown
            )
        await _show(context, record, on=context.turning_message)
    elif what == "undo":
        record = await corrections.undo_counted(unit, campaign, person, number, context.now)
        await _show(context, record, on=context.turning_message)
    else:
        context.answer(own.mine_usage(context.say))


async def _show_to_or_ask(context: Context, number: Number, visibility: Visibility) -> None:
    try:
        await _show_to(context, number, visibility, on=context.turning_message)
    except NameSealed:
        await corrections.changeable(
            context.unit, context.person, number, Change.WORDS, context.now
        )
        await correcting.renew(context, Renewing(number, visibility))


async def _show_to(
    context: Context, number: Number, visibility: Visibility, *, on: MessageRef | None = None
) -> None:
    record = await corrections.show_to(
        context.unit, context.campaign, context.person, number, visibility, context.now
    )
    await _show(context, record, on=on)


async def _show(context: Context, record: Endorsement, *, on: MessageRef | None = None) -> None:
    """One record with everything that can be done with it: each button stands for a command, so
    that nothing about the message has to be kept."""
    title, code = context.title(record.statement), await code_of(context.unit, record)
    which, waits = which_own(context, record), await _waits(context, [record])
    wait = waits.get(record.number)
    text = own.one(context.say, record, title, context.now, code, which, wait)
    if context.campaign.moved_to is None:
        names = _buttons(
            record,
            may_show_affiliation=_may_show_affiliation(context, record),
            may_except=excepting.may_except(context, record),
        )
        statement = context.campaign.library.get(record.statement)
        if statement is not None and stands_under(context.campaign, record):
            names.insert(0, [way_to_sign(record)[0]])
    else:
        names = _buttons_left(record)
    buttons = tuple(
        tuple(context.button(name, _typed_as(name, record)) for name in row) for row in names
    )
    if record.stands and context.campaign.moved_to is None:
        *others, last = buttons
        buttons = (*others, (await news.button_of(context, record),), last)
    if on is None:
        context.answer(text, buttons)
    else:
        context.turn(text, buttons)


def _typed_as(button: str, record: Endorsement) -> str:
    if button == "sign_new":
        return way_to_sign(record)[1]
    number = record.number
    is_command = button in {"withdraw", "appeal"}
    return f"/{button} {number}" if is_command else f"/{MINE} {number} {button}"


def _may_show_affiliation(context: Context, record: Endorsement) -> bool:
    """Whether the statement lets affiliations be published."""
    statement = context.campaign.library.get(record.statement)
    return statement is not None and statement.terms.affiliation_shown


def _buttons(
    record: Endorsement, *, may_show_affiliation: bool, may_except: bool
) -> list[list[str]]:
    rows: list[list[str]] = [["text", "proof"]]
    if may_appeal(record):
        rows.insert(0, ["appeal"])
    if not record.stands:
        return rows
    if record.will_be_erased:
        rows.insert(0, ["undo"])
    if record.name is not None or record.entrusted:
        rows.append([v for v in Visibility if v is not record.visibility])
        rows += [["name", "country"], ["affiliation"]]
        details = record.details
        if details and details.affiliation_shown:
            rows[-1].append("hidden")
        elif details and details.affiliation and may_show_affiliation:
            rows[-1].append("shown")
        if may_except:
            rows.append(["except"])
    return [*rows, ["withdraw"]]


def _buttons_left(record: Endorsement) -> list[list[str]]:
    """Where the campaign has moved."""
    rows = [["code"], ["text", "proof"]]
    return rows if record.status is Status.WITHDRAWN else [*rows, ["withdraw"]]


async def _prove(context: Context, record: Endorsement) -> None:
    """The proof that the log has what is shown or counted of it."""
    receipt = await receipt_of(context.unit, record)
    if receipt is None:
        context.answer(own.no_proof(context.say, record))
    else:
        caption = own.proof(context.say, record, await code_of(context.unit, record))
        context.send_file(f"receipt-{record.number}.json", receipt.encode(), caption)


_SENT: Mapping[str, Callable[[Context, Endorsement], Awaitable[None]]] = {
    "text": show_signed,
    "proof": _prove,
    "code": give_code,
}
"""What a signer is sent of their record, which changes nothing of it."""
