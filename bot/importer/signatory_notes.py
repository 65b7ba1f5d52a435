"""What a person should check of the signatories that were found."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from bot.domain.ids import Language
from bot.importer.names_file import NAMES_FILE
from bot.importer.recognised import FoundName, FoundSignatory
from bot.importer.rows import Line
from bot.statements.countries import country_name
from bot.statements.folding import fold, words


def notes(
    signatories: Sequence[FoundSignatory], names: Sequence[FoundName], language: Language
) -> list[str]:
    """What a person should check: countries not found, names of countries that change, and words
    beside the names that a package has no place for."""
    told: list[str] = []
    for one in signatories:
        if one.country is None:
            told.append(f"no country was recognised for the signatory: {one.name}")
        elif fold(one.printed) != fold(name := country_name(one.country, language)):
            told.append(f"the country '{one.printed}' is kept as {one.country} ({name})")
    told = list(dict.fromkeys(told))
    for lines, left in _left(signatories):
        told.append(f"line {lines[0].number} names signatories; not kept: {' '.join(left)}")
    if [one.label for one in signatories if one.label] or any(one.label for one in names):
        told.append("the numbers in front of the signatories are not kept")
    if names:
        told.append(f"{len(names)} names are too many for a chat; they go to {NAMES_FILE}")
    return told


def left_out(signatories: Sequence[FoundSignatory]) -> list[str]:
    """Words on the lines of signatories that are in no name: numbers, "and", an inline heading."""
    labels = [one.label for one in signatories]
    return labels + [word for _, left in _left(signatories) for word in left]


def _left(
    signatories: Sequence[FoundSignatory],
) -> Iterator[tuple[tuple[Line, ...], list[str]]]:
    for lines, together in itertools.groupby(signatories, key=lambda one: one.lines):
        group = list(together)
        left = words(group[0].said)
        for word in words(" ".join(f"{one.name} {one.printed}" for one in group)):
            if word in left:
                left.remove(word)
        if left:
            yield lines, left
