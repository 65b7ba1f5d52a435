"""The conversation of a question that the admins asked: what is typed is passed on to them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.conversations.transition import CANCEL, Input, Pressed, Transition, Typed, as_press
from bot.domain.errors import AnsweredAlready
from bot.services.questions import LONGEST
from bot.storage.questions import Question
from bot.text.rich import RichText
from bot.wording import asking, refusals
from bot.wording.buttons import ButtonNames
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


@dataclass(frozen=True, slots=True)
class WhichQuestion:
    """`text` was typed while several questions were open; `question` is the one that it answers,
    once that is known."""

    text: str
    question: int = 0
    kind: Literal["choose question"] = "choose question"


@dataclass(frozen=True, slots=True)
class Open:
    """The questions that wait for an answer, no two about one record."""

    say: Voice
    questions: Sequence[Question]


def start(state: Answering, view: View) -> Transition[Answering]:
    over = _over(view)
    if over is not None:
        return Transition(None, over)
    return Transition(state, asking.type_the_answer(view.say), CANCEL)


def step(state: Answering, given: Input, view: View) -> Transition[Answering]:
    given = as_press(view.say, given, CANCEL)
    if isinstance(given, Typed):
        return answered(state, given.text, view)
    if given == Pressed("cancel"):
        return Transition(None, asking.not_sent(view.say))
    return start(Answering(state.question), view)


def ask_which(text: str, view: Open) -> Transition[WhichQuestion]:
    asked = [(each.number, each.question) for each in view.questions]
    return Transition(WhichQuestion(text), asking.which_question(view.say, asked), _numbers(view))


def _numbers(view: Open) -> ButtonNames:
    return (*((f"#{each.number}",) for each in view.questions), *CANCEL)


def choose(state: WhichQuestion, given: Input, view: Open) -> Transition[WhichQuestion]:
    """Which question the text answers, by the number of its record."""
    given = as_press(view.say, given, _numbers(view))
    if not view.questions:
        return Transition(None, asking.question_over(view.say))
    if given == Pressed("cancel"):
        return Transition(None, asking.not_sent(view.say))
    chosen = given.name if isinstance(given, Pressed) else f"#{given.text.strip()}"
    for each in view.questions:
        if chosen == f"#{each.number}":
            return Transition(dataclasses.replace(state, question=each.id), act=True)
    return ask_which(state.text, view)


def answered(state: Answering, typed: str, view: View) -> Transition[Answering]:
    """The text alone, as a reply to the question gives it: no word of it is a button's."""
    text = " ".join(typed.split())
    over = _over(view)
    if over is not None:
        return Transition(None, over)
    if len(text) > LONGEST:
        return Transition(None, asking.too_long(view.say, len(text), LONGEST))
    return Transition(dataclasses.replace(state, text=text), act=True)


def _over(view: View) -> RichText | None:
    """Why the question takes no answer any more: each takes one."""
    if view.question is None:
        return asking.question_over(view.say)
    if view.question.answer is not None:
        return refusals.refusal(view.say, AnsweredAlready(view.question.number))
    return None
