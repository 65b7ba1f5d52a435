"""What was typed and waits for a choice, where a button has no room to carry it on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.conversations.transition import Input, Transition
from bot.wording import general
from bot.wording.voice import Voice


@dataclass(frozen=True, slots=True)
class Choosing:
    """The command that goes on with the choice, and what was typed behind what is chosen."""

    command: str
    rest: str
    kind: Literal["choose"] = "choose"


def step(_state: Choosing, _given: Input, say: Voice) -> Transition[Choosing]:
    """The choice comes as a command; anything else is no answer to it."""
    return Transition(None, general.nothing_asked(say))
