"""What a line says by itself: a heading over names, a name, an item, something of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.ids import Language
from bot.importer.dates import dateline
from bot.importer.folding import words
from bot.importer.lexicon import (
    fits_line,
    group_kind,
    is_around,
    is_contact,
    is_navigation,
    is_section_around,
    is_signatories_heading,
)
from bot.importer.located import located, pieces
from bot.importer.model import Unit
from bot.importer.scripts import ends_sentence, stripped, width

WIDEST_NAME, _WIDEST_ENTRY = 140, 400
_BRACKETED = re.compile(r"\S.*\s?[(（][^()（）]{2,40}[)）]")
_LED = re.compile(r"([^:：]{2,60})([:：])\s*(.*)", re.DOTALL)


def is_bare_name(unit: Unit) -> bool:
    """Whether the line is two to six words with capitals, and nothing else."""
    several = unit.rest.split()
    capitals = sum(word[:1].isupper() for word in several)
    few = 1 < len(several) <= 6 and capitals > 1 and several[0][0].isupper()
    short = all(word[0].isupper() or len(word) < 4 for word in several)
    return few and short and unit.rest[-1:] not in ".!?:," and not unit.shape.heading


def is_label(unit: Unit) -> bool:
    """Whether the line is a heading over signatories, with or without names behind it."""
    if unit.label or unit.bullet or unit.cells:
        return False
    heading, colon, names = split_heading(unit.text)
    if not is_signatories_heading(heading):
        return False
    return bool(colon) or not names


def names_below(unit: Unit) -> tuple[str, ...]:
    """The names of a paragraph whose first line is a heading over the others."""
    if not unit.parts or unit.label or unit.bullet:
        return ()
    heading, _, names = split_heading(unit.parts[0])
    below = unit.parts[1:]
    return below if is_signatories_heading(heading) and not names and are_names(below) else ()


def group_of(unit: Unit) -> str:
    """What a heading says of those below it, "" where it is none."""
    if unit.label or unit.bullet or unit.cells:
        return ""
    over = unit.shape.heading or unit.is_all() or unit.text[-1:] in tuple(":：")
    return group_kind(unit.text) if over and not ends_sentence(unit.text) else ""


def names_person(text: str) -> bool:
    """`Name Name, something`."""
    name, comma, rest = re.sub("[,،，、(（]", ",", text).partition(",")
    named = 1 < len(name.split()) <= 6 and not name[:1].islower() and not ends_sentence(name)
    return bool(named and comma and words(rest))


def are_names(texts: Sequence[str]) -> bool:
    """Whether each line can be of one that signed: short, and no part of a sentence."""
    return all(
        0 < width(text) <= WIDEST_NAME
        and not text[0].islower()
        and (names_person(text) or len(words(text)) <= 6)
        and not ends_sentence(text)
        for text in texts
    )


def split_heading(text: str) -> tuple[str, str, str]:
    """`Signed by: A (X), B (Y)` in heading, colon and names; the whole is the heading if none."""
    found = _LED.match(text)
    if found is None:
        return stripped(text).rstrip(",،，"), "", ""
    return stripped(found[1]), found[2], stripped(found[3])


def bare(unit: Unit) -> str:
    """The words of a line that stands over others."""
    return stripped(unit.rest.rstrip(":：,،，"))


def is_item(unit: Unit) -> bool:
    """Whether the unit is an item of a list that its format marks as one."""
    return unit.shape.marker != "" and unit.width <= _WIDEST_ENTRY and words(unit.rest) != []


def can_be_entry(unit: Unit) -> bool:
    """Whether the line can be in a long list, where affiliations make the lines wider."""
    return unit.rest[-1:] not in "?!:" and unit.width <= _WIDEST_ENTRY and words(unit.rest) != []


def mark_of(unit: Unit) -> str:
    """What kind of mark the line begins with; lines of one list share it."""
    return unit.bullet or (unit.label.style if unit.label else "")


def is_person(unit: Unit) -> bool:
    """`Name Name, something` in one short line."""
    if unit.shape.heading or unit.cells or not can_be_name(unit):
        return False
    return names_person(unit.rest)


def is_list(run: Sequence[Unit], language: Language, *, last: bool) -> bool:
    """Whether lines with countries are a list; `last` says that they end the text."""
    anchors = [place for unit in run if (place := located(unit.rest, language))]
    if len(anchors) * 2 < len(run):
        return False
    if len(anchors) == 1:
        return last and anchors[0].bracketed
    # "Hands off Syria, Iraq" is a slogan: commas and dashes need a bullet or many like them.
    return any(a.bracketed for a in anchors) or mark_of(run[0]) != "" or len(anchors) > 2


def alike(unit: Unit, model: Unit, lower: Unit, language: Language) -> bool:
    """Whether `unit` belongs to the list that `model`, next to it, is in; `lower` is the one of
    the two that may have a blank line above it."""
    if not can_be_name(unit) or mark_of(unit) != mark_of(model):
        return False
    # `Name (Kurdistan)`: in the form of the others, of a country that has no code.
    return (
        mark_of(unit) != ""
        or has_country(unit, language)
        or (not lower.after_blank and _BRACKETED.fullmatch(unit.rest) is not None)
    )


def has_country(unit: Unit, language: Language) -> bool:
    """Whether the line names a signatory and its country."""
    return can_be_name(unit) and any(
        located(piece, language) for piece in pieces(unit.rest, language)
    )


def can_be_name(unit: Unit) -> bool:
    """Whether the line is short enough, and no sentence."""
    text = unit.rest
    if unit.cells or not fits_line(text) or width(text) > WIDEST_NAME or not words(text):
        return False
    return not (ends_sentence(text) and len(words(text)) > 6)


def is_aside(unit: Unit, language: Language) -> bool:
    """Whether the line is known to be of something else: a contact, a date, the page around."""
    return (
        is_contact(unit.text)
        or is_navigation(unit.text)
        or is_around(unit.text, language)
        or (unit.shape.heading > 0 and is_section_around(unit.text, language))
        or dateline(unit.text, language) is not None
    )
