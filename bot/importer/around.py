"""What surrounds a letter on its page: how to sign, gifts, adverts, counters, footnotes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.ids import Language
from bot.importer.lexicon import (
    group_kind,
    is_around,
    is_note,
    is_section_around,
)
from bot.importer.model import Unit
from bot.importer.name_lines import is_label
from bot.importer.scripts import ends_sentence
from bot.text.rich import Style

_TAIL_SHARE = 0.4
_LONGEST = 60
"""Words of an advert."""


def without_surroundings(
    units: Sequence[Unit], language: Language
) -> tuple[list[Unit], list[Unit], list[str]]:
    """The units of the letter, those of the page around it, and why each of these is."""
    sizes = [0]
    for unit in units:
        sizes.append(sizes[-1] + unit.width)
    tail = next((i for i, s in enumerate(sizes) if s >= (1 - _TAIL_SHARE) * sizes[-1]), 0)
    out: dict[int, str] = {}
    index = 0
    while index < len(units):
        end = index + 1
        if index in out or index == 0:
            index = end
            continue
        unit = units[index]
        if _heads(unit, in_tail=index >= tail) and is_section_around(
            unit.text.rstrip(":： ?？"), language
        ):
            end = _section_end(units, index)
            reason = f"under '{unit.text}'"
        elif unit.ruled and index >= tail and (stop := _advert(units, index, language)):
            end, reason = stop, "behind a rule, with words of adverts"
        elif (
            not unit.shape.heading and is_note(unit.text, language) and index > 1 and not unit.cells
        ):
            reason = "a footnote or a note on the text"
        elif _is_button(unit, language):
            reason = "of the page, not of the letter"
        else:
            index = end
            continue
        out.update(dict.fromkeys(range(index, end), reason))
        index = end
    kept = [unit for index, unit in enumerate(units) if index not in out]
    told = [
        f"line {units[i].number} is left out: {why}"
        for i, why in out.items()
        if i - 1 not in out or out[i - 1] != why
    ]
    return kept, [units[index] for index in out], told


def _heads(unit: Unit, *, in_tail: bool) -> bool:
    """Whether the line is a heading; in plain text only one at the end counts."""
    if unit.shape.heading:
        return unit.shape.heading > 1
    return in_tail and unit.after_blank and not unit.label and not unit.bullet and not unit.cells


def _section_end(units: Sequence[Unit], start: int) -> int:
    level = units[start].shape.heading or 7
    end = start + 1
    while end < len(units):
        unit = units[end]
        if 0 < unit.shape.heading <= level or _is_list_heading(unit):
            break
        end += 1
    return end


def _is_list_heading(unit: Unit) -> bool:
    plain = not (unit.label or unit.bullet or unit.cells)
    return is_label(unit) or (plain and unit.shape.heading > 0 and group_kind(unit.text) != "")


def _advert(units: Sequence[Unit], start: int, language: Language) -> int:
    """The end of what stands behind a rule, 0 if that is of the letter."""
    end = start
    advertises = False
    while end < len(units) and not _is_list_heading(units[end]):
        advertises = advertises or is_around(units[end].text, language, most=_LONGEST)
        end += 1
    return end if advertises else 0


def _is_button(unit: Unit, language: Language) -> bool:
    if not is_around(unit.text, language) or unit.cells:
        return False
    if unit.is_all(Style.LINK):
        return True
    sentence = ends_sentence(unit.text) and not unit.text.endswith(("…", "..."))
    return not (sentence or unit.shape.marker or unit.label or _is_list_heading(unit))
