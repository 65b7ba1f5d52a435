"""What goes into a conversation and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.domain.ids import MessageRef
from bot.text.folding import fold
from bot.text.rich import RichText
from bot.wording.buttons import ButtonNames, label
from bot.wording.voice import Voice

S_co = TypeVar("S_co", covariant=True)

CANCEL: ButtonNames = (("cancel",),)
CONFIRM: ButtonNames = (("confirm", "cancel"),)
_ARROWS = "‹› "
_YES = frozenset(map(fold, ("yes", "y", "ok", "نعم", "ايوه", "اي", "oui", "sí")))
_NO = frozenset(map(fold, ("no", "لا", "كلا", "non")))
SILENCE = RichText("")


@dataclass(frozen=True, slots=True)
class Typed:
    """Free text. `message` is the person's own that it stands in, None where that is not known."""

    text: str
    message: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of the newest prompt, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """`message`, in which something was typed before, says `text` now."""

    text: str
    message: MessageRef


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
        typed = _bare(given.text)
        for name in (name for row in names for name in row):
            if typed in {name, _bare(label(say, name))}:
                return Pressed(name)
    return given


def is_yes(typed: str) -> bool:
    """In the languages that the bot speaks, as the answer to a question of its own."""
    return fold(typed) in _YES


def is_no(typed: str) -> bool:
    return fold(typed) in _NO


def _bare(words: str) -> str:
    """Without the arrows of a label, which nobody types."""
    return words.strip().strip(_ARROWS).casefold()
