"""`count` and `endcount`: a message in a group or a channel that says how many have signed, and is
kept up to date."""

from __future__ import annotations

from bot.commands.choices import MOST as MOST_CHOICES
from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.commands.typed import typed_command_of
from bot.domain.ids import Number
from bot.domain.living import Living
from bot.ports import Button, Place, Posted, Rows
from bot.services import living as service
from bot.statements.model import Revision, Statement
from bot.text.breaks import shortened
from bot.wording import finishing
from bot.wording import living as wording
from bot.wording.buttons import label

COUNT = "count"
LONGEST_LABEL = 32


async def count(context: Context, statement: Statement, revision: Revision) -> None:
    """In a group it begins there; in the admin chat it is said how it begins elsewhere."""
    title = context.title(statement.id)
    finished = (await context.unit.statements.state(statement.id)).finished
    if context.place is Place.ADMIN and finished is None:
        await _offer(context, statement, revision)
        return
    here = await service.of_chat(context.unit, context.chat)
    there = next((living for living in here if living.statement == statement.id), None)
    if there is not None:
        context.answer(wording.here_already(context.say, title), _to_end(context, [there]))
    elif finished is not None:
        text = finishing.finished_on(context.say, title, finished)
        context.answer(text, ways_on(context))
    elif await service.is_full(context.unit):
        context.answer(wording.too_many(context.say), ways_on(context))
    else:
        group = context.facts.group
        living = Living(
            *(0, statement.id, context.chat, revision.language, group.title if group else ""),
            thread=context.thread,
        )
        await service.begin(context.unit, context.campaign, living, context.now)


async def count_elsewhere(context: Context) -> None:
    context.answer(wording.in_groups(context.say), ways_on(context))


async def _offer(context: Context, statement: Statement, revision: Revision) -> None:
    platform, post = service.channels_of(context.campaign), None
    if platform is not None:
        offer = await service.offer(context.unit, statement.id, revision.language, context.now)
        prefix = context.campaign.adapters[platform].capabilities.prefix
        post = f"{prefix}{COUNT} {offer.code}"
        await context.unit.actions.add(context.now, context.admin, "count")
    known = await service.WAITING.all(context.unit)
    text = wording.how_to_begin(
        context.say, context.title(statement.id), post, _titled(context, known)
    )
    context.answer(text, _to_end(context, known) or ways_on(context))


async def end_count(context: Context, number: Number | None) -> None:
    """In a group those that stand there, or the one of that number; in the admin chat any."""
    is_admin_chat = context.place is Place.ADMIN
    known = (
        await service.WAITING.all(context.unit)
        if is_admin_chat
        else await service.of_chat(context.unit, context.chat)
    )
    meant = [each for each in known if each.id == number or (not is_admin_chat and number is None)]
    if not meant and known:
        text = wording.standing_now(context.say, _titled(context, known))
        context.answer(text, _to_end(context, known))
    elif not meant:
        context.answer(wording.none_here(context.say), ways_on(context))
    for living in meant:
        await service.end(context.unit, context.campaign, living, context.now)
        if is_admin_chat:
            await context.unit.actions.add(context.now, context.admin, "end count")
        title = context.title(living.statement)
        context.turn(wording.has_ended(context.say, title, living.title))


async def posted(context: Context, event: Posted) -> None:
    """A command in a channel: nothing is said there to who does not know the code."""
    typed = typed_command_of(event.text)
    if typed is not None and typed.name == COUNT and context.campaign.moved_to is None:
        title = event.origin.name
        await service.take_up(
            context.unit, context.campaign, context.chat, title, typed.args, context.now
        )


def _titled(context: Context, known: list[Living]) -> list[tuple[Living, str]]:
    return [(living, context.title(living.statement)) for living in known[-MOST_CHOICES:]]


def _to_end(context: Context, known: list[Living]) -> Rows:
    """A button for each."""
    return tuple(
        (
            Button(
                f"#{living.id}",
                shortened(f"{label(context.say, 'end')} #{living.id}", LONGEST_LABEL),
                f"/endcount {living.id}",
            ),
        )
        for living in known[-MOST_CHOICES:]
    )
