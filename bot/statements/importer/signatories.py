"""The list of those who issued the statement: where it stands and who is in it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.ids import Language
from bot.statements.importer.countries import country_name, country_of, located
from bot.statements.importer.dates import dateline
from bot.statements.importer.labels import numbered
from bot.statements.importer.layout import Unit
from bot.statements.importer.lexicon import (
    fits_line,
    is_contact,
    is_navigation,
    is_signatories_heading,
)
from bot.statements.importer.recognised import FoundSignatory
from bot.statements.importer.scripts import ends_sentence, fold, stripped, width, words

_WIDEST_NAME = 140
_TAIL_SHARE = 0.35
"""A list with more of the text than this behind it stands inside the text, not at its end."""
_SEMICOLONS = re.compile(r"\s*[;；؛]\s*")
# Only behind a bracket does a comma or an "and" part one organisation from the next; names hold
# both themselves.
_BRACKET_COMMAS = re.compile(
    r"(?<=[)）])\s*(?:[,،，、]\s*(?:(?:and|et|y|und|e)\s+)?|(?:and|et|y|und|e)\s+|(?<=\s)و\s*)"
)
_BRACKETED = re.compile(r"\S.*\s?[(（][^()（）]{2,40}[)）]")


@dataclass(frozen=True, slots=True)
class SignatoryList:
    """Units `start` to `end`, heading and stray lines among them included."""

    start: int
    end: int
    signatories: tuple[FoundSignatory, ...]
    strays: tuple[Unit, ...]


def find_signatories(units: Sequence[Unit], language: Language) -> SignatoryList | None:
    """The list of signatories, under a heading or known by its form; None when there is none."""
    for index in range(len(units) - 1, -1, -1):
        if (found := _under_heading(units, index, language)) and _at_the_end(units, found):
            return found
    run = _last_run(units, language)
    if run is None:
        return None
    found = _list(units, run.start, run, language)
    return found if _at_the_end(units, found) else None


def _under_heading(units: Sequence[Unit], index: int, language: Language) -> SignatoryList | None:
    """The list that begins in or below unit `index`, if that is a heading of signatories."""
    heading, colon, names = _split_heading(units[index].text)
    if not is_signatories_heading(heading) or units[index].label or units[index].bullet:
        return None
    if colon and names:
        pieces = _pieces(names, language)
        if len(pieces) < 2 and not located(names, language):
            return None
        found = tuple(_signatory(piece, units[index], language) for piece in pieces)
        return SignatoryList(index, index + 1, found, ())
    run = _run_below(units, index + 1, language)
    return _list(units, index, run, language) if run else None


def _split_heading(text: str) -> tuple[str, str, str]:
    """`Signed by: A (X), B (Y)` in heading, colon and names; the whole is the heading if none."""
    found = re.match(r"([^:：]{2,60})([:：])\s*(.*)", text)
    return (stripped(found[1]), found[2], stripped(found[3])) if found else (text, "", "")


def _run_below(units: Sequence[Unit], start: int, language: Language) -> range | None:
    """The names under a heading: all short lines, up to one that is of another kind."""
    if start >= len(units) or not _can_be_name(units[start]):
        return None
    end = start + 1
    marked = _marked(units[start])
    countries = _has_country(units[start], language)
    while end < len(units) and _can_be_name(units[end]):
        unit = units[end]
        countries = countries or _has_country(unit, language)
        apart = unit.after_blank and not units[start + 1].after_blank
        unlike = _marked(unit) != marked or (countries and not _has_country(unit, language))
        if (unit.after_blank and unlike and (apart or marked)) or _is_aside(unit, language):
            break
        end += 1
    while end - 1 > start and is_contact(units[end - 1].text):
        end -= 1
    return range(start, end)


def _last_run(units: Sequence[Unit], language: Language) -> range | None:
    """Without a heading: the last lines in a row that all end with a country, or that share a
    bullet and mostly do. One alone counts at the very end, with its country in brackets."""
    end = len(units)
    while end > 0:
        end = next((i for i in range(end, 0, -1) if _has_country(units[i - 1], language)), 0)
        if end == 0:
            return None
        start = end - 1
        while start > 0 and _alike(units[start - 1], units[start], units[start], language):
            start -= 1
        while not _has_country(units[start], language):
            start += 1
        if _is_list(units[start:end], language, last=end == len(units)):
            while end < len(units) and _alike(units[end], units[end - 1], units[end], language):
                end += 1
            return range(start, end)
        end = start
    return None


def _is_list(run: Sequence[Unit], language: Language, *, last: bool) -> bool:
    anchors = [place for unit in run if (place := located(unit.rest, language))]
    if len(anchors) * 2 < len(run):
        return False
    if len(anchors) == 1:
        return last and anchors[0].bracketed
    # "Hands off Syria, Iraq" is a slogan: commas and dashes need a bullet or many like them.
    return any(a.bracketed for a in anchors) or _marked(run[0]) != "" or len(anchors) > 2


def _alike(unit: Unit, model: Unit, lower: Unit, language: Language) -> bool:
    """Whether `unit` belongs to the list that `model`, next to it, is in; `lower` is the one of
    the two that may have a blank line above it."""
    if not _can_be_name(unit) or _marked(unit) != _marked(model):
        return False
    # `Name (Kurdistan)`: in the form of the others, of a country that has no code.
    return (
        _marked(unit) != ""
        or _has_country(unit, language)
        or (not lower.after_blank and _BRACKETED.fullmatch(unit.rest) is not None)
    )


def _list(units: Sequence[Unit], start: int, run: range, language: Language) -> SignatoryList:
    """The signatories of the run; lines of it that name none are strays. A country alone in a
    line is that of the names below it which have none."""
    found: list[FoundSignatory] = []
    strays = list(units[start : run.start])
    group: Unit | None = None
    used = False
    for unit in units[run.start : run.stop]:
        if not unit.rest or country_of(_bare(unit), language):
            strays += [] if group is None or used else [group]
            strays += [] if unit.rest else [unit]
            group, used = (unit if unit.rest else group), False
            continue
        for piece in _pieces(unit.rest, language):
            one = _signatory(piece, unit, language)
            if group and one.country is None:
                above = () if used else group.lines
                country = country_of(_bare(group), language)
                one = FoundSignatory(one.name, country, _bare(group), above + unit.lines)
                used = True
            found.append(one)
    strays += [group] if group and not used else []
    return SignatoryList(start, run.stop, tuple(found), tuple(strays))


def _bare(unit: Unit) -> str:
    return stripped(unit.rest.rstrip(":："))


def _pieces(text: str, language: Language) -> list[str]:
    """The signatories of one line: several only where their borders are plain."""
    for separator in (_SEMICOLONS, _BRACKET_COMMAS):
        pieces = [piece for piece in separator.split(text) if piece]
        if len(pieces) > 1 and (
            separator is _SEMICOLONS or all(located(piece, language) for piece in pieces)
        ):
            return pieces
    return [text]


def _signatory(text: str, unit: Unit, language: Language) -> FoundSignatory:
    if (place := located(text, language)) and words(place.name):
        return FoundSignatory(place.name, place.country, place.printed, unit.lines)
    return FoundSignatory(text, None, "", unit.lines)


def _has_country(unit: Unit, language: Language) -> bool:
    return _can_be_name(unit) and any(
        located(piece, language) for piece in _pieces(unit.rest, language)
    )


def _can_be_name(unit: Unit) -> bool:
    text = unit.rest
    if not words(text) or not fits_line(text) or width(text) > _WIDEST_NAME:
        return False
    return not (ends_sentence(text) and len(words(text)) > 6)


def _marked(unit: Unit) -> str:
    """What kind of mark the line begins with; lines of one list share it."""
    return unit.bullet or (unit.label.style if unit.label else "")


def _is_aside(unit: Unit, language: Language) -> bool:
    return (
        is_contact(unit.text)
        or is_navigation(unit.text)
        or dateline(unit.text, language) is not None
    )


def _at_the_end(units: Sequence[Unit], found: SignatoryList) -> bool:
    behind = sum(unit.width for unit in units[found.end :])
    before = sum(unit.width for unit in units[: found.start])
    return before > 0 and behind <= _TAIL_SHARE * (before + behind)


def notes(signatories: Sequence[FoundSignatory], language: Language) -> list[str]:
    """What a person should check: countries not found, names of countries that change, and words
    beside the names that a package has no place for."""
    told: list[str] = []
    for one in signatories:
        if one.country is None:
            told.append(f"no country was recognised for the signatory: {one.name}")
        elif fold(one.printed) != fold(name := country_name(one.country, language)):
            told.append(f"the country '{one.printed}' is kept as {one.country} ({name})")
    return [*dict.fromkeys(told), *_lost(signatories)]


def _lost(signatories: Sequence[FoundSignatory]) -> list[str]:
    """Words on the lines of signatories that are in no name: numbers, "and", an inline heading."""
    told: list[str] = []
    numbers = False
    for lines, group in itertools.groupby(signatories, key=lambda one: one.lines):
        line = stripped(" ".join(line.text for line in lines))
        if label := numbered(line):
            numbers = True
            line = label[1]
        left = words(line)
        for word in words(" ".join(f"{one.name} {one.printed}" for one in group)):
            if word in left:
                left.remove(word)
        if left:
            told.append(f"line {lines[0].number} names signatories; not kept: {' '.join(left)}")
    if numbers:
        told.append("the numbers in front of the signatories are not kept")
    return told
