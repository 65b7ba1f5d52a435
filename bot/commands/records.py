"""A person's own records: `mine`, `mydata`, `forget`, and what can be changed of them."""

from __future__ import annotations

from bot.commands.context import Context
from bot.commands.parameters import parse_number
from bot.conversations.stored import Forgetting, Mending
from bot.conversations.transition import CANCEL, Input, Pressed, Typed, as_press
from bot.domain.endorsement import Endorsement, Kind, Status, Visibility
from bot.domain.errors import BadName
from bot.domain.ids import Number
from bot.ports import Delete, Message, SendFile
from bot.services import corrections
from bot.services.forget import forget
from bot.services.mydata import mydata
from bot.services.posting import post
from bot.services.withdraw import records_of
from bot.text.document import Document, Paragraph
from bot.text.flow import flow
from bot.text.markdown import parse
from bot.text.rich import rich
from bot.wording import own, refusals, signing
from bot.wording.buttons import ButtonNames
from bot.wording.voice import paragraphs

MINE = "mine"
CONFIRM: ButtonNames = (("confirm", "cancel"),)


async def elsewhere(context: Context, _args: str) -> None:
    """In a group nothing is said about who signed, not even to themselves."""
    context.to_private(MINE, MINE)


async def mine(context: Context, args: str) -> None:
    """All records; `mine 12` one with its buttons; `mine 12 public` and the like change it."""
    typed, _, rest = args.partition(" ")
    records = await records_of(context.unit, Kind.PERSON, context.person)
    number = parse_number(typed)
    if not typed and len(records) != 1:
        titled = [(r, context.campaign.title(r.statement, context.say.language)) for r in records]
        context.answer(own.mine(context.say, titled))
    elif not typed:
        await _show(context, records[0])
    elif number is None:
        context.answer(own.mine_usage(context.say))
    elif not rest:
        await _show(context, await corrections.own_record(context.unit, context.person, number))
    else:
        await _change(context, number, *rest.strip().partition(" ")[::2])


async def own_pressed(context: Context, rest: str, button: str) -> None:
    """A button under one of the person's own records."""
    await _change(context, Number(int(rest)), button, "")


async def send_mydata(context: Context, _args: str) -> None:
    data = await mydata(context.unit, context.person)
    caption = own.mydata(context.say)
    post(
        context.unit,
        SendFile(context.chat, "mydata.json", data, caption, context.say.language, context.thread),
    )


async def delete(context: Context, _args: str) -> None:
    """Take away a message of the bot's from the private chat: that whose button was pressed, or
    that which is replied to. Nothing else changes by it."""
    replied = context.event.reply_to if isinstance(context.event, Message) else None
    message = context.pressed_message or replied
    if message is None:
        context.answer(own.which_to_delete(context.say))
        return
    if (live := await context.unit.messages.by_message(context.chat, message)) is not None:
        await context.unit.messages.end(live.slot)
    post(
        context.unit, Delete(context.chat, message, own.deleted(context.say), context.say.language)
    )


async def ask_to_forget(context: Context, _args: str) -> None:
    await context.end_conversation()
    await context.converse(Forgetting(), own.ask_to_forget(context.say), CONFIRM)


async def continue_forgetting(context: Context, _state: Forgetting, given: Input) -> None:
    given = as_press(context.say, given, CONFIRM)
    if given == Pressed("confirm"):
        await context.end_everything()
        count = await forget(context.unit, context.campaign, context.person)
        context.turn(own.forgotten(context.say, count))
    elif given == Pressed("cancel"):
        await context.end_conversation()
        context.turn(own.kept(context.say))
    else:
        text = paragraphs(signing.use_a_button(context.say), own.ask_to_forget(context.say))
        await context.converse(Forgetting(), text, CONFIRM)


async def continue_mending(context: Context, state: Mending, given: Input) -> None:
    given = as_press(context.say, given, ()) if isinstance(given, Typed) else given
    if given == Pressed("cancel"):
        await context.end_conversation()
        context.turn(own.unchanged(context.say))
        return
    if not isinstance(given, Typed):
        await _ask_to_mend(context, state)
        return
    try:
        record = await _mend(context, state, given.text)
    except BadName as error:
        text = paragraphs(
            refusals.refusal(context.say, error), own.ask_to_mend(context.say, state.field)
        )
        await context.converse(state, text, CANCEL)
        return
    await context.end_conversation()
    context.turn(own.mended(context.say, record))


async def _change(context: Context, number: Number, what: str, value: str) -> None:
    """One thing that can be done with an own record. Raises as `mend.changeable`."""
    if what == "text":
        await _show_text(
            context, await corrections.own_record(context.unit, context.person, number)
        )
    elif what in {"name", "affiliation"}:
        state = Mending(number, "name" if what == "name" else "affiliation")
        await corrections.changeable(context.unit, context.person, number)
        if value.strip():
            context.answer(own.mended(context.say, await _mend(context, state, value)))
        else:
            await context.end_conversation()
            await _ask_to_mend(context, state)
    elif what in set(Visibility):
        record = await corrections.show_to(
            context.unit, context.campaign, context.person, number, Visibility(what), context.now
        )
        await _show(context, record)
    else:
        context.answer(own.mine_usage(context.say))


async def _mend(context: Context, state: Mending, value: str) -> Endorsement:
    return await corrections.mend(
        context.unit,
        context.campaign,
        context.person,
        state.number,
        context.route,
        name=value if state.field == "name" else None,
        affiliation=value if state.field == "affiliation" else None,
    )


async def _ask_to_mend(context: Context, state: Mending) -> None:
    await context.converse(state, own.ask_to_mend(context.say, state.field), CANCEL)


async def _show(context: Context, record: Endorsement) -> None:
    """One record with everything that can be done with it."""
    names: list[list[str]] = [["text"]]
    commands = {}
    if record.status in {Status.PENDING, Status.VERIFIED}:
        if record.name is not None:
            names.append([v for v in Visibility if v is not record.visibility])
            names.append(["name", "affiliation"])
        names.append(["withdraw"])
        commands["withdraw"] = f"/withdraw {record.number}"
    slot = f"{MINE}:{record.number}"
    live = await context.unit.messages.in_slot(slot)
    on = context.turning_message if live and live.message == context.pressed_message else None
    text = own.one(
        context.say, record, context.campaign.title(record.statement, context.say.language)
    )
    await context.live(slot, text, names, on=on, commands=commands)


async def _show_text(context: Context, record: Endorsement) -> None:
    """The text as it was signed, whatever it is now, in as many messages as it needs."""
    revision = await context.unit.statements.revision(record.digest)
    assert revision is not None
    title = Paragraph(own.signed_text(context.say, record, revision.title), 0)
    attribution = [Paragraph(rich(revision.attribution), 0)] if revision.attribution else []
    document = Document((title, *attribution, *parse(revision.text).blocks))
    fit = context.campaign.adapters[context.chat.adapter].capabilities.fit
    for page in context.campaign.paginator.cut(flow(document), fit):
        context.answer(page.strip(), language=revision.language)
