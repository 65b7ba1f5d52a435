"""Where the list of those who issued the statement stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.domain.ids import Language
from bot.importer.dates import dateline
from bot.importer.layout import Unit
from bot.importer.lexicon import (
    fits_line,
    is_contact,
    is_navigation,
    is_signatories_heading,
)
from bot.importer.located import located
from bot.importer.names import MOST_SIGNATORIES
from bot.importer.scripts import ends_sentence, stripped, width
from bot.statements.countries import country_of
from bot.statements.folding import words

_WIDEST_NAME, _WIDEST_ENTRY = 140, 400
_LINES_ABOUT_LIST = 4
_MOSTLY = 0.95
_SEMICOLONS = re.compile(r"\s*[;；؛]\s*")
# Only behind a bracket does a comma or an "and" part one organisation from the next; names hold
# both themselves.
_BRACKET_COMMAS = re.compile(
    r"(?<=[)）])\s*(?:[,،，、]\s*(?:(?:and|et|y|und|e)\s+)?|(?:and|et|y|und|e)\s+|(?<=\s)و\s*)"
)
_BRACKETED = re.compile(r"\S.*\s?[(（][^()（）]{2,40}[)）]")


def runs_below(units: Sequence[Unit], language: Language) -> Iterator[tuple[int, range]]:
    """Each heading of signatories, the last first, and where the names below it stand. Lists that
    follow each other under headings of their own are one."""
    for index in range(len(units) - 1, -1, -1):
        unit = units[index]
        if unit.label or unit.bullet or not is_signatories_heading(split_heading(unit.text)[0]):
            continue
        if run := _run_below(units, index + 1, language, unit.shape.heading):
            yield index, run


def split_heading(text: str) -> tuple[str, str, str]:
    """`Signed by: A (X), B (Y)` in heading, colon and names; the whole is the heading if none."""
    found = re.match(r"([^:：]{2,60})([:：])\s*(.*)", text)
    return (stripped(found[1]), found[2], stripped(found[3])) if found else (text, "", "")


def _run_below(units: Sequence[Unit], start: int, language: Language, level: int) -> range | None:
    """The names under a heading of that level: all short lines, up to one that is of another
    kind. All items of a list count, also under headings of their own."""
    start = _list_start(units, start, language)
    if start < len(units) and _is_item(units[start]):
        return _items(units, start, language, level)
    if (long := _alike_from(units, start)) and len(long) > MOST_SIGNATORIES:
        return long
    if start >= len(units) or units[start].shape.heading or not _can_be_name(units[start]):
        return None
    end = start + 1
    marked = _marked(units[start])
    countries = has_country(units[start], language)
    while end < len(units) and _can_be_name(units[end]) and not units[end].shape.heading:
        unit = units[end]
        countries = countries or has_country(unit, language)
        apart = unit.after_blank and not units[start + 1].after_blank
        unlike = _marked(unit) != marked or (countries and not has_country(unit, language))
        if (unit.after_blank and unlike and (apart or marked)) or _is_aside(unit, language):
            break
        end += 1
    while end - 1 > start and is_contact(units[end - 1].text):
        end -= 1
    return range(start, end)


def _list_start(units: Sequence[Unit], start: int, language: Language) -> int:
    """Where the list begins: at `start`, or behind headings and a few lines about the list."""
    for index in range(start, min(start + _LINES_ABOUT_LIST + 1, len(units) - 1)):
        if _is_item(units[index]) and _is_item(units[index + 1]):
            return index
        if not units[index].shape.heading and has_country(units[index], language):
            break
    while start < len(units) - 1 and units[start].shape.heading:
        start += 1
    return start


def _is_item(unit: Unit) -> bool:
    """Whether the unit is an item of a list that its format marks as one."""
    return unit.shape.marker != "" and words(unit.rest) != [] and unit.width <= _WIDEST_ENTRY


def _items(units: Sequence[Unit], start: int, language: Language, level: int) -> range:
    end = start
    while end < len(units):
        heading = units[end].shape.heading
        inner = 0 < level < heading or (heading and is_signatories_heading(units[end].text))
        listed = end + 1 < len(units) and _is_item(units[end + 1])
        group = country_of(bare(units[end]), language) is not None
        if not (units[end].shape.depth or group or (inner and listed)):
            break
        end += 1
    return range(start, end)


def _alike_from(units: Sequence[Unit], start: int) -> range:
    """The lines from `start` on with the same mark in front."""
    end = start
    while end < len(units) and _marked(units[end]) == _marked(units[start]) != "":
        end += 1
    return range(start, end)


def long_run(units: Sequence[Unit]) -> range | None:
    """Without a heading: the last list that is so long that it can only be of names."""
    start = 0
    found: range | None = None
    while start < len(units):
        run = _alike_from(units, start)
        entries = sum(map(_can_be_entry, units[run.start : run.stop]))
        if len(run) > MOST_SIGNATORIES and entries >= _MOSTLY * len(run):
            found = run
        start = max(run.stop, start + 1)
    return found


def last_run(units: Sequence[Unit], language: Language) -> range | None:
    """Without a heading: the last lines in a row that all end with a country, or that share a
    bullet and mostly do. One alone counts at the very end, with its country in brackets."""
    end = len(units)
    while end > 0:
        end = next((i for i in range(end, 0, -1) if has_country(units[i - 1], language)), 0)
        if end == 0:
            return None
        start = end - 1
        while start > 0 and _alike(units[start - 1], units[start], units[start], language):
            start -= 1
        while not has_country(units[start], language):
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
        or has_country(unit, language)
        or (not lower.after_blank and _BRACKETED.fullmatch(unit.rest) is not None)
    )


def bare(unit: Unit) -> str:
    """The words of a line that stands over others."""
    return stripped(unit.rest.rstrip(":："))


def pieces(text: str, language: Language) -> list[str]:
    """The signatories of one line: several only where their borders are plain."""
    for separator in (_SEMICOLONS, _BRACKET_COMMAS):
        pieces = [piece for piece in separator.split(text) if piece]
        if len(pieces) > 1 and (
            separator is _SEMICOLONS or all(located(piece, language) for piece in pieces)
        ):
            return pieces
    return [text]


def has_country(unit: Unit, language: Language) -> bool:
    """Whether the line names a signatory and its country."""
    return _can_be_name(unit) and any(
        located(piece, language) for piece in pieces(unit.rest, language)
    )


def _can_be_name(unit: Unit) -> bool:
    text = unit.rest
    if not words(text) or not fits_line(text) or width(text) > _WIDEST_NAME:
        return False
    return not (ends_sentence(text) and len(words(text)) > 6)


def _can_be_entry(unit: Unit) -> bool:
    """Whether the line can be in a long list, where affiliations make the lines wider."""
    return words(unit.rest) != [] and unit.width <= _WIDEST_ENTRY and unit.rest[-1:] not in "?!:"


def _marked(unit: Unit) -> str:
    """What kind of mark the line begins with; lines of one list share it."""
    return unit.bullet or (unit.label.style if unit.label else "")


def _is_aside(unit: Unit, language: Language) -> bool:
    return (
        is_contact(unit.text)
        or is_navigation(unit.text)
        or dateline(unit.text, language) is not None
    )
