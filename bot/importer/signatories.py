"""The lists of those who signed: where they stand, in which groups, and who is in them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.ids import Language
from bot.importer.columns import Columns, guess_columns
from bot.importer.dates import dateline
from bot.importer.folding import words
from bot.importer.lexicon import (
    asks,
    fits_line,
    group_kind,
    is_around,
    is_contact,
    is_navigation,
    is_section_around,
    is_signatories_heading,
)
from bot.importer.located import listed, located, pieces, without_addresses
from bot.importer.model import Candidate, Cells, Choice, Unit
from bot.importer.scripts import ends_sentence, stripped, width
from bot.statements.countries import country_of
from bot.text.rich import RichText, join

MOST_SIGNATORIES = 50
"""More than this are no longer the organisations that issued a statement; in a chat, where the
signatories follow the text, they would bury it."""
_TAIL_SHARE = 0.35
"""A list with more of the text than this behind it stands inside the text, not at its end."""
_WIDEST_NAME, _WIDEST_ENTRY = 140, 400
_MOST_WORDS = 20
"""Of an entry that ends with a stop: names with a role and a company have fewer."""
_LINES_ABOUT_LIST = 4
_LINES_BETWEEN = 2
_MOST_GATHERED = 4
"""As many times the text is gone through below headings; one with more of them is no letter."""
_MOSTLY = 0.95
_BRACKETED = re.compile(r"\S.*\s?[(（][^()（）]{2,40}[)）]")
_LED = re.compile(r"([^:：]{2,60})([:：])\s*(.*)", re.DOTALL)


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
        self._labels = list(map(_is_label, units))
        self._belows = list(map(_labelled, units))
        self._groups = list(map(_group, units))
        self._widths = [0]
        for unit in units:
            self._widths.append(self._widths[-1] + unit.width)

    def candidates(self) -> Iterator[NameList]:
        """Lists at the end of the text, the likeliest first: under a heading of signatories, under
        one of a kind of them, in a table that says so, by their form."""
        units, passed = self._units, -1
        leads = [
            *(i for i in range(len(units)) if self._labels[i] or self._belows[i]),
            *(i for i, u in enumerate(units) if i and u.shape.heading and self._groups[i]),
            *(i for i, unit in enumerate(units) if self._heads_table(i, unit)),
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
            for run in (self._long_run(), self._last_run(), self._block_run(), self._all()):
                if run and (one := self._at_end(self._of_run(run))):
                    yield one
                    return

    def unmet(self) -> Iterator[str]:
        """What to tell of the first heading of signatories under which none were found."""
        for unit, label in zip(self._units[1:], self._labels[1:], strict=True):
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

    def _heads_table(self, index: int, unit: Unit) -> bool:
        first = unit.cells is not None and (not index or self._units[index - 1].cells is None)
        return bool(first and unit.cells and guess_columns(unit.cells.texts).name is not None)

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
            if below := self._belows[index]:
                group, kind = split_heading(unit.parts[0])[0], group_kind(unit.parts[0])
                found.strays += waiting
                found.entries.append(Entry(unit, below, group, kind))
                waiting, is_begun, found.end, index = [], True, stop, stop
                continue
            if run := self._cards_at(index):
                found.strays += waiting
                self._add_cards(found, run, group, kind)
                waiting, is_begun, found.end, index = [], True, run.stop, run.stop
                continue
            if self._labels[index]:
                group, _, names = split_heading(unit.text)
                kind, is_begun = group_kind(group), False
            elif self._groups[index]:
                group, kind, is_begun = bare(unit), self._groups[index], False
            elif is_begun and unit.cells and not self._heads_table(index, unit):
                break
            elif self._passes(index, len(waiting), is_begun=is_begun):
                pass
            elif run := self._run_at(index, units[start].shape.heading):
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
            if passed >= _LINES_BETWEEN or not (self._is_aside(unit) or unit.width <= _WIDEST_NAME):
                return False
            if _is_item(unit) or unit.cells:
                return False
            near = range(index + 1, min(index + 1 + _LINES_BETWEEN, len(self._units)))
            return any(self._labels[i] or self._groups[i] for i in near)
        if _is_item(unit) or unit.cells or self._has_country(unit) or self._is_person(unit):
            return False
        if unit.shape.heading and not passed:
            return index + 1 < len(self._units)
        below = self._units[index + 1 : index + 2 + _LINES_ABOUT_LIST]
        two = any(_is_item(a) and _is_item(b) for a, b in itertools.pairwise(below))
        return passed <= _LINES_ABOUT_LIST and (two or any(one.cells for one in below[:2]))

    def _cards_at(self, start: int) -> range | None:
        """The cards that begin there, unless they are groups with headings."""
        end = start
        while end < len(self._units) and self._units[end].card:
            end += 1
        firsts = [i for i in range(start, end) if i == start or _parted(self._units[i - 1 : i + 1])]
        heads = (
            self._labels[i] or self._groups[i] or country_of(bare(self._units[i]), self._language)
            for i in firsts
        )
        return range(start, end) if end > start and not all(heads) else None

    def _add_cards(self, found: NameList, run: range, group: str, kind: str) -> None:
        chosen = self._units[run.start : run.stop]
        for _, card in itertools.groupby(chosen, key=lambda unit: unit.card):
            units = list(card)
            rich = join(", ", (unit.rest_rich for unit in units))
            lines = tuple(line for unit in units for line in unit.lines)
            made = Unit(lines, rich, units[0].after_blank, 0, rest=rich.plain)
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
            elif unit.parts and not _marked(unit) and _are_names(unit.parts):
                found.entries.append(Entry(unit, unit.parts, group, kind, country))
            elif country_of(bare(unit), self._language):
                found.strays.append(unit)
                country = unit
            else:
                if alone and group and not _marked(unit):
                    texts = listed(said(unit), self._language)
                else:
                    is_item = _marked(unit) != ""
                    texts = pieces(said(unit), self._language, is_item=is_item)
                found.entries.append(Entry(unit, tuple(texts), group, kind, country))

    def _run_at(self, start: int, level: int) -> range | None:
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
        if _is_item(first):
            return self._items(start, level)
        if first.parts and not first.shape.heading and _are_names(first.parts):
            return range(start, start + 1)
        if (long := self._alike_from(start)) and len(long) > MOST_SIGNATORIES:
            return long
        if first.shape.heading or not self._can_be_name(first) or self._is_aside(first):
            commas = listed(first.text, self._language)
            enough = len(commas) > 2 and all(width(one) <= _WIDEST_NAME for one in commas)
            return range(start, start + 1) if enough and not first.shape.heading else None
        return self._lines(start)

    def _lines(self, start: int) -> range:
        """Short lines, up to one that is of another kind."""
        units = self._units
        end = start + 1
        marked = _marked(units[start])
        countries = self._has_country(units[start])
        while end < len(units) and not units[end].shape.heading:
            unit = units[end]
            # In a long list some say more of themselves.
            long = end - start > MOST_SIGNATORIES and _can_be_entry(unit) and not unit.cells
            if not (self._can_be_name(unit) or long):
                break
            countries = countries or self._has_country(unit)
            apart = unit.after_blank and not units[start + 1].after_blank
            unlike = _marked(unit) != marked or (countries and not self._has_country(unit))
            broken = unit.after_blank and unlike and (apart or marked)
            if broken or self._is_aside(unit) or self._labels[end] or self._groups[end]:
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
            if self._labels[end] or self._groups[end]:
                break
            inner = 0 < level < heading
            item = end + 1 < len(units) and _is_item(units[end + 1])
            group = country_of(bare(units[end]), self._language) is not None
            if not (units[end].shape.depth or group or (inner and item)):
                break
            end += 1
        return range(start, end)

    def _alike_from(self, start: int) -> range:
        """The lines from `start` on with the same mark in front."""
        units = self._units
        end = start
        while end < len(units) and _marked(units[end]) == _marked(units[start]) != "":
            end += 1
        return range(start, end)

    def _long_run(self) -> range | None:
        """The last list that is so long that it can only be of names, if no words ask for it."""
        start = 0
        found: range | None = None
        while start < len(self._units):
            run = self._alike_from(start)
            entries = sum(map(_can_be_entry, self._units[run.start : run.stop]))
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
            end = next((i for i in range(end, 0, -1) if self._has_country(units[i - 1])), 0)
            if end == 0:
                return None
            start = end - 1
            while start > 0 and self._alike(units[start - 1], units[start], units[start]):
                start -= 1
            while not self._has_country(units[start]):
                start += 1
            if self._is_list(units[start:end], last=end == len(units)):
                while end < len(units) and self._alike(units[end], units[end - 1], units[end]):
                    end += 1
                return self._whole_block(range(start, end))
            end = start
        return None

    def _whole_block(self, run: range) -> range:
        """All or none of lines that no blank one parts: some of them may name no country."""
        units = self._units
        start, end = run.start, run.stop
        while start > 0 and not units[start].after_blank and self._is_person(units[start - 1]):
            start -= 1
        while end < len(units) and not units[end].after_blank and self._is_person(units[end]):
            end += 1
        return range(start, end)

    def _block_run(self) -> range | None:
        """At the very end, three lines or more without blank ones that each name a person and
        something of them behind a comma."""
        start = end = len(self._units)
        last = self._units[-1] if self._units else None
        if last and len(last.parts) > 2 and all(map(_names_person, last.parts)):
            return range(end - 1, end)
        while start > 0 and self._is_person(self._units[start - 1]):
            start -= 1
            if self._units[start].after_blank:
                break
        return range(start, end) if end - start > 2 else None

    def _all(self) -> range | None:
        """Every line of a text in which each is no more than a name, with capitals."""
        every = self._units
        return range(len(every)) if len(every) > 2 and all(map(_is_bare_name, every)) else None

    def _is_person(self, unit: Unit) -> bool:
        """`Name Name, something` in one short line."""
        if unit.shape.heading or unit.cells or not self._can_be_name(unit):
            return False
        return _names_person(unit.rest)

    def _is_list(self, run: Sequence[Unit], *, last: bool) -> bool:
        anchors = [place for unit in run if (place := located(unit.rest, self._language))]
        if len(anchors) * 2 < len(run):
            return False
        if len(anchors) == 1:
            return last and anchors[0].bracketed
        # "Hands off Syria, Iraq" is a slogan: commas and dashes need a bullet or many like them.
        return any(a.bracketed for a in anchors) or _marked(run[0]) != "" or len(anchors) > 2

    def _alike(self, unit: Unit, model: Unit, lower: Unit) -> bool:
        """Whether `unit` belongs to the list that `model`, next to it, is in; `lower` is the one of
        the two that may have a blank line above it."""
        if not self._can_be_name(unit) or _marked(unit) != _marked(model):
            return False
        # `Name (Kurdistan)`: in the form of the others, of a country that has no code.
        return (
            _marked(unit) != ""
            or self._has_country(unit)
            or (not lower.after_blank and _BRACKETED.fullmatch(unit.rest) is not None)
        )

    def _has_country(self, unit: Unit) -> bool:
        """Whether the line names a signatory and its country."""
        return self._can_be_name(unit) and any(
            located(piece, self._language) for piece in pieces(unit.rest, self._language)
        )

    def _can_be_name(self, unit: Unit) -> bool:
        text = unit.rest
        if unit.cells or not fits_line(text) or width(text) > _WIDEST_NAME or not words(text):
            return False
        return not (ends_sentence(text) and len(words(text)) > 6)

    def _is_aside(self, unit: Unit) -> bool:
        return (
            is_contact(unit.text)
            or is_navigation(unit.text)
            or is_around(unit.text, self._language)
            or (unit.shape.heading > 0 and is_section_around(unit.text, self._language))
            or dateline(unit.text, self._language) is not None
        )


def _is_label(unit: Unit) -> bool:
    """Whether the line is a heading over signatories, with or without names behind it."""
    if unit.label or unit.bullet or unit.cells:
        return False
    heading, colon, names = split_heading(unit.text)
    if not is_signatories_heading(heading):
        return False
    return bool(colon) or not names


def _labelled(unit: Unit) -> tuple[str, ...]:
    """The names of a paragraph whose first line is a heading over the others."""
    if not unit.parts or unit.label or unit.bullet:
        return ()
    heading, _, names = split_heading(unit.parts[0])
    below = unit.parts[1:]
    return below if is_signatories_heading(heading) and not names and _are_names(below) else ()


def _group(unit: Unit) -> str:
    """What a heading says of those below it, "" where it is none."""
    if unit.label or unit.bullet or unit.cells:
        return ""
    bold = any(s.start == 0 and s.end >= len(unit.text) - 1 for s in unit.rich.spans)
    over = unit.shape.heading or bold or unit.text[-1:] in tuple(":：")
    return group_kind(unit.text) if over and not ends_sentence(unit.text) else ""


def _is_bare_name(unit: Unit) -> bool:
    several = unit.rest.split()
    capitals = sum(word[:1].isupper() for word in several)
    few = 1 < len(several) <= 6 and capitals > 1 and several[0][0].isupper()
    short = all(word[0].isupper() or len(word) < 4 for word in several)
    return few and short and unit.rest[-1:] not in ".!?:," and not unit.shape.heading


def _parted(two: Sequence[Unit]) -> bool:
    return two[0].card != two[1].card


def _is_prose(entry: Entry) -> bool:
    """Whether an entry is a sentence, and no name."""
    text = entry.unit.text
    return not entry.unit.cells and ends_sentence(text) and len(words(text)) > _MOST_WORDS


def _in_row(unit: Unit, cells: Cells, part: tuple[str, ...]) -> Unit:
    """One of those that a row of a table names."""
    if len(part) == len(cells.texts):
        return unit
    return replace(unit, cells=replace(cells, texts=part), rich=RichText(" ".join(part)))


def _names_person(text: str) -> bool:
    """`Name Name, something`."""
    name, comma, rest = re.sub("[,،，、(（]", ",", text).partition(",")
    named = 1 < len(name.split()) <= 6 and not name[:1].islower() and not ends_sentence(name)
    return bool(named and comma and words(rest))


def _are_names(texts: Sequence[str]) -> bool:
    """Whether each line can be of one that signed: short, and no part of a sentence."""
    return all(
        0 < width(text) <= _WIDEST_NAME
        and not text[0].islower()
        and (_names_person(text) or len(words(text)) <= 6)
        and not ends_sentence(text)
        for text in texts
    )


def said(unit: Unit) -> str:
    """The words of an item; in plain text, where addresses are words, all of them."""
    return without_addresses(unit)[0] if unit.rich.spans else unit.rest


def split_heading(text: str) -> tuple[str, str, str]:
    """`Signed by: A (X), B (Y)` in heading, colon and names; the whole is the heading if none."""
    found = _LED.match(text)
    if found is None:
        return stripped(text).rstrip(",،，"), "", ""
    return stripped(found[1]), found[2], stripped(found[3])


def bare(unit: Unit) -> str:
    """The words of a line that stands over others."""
    return stripped(unit.rest.rstrip(":：,،，"))


def _is_item(unit: Unit) -> bool:
    """Whether the unit is an item of a list that its format marks as one."""
    return unit.shape.marker != "" and unit.width <= _WIDEST_ENTRY and words(unit.rest) != []


def _is_stray(unit: Unit) -> bool:
    """Whether the line names nobody: a heading, a bullet alone, a second paragraph of an item."""
    inner = unit.shape.depth > 0 and not unit.shape.marker
    return not unit.rest or unit.shape.heading > 0 or inner


def _can_be_entry(unit: Unit) -> bool:
    """Whether the line can be in a long list, where affiliations make the lines wider."""
    return unit.rest[-1:] not in "?!:" and unit.width <= _WIDEST_ENTRY and words(unit.rest) != []


def _marked(unit: Unit) -> str:
    """What kind of mark the line begins with; lines of one list share it."""
    return unit.bullet or (unit.label.style if unit.label else "")
