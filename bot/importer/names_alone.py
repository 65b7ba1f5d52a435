"""A file of names without a letter: the list of those who signed a statement that is there."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.domain.ids import Language
from bot.importer.check import check_everything
from bot.importer.located import taken_apart
from bot.importer.model import FoundName, FoundSignatory, Line, Recognised
from bot.importer.table_file import FoundList

_NOTE = (
    "this file has names and no text of a letter: they are taken as the list of those who signed a"
    " statement that is there already; if it should be a letter, put title and text above the names"
)


def names_alone(found: Recognised) -> FoundList | None:
    """The names of a file that has nothing else, None for a letter. Raises `ImportFault` where
    words of it would be in neither the list nor the report."""
    text = (found.paragraphs, found.demands, found.after_demands, found.closing)
    if any(text) or not (found.signatories or found.names):
        return None
    names = found.names or tuple(map(partial(_name, found.language), found.signatories))
    above = [part for part in (found.title, found.attribution, found.issued, found.source) if part]
    lines = {Line(line.number, line.text) for part in above for line in part.lines}
    unplaced = tuple(sorted((*lines, *found.unplaced), key=lambda line: line.number))
    check_everything(replace(found, names=names, unplaced=unplaced), "")
    return FoundList(names, (), unplaced, (_NOTE, *found.notes))


def _name(language: Language, one: FoundSignatory) -> FoundName:
    name, affiliation, *_ = taken_apart(one.name, "", language)
    return FoundName(
        name,
        affiliation,
        one.country,
        one.printed,
        url="",
        label=one.label,
        lines=one.lines,
        group=one.group,
        kind=one.kind,
    )
