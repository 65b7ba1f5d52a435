"""What was typed, read once: limits, needs, routes and handlers all go by this one value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.ids import Number
from bot.domain.names import BIDI_CONTROLS
from bot.ports import Event, Message, Place, Press, typed_text

# A command copied from one of our own texts brings marks of direction along.
_BLANK = rf"[\s{''.join(BIDI_CONTROLS)}]"
_COMMAND = re.compile(rf"{_BLANK}*/(?P<name>\S*)(?P<args>.*?){_BLANK}*", re.DOTALL)


LONGEST_NUMBER = 15
"""Digits; more cannot be the number of anything here, and would not fit the database."""


@dataclass(frozen=True, slots=True)
class TypedCommand:
    """A command as somebody typed it, or as the button stands for it that they pressed: `name` in
    lower case and without its sign, `args` what stands behind it."""

    name: str
    args: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.args}".rstrip()


def typed_command(event: Event) -> TypedCommand | None:
    """The command in an event; None where it holds none."""
    return typed_command_of(typed_text(event))


def typed_command_of(text: str) -> TypedCommand | None:
    """The same of a text."""
    match = _COMMAND.fullmatch(text)
    if match is None:
        return None
    name = match["name"].strip("".join(BIDI_CONTROLS))
    return TypedCommand(name.casefold(), match["args"].lstrip())


def is_for_us(event: Event) -> bool:
    """Whether somebody speaks to the bot and waits for a word of it: a press, whatever is written
    in a private chat, and elsewhere a command, a document, or a reply to one of the bot's messages.
    """
    if not isinstance(event, Message):
        return isinstance(event, Press)
    is_private = event.origin.place is Place.PRIVATE
    is_told = event.reply_to is not None or event.attachment is not None
    return is_private or is_told or typed_command(event) is not None


class Words:
    """What stands behind a command's name, as parameters take it off word by word."""

    def __init__(self, typed: TypedCommand) -> None:
        self.command = typed.name
        self.rest = typed.args

    @property
    def next(self) -> str:
        """The word that comes next; empty where there is none."""
        return self.rest.split(maxsplit=1)[0] if self.rest else ""

    def take(self) -> str:
        word, self.rest = (*self.rest.split(maxsplit=1), "", "")[:2]
        return word

    def take_all(self) -> str:
        rest, self.rest = self.rest, ""
        return rest


def parse_number(typed: str) -> Number | None:
    """`12`, `#12` or digits of any script; None for anything else."""
    digits = typed.strip().removeprefix("#")
    if not digits.isdecimal() or len(digits) > LONGEST_NUMBER:
        return None
    return Number(int(digits))
