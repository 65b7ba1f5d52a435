"""The numbers of records: drawn at random, so that none tells whose turn it was."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

FEWEST_DIGITS = 4
MOST_DRAWS = 100
"""At most one number in ten is taken: nobody ever draws so often."""

Draw = Callable[[int], int]
"""The number of one more record, where there are so many; one that is taken is drawn again."""


def at_random(records: int) -> int:
    """One of at least ten times as many as there are records, and at least of four digits."""
    digits = max(FEWEST_DIGITS, len(str(10 * records)))
    return 1 + secrets.randbelow(10**digits - 1)


@dataclass(slots=True)
class Numbers:
    """What one database draws by. `records` is how many there are, once somebody has counted:
    to count them for each signature would cost more than all else of it."""

    draw: Draw = at_random
    records: int | None = None
