"""Saying something to many, a part in each transaction, so that nobody waits long for the next one.

How far it is stands in a job or beside what is said, in the commit that puts the part into the
outbox: a kill costs nothing, and nobody is told twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 200
"""Who is told in one transaction."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many are told, and behind whom it goes on: a word of whoever reads them, empty at the
    beginning. Once it `is_over` there are no more."""

    told: int = 0
    behind: str = ""
    is_over: bool = False


async def tell_next(
    so_far: Progress,
    read: Callable[[str, int], Awaitable[Sequence[T]]],
    place_of: Callable[[T], str],
    tell: Callable[[T], Awaitable[bool]],
) -> Progress:
    """Tell the next ones. `read` gives so many at the most behind a place, none at the end, and
    `tell` whether somebody can be told."""
    them = await read(so_far.behind, AT_ONCE)
    if not them:
        return Progress(so_far.told, so_far.behind, is_over=True)
    told = [await tell(each) for each in them]
    return Progress(so_far.told + sum(told), place_of(them[-1]))
