"""Changing the name, affiliation or place of an own record: typed at once, or asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.commands import excepting
from bot.commands.context import Context
from bot.conversations import records as conversation
from bot.conversations.records import Locating, MendedField, Mending, Renewing
from bot.conversations.stored import State
from bot.conversations.transition import Input, Transition, Typed
from bot.domain.ids import Number
from bot.domain.names import clean_name
from bot.services import corrections
from bot.services.changes import Change
from bot.wording import correcting as wording
from bot.wording.voice import Voice

S = TypeVar("S", bound=State)


async def mend(context: Context, number: Number, field: MendedField, value: str) -> None:
    record = await corrections.changeable(
        context.unit, context.person, number, Change.WORDS, context.now
    )
    if not record.entrusted:
        asked = conversation.ask_to_mend(context.say, Mending(number, field))
        await _answer_or_ask(context, asked, value, conversation.mend, mend_typed)
    elif field == "name":
        await renew(context, Renewing(number), value)
    else:
        await renew(context, Renewing(number, affiliation=clean_name(value) if value else None))


async def mend_typed(context: Context, state: Mending, _view: Voice) -> None:
    record = await corrections.mend(
        context.unit,
        context.campaign,
        context.person,
        state.number,
        context.route,
        context.now,
        name=state.value if state.field == "name" else None,
        affiliation=state.value if state.field == "affiliation" else None,
    )
    context.turn(wording.changed(context.say, record))


async def renew(context: Context, state: Renewing, name: str = "") -> None:
    """Ask for what is sealed to the organisers; `name` where that has been typed already."""
    asked = conversation.ask_to_renew(context.say, state)
    await context.begin(conversation.renew(state, Typed(name), context.say) if name else asked)


async def renewed(context: Context, state: Renewing, _view: Voice) -> None:
    before = await corrections.own_record(context.unit, context.person, state.number)
    record = await corrections.renew(
        context.unit,
        context.campaign,
        context.person,
        state.number,
        context.route,
        context.now,
        name=state.name,
        affiliation=state.affiliation or None,
        visibility=state.visibility,
        place=state.place,
    )
    context.turn(excepting.changed(context, before, record))


async def locate(context: Context, number: Number, value: str) -> None:
    await corrections.changeable(context.unit, context.person, number, Change.OTHER, context.now)
    where = conversation.ask_to_locate(context.say, number)
    await _answer_or_ask(context, where, value, conversation.locate, located)


async def located(context: Context, state: Locating, _view: Voice) -> None:
    before = await corrections.own_record(context.unit, context.person, state.number)
    if before.entrusted and state.place is not None:
        await renew(context, Renewing(state.number, place=state.place))
        return
    record = await corrections.locate(
        context.unit,
        context.campaign,
        context.person,
        state.number,
        context.route,
        context.now,
        country=state.country,
        place=state.place,
    )
    context.turn(wording.changed(context.say, record))


async def _answer_or_ask(
    context: Context,
    asked: Transition[S],
    value: str,
    step: Callable[[S, Input, Voice], Transition[S]],
    act: Callable[[Context, S, Voice], Awaitable[None]],
) -> None:
    """The question, unless the value is there already."""
    assert asked.state is not None
    answered = step(asked.state, Typed(value), context.say) if value else asked
    if answered.act and answered.state is not None:
        await act(context, answered.state, context.say)
    else:
        await context.begin(answered)
