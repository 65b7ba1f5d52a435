"""What a name resembles: marks on a card, suggestions to admins and never more."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.endorsement import Status
from bot.domain.ids import Country, Number

_FEW = 0.08
_RAREST = 1e-4
_UNSAID, _ABROAD, _KNOWN = 3, 30, 40
"""Chosen on made-up campaigns such as `python -m benchmarks desk` measures (docs/verification.md),
where these mark 95 % and more of those who sign twice and less than 2 % of the others, and tried on
names that came from elsewhere. Half or twice of any of them changes little."""


@dataclass(frozen=True, slots=True)
class Similar:
    """Another endorsement of the statement under a similar name, or (`same`) under this one but
    for case, accents and the like. `telling`: chance alone would hardly have given another person
    that name."""

    number: Number
    status: Status
    same: bool
    telling: bool = True


@dataclass(frozen=True, slots=True)
class Mixed:
    """A word in which scripts are mixed: its strange letters, each with its script as Unicode
    names it, in capitals."""

    word: str
    letters: tuple[tuple[str, str], ...]


class Doubt(enum.Enum):
    """What is seldom part of a name, or of one person's; `ISSUER`: who issued the statement."""

    LINK = "link"
    MAIL = "mail"
    PHONE = "phone"
    HANDLE = "handle"
    SEVERAL = "several"
    ORGANISATION = "organisation"
    LETTER = "letter"
    ANSWER = "answer"
    ISSUER = "issuer"


@dataclass(frozen=True, slots=True)
class Likeness:
    """`similar` has the most similar first."""

    similar: tuple[Similar, ...] = ()
    mixed: tuple[Mixed, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    def __bool__(self) -> bool:
        """Whether it is to be looked at twice. Namesakes are not, such as many have whose names are
        common: a card names them all the same."""
        return any(one.telling for one in self.similar) or bool(self.mixed or self.doubts)


def namesakes(others: int, words: Iterable[int]) -> float:
    """How many people chance alone gives a name, among so many others: each of its words is in
    `words` of their names, and none is so rare that nobody might have it."""
    return others * math.prod(max(count / others, _RAREST) for count in words) if others else 0.0


def is_telling(
    expected: float, mine: Country | None, other: Country | None, *, same: bool, known: bool
) -> bool:
    """Whether two similar names are more than chance would give, where `expected` is how many it
    gives (`namesakes`). The same name in the same country always is; from two countries they are
    far more often two people, and so they are where every word is one that others have too
    (`known`): a slip makes a word that nobody else has."""
    if same and mine is not None and mine == other:
        return True
    if known and not same:
        expected *= _KNOWN
    if mine is None or other is None:
        expected *= _UNSAID
    elif mine != other:
        expected *= _ABROAD
    return expected < _FEW
