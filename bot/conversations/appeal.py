"""The conversation of an appeal: why what was not accepted is to be looked at again, and before
that the name where only the organisers can read it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

from bot.conversations.records import Withdrawal
from bot.conversations.transition import CANCEL, Input, Pressed, Transition, Typed, as_press
from bot.domain.errors import BadName, Refusal
from bot.domain.ids import Number
from bot.domain.names import clean_name
from bot.services.appeals import LONGEST
from bot.text.rich import RichText
from bot.wording import appeals, asking, refusals
from bot.wording.voice import paragraphs


@dataclass(frozen=True, slots=True)
class Appealing:
    """`name` is what was typed anew; `text` is acted on at once and never stored with the state."""

    number: Number
    name: str = ""
    text: str = ""
    kind: Literal["appeal"] = "appeal"


def ask(state: Appealing, view: Withdrawal, why: RichText | None = None) -> Transition[Appealing]:
    """`why` is what was wrong with what was typed."""
    if isinstance(view.record, Refusal):
        return Transition(None, refusals.refusal(view.say, view.record))
    takes_name = view.record.has_sealed_name and not state.name
    words = appeals.ask_name if takes_name else appeals.ask_why
    return Transition(state, paragraphs(why, words(view.say, view.record)), CANCEL)


def step(state: Appealing, given: Input, view: Withdrawal) -> Transition[Appealing]:
    given = as_press(view.say, given, CANCEL)
    if given == Pressed("cancel"):
        return Transition(None, appeals.not_sent(view.say))
    if isinstance(view.record, Refusal) or not isinstance(given, Typed):
        return ask(state, view)
    if view.record.has_sealed_name and not state.name:
        try:
            return ask(dataclasses.replace(state, name=clean_name(given.text)), view)
        except BadName as error:
            return ask(state, view, refusals.refusal(view.say, error))
    text = " ".join(given.text.split())
    if len(text) > LONGEST:
        return ask(state, view, asking.too_long(view.say, len(text), LONGEST))
    return Transition(dataclasses.replace(state, text=text), act=True) if text else ask(state, view)
