"""Which priority goes next: the best one, but that each of the others has a share."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.priority import Priority

CYCLE = 10
"""Of so many places in a row one is every priority's that has anything to say by then."""

_FIRST = {3: Priority.DECISION, 6: Priority.CARD, 9: Priority.ANNOUNCEMENT}
_ORDERS = [
    sorted(Priority, key=lambda priority: (priority is not _FIRST.get(place), priority))
    for place in range(CYCLE)
]


def order(place: int) -> Sequence[Priority]:
    """Who may take a place, the first first; `place` is its number among all that were given."""
    return _ORDERS[place % CYCLE]
