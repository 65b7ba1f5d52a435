"""A signer's answer to a question of the admins: typed, after the button, or as a reply."""

from __future__ import annotations

from bot.commands.context import Context
from bot.conversations.stored import Answering
from bot.conversations.transition import CANCEL, Input, Pressed, Typed, as_press
from bot.domain.slots import Slot
from bot.ports import Message, Place
from bot.services.questions import LONGEST, pass_on
from bot.wording import asking, own


async def question_pressed(context: Context, slot: Slot, _button: str) -> None:
    """The `answer` button, or a reply to the question, wherever it was asked."""
    question = int(slot.about)
    if isinstance(context.event, Message):
        await _answer(context, question, context.event.text)
    elif context.place is Place.PRIVATE:
        await context.end_conversation()
        await context.converse(Answering(question), asking.type_the_answer(context.say), CANCEL)
    else:
        context.notice(asking.type_the_answer(context.say).plain)


async def continue_answering(context: Context, state: Answering, given: Input) -> None:
    given = as_press(context.say, given, CANCEL)
    if isinstance(given, Typed):
        await context.end_conversation()
        await _answer(context, state.question, given.text)
    elif given == Pressed("cancel"):
        await context.end_conversation()
        context.turn(own.unchanged(context.say))
    else:
        await context.converse(state, asking.type_the_answer(context.say), CANCEL)


async def _answer(context: Context, question: int, typed: str) -> None:
    text = " ".join(typed.split())
    found = await context.unit.questions.get(question)
    if found is None:
        context.answer(asking.question_over(context.say))
    elif len(text) > LONGEST:
        context.answer(asking.too_long(context.say, len(text), LONGEST))
    else:
        await pass_on(context.unit, context.campaign, found, text)
        context.answer(asking.answer_passed_on(context.say))
