"""The list of those who issued the statement, and who is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.ids import Country, Language
from bot.importer.layout import Unit
from bot.importer.lexicon import is_signatories_heading
from bot.importer.located import located
from bot.importer.names import find_name, is_long, without_addresses
from bot.importer.recognised import FoundName, FoundSignatory
from bot.importer.rows import Line
from bot.importer.signatory_runs import (
    bare,
    last_run,
    long_run,
    pieces,
    runs_below,
    split_heading,
)
from bot.statements.countries import country_of
from bot.statements.folding import words
from bot.text.rich import Style

_TAIL_SHARE = 0.35
"""A list with more of the text than this behind it stands inside the text, not at its end."""


@dataclass(frozen=True, slots=True)
class SignatoryList:
    """Units `start` to `end`, heading and stray lines among them included."""

    start: int
    end: int
    signatories: tuple[FoundSignatory, ...]
    strays: tuple[Unit, ...]
    names: tuple[FoundName, ...] = ()
    """The entries of a list that is too long for the package."""
    addresses: tuple[Line, ...] = ()
    """Addresses on these lines that have no place beside the names."""


def find_signatories(units: Sequence[Unit], language: Language) -> SignatoryList | None:
    """The list of signatories, under a heading or known by its form; None when there is none."""
    best: tuple[int, range] | None = None
    for start, run in runs_below(units, language):
        # A list further up counts only where it goes on into the one that was found.
        goes_on = best is None or (units[start].shape.heading and run.stop >= best[1].stop)
        if goes_on and _at_the_end(units, start, run):
            best = start, run
    inline = _inline(units, language)
    if inline and (best is None or inline.start > best[0]):
        return inline
    other = long_run(units) or last_run(units, language)
    if best is None and other and _at_the_end(units, other.start, other):
        best = other.start, other
    return _list(units, *best, language) if best else None


def _inline(units: Sequence[Unit], language: Language) -> SignatoryList | None:
    """`Signed by: A (X), B (Y)` in one line."""
    for index in range(len(units) - 1, -1, -1):
        unit = units[index]
        heading, colon, names = split_heading(unit.text)
        if unit.label or unit.bullet or not (colon and names and is_signatories_heading(heading)):
            continue
        several = pieces(names, language)
        if not _at_the_end(units, index, range(index, index + 1)):
            continue
        if len(several) > 1 or located(names, language):
            found = tuple(_signatory(piece, unit, language) for piece in several)
            return SignatoryList(index, index + 1, found, (), (), addresses(unit))
    return None


def _list(units: Sequence[Unit], start: int, run: range, language: Language) -> SignatoryList:
    """The signatories of the run; lines of it that name none are strays."""
    chosen = units[run.start : run.stop]
    strays = list(units[start : run.start])
    if is_long([unit for unit in chosen if not _is_stray(unit)]):
        return _long_list(strays, start, run, chosen, language)
    found: list[FoundSignatory] = []
    group: Unit | None = None
    used = False
    for unit in chosen:
        if _is_stray(unit):
            strays.append(unit)
            if unit.shape.heading:
                strays += [group] if group and not used else []
                group = None
            continue
        if country_of(bare(unit), language):
            strays += [group] if group and not used else []
            group, used = unit, False
            continue
        for piece in pieces(_said(unit), language):
            one = _signatory(piece, unit, language)
            if group and one.country is None:
                one = _of_group(one, group, language, first=not used)
                used = True
            found.append(one)
    strays += [group] if group and not used else []
    lost = tuple(line for unit in chosen for line in addresses(unit))
    return SignatoryList(start, run.stop, tuple(found), tuple(strays), (), lost)


def _is_stray(unit: Unit) -> bool:
    """Whether the line names nobody: a heading, a bullet alone, a second paragraph of an item."""
    inner = unit.shape.depth > 0 and not unit.shape.marker
    return not unit.rest or unit.shape.heading > 0 or inner


def _of_group(
    one: FoundSignatory, group: Unit, language: Language, *, first: bool
) -> FoundSignatory:
    country = country_of(bare(group), language)
    lines = (group.lines if first else ()) + one.lines
    said = f"{group.text} {one.said}" if first else one.said
    return FoundSignatory(one.name, country, bare(group), lines, said, one.label)


def _long_list(
    strays: list[Unit], start: int, run: range, chosen: Sequence[Unit], language: Language
) -> SignatoryList:
    found: list[FoundName] = []
    lost: list[Line] = []
    country: Country | None = None
    for unit in chosen:
        group = country_of(bare(unit), language)
        if _is_stray(unit) or group:
            strays.append(unit)
            country = group if group or unit.shape.heading else country
            continue
        name, others = find_name(unit, language)
        found.append(name if name.country else replace(name, country=country))
        lost.extend(others)
    return SignatoryList(start, run.stop, (), tuple(strays), tuple(found), tuple(lost))


def addresses(unit: Unit) -> tuple[Line, ...]:
    """Where the links of a line lead to, of which only its words are kept."""
    links = (span.url or "" for span in unit.rich.spans if span.style is Style.LINK)
    return tuple(Line(unit.lines[0].number, url) for url in links)


def _said(unit: Unit) -> str:
    """The words of an item; in plain text, where addresses are words, all of them."""
    return without_addresses(unit)[0] if unit.rich.spans else unit.rest


def _signatory(text: str, unit: Unit, language: Language) -> FoundSignatory:
    said, label = _said(unit), unit.label.written if unit.label else ""
    if (place := located(text, language)) and words(place.name):
        return FoundSignatory(place.name, place.country, place.printed, unit.lines, said, label)
    return FoundSignatory(text, None, "", unit.lines, said, label)


def _at_the_end(units: Sequence[Unit], start: int, run: range) -> bool:
    behind = sum(unit.width for unit in units[run.stop :])
    before = sum(unit.width for unit in units[:start])
    return before > 0 and behind <= _TAIL_SHARE * (before + behind)
