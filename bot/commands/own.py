"""A person's own records: `mine`, `mydata`, `forget`, and what can be changed of them."""

from __future__ import annotations

from bot.commands.call import Call
from bot.commands.choosing import parse_number
from bot.conversations.stored import Forgetting, Mending
from bot.conversations.turn import CANCEL, ButtonNames, Input, Pressed, Typed, as_press
from bot.domain.endorsement import Endorsement, Kind, Status, Visibility
from bot.domain.errors import BadName
from bot.domain.ids import Number
from bot.ports import Delete, Message, SendFile
from bot.services import mend as mending
from bot.services.forget import forget
from bot.services.mydata import mydata
from bot.services.posting import post
from bot.services.withdraw import records_of
from bot.text.document import Document, Paragraph
from bot.text.flow import flow
from bot.text.markdown import parse
from bot.text.rich import rich
from bot.wording import own, refusals, signing
from bot.wording.voice import paragraphs

MINE = "mine"
CONFIRM: ButtonNames = (("confirm", "cancel"),)


async def elsewhere(call: Call, _args: str) -> None:
    """In a group nothing is said about who signed, not even to themselves."""
    call.to_private(MINE, MINE)


async def mine(call: Call, args: str) -> None:
    """All records; `mine 12` one with its buttons; `mine 12 public` and the like change it."""
    typed, _, rest = args.partition(" ")
    records = await records_of(call.unit, Kind.PERSON, call.person)
    number = parse_number(typed)
    if not typed and len(records) != 1:
        titled = [(r, call.campaign.title(r.statement, call.say.language)) for r in records]
        call.answer(own.mine(call.say, titled))
    elif not typed:
        await _show(call, records[0])
    elif number is None:
        call.answer(own.mine_usage(call.say))
    elif not rest:
        await _show(call, await mending.own_record(call.unit, call.person, number))
    else:
        await _change(call, number, *rest.strip().partition(" ")[::2])


async def own_pressed(call: Call, rest: str, button: str) -> None:
    """A button under one of the person's own records."""
    await _change(call, Number(int(rest)), button, "")


async def send_mydata(call: Call, _args: str) -> None:
    data = await mydata(call.unit, call.person)
    caption = own.mydata(call.say)
    post(
        call.unit, SendFile(call.chat, "mydata.json", data, caption, call.say.language, call.thread)
    )


async def delete(call: Call, _args: str) -> None:
    """Take away a message of the bot's from the private chat: that whose button was pressed, or
    that which is replied to. Nothing else changes by it."""
    replied = call.event.reply_to if isinstance(call.event, Message) else None
    message = call.pressed_message or replied
    if message is None:
        call.answer(own.which_to_delete(call.say))
        return
    if (live := await call.unit.messages.by_message(call.chat, message)) is not None:
        await call.unit.messages.end(live.slot)
    post(call.unit, Delete(call.chat, message, own.deleted(call.say), call.say.language))


async def ask_to_forget(call: Call, _args: str) -> None:
    await call.end_conversation()
    await call.converse(Forgetting(), own.ask_to_forget(call.say), CONFIRM)


async def continue_forgetting(call: Call, _state: Forgetting, given: Input) -> None:
    given = as_press(call.say, given, CONFIRM)
    if given == Pressed("confirm"):
        await call.end_everything()
        count = await forget(call.unit, call.campaign, call.person)
        call.turn(own.forgotten(call.say, count))
    elif given == Pressed("cancel"):
        await call.end_conversation()
        call.turn(own.kept(call.say))
    else:
        text = paragraphs(signing.use_a_button(call.say), own.ask_to_forget(call.say))
        await call.converse(Forgetting(), text, CONFIRM)


async def continue_mending(call: Call, state: Mending, given: Input) -> None:
    given = as_press(call.say, given, ()) if isinstance(given, Typed) else given
    if given == Pressed("cancel"):
        await call.end_conversation()
        call.turn(own.unchanged(call.say))
        return
    if not isinstance(given, Typed):
        await _ask_to_mend(call, state)
        return
    try:
        record = await _mend(call, state, given.text)
    except BadName as error:
        text = paragraphs(refusals.refusal(call.say, error), own.ask_to_mend(call.say, state.field))
        await call.converse(state, text, CANCEL)
        return
    await call.end_conversation()
    call.turn(own.mended(call.say, record))


async def _change(call: Call, number: Number, what: str, value: str) -> None:
    """One thing that can be done with an own record. Raises as `mend.changeable`."""
    if what == "text":
        await _show_text(call, await mending.own_record(call.unit, call.person, number))
    elif what in {"name", "affiliation"}:
        state = Mending(number, "name" if what == "name" else "affiliation")
        await mending.changeable(call.unit, call.person, number)
        if value.strip():
            call.answer(own.mended(call.say, await _mend(call, state, value)))
        else:
            await call.end_conversation()
            await _ask_to_mend(call, state)
    elif what in set(Visibility):
        record = await mending.show_to(
            call.unit, call.campaign, call.person, number, Visibility(what), call.now
        )
        await _show(call, record)
    else:
        call.answer(own.mine_usage(call.say))


async def _mend(call: Call, state: Mending, value: str) -> Endorsement:
    return await mending.mend(
        call.unit,
        call.campaign,
        call.person,
        state.number,
        call.route,
        name=value if state.field == "name" else None,
        affiliation=value if state.field == "affiliation" else None,
    )


async def _ask_to_mend(call: Call, state: Mending) -> None:
    await call.converse(state, own.ask_to_mend(call.say, state.field), CANCEL)


async def _show(call: Call, record: Endorsement) -> None:
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
    live = await call.unit.messages.in_slot(slot)
    on = call.turning_message if live and live.message == call.pressed_message else None
    text = own.one(call.say, record, call.campaign.title(record.statement, call.say.language))
    await call.live(slot, text, names, on=on, commands=commands)


async def _show_text(call: Call, record: Endorsement) -> None:
    """The text as it was signed, whatever it is now, in as many messages as it needs."""
    revision = await call.unit.statements.revision(record.digest)
    assert revision is not None
    title = Paragraph(own.signed_text(call.say, record, revision.title), 0)
    attribution = [Paragraph(rich(revision.attribution), 0)] if revision.attribution else []
    document = Document((title, *attribution, *parse(revision.text).blocks))
    fit = call.campaign.adapters[call.chat.adapter].fit
    for page in call.campaign.paginator.cut(flow(document), fit):
        call.answer(page.strip(), language=revision.language)
