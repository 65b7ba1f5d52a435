"""A person's own records: `mine`, `mydata`, `forget`, and what can be changed of them."""

from __future__ import annotations

from bot.commands.choices import of_records
from bot.commands.context import Context
from bot.conversations import records as conversation
from bot.conversations.records import Forgetting, Mending
from bot.domain.endorsement import Endorsement, Kind, Status, Visibility
from bot.domain.ids import Number
from bot.domain.slots import Slot, SlotKind
from bot.ports import Delete, Message
from bot.services import corrections
from bot.services.forget import forget
from bot.services.mydata import mydata
from bot.services.posting import post
from bot.services.withdraw import records_of
from bot.text.document import Document, Paragraph
from bot.text.flow import flow
from bot.text.markdown import parse
from bot.text.rich import rich
from bot.wording import own
from bot.wording.voice import Voice

MINE = "mine"


async def elsewhere(context: Context) -> None:
    """In a group nothing is said about who signed, not even to themselves."""
    context.to_private(MINE, MINE)


async def mine(
    context: Context, number: Number | None = None, what: str = "", value: str = ""
) -> None:
    """All records; `mine 12` one with its buttons; `mine 12 public` and the like change it."""
    if number is not None and what:
        await _change(context, number, what, value)
    elif number is not None:
        await _show(context, await corrections.own_record(context.unit, context.person, number))
    else:
        records = await records_of(context.unit, Kind.PERSON, context.person)
        if len(records) == 1:
            await _show(context, records[0])
        else:
            titled = context.titled(records)
            context.answer(own.mine(context.say, titled), of_records(titled, MINE))


async def own_pressed(context: Context, slot: Slot, button: str) -> None:
    """A button under one of the person's own records."""
    await _change(context, slot.number, button, "")


async def send_mydata(context: Context) -> None:
    data = await mydata(context.unit, context.person)
    context.send_file("mydata.json", data, own.mydata(context.say))


async def delete(context: Context) -> None:
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


async def ask_to_forget(context: Context) -> None:
    await context.begin(conversation.ask_to_forget(context.say))


async def forget_agreed(context: Context, _state: Forgetting, _view: Voice) -> None:
    await context.end_everything()
    count = await forget(context.unit, context.campaign, context.person)
    context.turn(own.forgotten(context.say, count))


async def mend_typed(context: Context, state: Mending, _view: Voice) -> None:
    context.turn(own.mended(context.say, await _mend(context, state)))


async def _change(context: Context, number: Number, what: str, value: str) -> None:
    """One thing that can be done with an own record. Raises as `mend.changeable`."""
    if what == "text":
        await _show_text(
            context, await corrections.own_record(context.unit, context.person, number)
        )
    elif what in {"name", "affiliation"}:
        await corrections.changeable(context.unit, context.person, number)
        state = Mending(number, "name" if what == "name" else "affiliation", value)
        if value:
            context.answer(own.mended(context.say, await _mend(context, state)))
        else:
            await context.begin(conversation.ask_to_mend(context.say, state))
    elif what in set(Visibility):
        record = await corrections.show_to(
            context.unit, context.campaign, context.person, number, Visibility(what), context.now
        )
        await _show(context, record)
    else:
        context.answer(own.mine_usage(context.say))


async def _mend(context: Context, state: Mending) -> Endorsement:
    return await corrections.mend(
        context.unit,
        context.campaign,
        context.person,
        state.number,
        context.route,
        name=state.value if state.field == "name" else None,
        affiliation=state.value if state.field == "affiliation" else None,
    )


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
    slot = Slot.of(SlotKind.MINE, record.number)
    live = await context.unit.messages.in_slot(slot)
    on = context.turning_message if live and live.message == context.pressed_message else None
    text = own.one(context.say, record, context.title(record.statement))
    await context.live(slot, text, names, on=on, commands=commands)


async def _show_text(context: Context, record: Endorsement) -> None:
    """The text as it was signed, whatever it is now, in as many messages as it needs."""
    revision = await context.unit.statements.revision(record.digest)
    assert revision is not None
    title = Paragraph(own.signed_text(context.say, record, revision.title), 0)
    attribution = [Paragraph(rich(revision.attribution), 0)] if revision.attribution else []
    document = Document((title, *attribution, *parse(revision.text).blocks))
    for page in context.campaign.paginator.cut(flow(document), context.fit):
        context.answer(page.strip(), language=revision.language)
