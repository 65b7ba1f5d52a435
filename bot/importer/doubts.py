"""What a person should look at: what was done with the text, and what only a person can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.importer.demands import DemandLists
from bot.importer.found_demands import notes as demand_notes
from bot.importer.model import Candidate, Recognised, Unit
from bot.importer.names import notes as name_notes
from bot.importer.signatories import NameList

_MARKDOWN = re.compile(r"#{1,6} |.{0,2000}?\*\*\S")


def unsure(
    lists: DemandLists, found: NameList | None, name_lists: Sequence[Candidate]
) -> tuple[str, ...]:
    """What only a person can tell: which of several lists, or whether one is what it looks like."""
    led = sum(run.reason != "" for run in lists.lists)
    demands = bool(lists.lists) and (led != 1 or bool(lists.notes))
    signatories = len(name_lists) > 1 or (found is not None and not found.sure)
    return ("demands",) * demands + ("signatories",) * signatories


def notes(result: Recognised, every: Sequence[Unit], *, plain: bool, is_told: bool) -> list[str]:
    """What was done with the text, and what is doubtful in it; `is_told` says that a person has
    said which list is the demands."""
    told: list[str] = []
    if result.title is None:
        told.append(
            "no title was found; put it on the first line of the text, below any front matter,"
            " with a blank line below it"
        )
    if any(len(unit.lines) > 1 for unit in every) and _runs_on(every):
        told.append(
            "the lines are wrapped and no blank lines part the paragraphs: check where each begins"
        )
    if plain and any(_MARKDOWN.match(unit.text) for unit in every):
        told.append(
            "marks of Markdown (#, **) are kept as characters of the text; name the file .md"
        )
    told += demand_notes(result.demands)
    told += _undecided(result.demand_lists, is_found=is_told or bool(result.demands))
    told += name_notes(result.signatories, result.names, result.language)
    told += [
        f"line {unit.hyphen.number} ends with a hyphen and is joined to the next"
        for unit in every
        if unit.hyphen
    ]
    return told


def _undecided(lists: Sequence[Candidate], *, is_found: bool) -> Iterator[str]:
    if is_found or not lists:
        return
    where = " and ".join(map(str, lists[:5]))
    yield (
        f"no list is led by words that ask for something; those at line {where}"
        " stay text: if one is the demands, put a line such as 'We ask:' above it"
    )


def _runs_on(every: Sequence[Unit]) -> bool:
    """Whether paragraphs follow each other without blank lines."""
    return sum(unit.after_blank for unit in every) * 3 < len(every)
