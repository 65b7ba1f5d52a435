"""Demands that a signer does not sign, where the statement lets them be excepted."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

MOST_DEMANDS = 30
"""More would be no choice on a phone; each has a button."""

_BETWEEN = ", "


def as_text(excepts: Sequence[str]) -> str:
    """Such as `2, 4`: in the database, on lists and in exports."""
    return _BETWEEN.join(excepts)


def of_text(text: str) -> tuple[str, ...]:
    """What `as_text` gave."""
    return tuple(text.split(_BETWEEN)) if text else ()


def numbers_in(typed: str) -> tuple[str, ...]:
    """The numbers in it, in whatever digits: `2 and 4`."""
    return tuple(str(int(number)) for number in re.findall(r"\d{1,9}", typed))


def turned(
    excepts: Collection[str], named: Collection[str], demands: Sequence[str]
) -> tuple[str, ...] | None:
    """What is excepted once each of those that are named is excepted, or no more if it was; None
    where that cannot be: none is named, or one that is not among the demands."""
    if not named or not set(named) <= set(demands):
        return None
    return tuple(number for number in demands if (number in excepts) != (number in named))
