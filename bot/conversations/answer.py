"""The conversation of a question that the admins asked: what is typed is passed on to them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

from bot.conversations.transition import CANCEL, Input, Pressed, Transition, Typed, as_press
from bot.services.questions import LONGEST
from bot.storage.questions import Question
from bot.wording import asking, own
from bot.wording.voice import Voice


@dataclass(frozen=True, slots=True)
class Answering:
    """`text` is what was typed; it is acted on at once and never stored with the state."""

    question: int
    text: str = ""
    kind: Literal["answer"] = "answer"


@dataclass(frozen=True, slots=True)
class View:
    """`question` is None where it has been erased."""

    say: Voice
    question: Question | None


def start(say: Voice, question: int) -> Transition[Answering]:
    return Transition(Answering(question), asking.type_the_answer(say), CANCEL)


def step(state: Answering, given: Input, view: View) -> Transition[Answering]:
    given = as_press(view.say, given, CANCEL)
    if isinstance(given, Typed):
        return answered(state, given.text, view)
    if given == Pressed("cancel"):
        return Transition(None, own.unchanged(view.say))
    return start(view.say, state.question)


def answered(state: Answering, typed: str, view: View) -> Transition[Answering]:
    """The text alone, as a reply to the question gives it: no word of it is a button's."""
    text = " ".join(typed.split())
    if view.question is None:
        return Transition(None, asking.question_over(view.say))
    if len(text) > LONGEST:
        return Transition(None, asking.too_long(view.say, len(text), LONGEST))
    return Transition(dataclasses.replace(state, text=text), act=True)
