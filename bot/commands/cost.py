"""What things cost beyond an answer: declared with each command, button and conversation, counted
by `bot.dispatch.limits`."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol

from bot.domain.ids import StatementId


class Cost(enum.IntEnum):
    """How much work it makes, for the database or for people. To withdraw, to forget and what
    admins decide costs no more than an answer, so that nothing keeps anybody from it."""

    ANSWER = 0
    LOOK_UP = 1
    """Looked up in all texts for each word that somebody types."""
    WORK = 5
    SIGNATURE = 25
    """One more record of a person's, who may sign, be forgotten and sign anew. Of a group there is
    one record, whoever endorses."""


@dataclass(eq=False)
class TooMuch(Exception):
    """Over a limit, and nothing has been done. `tell`: it is said, for the first time. `crowded`:
    it is not the person's limit but that of the statement, which all have together."""

    tell: bool
    crowded: bool = False


class Spend(Protocol):
    """Count a cost, and one more signature of `statement` where one is named. Called before
    anything is done; an event that is handled again is not counted again. Raises `TooMuch`."""

    def __call__(self, cost: Cost, statement: StatementId | None = None) -> None: ...
