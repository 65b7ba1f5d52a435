"""A signer's answer to a question of the admins: typed, after the button, or as a reply."""

from __future__ import annotations

from bot.commands.context import Context
from bot.conversations import answer
from bot.conversations.answer import Answering, View
from bot.domain.slots import Slot
from bot.ports import Message, Place
from bot.services.questions import pass_on
from bot.wording import asking


async def question_pressed(context: Context, slot: Slot, _button: str) -> None:
    """The `answer` button, or a reply to the question, wherever it was asked."""
    asked = answer.start(context.say, int(slot.about))
    if isinstance(context.event, Message):
        await _replied(context, Answering(int(slot.about)), context.event.text)
    elif context.place is Place.PRIVATE:
        await context.begin(asked)
    else:
        context.notice(asked.text.plain)


async def answering_view(context: Context, state: Answering) -> View:
    return View(context.say, await context.unit.questions.get(state.question))


async def pass_on_typed(context: Context, state: Answering, view: View) -> None:
    assert view.question is not None
    await pass_on(context.unit, context.campaign, view.question, state.text)
    context.answer(asking.answer_passed_on(context.say))


async def _replied(context: Context, state: Answering, text: str) -> None:
    """A reply says which question it answers, so another conversation may be under way beside."""
    view = await answering_view(context, state)
    transition = answer.answered(state, text, view)
    if transition.act and transition.state is not None:
        await pass_on_typed(context, transition.state, view)
    else:
        context.answer(transition.text)
