"""What a signer is asked about their own records: whether to withdraw one, the right name or
affiliation, whether everything is to be erased. A group is asked the first of these too."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

from bot.conversations.transition import (
    CANCEL,
    CONFIRM,
    Input,
    Pressed,
    Transition,
    Typed,
    as_press,
)
from bot.domain.endorsement import Endorsement
from bot.domain.errors import BadName, Refusal
from bot.domain.ids import Number
from bot.domain.names import clean_name
from bot.wording import groups, own, refusals, signing
from bot.wording.voice import Voice, paragraphs


@dataclass(frozen=True, slots=True)
class Withdrawing:
    number: Number
    kind: Literal["withdraw"] = "withdraw"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What may be looked at: the record, or why it cannot be withdrawn any more, and the title of
    its statement."""

    say: Voice
    record: Endorsement | Refusal
    title: str = ""


def ask_to_withdraw(say: Voice, record: Endorsement, title: str) -> Transition[Withdrawing]:
    asked = signing.ask_withdraw(say, record, title)
    return Transition(Withdrawing(record.number), asked, CONFIRM)


def withdraw(state: Withdrawing, given: Input, view: Withdrawal) -> Transition[Withdrawing]:
    given = as_press(view.say, given, CONFIRM)
    if given == Pressed("cancel"):
        return Transition(None, groups.kept(view.say, state.number))
    if isinstance(view.record, Refusal):
        return Transition(None, refusals.refusal(view.say, view.record))
    if given == Pressed("confirm"):
        return Transition(state, act=True)
    return ask_to_withdraw(view.say, view.record, view.title)


MendedField = Literal["name", "affiliation"]


@dataclass(frozen=True, slots=True)
class Mending:
    """`value` is what was typed; it is acted on at once and never stored with the state."""

    number: Number
    field: MendedField
    value: str = ""
    kind: Literal["mend"] = "mend"


def ask_to_mend(say: Voice, state: Mending) -> Transition[Mending]:
    return Transition(state, own.ask_to_mend(say, state.field), CANCEL)


def mend(state: Mending, given: Input, say: Voice) -> Transition[Mending]:
    given = as_press(say, given, CANCEL)
    if given == Pressed("cancel"):
        return Transition(None, own.unchanged(say))
    asked = ask_to_mend(say, state)
    if not isinstance(given, Typed):
        return asked
    try:
        value = clean_name(given.text)
    except BadName as error:
        text = paragraphs(refusals.refusal(say, error), asked.text)
        return dataclasses.replace(asked, text=text)
    return Transition(dataclasses.replace(state, value=value), act=True)


@dataclass(frozen=True, slots=True)
class Forgetting:
    kind: Literal["forget"] = "forget"


def ask_to_forget(say: Voice) -> Transition[Forgetting]:
    return Transition(Forgetting(), own.ask_to_forget(say), CONFIRM)


def forget(state: Forgetting, given: Input, say: Voice) -> Transition[Forgetting]:
    given = as_press(say, given, CONFIRM)
    if given == Pressed("confirm"):
        return Transition(state, act=True)
    if given == Pressed("cancel"):
        return Transition(None, own.kept(say))
    asked = ask_to_forget(say)
    return dataclasses.replace(asked, text=paragraphs(signing.use_a_button(say), asked.text))
