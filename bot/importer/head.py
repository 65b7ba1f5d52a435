"""What stands above a statement's text: title, attribution, date, original language, scraps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.ids import Language
from bot.importer.dates import dateline
from bot.importer.folding import fold, words
from bot.importer.lexicon import (
    fits_line,
    is_addressee,
    is_attribution,
    is_kicker,
    is_kind,
    is_salutation,
    is_scrap,
    source_of,
)
from bot.importer.model import Unit
from bot.importer.scripts import ends_sentence
from bot.importer.tongues import original_language

_LONG = 150
"""Columns above which a line with a sentence in it is text, not a heading."""
_LONGEST_TITLE = 300
_SENTENCE = 50
_SHORTEST_TITLE = 8
_LINES_OF_A_TITLE = 3
_NOT_A_TITLE = -3
_LINES_ABOVE_TITLE = 12


@dataclass(frozen=True, slots=True)
class Head:
    """`title` and `attribution` are units above the text, `scraps` found no place. The text
    begins with `rest`, lines below title and attribution, and goes on at the index `end`."""

    title: tuple[Unit, ...]
    attribution: Unit | None
    scraps: tuple[Unit, ...]
    rest: tuple[Unit, ...]
    end: int


def find_head(
    units: Sequence[Unit], first_item: int, language: Language, signatories: Collection[str]
) -> Head:
    """Takes the head off `units`. `first_item` is where the demands begin (or the end);
    `signatories` are names, so that a letterhead is not taken for a title."""
    if (heading := _main_heading(units, first_item)) is not None:
        return _below_heading(units, heading, first_item, language)
    end = next((i for i in range(first_item) if _is_text(units, i, language)), None)
    if end is None:  # nothing but short lines: the first group is the head, the rest is the text
        end = next(
            (
                i
                for i in range(1, first_item)
                if units[i].after_blank and not is_scrap(units[0].text)
            ),
            min(first_item, 1),
        )
        while end < first_item and is_attribution(units[end].text):
            end += 1
    special = [_is_aside(unit, language) for unit in units[:end]]
    attributions = [i for i in range(end) if not special[i] and is_attribution(units[i].text)]
    attribution = attributions[-1] if attributions else None
    groups = _groups(units[:end], special, attribution)
    title = _choose(units, groups, attribution, signatories)
    if title is None and attribution is not None:
        title, attribution = range(attribution, attribution + 1), None
    return _head(units, title, attribution, special, end)


def _main_heading(units: Sequence[Unit], first_item: int) -> int | None:
    """The heading that is the title: of the highest level, above the text, and not the one over
    the demands or a section; None in a text without such headings."""
    headings = [i for i, unit in enumerate(units[: first_item + 1]) if unit.shape.heading]
    if not headings:
        return None
    level = min(units[i].shape.heading for i in headings)
    highest = [i for i in headings if units[i].shape.heading == level]
    first = highest[0]
    prose = sum(unit.width > _LONG and ends_sentence(unit.text) for unit in units[:first])
    over_list = first + 1 >= first_item and level > 1
    if first > _LINES_ABOVE_TITLE or prose > 1 or over_list or not fits_line(units[first].text):
        return None
    return first if level == 1 or first == 0 or len(highest) == 1 else None


def _below_heading(units: Sequence[Unit], title: int, first_item: int, language: Language) -> Head:
    """The title is a heading: what stands above it is the page around the text."""
    end = title + 1
    while end < first_item and not units[end].shape.heading and not _is_text(units, end, language):
        end += 1
    special = [_is_aside(unit, language) for unit in units[:end]]
    lines = range(title + 1, end)
    attributions = [i for i in lines if not special[i] and is_attribution(units[i].text)]
    attribution = attributions[-1] if attributions else None
    if attribution is not None:
        # Short lines between title and attribution belong to neither; they begin the text.
        rest = tuple(units[i] for i in lines if not special[i] and i != attribution)
        scraps = (*units[:title], *(units[i] for i in lines if special[i]))
        return Head((units[title],), units[attribution], scraps, rest, end)
    return _head(units, range(title, title + 1), None, special, end)


def _head(
    units: Sequence[Unit],
    title: range | None,
    attribution: int | None,
    special: Sequence[bool],
    end: int,
) -> Head:
    """Lines behind both title and attribution begin the text; those before are scraps."""
    taken = {*(title or ()), *(() if attribution is None else (attribution,))}
    start = max(taken) + 1 if taken else end
    return Head(
        tuple(units[i] for i in title or ()),
        None if attribution is None else units[attribution],
        tuple(units[i] for i in range(end) if i not in taken and (i < start or special[i])),
        tuple(units[i] for i in range(start, end) if not special[i]),
        end,
    )


def _is_text(units: Sequence[Unit], index: int, language: Language) -> bool:
    """Whether the text of the statement begins here at the latest."""
    unit = units[index]
    if unit.shape.marker:
        return True
    if is_attribution(unit.text) or _is_aside(unit, language):
        return False
    finished = ends_sentence(unit.text)
    inner = any(stop in unit.text for stop in (". ", "۔ ", "。", "؟ "))
    prose = unit.width > _LONG and (finished or inner)
    if unit.width > _LONGEST_TITLE or prose or not fits_line(unit.text):
        return True
    if index == 0:
        return False
    if unit.label is not None or unit.bullet is not None:
        return True
    return (finished and unit.width > _SENTENCE) or _leads_on(unit) or is_salutation(unit.text)


def _leads_on(unit: Unit) -> bool:
    return unit.text[-1:] in tuple(":：") and len(words(unit.text)) > 3


def _is_aside(unit: Unit, language: Language) -> bool:
    """A date, an address, a note on the original: known, but neither title nor text."""
    return (
        dateline(unit.text, language) is not None
        or source_of(unit.text) is not None
        or (original_language(unit.text, language) is not None and not is_attribution(unit.text))
    )


def _groups(units: Sequence[Unit], special: Sequence[bool], attribution: int | None) -> list[range]:
    """Runs of adjoining lines that can be a title; more than three lines are single ones."""
    groups: list[range] = []
    for index, unit in enumerate(units):
        if special[index] or index == attribution:
            continue
        joins = groups and groups[-1].stop == index and not unit.after_blank
        if joins and not (_stands_alone(unit.text) or _stands_alone(units[index - 1].text)):
            groups[-1] = range(groups[-1].start, index + 1)
        else:
            groups.append(range(index, index + 1))
    return [
        piece
        for group in groups
        for piece in (
            [group] if len(group) <= _LINES_OF_A_TITLE else [range(i, i + 1) for i in group]
        )
    ]


def _stands_alone(text: str) -> bool:
    """Whether the line is surely not half of a title."""
    return is_scrap(text) or is_kicker(text) or is_kind(text)


def _choose(
    units: Sequence[Unit],
    groups: Sequence[range],
    attribution: int | None,
    signatories: Collection[str],
) -> range | None:
    """The best group; among equals the last above the attribution, else the first below it, else
    the last above the text: what stands next to the text is the heading, not the page around."""
    names = {fold(name) for name in signatories}
    scored = [(_score([units[i] for i in group], names), group) for group in groups]
    scored = [(score, group) for score, group in scored if score > _NOT_A_TITLE]
    if not scored:
        return None
    best = max(score for score, _ in scored)
    equals = [group for score, group in scored if score == best]
    if attribution is None:
        return equals[-1]
    above = [group for group in equals if group.stop <= attribution]
    return above[-1] if above else equals[0]


def _score(group: Sequence[Unit], names: Collection[str]) -> int:
    text = " ".join(unit.text for unit in group)
    if is_scrap(text) or not fits_line(text):
        return _NOT_A_TITLE - 2
    score = 0
    if is_salutation(text):
        score -= 3
    elif is_addressee(text):
        score -= 2
    if ends_sentence(text) and text[-1:] not in tuple("!?！？؟"):
        score -= 2
    if text[-1:] in tuple(":："):
        score -= 2
    if sum(unit.width for unit in group) < _SHORTEST_TITLE:
        score -= 2
    if fold(text) in names or is_kicker(text):
        score -= 2
    elif is_kind(text):
        score -= 1
    if text.isupper():
        score += 1
    return score
