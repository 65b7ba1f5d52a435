"""All that is held about a person: `mydata`, `forget`, and taking away a message."""

from __future__ import annotations

from functools import partial

from bot.commands.context import Context
from bot.commands.moving import only_here
from bot.conversations import records as conversation
from bot.conversations.records import Forgetting
from bot.ports import Delete, Message
from bot.services.forget import forget
from bot.services.mydata import mydata
from bot.services.posting import post
from bot.text.flow import flow
from bot.wording import mydata as wording
from bot.wording.voice import Voice, paragraphs


async def send_mydata(context: Context) -> None:
    """In words, and as a file that programs read."""
    held = await mydata(context.unit, context.person)
    rows = [
        (
            row.record,
            context.title(row.record.statement),
            [(asked.question, asked.answer) for asked in row.questions],
            row.gets_news,
        )
        for row in held.rows
    ]
    campaign = context.campaign
    document = wording.mydata(
        *(context.say, rows, held.language, campaign.contact, campaign.retention),
        votes=len(held.votes),
    )
    for page in context.campaign.paginator.cut(flow(document), context.fit):
        context.answer(page.strip())
    context.send_file("mydata.json", held.as_json(), wording.mydata_file(context.say))


async def delete(context: Context) -> None:
    """Take away a message of the bot's from the private chat: that whose button was pressed, or
    that which is replied to. Nothing else changes by it."""
    replied = context.event.reply_to if isinstance(context.event, Message) else None
    message = context.pressed_message or replied
    if message is None:
        context.answer(wording.which_to_delete(context.say))
        return
    if (live := await context.unit.messages.by_message(context.chat, message)) is not None:
        await context.unit.messages.end(live.slot)
    post(
        context.unit,
        Delete(context.chat, message, wording.deleted(context.say), context.say.language),
    )


async def ask_to_forget(context: Context) -> None:
    await context.begin(conversation.ask_to_forget(context.say))


async def forget_agreed(context: Context, _state: Forgetting, _view: Voice) -> None:
    await context.end_everything()
    count = await forget(context.unit, context.campaign, context.person, context.now)
    context.unit.after_commit(partial(context.campaign.arrivals.forget, context.chat))
    finished = bool(await context.unit.statements.finished())
    forgotten = wording.forgotten(context.say, count, finished=finished)
    context.turn(paragraphs(forgotten, only_here(context)))
