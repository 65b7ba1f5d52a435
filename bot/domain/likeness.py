"""What a name resembles: marks on a card, suggestions to admins and never more."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.domain.endorsement import Status
from bot.domain.ids import Number


@dataclass(frozen=True, slots=True)
class Similar:
    """Another endorsement of the statement under a similar name, or (`same`) under this one but
    for case, accents and the like."""

    number: Number
    status: Status
    same: bool


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
        return bool(self.similar or self.mixed or self.doubts)
