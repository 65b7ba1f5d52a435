"""What came on paper, as an admin adds it: one signature, or a list of them."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Literal

from bot.domain.admin import Admin
from bot.domain.endorsement import Kind, Visibility
from bot.domain.ids import ChatRef, Country, Number, StatementId
from bot.domain.slots import Slot, SlotKind

MOST_ROWS = 5_000
"""Of one list."""


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature on the paper. `place` is where it says they are, if that is no country; `line`
    is where it stands in a list, from 1 on."""

    name: str
    country: Country | None = None
    place: str | None = None
    affiliation: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A list as it was read: `columns` says which headings were taken for what, `nameless` are the
    lines that have no name."""

    rows: tuple[Signed, ...]
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    nameless: tuple[int, ...] = ()


class TableFault(enum.Enum):
    """Why a file is not taken for a list."""

    KIND = "kind"
    UNREADABLE = "unreadable"
    TOO_MANY = "too_many"


class RowFault(enum.StrEnum):
    """Why a line of a list is left out."""

    NAMELESS = "nameless"
    BAD_NAME = "bad_name"
    TWICE = "twice"
    """Name and country stand in an earlier line (`other`)."""
    STANDS = "stands"
    """They are those of a record (`other`) that waits or is verified."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that is not added; `other` is the line or the number of what it repeats."""

    line: int
    why: RowFault
    other: int = 0


Stage = Literal["checking", "asked", "adding", "added", "undoing"]


@dataclass(frozen=True, slots=True)
class Batch:
    """What an admin adds in one go; the rows of a list are kept beside it, in `parts`, of which
    `at` are done in its present stage. `of` are to be added, and these `numbers` were. Until then
    it can be confirmed, or, once it is `added`, undone."""

    id: int
    chat: ChatRef
    by: Admin
    statement: StatementId
    source: str
    kind: Kind
    until: dt.datetime
    stage: Stage
    visibility: Visibility = Visibility.PUBLIC
    of: int = 0
    parts: int = 0
    at: int = 0
    left_out: tuple[LeftOut, ...] = ()
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    first: tuple[str, ...] = ()
    numbers: tuple[Number, ...] = ()
    undone: int = 0

    @property
    def slot(self) -> Slot:
        """Of the message about it."""
        return slot_of(self.id)


def slot_of(number: int) -> Slot:
    """Of the message about what is added under that id."""
    return Slot(SlotKind.PAPER, str(number))
