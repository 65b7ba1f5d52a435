"""A signer's answer to a question of the admins: typed, after the button, or as a reply."""

from __future__ import annotations

from bot.commands.call import Call
from bot.conversations.stored import Answering
from bot.conversations.turn import CANCEL, Input, Pressed, Typed, as_press
from bot.ports import Message, Place
from bot.services.ask import LONGEST, pass_on
from bot.wording import asking, own


async def question_pressed(call: Call, rest: str, _button: str) -> None:
    """The `answer` button, or a reply to the question, wherever it was asked."""
    question = int(rest)
    if isinstance(call.event, Message):
        await _answer(call, question, call.event.text)
    elif call.place is Place.PRIVATE:
        await call.end_conversation()
        await call.converse(Answering(question), asking.type_the_answer(call.say), CANCEL)
    else:
        call.notice(asking.type_the_answer(call.say).plain)


async def continue_answering(call: Call, state: Answering, given: Input) -> None:
    given = as_press(call.say, given, CANCEL)
    if isinstance(given, Typed):
        await call.end_conversation()
        await _answer(call, state.question, given.text)
    elif given == Pressed("cancel"):
        await call.end_conversation()
        call.turn(own.unchanged(call.say))
    else:
        await call.converse(state, asking.type_the_answer(call.say), CANCEL)


async def _answer(call: Call, question: int, typed: str) -> None:
    text = " ".join(typed.split())
    found = await call.unit.questions.get(question)
    if found is None:
        call.answer(asking.question_over(call.say))
    elif len(text) > LONGEST:
        call.answer(asking.too_long(call.say, len(text), LONGEST))
    else:
        await pass_on(call.unit, call.campaign, found, text)
        call.answer(asking.answer_passed_on(call.say))
