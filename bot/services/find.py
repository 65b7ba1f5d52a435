"""Finding endorsements by whole words of their names, over all statements and in any state."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.endorsement import Endorsement
from bot.storage.name_index import MOST_COUNTED
from bot.storage.unit import Unit

PAGE = 10
"""Identities in one message at most (docs/security.md, row 2)."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of them, in the order of their numbers, and how many there are in all, or that there
    are at least so many. Some may be missing unless it is `complete`, which it will be soon, or
    where there are too many to find all (`full`)."""

    records: tuple[Endorsement, ...]
    total: int
    at_least: bool = False
    page: int = 1
    complete: bool = True
    full: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


async def find(unit: Unit, typed: str, page: int = 1) -> Found:
    """The endorsements whose names hold every typed word; of the pages there are, the nearest to
    that one. Only what is returned is decrypted."""
    numbers = await unit.name_index.find(await unit.statements.known(), typed)
    page = min(max(page, 1), max(1, -(-len(numbers) // PAGE)))
    shown = numbers[(page - 1) * PAGE : page * PAGE]
    records = await unit.endorsements.each(shown)
    return Found(
        tuple(record for record in records.values() if record is not None),
        len(numbers),
        len(numbers) >= MOST_COUNTED,
        page,
        unit.name_index.complete,
        unit.name_index.full,
    )
