"""Which demands are not signed, as it is answered: by a button, or typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.conversations.transition import Input, Typed
from bot.domain.excepting import numbers_in, turned
from bot.wording.buttons import ButtonNames

IN_A_ROW = 5

_BEHIND = re.compile(r"(.*?)[\s,]*\bexcept((?:[\s,]+(?:and\s+)?[0-9]+)+)\s*", re.IGNORECASE)


def rows(demands: Sequence[str]) -> ButtonNames:
    """A button for each, named by its number."""
    return [demands[at : at + IN_A_ROW] for at in range(0, len(demands), IN_A_ROW)]


def answered(
    given: Input, excepts: Iterable[str], demands: Sequence[str]
) -> tuple[str, ...] | None:
    """What is excepted after that answer; None where it names no demand of these."""
    named = numbers_in(given.text) if isinstance(given, Typed) else (given.name,)
    return turned(tuple(excepts), named, demands)


def taken_off(typed: str, demands: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The words before `except 2 and 4`, and what that excepts; all of it is words where that does
    not name demands of these, or all of them."""
    found = _BEHIND.fullmatch(typed)
    excepts = turned((), numbers_in(found[2]), demands) if found else None
    if found is None or excepts is None or len(excepts) == len(demands):
        return typed, ()
    return found[1], excepts
