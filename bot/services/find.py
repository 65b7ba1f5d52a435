"""Finding endorsements by whole words of their names, over all statements and in any state."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.endorsement import Endorsement
from bot.storage.unit import Unit

PAGE = 10
"""Identities in one message at most (docs/security.md, row 2)."""


@dataclass(frozen=True, slots=True)
class Found:
    """The newest ones, and how many there are in all."""

    records: tuple[Endorsement, ...]
    total: int


async def find(unit: Unit, typed: str) -> Found:
    """The endorsements whose names hold every typed word. Only what is returned is decrypted."""
    matches = await unit.names.find(await unit.statements.known(), typed, PAGE)
    found = [await unit.endorsements.get(number) for number in matches.numbers]
    return Found(tuple(record for record in found if record is not None), matches.total)
