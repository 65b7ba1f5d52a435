"""Free text and prompt buttons: the next step of whatever conversation the chat is in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.commands import group, questions, records, signer
from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.conversations import answer, choose, endorse, sign
from bot.conversations import records as own
from bot.conversations.stored import State
from bot.conversations.transition import Input, Pressed, Transition, Typed
from bot.domain.slots import Slot
from bot.ports import Message
from bot.wording import general, signing
from bot.wording.voice import Voice

S = TypeVar("S")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Conversation(Generic[S, V]):
    """`step` is pure; `view` gathers what it may look at, None where what the conversation is about
    is not here any more; `act` carries out what was agreed, in a state that has ended, and answers
    with the outcome."""

    step: Callable[[S, Input, V], Transition[S]]
    view: Callable[[Context, S], Awaitable[V | None]]
    act: Callable[[Context, S, V], Awaitable[None]]


async def _statement(context: Context, state: sign.Signing) -> sign.View | None:
    statement = context.campaign.library.get(state.statement)
    revision = statement and context.campaign.revision(statement, [state.language])
    return sign.View(context.say, revision) if revision else None


async def _nothing(_context: Context, _state: State, _view: Voice) -> None:
    """For what never acts."""


async def _voice(context: Context, _state: State) -> Voice:
    return context.say


CONVERSATIONS: Mapping[type[State], Conversation[Any, Any]] = {
    sign.Signing: Conversation(sign.step, _statement, signer.record),
    endorse.Endorsing: Conversation(endorse.step, group.endorsed, group.record),
    own.Withdrawing: Conversation(own.withdraw, signer.withdrawal, signer.withdraw_agreed),
    own.Erasing: Conversation(own.erase, records.erasing, records.erase_agreed),
    own.Mending: Conversation(own.mend, _voice, records.mend_typed),
    own.Locating: Conversation(own.locate, _voice, records.located),
    own.Forgetting: Conversation(own.forget, _voice, records.forget_agreed),
    answer.Answering: Conversation(answer.step, questions.answering_view, questions.pass_on_typed),
    choose.Choosing: Conversation(choose.step, _voice, _nothing),
}


async def prompt_pressed(context: Context, _slot: Slot, button: str) -> None:
    """A button of the chat's prompt, or a reply to it."""
    if context.conversation is None:
        context.notice(general.old_button(context.say))
    elif isinstance(context.event, Message) and context.typed is None:
        await _go_on(context, context.conversation, Typed(context.event.text))
    else:
        await _go_on(context, context.conversation, Pressed(button))


def asks_for_words(state: State | None) -> bool:
    """Whether a group's conversation has asked for words, which come as a reply."""
    return isinstance(state, endorse.Endorsing) and state.asked in {"name", "country"}


async def cancel(context: Context) -> None:
    """As the button of that name; each conversation says what has not been done."""
    if context.conversation is None:
        context.answer(signing.nothing_to_cancel(context.say))
    else:
        await prompt_pressed(context, context.slot, "cancel")


async def text_typed(context: Context, text: str) -> None:
    """Free text in a private chat: an answer if something was asked."""
    if context.conversation is None:
        context.answer(general.not_understood(context.say), ways_on(context))
    else:
        await _go_on(context, context.conversation, Typed(text))


async def _go_on(context: Context, state: State, given: Input) -> None:
    conversation = CONVERSATIONS[type(state)]
    view = await conversation.view(context, state)
    if view is None:
        await context.converse(Transition(None, signing.statement_left(context.say)))
        return
    transition = conversation.step(state, given, view)
    if transition.act:
        await context.end_conversation()
        await conversation.act(context, transition.state, view)
    else:
        await context.converse(transition)
