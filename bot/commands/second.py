"""`agree` and `reopen`: what takes two admins."""

from __future__ import annotations

from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.domain.errors import Refusal
from bot.domain.ids import Number
from bot.domain.slots import Slot
from bot.services import decide
from bot.services.second import (
    agree_to_last,
    agree_to_shown,
    decline,
    request_of,
    requests,
)
from bot.text.rich import RichText
from bot.wording import general
from bot.wording import second as wording
from bot.wording.refusals import refusal
from bot.wording.voice import lines


async def agree(context: Context, number: Number | None) -> None:
    """To what ends with that number; without one, what there is to agree to."""
    if number is None:
        known = await requests(context.unit)
        rows = [(r.verb, r.by.name, r.numbers) for r in known if r.second is None]
        context.answer(wording.waiting(context.say, rows), ways_on(context))
        return
    await agree_to_last(context.unit, number, context.admin, context.now)
    context.answer(wording.agreed(context.say))


async def pressed(context: Context, slot: Slot, button: str) -> None:
    """A button below what is asked."""
    request = await request_of(context.unit, int(slot.about))
    if request is None or request.second is not None or button not in {"agree", "cancel"}:
        context.notice(general.old_button(context.say))
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
