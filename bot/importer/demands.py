"""The demands: which list of a text they are, why, and what is in each."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.ids import Language
from bot.importer.folding import fold, words
from bot.importer.labels import Label
from bot.importer.lexicon import asks, asks_before, find, heads_demands, is_known, ordinals
from bot.importer.model import Candidate, Choice, Unit
from bot.importer.scripts import ends_sentence
from bot.text.rich import RichText

_LONGEST_HEADING = 8
_SECTION = 4
"""More paragraphs a number than this are the sections of a text, not its demands."""
_PARAGRAPHS_BELOW_HEADING = 3
_LONGEST_NAME = 4
"""Words."""


@dataclass(frozen=True, slots=True)
class ItemRun:
    """A list: where its items begin, and why it is the demands, "" where nothing says so; `strong`
    ones are led by a heading or a colon."""

    starts: tuple[int, ...]
    reason: str = ""
    strong: bool = False
    numbered: bool = True
    doubt: str = ""
    """What to tell of a list that is led by no more than a paragraph."""


@dataclass(frozen=True, slots=True)
class DemandLists:
    """The list that is taken for the demands, if any, and all that could be."""

    chosen: ItemRun | None
    lists: tuple[ItemRun, ...]
    notes: tuple[str, ...] = ()


def find_demands(units: Sequence[Unit], language: Language, choice: Choice) -> DemandLists:
    """A list is the demands only when the heading over it or the sentence before it says so, in
    the language of the text. Of several it is one under a heading or behind a colon, then one with
    numbers, then the longest, then the last."""
    lists = [_reasoned(units, run, language) for run in (*_numbered(units), *_bulleted(units))]
    lists.sort(key=lambda run: run.starts[0])
    if choice.demands is not None:
        chosen = next((r for r in lists if units[r.starts[0]].number == choice.demands), None)
        reason = "as chosen"
        return DemandLists(chosen and replace(chosen, reason=reason), tuple(lists))
    if not is_known(language):
        led = [run for run in lists if run.numbered and _leads(units, run.starts[0])]
        note = f"no words for demands are known in the language {language}; check what was taken"
        if len(led) == 1:
            chosen = replace(
                led[0], reason="the only list with numbers behind a colon or a heading"
            )
            return DemandLists(chosen, tuple(lists), (note,))
    led = [run for run in lists if run.reason]
    best = max(led, key=lambda r: (r.strong, r.numbered, len(r.starts), r.starts[0]), default=None)
    return DemandLists(best, tuple(lists), (best.doubt,) if best and best.doubt else ())


def candidate(units: Sequence[Unit], run: ItemRun) -> Candidate:
    """The list as it is told to a person."""
    first, last = units[run.starts[0]], units[end_of_last(units, run.starts) - 1]
    return Candidate(first.number, last.lines[-1].number, len(run.starts), first.text[:60])


def _reasoned(units: Sequence[Unit], run: ItemRun, language: Language) -> ItemRun:
    """The list with what says that it is the demands."""
    first = run.starts[0]
    if first == 0:
        return run
    lead = units[first - 1]
    sentence = asks(lead.text, language)
    is_text = not lead.shape.heading and lead.cells is None and not lead.shape.marker
    if sentence and is_text:
        if _names(units, run) and find("persons", lead.text, language):
            return run
        strong = lead.text.rstrip()[-1:] in tuple(":：")
        return replace(run, reason=f"after '{sentence}' (line {lead.number})", strong=strong)
    for heading in _headings_above(units, first):
        if word := heads_demands(heading.text, language):
            where = f"under the heading '{word}' (line {heading.number})"
            return replace(run, reason=where, strong=True)
    far = asks_before(lead.text, language) if is_text and not _names(units, run) else None
    if far:
        doubt = (
            f"the sentence over the list at line {units[first].number} asks for nothing, one before"
            f" it does ('{far}'); check that the list is the demands"
        )
        return replace(run, reason=f"after '{far}' (line {lead.number})", doubt=doubt)
    return run


def _headings_above(units: Sequence[Unit], first: int) -> Iterator[Unit]:
    """The heading of the section that a list stands in, and those of the sections around."""
    level, index, passed = 7, first - 1, 0
    while index >= 0 and passed <= _PARAGRAPHS_BELOW_HEADING:
        unit = units[index]
        if unit.shape.heading and unit.shape.heading < level:
            level = unit.shape.heading
            yield unit
        elif is_heading(unit) and level == 7:
            yield unit
            passed += _PARAGRAPHS_BELOW_HEADING * (not unit.is_all())
        passed += not unit.shape.heading
        index -= 1


def _names(units: Sequence[Unit], run: ItemRun) -> bool:
    """Whether the items are names of people, and no sentences."""
    return all(
        0 < len(words(units[i].rest)) <= _LONGEST_NAME
        and not ends_sentence(units[i].rest)
        and not any(word[0].islower() for word in units[i].rest.split())
        for i in run.starts
    )


_Places = Mapping[tuple[str, int], Sequence[int]]
"""Where in the text a number of that style and value stands, ascending."""


def _numbered(units: Sequence[Unit]) -> list[ItemRun]:
    places: dict[tuple[str, int], list[int]] = {}
    for index, unit in enumerate(units):
        if unit.label:
            places.setdefault((unit.label.style, unit.label.value), []).append(index)
    runs: list[list[int]] = []
    covered: set[int] = set()
    for start, unit in enumerate(units):
        if unit.label and start not in covered:
            run = _run(units, start, places)
            covered.update(run)
            if len(run) > 1 and run[-1] - run[0] <= _SECTION * len(run):
                runs.append(run)
    # A list inside an item of another one is part of that item.
    outer: list[list[int]] = []
    for run in sorted(runs, key=lambda run: (run[0], -run[-1])):
        if not outer or run[-1] > outer[-1][-1]:
            outer.append(run)
    return [ItemRun(tuple(run)) for run in outer]


def _run(units: Sequence[Unit], start: int, places: _Places) -> list[int]:
    """The list that begins at `start`: numbers of one style that count up, one left out at most. A
    number of another style that comes next carries it on."""
    label = units[start].label
    run, value = [start], label.value if label else 0
    style = label.style if label else ""
    while True:
        found = _next(places, style, value, run[-1])
        if found < 0:
            found = _carried(units, run, value)
        label = units[found].label if found >= 0 else None
        if label is None:
            return run
        run.append(found)
        value = label.value


def _next(places: _Places, style: str, value: int, last: int) -> int:
    for step in (1, 2):
        same = places.get((style, value + step), ())
        following = bisect.bisect_right(same, last)
        if following < len(same):
            return same[following]
    return -1


def _carried(units: Sequence[Unit], run: Sequence[int], value: int) -> int:
    """Where a list goes on with `4)` after `1. 2. 3.`, or with any number that its format counts;
    -1 where it does not."""
    first = units[run[0]]
    if len(run) < 2 or first.label is None or not _in_digits(first.label):
        return -1
    for index in range(run[-1] + 1, min(run[-1] + 3, len(units))):
        unit, label = units[index], units[index].label
        if label and unit.shape.depth <= first.shape.depth and unit.indent <= first.indent:
            same = label.drawn and label.style == first.label.style and label.value > value
            if same or (_in_digits(label) and label.value == value + 1):
                return index
    return -1


def _in_digits(label: Label) -> bool:
    return label.written.strip("().").isdigit()


def _bulleted(units: Sequence[Unit]) -> Iterator[ItemRun]:
    """Lists without numbers: items of one bullet; what is deeper belongs to them."""
    start = 0
    while start < len(units):
        first = units[start]
        if not first.bullet or first.shape.heading or first.shape.depth > 1:
            start += 1
            continue
        run, index = [start], start + 1
        while index < len(units):
            unit = units[index]
            same = unit.bullet == first.bullet and unit.shape.depth == first.shape.depth
            if same and unit.indent <= first.indent + 1:
                run.append(index)
            elif not (unit.shape.depth > first.shape.depth or unit.indent > first.indent + 1):
                break
            index += 1
        if len(run) > 1:
            yield ItemRun(tuple(run), numbered=False)
        start = index


def _leads(units: Sequence[Unit], first: int) -> bool:
    if first == 0:
        return False
    return units[first - 1].text[-1:] in tuple(":：") or is_heading(units[first - 1])


def is_heading(unit: Unit) -> bool:
    """Whether the line can stand as the heading over a list: short, and no sentence."""
    if unit.shape.heading:
        return True
    return (
        unit.label is None
        and unit.bullet is None
        and unit.cells is None
        and len(words(unit.text)) <= _LONGEST_HEADING
        and unit.width <= 60
        and not ends_sentence(unit.text)
        and unit.text[-1:] not in tuple(",،，;")
    )


def table_items(units: Sequence[Unit], language: Language) -> list[Unit]:
    """`units` with the rows of a table of demands ("First | ...") as numbered items."""
    items: list[Unit] = []
    for index, unit in enumerate(units):
        label = _ordinal(unit)
        before = units[index - 1] if index and label else None
        led = before is not None and (
            asks(before.text, language)
            or heads_demands(before.text, language)
            or (items[-1].label is not None and before.cells is not None)
        )
        if label is None or unit.cells is None or not led:
            items.append(unit)
            continue
        text = " ".join(unit.cells.texts)
        shown = tuple(replace(line, shown=text) for line in unit.lines)
        made = Unit(shown, RichText(text), unit.after_blank, 0, label, None, text)
        items.append(made)
    return items


def _ordinal(unit: Unit) -> Label | None:
    """The number that the first cell of a row is."""
    if unit.cells is None or len(unit.cells.texts) < 2:
        return None
    cell = unit.cells.texts[0]
    value = ordinals().get(fold(cell.rstrip(".:)")))
    if value is not None:
        return Label(cell, value, "table", word=True)
    found = re.fullmatch(r"(\d{1,3})[.)]?", cell)
    return Label(cell, int(found[1]), "table", word=True) if found and int(found[1]) else None


def end_of_last(units: Sequence[Unit], starts: Sequence[int]) -> int:
    """The index behind the last demand. It keeps what is indented under it, and where each demand
    is a line over paragraphs as many of them as all others have: more may be the text's end."""
    last = starts[-1]
    end = last + 1
    if not units[last].rest and end < len(units):
        end += 1  # the number stands alone, what it numbers is the next paragraph
    while (
        end < len(units)
        and units[end].indent >= units[last].indent + 2
        and not (units[end].bullet and units[end].after_blank)
    ):
        end += 1
    if end == last + 1 and not any(ends_sentence(units[start].text) for start in starts):
        below = (
            sum(not unit.shape.heading for unit in units[start + 1 : stop])
            for start, stop in itertools.pairwise(starts)
        )
        most = last + 1 + min(below, default=0)
        while end < min(most, len(units)) and not (units[end].shape.heading or units[end].cells):
            end += 1
    return end
