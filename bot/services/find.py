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
    """The newest ones, and how many there are in all, or that there are at least so many."""

    records: tuple[Endorsement, ...]
    total: int
    at_least: bool = False


async def find(unit: Unit, typed: str) -> Found:
    """The endorsements whose names hold every typed word. Only what is returned is decrypted."""
    numbers = await unit.name_index.find(await unit.statements.known(), typed)
    records = [await unit.endorsements.get(number) for number in numbers[:PAGE]]
    shown = tuple(record for record in records if record is not None)
    return Found(shown, len(numbers), len(numbers) >= MOST_COUNTED)
