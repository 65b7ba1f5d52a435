"""Who issued and who endorsed a statement, in pages, as everybody may see it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.ids import Country, Number
from bot.statements.model import Signatory, Statement
from bot.storage.endorsements import PublicEndorsement
from bot.storage.lists import Anchor, Order
from bot.storage.unit import Unit

SIZE = 20
"""Names on a page at the most: as many as a phone shows in two or three turns of the thumb."""

_CURSOR = re.compile(r"(?:=([A-Z]{2}))?(?:([i<>@])(\d{1,15}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of the list begins or ends, as a button carries it. `way`: `i` from the issuer
    `at` (counted from 0), `>` behind the name of that number, `<` before it, `@` from it on."""

    country: Country | None = None
    way: str = "i"
    at: int = 0

    def __str__(self) -> str:
        return (f"={self.country}" if self.country else "") + f"{self.way}{self.at}"

    @classmethod
    def parse(cls, data: str) -> Cursor:
        """The beginning of the list for what is none."""
        if (found := _CURSOR.fullmatch(data)) is None:
            return cls()
        country, way, at = found.groups()
        return cls(Country(country) if country else None, way or "i", int(at or 0))


@dataclass(frozen=True, slots=True)
class Listed:
    """One page. `first` is which issuer it begins with, if it does with one; `is_back`: it is to
    end where it ends, so that what does not fit goes from its beginning."""

    country: Country | None
    entries: Sequence[Signatory | PublicEndorsement] = ()
    first: int = 0
    more_before: bool = False
    more_after: bool = False
    is_back: bool = False

    def cut(self, most: int) -> Listed:
        """The same page with `most` entries."""
        gone = max(0, len(self.entries) - most)
        if not gone:
            return self
        if not self.is_back:
            return replace(self, entries=self.entries[:most], more_after=True)
        return replace(self, entries=self.entries[gone:], first=self.first + gone, more_before=True)

    @property
    def before(self) -> Cursor | None:
        """The page before this one."""
        match self.entries[:1]:
            case [PublicEndorsement(number=number)] if self.more_before:
                return Cursor(self.country, "<", number)
            case [Signatory()] if self.first:
                return Cursor(at=max(0, self.first - SIZE))
        return None

    @property
    def after(self) -> Cursor | None:
        """The page behind it."""
        match self.entries[-1:]:
            case [PublicEndorsement(number=number)] if self.more_after:
                return Cursor(self.country, ">", number)
            case [Signatory()] if self.more_after:
                return Cursor(at=self.first + len(self.entries))
        return None


async def page(unit: Unit, statement: Statement, script: int, cursor: Cursor) -> Listed | None:
    """The page at the cursor; None where the name that it stands beside is not listed any more.
    `script` is the reader's (`bot.text.collation.script_place`)."""
    order = Order(statement.id, script, cursor.country)
    issuers = statement.signatories if cursor.country is None else ()
    if cursor.way == "i":
        return await _from_issuer(unit, order, issuers, cursor.at)
    anchor = await unit.lists.anchor(statement.id, Number(cursor.at))
    if anchor is None:
        return None
    if cursor.way == "<":
        return await _before(unit, order, issuers, anchor)
    own = await unit.lists.named(statement.id, [anchor.number], 1) if cursor.way == "@" else []
    names = [*own, *await unit.lists.page(order, SIZE + 1, anchor)]
    is_first = bool(own) and not issuers and not await unit.lists.page(order, 1, anchor, back=True)
    return Listed(
        cursor.country, names[:SIZE], more_before=not is_first, more_after=len(names) > SIZE
    )


async def _from_issuer(
    unit: Unit, order: Order, issuers: Sequence[Signatory], first: int
) -> Listed:
    shown = issuers[first : first + SIZE]
    room = SIZE - len(shown)
    names = []
    if is_all := first + len(shown) >= len(issuers):
        names = await unit.lists.page(order, room + 1)
    return Listed(
        order.country,
        [*shown, *names[:room]],
        first,
        more_before=bool(issuers) and not shown,
        more_after=len(names) > room or not is_all,
    )


async def _before(unit: Unit, order: Order, issuers: Sequence[Signatory], anchor: Anchor) -> Listed:
    names = await unit.lists.page(order, SIZE + 1, anchor, back=True)
    if len(names) > SIZE:
        return Listed(order.country, names[1:], more_before=True, more_after=True, is_back=True)
    first = max(0, len(issuers) - (SIZE - len(names)))
    return Listed(
        order.country,
        [*issuers[first:], *names],
        first,
        more_before=first > 0,
        more_after=True,
        is_back=True,
    )
