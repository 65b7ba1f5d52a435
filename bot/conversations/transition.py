"""What goes into a conversation and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.text.rich import RichText
from bot.wording.buttons import ButtonNames, label
from bot.wording.voice import Voice

S_co = TypeVar("S_co", covariant=True)

CANCEL: ButtonNames = (("cancel",),)
CONFIRM: ButtonNames = (("confirm", "cancel"),)
SILENCE = RichText("")


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
class Transition(Generic[S_co]):
    """What the bot does next: say `text`, and go on in `state` (None: the conversation is over).

    With `act` the caller carries out what the state says, in the same transaction, and answers
    with the outcome instead of `text`. The buttons in `commands` stand for typing a command.
    """

    state: S_co | None
    text: RichText = SILENCE
    buttons: ButtonNames = ()
    act: bool = False
    commands: Mapping[str, str] = field(default_factory=dict)


def as_press(say: Voice, given: Input, names: ButtonNames) -> Input:
    """Typed text that is the name or the label of one of the buttons counts as pressing it: what a
    button does, typing does too."""
    if isinstance(given, Typed):
        typed = given.text.strip().casefold()
        for name in (name for row in names for name in row):
            if typed in {name, label(say, name).casefold()}:
                return Pressed(name)
    return given
