"""A chat's waiting rows in order, of which a few are held in memory and the others read later.

So a chat with thousands of them takes up no room that others need, coming or going.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

AHEAD = 20
"""Rows of one chat in memory; its others are read once these are gone."""


class Numbered(Protocol):
    """Ids ascend in the order in which rows were written."""

    @property
    def id(self) -> int: ...


Row = TypeVar("Row", bound=Numbered)


@dataclass(slots=True)
class Lane(Generic[Row]):
    """`last` is the newest row that was ever in it; with `more`, later ones wait in the
    database."""

    rows: deque[Row] = field(default_factory=deque)
    last: int = 0
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows) or self.more

    @property
    def is_short(self) -> bool:
        """Empty here and not in the database: `refill` it."""
        return self.more and not self.rows

    def has_room(self, most: int = AHEAD) -> bool:
        """Whether to `add` what is come upon in the order of all chats' rows; if not, it is read
        later."""
        self.more = self.more or len(self.rows) >= most
        return not self.more

    def add(self, row: Row) -> bool:
        """Take it in, where there is room; whether it was new."""
        # A lane that was refilled can hold what is only now come upon in the order of all rows.
        if row.id <= self.last:
            return False
        self.last = row.id
        self.rows.append(row)
        return True

    def refill(self, rows: Sequence[Row], most: int = AHEAD) -> int:
        """Take in the chat's next rows behind `last`, `most` of them if there are as many; how
        many were taken."""
        self.more = len(rows) == most
        return sum(self.add(row) for row in rows)
