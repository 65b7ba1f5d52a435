"""Lines in a row that can be a list of names: items, rows of a table, cards, short lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.ids import Language
from bot.importer.columns import guess_columns
from bot.importer.lexicon import asks, is_contact
from bot.importer.located import listed
from bot.importer.model import Unit
from bot.importer.name_lines import (
    WIDEST_NAME,
    alike,
    are_names,
    bare,
    can_be_entry,
    can_be_name,
    group_of,
    has_country,
    is_aside,
    is_bare_name,
    is_item,
    is_label,
    is_list,
    is_person,
    mark_of,
    names_below,
    names_person,
)
from bot.importer.scripts import width
from bot.statements.countries import country_of

MOST_SIGNATORIES = 50
"""More than this are no longer the organisations that issued a statement; in a chat, where the
signatories follow the text, they would bury it."""
_MOSTLY = 0.95


class Runs:
    """Finds them in `units`; what each of these says by itself is asked once."""

    def __init__(self, units: Sequence[Unit], language: Language) -> None:
        self._units, self._language = units, language
        self.labels = list(map(is_label, units))
        self.belows = list(map(names_below, units))
        self.groups = list(map(group_of, units))

    def known_by_form(self) -> Iterator[range]:
        """Where no heading tells: a long list, the last lines with countries, a block at the end,
        names alone."""
        for find in (self._long_run, self._last_run, self._block_run, self._every_line):
            if run := find():
                yield run

    def cards_at(self, start: int) -> range | None:
        """The cards that begin there, unless they are groups with headings."""
        end = start
        while end < len(self._units) and self._units[end].card:
            end += 1
        firsts = [
            i
            for i in range(start, end)
            if i == start or self._units[i].card != self._units[i - 1].card
        ]
        heads = (
            self.labels[i] or self.groups[i] or country_of(bare(self._units[i]), self._language)
            for i in firsts
        )
        named = all(map(can_be_name, self._units[start:end]))
        return range(start, end) if end > start and named and not all(heads) else None

    def run_at(self, start: int, level: int) -> range | None:
        """The names that begin there: items of a list, rows of a table, short lines."""
        units = self._units
        first = units[start]
        if first.cells:
            end = start
            while (
                end < len(units)
                and (cells := units[end].cells)
                and cells.table == first.cells.table
            ):
                end += 1
            return range(start, end)
        if is_item(first):
            return self._items(start, level)
        if first.parts and not first.shape.heading and are_names(first.parts):
            return range(start, start + 1)
        if (long := self._alike_from(start)) and len(long) > MOST_SIGNATORIES:
            return long
        if first.shape.heading or not can_be_name(first) or is_aside(first, self._language):
            commas = listed(first.text, self._language)
            enough = len(commas) > 2 and all(width(one) <= WIDEST_NAME for one in commas)
            return range(start, start + 1) if enough and not first.shape.heading else None
        return self._lines(start)

    def _lines(self, start: int) -> range:
        """Short lines, up to one that is of another kind."""
        units = self._units
        end = start + 1
        marked = mark_of(units[start])
        countries = has_country(units[start], self._language)
        while end < len(units) and not units[end].shape.heading:
            unit = units[end]
            # In a long list some say more of themselves.
            long = end - start > MOST_SIGNATORIES and can_be_entry(unit) and not unit.cells
            if not (can_be_name(unit) or long):
                break
            countries = countries or has_country(unit, self._language)
            apart = unit.after_blank and not units[start + 1].after_blank
            unlike = mark_of(unit) != marked or (
                countries and not has_country(unit, self._language)
            )
            broken = unit.after_blank and unlike and (apart or marked)
            if broken or is_aside(unit, self._language) or self.labels[end] or self.groups[end]:
                break
            end += 1
        while end - 1 > start and is_contact(units[end - 1].text):
            end -= 1
        return range(start, end)

    def _items(self, start: int, level: int) -> range:
        units = self._units
        end = start
        while end < len(units):
            heading = units[end].shape.heading
            if self.labels[end] or self.groups[end]:
                break
            inner = 0 < level < heading
            item = end + 1 < len(units) and is_item(units[end + 1])
            group = country_of(bare(units[end]), self._language) is not None
            if not (units[end].shape.depth or group or (inner and item)):
                break
            end += 1
        return range(start, end)

    def _alike_from(self, start: int) -> range:
        """The lines from `start` on with the same mark in front."""
        units = self._units
        end = start
        while end < len(units) and mark_of(units[end]) == mark_of(units[start]) != "":
            end += 1
        return range(start, end)

    def _long_run(self) -> range | None:
        """The last list that is so long that it can only be of names, if no words ask for it."""
        start = 0
        found: range | None = None
        while start < len(self._units):
            run = self._alike_from(start)
            entries = sum(map(can_be_entry, self._units[run.start : run.stop]))
            lead = self._units[max(0, run.start - 1)].text
            led = lead[-1:] in tuple(":：") and asks(lead, self._language)
            if len(run) > MOST_SIGNATORIES and entries >= _MOSTLY * len(run) and not led:
                found = run
            start = max(run.stop, start + 1)
        return found

    def _last_run(self) -> range | None:
        """The last lines in a row that all end with a country, or that share a bullet and mostly
        do. One alone counts at the very end, with its country in brackets."""
        units = self._units
        end = len(units)
        while end > 0:
            end = next(
                (i for i in range(end, 0, -1) if has_country(units[i - 1], self._language)), 0
            )
            if end == 0:
                return None
            start = end - 1
            while start > 0 and alike(units[start - 1], units[start], units[start], self._language):
                start -= 1
            while not has_country(units[start], self._language):
                start += 1
            if is_list(units[start:end], self._language, last=end == len(units)):
                while end < len(units) and alike(
                    units[end], units[end - 1], units[end], self._language
                ):
                    end += 1
                return self._whole_block(range(start, end))
            end = start
        return None

    def _whole_block(self, run: range) -> range:
        """All or none of lines that no blank one parts: some of them may name no country."""
        units = self._units
        start, end = run.start, run.stop
        while start > 0 and not units[start].after_blank and is_person(units[start - 1]):
            start -= 1
        while end < len(units) and not units[end].after_blank and is_person(units[end]):
            end += 1
        return range(start, end)

    def _block_run(self) -> range | None:
        """At the very end, three lines or more without blank ones that each name a person and
        something of them behind a comma."""
        start = end = len(self._units)
        last = self._units[-1] if self._units else None
        if last and len(last.parts) > 2 and all(map(names_person, last.parts)):
            return range(end - 1, end)
        while start > 0 and is_person(self._units[start - 1]):
            start -= 1
            if self._units[start].after_blank:
                break
        return range(start, end) if end - start > 2 else None

    def _every_line(self) -> range | None:
        """Every line of a text in which each is no more than a name, with capitals."""
        every = self._units
        return range(len(every)) if len(every) > 2 and all(map(is_bare_name, every)) else None

    def heads_table(self, index: int, unit: Unit) -> bool:
        first = unit.cells is not None and (not index or self._units[index - 1].cells is None)
        return bool(first and unit.cells and guess_columns(unit.cells.texts).name is not None)
