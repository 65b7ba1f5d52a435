"""Which column of a table of signatories holds what, by its heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.importer.folding import words
from bot.importer.lexicon import group_kind, is_signatories_heading, is_whole

MOST_COLUMNS = 100
"""Of a table that is read."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of the columns; None where there is none. `number` counts the rows. Where a row
    names several, side by side, `width` says how many columns each of them has."""

    name: int | None = None
    affiliation: tuple[int, ...] = ()
    country: int | None = None
    number: int | None = None
    url: int | None = None
    family: int | None = None
    width: int = MOST_COLUMNS

    def apart(self, cells: Sequence[str]) -> list[tuple[str, ...]]:
        """The cells of each that a row names."""
        whole = (tuple(cells[at : at + self.width]) for at in range(0, len(cells), self.width))
        return [one for one in whole if any(map(words, one))]


def guess_columns(heads: Sequence[str]) -> Columns:
    """The columns that these headings name; no `name` where none of them is of names."""
    name = country = number = url = family = None
    width = _width(heads)
    heads = heads[:width]
    affiliation: list[int] = []
    for place, head in enumerate(heads):
        plain = head.strip(" :*#")
        if not plain and head.strip() == "#":
            number = place
        elif is_whole("country", plain):
            country = place if country is None else country
        elif name is None and is_whole("name", plain):
            name = place
        elif name is not None and family is None and is_whole("family", plain):
            family = place
        elif is_whole("affiliation", plain):
            affiliation.append(place)
        elif words(plain) in (["no"], ["nr"], ["n"], ["number"], ["id"]):
            number = place
        elif words(plain) in (["url"], ["website"], ["link"], ["homepage"]):
            url = place
    if name is None:
        name = next((p for p, head in enumerate(heads) if _kind_head(head) and p != country), None)
        affiliation = [place for place in affiliation if place != name]
    return Columns(name, tuple(affiliation), country, number, url, family, width)


def _width(heads: Sequence[str]) -> int:
    """After how many columns the same headings come again."""
    plain = [tuple(words(head)) for head in heads]
    count = len(plain)
    return next(
        (
            width
            for width in range(1, count // 2 + 1)
            if count % width == 0 and any(plain) and plain == plain[:width] * (count // width)
        ),
        MOST_COLUMNS,
    )


def _kind_head(head: str) -> bool:
    return len(words(head)) <= 3 and bool(group_kind(head) or is_signatories_heading(head))
