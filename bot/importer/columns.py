"""Which column of a table of signatories holds what, by its heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.importer.folding import words
from bot.importer.lexicon import group_kind, is_signatories_heading, is_whole


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of the columns; None where there is none. `others` behind a name are part of what
    a person is, `number` counts the rows."""

    name: int | None = None
    affiliation: tuple[int, ...] = ()
    country: int | None = None
    number: int | None = None
    url: int | None = None
    family: int | None = None


def guess_columns(heads: Sequence[str]) -> Columns:
    """The columns that these headings name; no `name` where none of them is of names."""
    name = country = number = url = family = None
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
    return Columns(name, tuple(affiliation), country, number, url, family)


def _kind_head(head: str) -> bool:
    return len(words(head)) <= 3 and bool(group_kind(head) or is_signatories_heading(head))
