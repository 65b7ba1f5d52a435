"""What goes into a conversation and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.text.rich import RichText
from bot.wording.buttons import ButtonNames, label
from bot.wording.voice import Voice

S = TypeVar("S")

CANCEL: ButtonNames = (("cancel",),)


@dataclass(frozen=True, slots=True)
class Typed:
    """Free text."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of the newest prompt, by its name."""

    name: str


Input = Typed | Pressed


@dataclass(frozen=True, slots=True)
class Transition(Generic[S]):
    """What the bot does next: say `text`, and go on in `state` (None: the conversation is over).

    With `act` the caller carries out what the state says, in the same transaction, and answers
    with the outcome instead of `text`.
    """

    state: S | None
    text: RichText
    buttons: ButtonNames = ()
    act: bool = False


def as_press(say: Voice, given: Input, names: ButtonNames) -> Input:
    """Typed text that is the name or the label of one of the buttons counts as pressing it: what a
    button does, typing does too."""
    if isinstance(given, Typed):
        typed = given.text.strip().casefold()
        for name in (name for row in names for name in row):
            if typed in {name, label(say, name).casefold()}:
                return Pressed(name)
    return given
