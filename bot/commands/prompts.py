"""Free text and prompt buttons: the next step of whatever conversation the chat is in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.commands import (
    appealing,
    correcting,
    drafts,
    group,
    mine,
    moving,
    mydata,
    questions,
    signer,
    texts,
)
from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.commands.cost import Cost
from bot.conversations import answer, appeal, choose, endorse, sign, transition
from bot.conversations import records as own
from bot.conversations.draft import Signing, View
from bot.conversations.stored import State
from bot.conversations.transition import Input, Pressed, Transition, Typed
from bot.domain.ids import StatementId
from bot.domain.moving import SecretCode
from bot.domain.slots import Slot
from bot.ports import Corrected, Message, Place, Rows
from bot.wording import general, signing
from bot.wording.voice import Voice

S = TypeVar("S")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Conversation(Generic[S, V]):
    """`step` is pure; `view` gathers what it may look at, None where what the conversation is about
    is not here any more; `act` carries out what was agreed, in a state that has ended, and answers
    with the outcome. That has its `cost`; `signs` is of which statement one more is recorded."""

    step: Callable[[S, Input, V], Transition[S]]
    view: Callable[[Context, S], Awaitable[V | None]]
    act: Callable[[Context, S, V], Awaitable[None]]
    cost: Cost = Cost.ANSWER
    signs: Callable[[S], StatementId] | None = None


async def _statement(context: Context, state: Signing) -> View | None:
    statement = context.campaign.library.get(state.statement)
    return signer.view_of(context, statement, [state.language]) if statement else None


async def _nothing(_context: Context, _state: State, _view: Voice) -> None:
    """For what never acts."""


async def _voice(context: Context, _state: State) -> Voice:
    return context.say


CONVERSATIONS: Mapping[type[State], Conversation[Any, Any]] = {
    Signing: Conversation(
        sign.step, _statement, signer.record, Cost.SIGNATURE, lambda state: state.statement
    ),
    endorse.Endorsing: Conversation(
        endorse.step, group.endorsed, group.record, Cost.WORK, lambda state: state.statement
    ),
    own.Withdrawing: Conversation(own.withdraw, signer.withdrawal, signer.withdraw_agreed),
    own.SigningNew: Conversation(own.sign_new, texts.signing_new, texts.new_text_agreed, Cost.WORK),
    own.Erasing: Conversation(own.erase, mine.erasing, mine.erase_agreed),
    own.Mending: Conversation(own.mend, _voice, correcting.mend_typed, Cost.WORK),
    own.Renewing: Conversation(own.renew, _voice, correcting.renewed, Cost.WORK),
    own.Locating: Conversation(own.locate, _voice, correcting.located, Cost.WORK),
    appeal.Appealing: Conversation(
        appeal.step, appealing.appealing, appealing.appeal_typed, Cost.WORK
    ),
    own.Forgetting: Conversation(own.forget, _voice, mydata.forget_agreed),
    answer.Answering: Conversation(
        answer.step, questions.answering_view, questions.pass_on_typed, Cost.WORK
    ),
    answer.WhichQuestion: Conversation(
        answer.choose, questions.choosing_view, questions.pass_on_chosen, Cost.WORK
    ),
    choose.Choosing: Conversation(choose.step, _voice, _nothing),
}


async def prompt_pressed(context: Context, _slot: Slot, button: str) -> None:
    """A button of the chat's prompt, or a reply to it."""
    if context.conversation is None:
        if not await _draft_ended(context):
            context.notice(general.old_button(context.say))
    elif isinstance(context.event, Message) and context.typed is None:
        await _go_on(context, context.conversation, Typed(context.event.text))
    else:
        await _go_on(context, context.conversation, Pressed(button))


def asks_for_words(state: State | None) -> bool:
    """Whether a group's conversation has asked for words, which come as a reply."""
    is_asked = isinstance(state, endorse.Endorsing) and state.asked is not None
    return is_asked or isinstance(state, appeal.Appealing)


async def cancel(context: Context) -> None:
    """As the button of that name; each conversation says what has not been done."""
    if context.conversation is None:
        context.answer(signing.nothing_to_cancel(context.say), ways_on(context))
    else:
        await prompt_pressed(context, context.slot, "cancel")


async def text_typed(context: Context, event: Message) -> None:
    """Free text in a private chat: the answer to what was asked last, if anything was."""
    if not event.text:
        asked = context.conversation is not None
        text = general.only_text(context.say, asked=asked)
        context.answer(text, () if asked else ways_on(context))
    elif secret := SecretCode.parse(event.text):
        context.spend(Cost.WORK)
        await moving.take(context, secret)
    elif context.conversation is not None:
        await _go_on(context, context.conversation, Typed(event.text, event.ref))
    elif asked_here := await questions.open_here(context):
        await questions.answered_freely(context, event.text, asked_here)
    elif not await _draft_ended(context):
        context.answer(general.not_understood(context.say), _what_can_be_done(context))


async def answer_corrected(context: Context, event: Corrected) -> None:
    """The person has edited a message of theirs. Where it was no answer, nothing is said."""
    state = context.conversation
    if isinstance(state, Signing):
        view = await _statement(context, state)
        given = transition.Corrected(event.text, event.message)
        corrected = view and sign.correct(state, given, view)
        if corrected:
            await context.converse(corrected)
    elif await context.was_recorded(event.message):
        await context.remember_answers(())
        context.answer(signing.change_in_mine(context.say), ((context.button("mine", "/mine"),),))


async def _draft_ended(context: Context) -> bool:
    """Say so, once, if the chat's last prompt waited until its draft ended."""
    if context.place is not Place.PRIVATE or not await drafts.has_ended(context.unit, context.chat):
        return False
    await context.end_conversation()
    context.turn(*drafts.ended(context.say, drafts.can_be_signed(context.campaign, context.now)))
    return True


def _what_can_be_done(context: Context) -> Rows:
    names = ["read", "mine", "help"]
    if drafts.can_be_signed(context.campaign, context.now):
        names.insert(1, "sign")
    buttons = [context.button(name, f"/{name}") for name in names]
    return (tuple(buttons[:2]), tuple(buttons[2:]))


async def _go_on(context: Context, state: State, given: Input) -> None:
    conversation = CONVERSATIONS[type(state)]
    view = await conversation.view(context, state)
    if view is None:
        await context.converse(Transition(None, signing.statement_left(context.say)))
        return
    turn = conversation.step(state, given, view)
    if turn.act:
        # What is too much now can be confirmed later: the draft stays.
        signed = conversation.signs and conversation.signs(turn.state)
        context.spend(conversation.cost, signed)
        await context.end_conversation()
        await conversation.act(context, turn.state, view)
    else:
        await context.converse(turn)
