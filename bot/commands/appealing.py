"""`appeal`: who was not accepted asks for another admin's look, in private or as a group."""

from __future__ import annotations

from bot.commands.choices import of_records, ways_on
from bot.commands.context import Context
from bot.commands.excepting import may_except
from bot.conversations import appeal as conversation
from bot.conversations.appeal import Appealing
from bot.conversations.records import Withdrawal
from bot.conversations.transition import Typed
from bot.domain.errors import Refusal
from bot.domain.ids import Number
from bot.services import appeals
from bot.wording import appeals as wording
from bot.wording.excepting import sealed
from bot.wording.voice import paragraphs


async def appeal(context: Context, number: Number | None, text: str) -> None:
    """Ask why, unless that was typed. Raises as `appealable`."""
    found = await appeals.appealable(context.unit, *context.signer, number)
    if len(found) > 1:
        context.answer(wording.which(context.say), of_records(context.titled(found), "appeal"))
        return
    state, view = Appealing(found[0].number), Withdrawal(context.say, found[0])
    is_typed = text and not found[0].has_sealed_name
    turn = (
        conversation.step(state, Typed(text), view) if is_typed else conversation.ask(state, view)
    )
    if turn.act and turn.state is not None:
        await appeal_typed(context, turn.state, view)
    else:
        await context.begin(turn)


async def appealing(context: Context, state: Appealing) -> Withdrawal:
    """What a turn may look at."""
    try:
        (found,) = await appeals.appealable(context.unit, *context.signer, state.number)
    except Refusal as refusal:
        return Withdrawal(context.say, refusal)
    return Withdrawal(context.say, found)


async def appeal_typed(context: Context, state: Appealing, view: Withdrawal) -> None:
    assert not isinstance(view.record, Refusal)
    unit, campaign, name = context.unit, context.campaign, state.name or None
    record = await appeals.appeal(unit, campaign, view.record, state.text, context.route, name)
    is_lost = view.record.has_sealed_name and may_except(context, record)
    lost = sealed(context.say, str(record.number)) if is_lost else None
    said = paragraphs(wording.passed_on(context.say, record), lost)
    context.turn(said, ways_on(context))
