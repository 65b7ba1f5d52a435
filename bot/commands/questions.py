"""A signer's answer to a question of the admins: typed, after the button, or as a reply."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.context import Context
from bot.conversations import answer
from bot.conversations.answer import Answering, Open, View, WhichQuestion
from bot.domain.slots import Slot, SlotKind
from bot.ports import Message, Place
from bot.services.questions import pass_on
from bot.storage.questions import Question
from bot.storage.tags import chat_tag
from bot.wording import asking


async def question_pressed(context: Context, slot: Slot, _button: str) -> None:
    """The `answer` button, or a reply to the question, wherever it was asked."""
    state = Answering(int(slot.about))
    asked = answer.start(state, await answering_view(context, state))
    if isinstance(context.event, Message):
        await _replied(context, state, context.event.text)
    elif context.place is Place.PRIVATE and asked.state is not None:
        await context.begin(asked)
    else:
        context.notice(asked.text.plain)


async def answering_view(context: Context, state: Answering) -> View:
    return View(context.say, await context.unit.questions.get(state.question))


async def pass_on_typed(context: Context, state: Answering, view: View) -> None:
    assert view.question is not None
    await pass_on(context.unit, context.campaign, view.question, state.text, context.now)
    context.answer(asking.answer_passed_on(context.say))


async def open_here(context: Context) -> list[Question]:
    """The questions to this chat that wait for an answer, the last one about each record."""
    tag = chat_tag(context.unit.keys, context.chat)
    asked = await context.unit.messages.of_kind(SlotKind.ANSWER, tag)
    ids = sorted(int(live.slot.about) for live in asked)
    found = [await context.unit.questions.get(question) for question in ids]
    return list({q.number: q for q in found if q is not None and q.answer is None}.values())


async def answered_freely(context: Context, text: str, asked: Sequence[Question]) -> None:
    """What is typed while questions are open, and nothing else is asked, answers the one, or the
    one that is chosen of several."""
    first = asked[0]
    turn = answer.answered(Answering(first.id), text, View(context.say, first))
    if turn.state is None:
        context.answer(turn.text)
    elif len(asked) == 1:
        await pass_on_typed(context, turn.state, View(context.say, first))
    else:
        await context.begin(answer.ask_which(turn.state.text, Open(context.say, asked)))


async def choosing_view(context: Context, _state: WhichQuestion) -> Open:
    return Open(context.say, await open_here(context))


async def pass_on_chosen(context: Context, state: WhichQuestion, view: Open) -> None:
    (question,) = (each for each in view.questions if each.id == state.question)
    await pass_on(context.unit, context.campaign, question, state.text, context.now)
    context.turn(asking.answer_passed_on(context.say))


async def _replied(context: Context, state: Answering, text: str) -> None:
    """A reply says which question it answers, so another conversation may be under way beside."""
    view = await answering_view(context, state)
    transition = answer.answered(state, text, view)
    if transition.act and transition.state is not None:
        await pass_on_typed(context, transition.state, view)
    else:
        context.answer(transition.text)
