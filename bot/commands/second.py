"""`agree`, `reopen` and `finish`: what takes two admins."""

from __future__ import annotations

from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.commands.moving import say_moved
from bot.domain.errors import Refusal
from bot.domain.ids import Number
from bot.domain.slots import Slot
from bot.services import decide
from bot.services.second import (
    WAITING,
    Request,
    agree_to_last,
    agree_to_shown,
    ask_about,
    decline,
    typed_as,
)
from bot.statements.model import Statement
from bot.text.rich import RichText, isolated
from bot.wording import finishing, general
from bot.wording import second as wording
from bot.wording.refusals import refusal
from bot.wording.voice import lines


async def agree(context: Context, number: Number | None) -> None:
    """To what ends with that number; without one, what there is to agree to."""
    if number is None:
        known = await WAITING.all(context.unit)
        rows = [
            _row(context, request)
            for request in known
            if request.second is None and not _is_elsewhere(context, request)
        ]
        context.answer(wording.waiting(context.say, rows), ways_on(context))
        return
    if context.campaign.moved_to is not None:
        say_moved(context)
        return
    await agree_to_last(context.unit, number, context.admin, context.now)
    context.answer(wording.agreed(context.say))


def _is_elsewhere(context: Context, request: Request) -> bool:
    """Whether it is about records, which are decided where the campaign has moved."""
    return context.campaign.moved_to is not None and request.statement is None


def _row(context: Context, request: Request) -> tuple[str, str, RichText | str, str]:
    about: RichText | str
    if request.announcement is not None:
        about = str(request.announcement)
    elif request.statement is not None:
        about = isolated(context.title(request.statement))
    else:
        about = wording.some_of(context.say, request.numbers)
    typed = typed_as(request)("agree")
    assert typed is not None
    return request.verb, request.by.name, about, typed


async def finish(context: Context, statement: Statement) -> None:
    """Ask the others to close it for ever, or agree to what another has asked. Raises
    `OwnRequest`."""
    title = context.title(statement.id)
    day = (await context.unit.statements.state(statement.id)).finished
    place = context.campaign.gone_to(context.unit)
    if day is not None and place is not None:
        context.answer(finishing.ended_here(context.say, title, place))
    elif day is not None:
        context.answer(finishing.finished_on(context.say, title, day), ways_on(context))
    elif await ask_about(
        context.unit, context.admin, "finish", context.now, statement=statement.id
    ):
        context.answer(wording.agreed(context.say))
    else:
        context.answer(finishing.needs_second(context.say, title), ways_on(context))


async def pressed(context: Context, slot: Slot, button: str) -> None:
    """A button below what is asked."""
    request = await WAITING.find(context.unit, int(slot.about))
    if request is None or request.second is not None or button not in {"agree", "cancel"}:
        context.notice(general.old_button(context.say))
    elif button == "agree" and _is_elsewhere(context, request):
        say_moved(context)
    elif button == "agree":
        await agree_to_shown(context.unit, request, context.admin, context.now)
        context.notice(wording.agreed(context.say).plain)
    else:
        await decline(context.unit, context.campaign, request, context.admin, context.now)


async def reopen(context: Context, numbers: list[Number]) -> None:
    """Ask the others; what cannot be reopened is named."""
    asked: list[Number] = []
    answers: list[RichText] = []
    for number in numbers:
        try:
            await decide.ask_to_reopen(context.unit, number, context.admin, context.now)
        except Refusal as error:
            answers.append(refusal(context.say, error, context.now))
        else:
            asked.append(number)
    if asked:
        answers.insert(0, wording.to_be_reopened(context.say, asked))
    context.answer(lines(*answers), ways_on(context))
