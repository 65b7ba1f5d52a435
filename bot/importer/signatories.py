"""The lists of those who signed: where they stand, in which groups, and who is in them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.ids import Language
from bot.importer.columns import Columns, guess_columns
from bot.importer.folding import words
from bot.importer.lexicon import (
    group_kind,
)
from bot.importer.located import listed, pieces, without_addresses
from bot.importer.model import Candidate, Cells, Choice, Unit
from bot.importer.name_lines import (
    WIDEST_NAME,
    are_names,
    bare,
    has_country,
    is_aside,
    is_item,
    is_person,
    mark_of,
    split_heading,
)
from bot.importer.runs import Runs
from bot.importer.scripts import ends_sentence
from bot.statements.countries import country_of
from bot.text.rich import RichText, join

_TAIL_SHARE = 0.35
"""A list with more of the text than this behind it stands inside the text, not at its end."""
_MOST_WORDS = 20
"""Of an entry that ends with a stop: names with a role and a company have fewer."""
_LINES_ABOUT_LIST = 4
_LINES_BETWEEN = 2
_MOST_GATHERED = 4
"""As many times the text is gone through below headings; one with more of them is no letter."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list, with the texts of those that it names; `country` is the line over it that
    names their country, `group` the heading."""

    unit: Unit
    texts: tuple[str, ...]
    group: str = ""
    kind: str = ""
    country: Unit | None = None
    columns: Columns | None = None


@dataclass(slots=True)
class NameList:
    """Units `start` to `end`, of which `strays` are no entries."""

    start: int
    end: int
    entries: list[Entry] = field(default_factory=list)
    strays: list[Unit] = field(default_factory=list)
    reason: str = ""
    sure: bool = True


def find_signatories(
    units: Sequence[Unit], language: Language, choice: Choice
) -> tuple[NameList | None, tuple[Candidate, ...], tuple[str, ...]]:
    """The list of those who signed, under a heading or known by its form, all that could be, and a
    note where a heading stands over none."""
    gatherer = _Gatherer(units, language)
    found = list(gatherer.candidates())
    told = tuple(_candidate(one) for one in found)
    if choice.signatories is not None:
        return gatherer.chosen(*choice.signatories), told, ()
    return (found[0] if found else None), told, () if found else tuple(gatherer.unmet())


def _candidate(one: NameList) -> Candidate:
    first, last = one.entries[0].unit, one.entries[-1].unit
    count = sum(len(entry.texts) for entry in one.entries)
    return Candidate(first.number, last.lines[-1].number, count, first.rest[:60])


class _Gatherer:
    def __init__(self, units: Sequence[Unit], language: Language) -> None:
        self._units, self._language = units, language
        self._runs = Runs(units, language)
        self._widths = [0]
        for unit in units:
            self._widths.append(self._widths[-1] + unit.width)

    def candidates(self) -> Iterator[NameList]:
        """Lists at the end of the text, the likeliest first: under a heading of signatories, under
        one of a kind of them, in a table that says so, by their form."""
        units, passed = self._units, -1
        leads = [
            *(i for i in range(len(units)) if self._runs.labels[i] or self._runs.belows[i]),
            *(i for i, u in enumerate(units) if i and u.shape.heading and self._runs.groups[i]),
            *(i for i, unit in enumerate(units) if self._runs.heads_table(i, unit)),
        ]
        gathered = 0
        for index in leads:
            if index < passed or gathered > _MOST_GATHERED * len(units):
                continue
            what = f"'{split_heading(units[index].text)[0]}' (line {units[index].number})"
            reason = f"a table with the heading {what}" if units[index].cells else f"under {what}"
            found, reached = self._gather(index, reason)
            gathered += reached - index
            if one := self._at_end(found):
                passed = one.end
                yield one
        if passed < 0:
            for run in self._runs.known_by_form():
                if one := self._at_end(self._of_run(run)):
                    yield one
                    return

    def unmet(self) -> Iterator[str]:
        """What to tell of the first heading of signatories under which none were found."""
        for unit, label in zip(self._units[1:], self._runs.labels[1:], strict=True):
            if label:
                yield f"no names were recognised under '{unit.text}' (line {unit.number})"
                return

    def chosen(self, first: int, last: int) -> NameList | None:
        """The lines from `first` to `last`, as a person chose them."""
        inside = [
            index
            for index, unit in enumerate(self._units)
            if any(first <= line.number <= last for line in unit.lines)
        ]
        if not inside:
            return None
        one = self._of_run(range(inside[0], inside[-1] + 1))
        one.reason, one.sure = "as chosen", True
        return one if one.entries else None

    def _at_end(self, one: NameList) -> NameList | None:
        """The list, unless too much of the text stands behind it."""
        behind = self._widths[-1] - self._widths[one.end]
        before = self._widths[one.start]
        here = one.entries and behind <= _TAIL_SHARE * (before + behind)
        prose = sum(map(_is_prose, one.entries)) * 2 > len(one.entries)
        return one if here and not prose else None

    def _gather(self, start: int, reason: str) -> tuple[NameList, int]:
        """All groups of names from `start` on, up to what is of another kind; and where that is."""
        units, found = self._units, NameList(start, start, reason=reason)
        waiting: list[Unit] = []
        index, group, kind, is_begun = start, "", "", False
        while index < len(units):
            unit, names, stop = units[index], "", index + 1
            if below := self._runs.belows[index]:
                group, kind = split_heading(unit.parts[0])[0], group_kind(unit.parts[0])
                found.strays += waiting
                found.entries.append(Entry(unit, below, group, kind))
                waiting, is_begun, found.end, index = [], True, stop, stop
                continue
            if run := self._runs.cards_at(index):
                found.strays += waiting
                self._add_cards(found, run, group, kind)
                waiting, is_begun, found.end, index = [], True, run.stop, run.stop
                continue
            if self._runs.labels[index]:
                group, _, names = split_heading(unit.text)
                kind, is_begun = group_kind(group), False
            elif self._runs.groups[index]:
                group, kind, is_begun = bare(unit), self._runs.groups[index], False
            elif is_begun and unit.cells and not self._runs.heads_table(index, unit):
                break
            elif self._passes(index, len(waiting), is_begun=is_begun):
                pass
            elif run := self._runs.run_at(index, units[start].shape.heading):
                found.strays += waiting
                self._add_run(found, run, group, kind)
                found.end = index = run.stop
                waiting, is_begun = [], True
                continue
            else:
                break
            if names:
                found.strays += waiting
                found.entries.append(Entry(unit, tuple(listed(names, self._language)), group, kind))
                waiting, is_begun, found.end = [], True, stop
            else:
                waiting.append(unit)
            index = stop
        return found, index

    def _passes(self, index: int, passed: int, *, is_begun: bool) -> bool:
        """Whether a line about the list, or between two groups of it, is passed over."""
        unit = self._units[index]
        if is_begun:
            if passed >= _LINES_BETWEEN or not (
                is_aside(unit, self._language) or unit.width <= WIDEST_NAME
            ):
                return False
            if is_item(unit) or unit.cells:
                return False
            near = range(index + 1, min(index + 1 + _LINES_BETWEEN, len(self._units)))
            return any(self._runs.labels[i] or self._runs.groups[i] for i in near)
        if is_item(unit) or unit.cells or has_country(unit, self._language) or is_person(unit):
            return False
        if unit.shape.heading and not passed:
            return index + 1 < len(self._units)
        below = self._units[index + 1 : index + 2 + _LINES_ABOUT_LIST]
        two = any(is_item(a) and is_item(b) for a, b in itertools.pairwise(below))
        return passed <= _LINES_ABOUT_LIST and (two or any(one.cells for one in below[:2]))

    def _add_cards(self, found: NameList, run: range, group: str, kind: str) -> None:
        chosen = self._units[run.start : run.stop]
        for _, card in itertools.groupby(chosen, key=lambda unit: unit.card):
            units = list(card)
            rich = join(", ", (units[0].rest_rich, *(unit.rich for unit in units[1:])))
            lines = tuple(line for unit in units for line in unit.lines)
            made = replace(units[0], lines=lines, rich=rich, rest=rich.plain)
            found.entries.append(Entry(made, (rich.plain,), group, kind))

    def _of_run(self, run: range) -> NameList:
        reason = f"known by its form (line {self._units[run.start].number})"
        found = NameList(run.start, run.stop, reason=reason, sure=False)
        self._add_run(found, run, "", "")
        return found

    def _add_run(self, found: NameList, run: range, group: str, kind: str) -> None:
        country: Unit | None = None
        columns: Columns | None = None
        chosen = self._units[run.start : run.stop]
        alone = len([unit for unit in chosen if not _is_stray(unit)]) == 1
        for unit in chosen:
            if unit.cells:
                first = columns is None
                columns = columns or guess_columns(unit.cells.texts)
                if unit.cells.heads or (first and columns.name is not None):
                    found.strays.append(unit)
                    kind, group = kind or group_kind(unit.text), group or unit.text
                    continue
                for part in columns.apart(unit.cells.texts):
                    one = _in_row(unit, unit.cells, part)
                    found.entries.append(Entry(one, (one.text,), group, kind, None, columns))
            elif _is_stray(unit):
                found.strays.append(unit)
                if unit.shape.heading:
                    country, group, kind = None, bare(unit), group_kind(unit.text)
            elif unit.parts and not mark_of(unit) and are_names(unit.parts):
                found.entries.append(Entry(unit, unit.parts, group, kind, country))
            elif country_of(bare(unit), self._language):
                found.strays.append(unit)
                country = unit
            else:
                if alone and group and not mark_of(unit):
                    texts = listed(said(unit), self._language)
                else:
                    is_item = mark_of(unit) != ""
                    texts = pieces(said(unit), self._language, is_item=is_item)
                found.entries.append(Entry(unit, tuple(texts), group, kind, country))


def _is_prose(entry: Entry) -> bool:
    """Whether an entry is a sentence, and no name."""
    text = entry.unit.text
    return not entry.unit.cells and ends_sentence(text) and len(words(text)) > _MOST_WORDS


def _in_row(unit: Unit, cells: Cells, part: tuple[str, ...]) -> Unit:
    """One of those that a row of a table names."""
    if len(part) == len(cells.texts):
        return unit
    return replace(unit, cells=replace(cells, texts=part), rich=RichText(" ".join(part)))


def said(unit: Unit) -> str:
    """The words of an item; in plain text, where addresses are words, all of them."""
    return without_addresses(unit)[0] if unit.rich.spans else unit.rest


def _is_stray(unit: Unit) -> bool:
    """Whether the line names nobody: a heading, a bullet alone, a second paragraph of an item."""
    inner = unit.shape.depth > 0 and not unit.shape.marker
    return not unit.rest or unit.shape.heading > 0 or inner
