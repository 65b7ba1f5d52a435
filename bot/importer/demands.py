"""The numbered demands: which of the numbered lines of a text they are, and what is in each."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Mapping, Sequence

from bot.importer.layout import Unit
from bot.importer.recognised import FoundDemand, Part, part
from bot.importer.scripts import ends_sentence
from bot.statements.folding import words
from bot.text.rich import bold

_LONGEST_HEADING = 8
_SECTION = 4
"""More paragraphs a number than this are the sections of a text, not its demands."""


def find_demands(units: Sequence[Unit]) -> tuple[int, ...]:
    """The indices of the units that begin a demand; empty when the text has no such list.

    Of several numbered lists it is the one that a line with a colon or a heading leads to, then
    the longest, then the last.
    """
    runs: list[list[int]] = []
    covered: set[int] = set()
    places = _places(units)
    for start in range(len(units)):
        if start not in covered:
            run = _run(units, start, places)
            covered.update(run)
            if len(run) > 1 and run[-1] - run[0] <= _SECTION * len(run):
                runs.append(run)
    # A list inside an item of another one is part of that item.
    outer = [run for run in runs if not any(o[0] < run[0] and run[-1] < o[-1] for o in runs)]
    best = max(outer, key=lambda run: (_is_led(units, run[0]), len(run), run[0]), default=[])
    return tuple(best)


_Places = Mapping[tuple[str, int], Sequence[int]]
"""Where in the text a number of that style and value stands, ascending."""


def _places(units: Sequence[Unit]) -> _Places:
    places: dict[tuple[str, int], list[int]] = {}
    for index, unit in enumerate(units):
        if unit.label:
            places.setdefault((unit.label.style, unit.label.value), []).append(index)
    return places


def _run(units: Sequence[Unit], start: int, places: _Places) -> list[int]:
    """The list that begins at `start`: numbers of one style that count up, one left out at most."""
    first = units[start].label
    if first is None:
        return []
    run, value = [start], first.value
    while True:
        for step in (1, 2):
            same = places.get((first.style, value + step), ())
            following = bisect.bisect_right(same, run[-1])
            if following < len(same):
                run.append(same[following])
                value += step
                break
        else:
            return run


def _is_led(units: Sequence[Unit], first: int) -> bool:
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
        and len(words(unit.text)) <= _LONGEST_HEADING
        and unit.width <= 60
        and not ends_sentence(unit.text)
        and unit.text[-1:] not in tuple(",،，;")
    )


def collect(
    units: Sequence[Unit], starts: Sequence[int], above: Sequence[Unit] = ()
) -> tuple[FoundDemand, ...]:
    """The demands that begin at `starts`, each with the paragraphs up to the next one, or to a
    heading over that; `above` are headings over the first. The last keeps only paragraphs that are
    indented under it: others may be the text's end."""
    demands: list[FoundDemand] = []
    groups = list(above)
    for start, stop in itertools.pairwise(
        [*starts, end_of_last(units, starts[-1])] if starts else ()
    ):
        inner = list(units[start:stop])
        under, groups = groups, []
        while len(inner) > 1 and inner[-1].shape.heading and stop < len(units):
            groups.insert(0, inner.pop())
        demands.append(_demand(inner, under))
    return tuple(demands)


def end_of_last(units: Sequence[Unit], last: int) -> int:
    """The index behind the last demand."""
    end = last + 1
    if not units[last].rest and end < len(units):
        end += 1  # the number stands alone, what it numbers is the next paragraph
    while (
        end < len(units)
        and units[end].indent >= units[last].indent + 2
        and not (units[end].bullet and units[end].after_blank)
    ):
        end += 1
    return end


def _demand(units: Sequence[Unit], above: Sequence[Unit]) -> FoundDemand:
    label = units[0].label
    assert label is not None, "a demand begins with its number"
    # A spelled-out ordinal is a word of the text and stays; a list gets a number besides.
    text = units[0].rich if label.word else units[0].rest_rich
    if units[0].shape.heading:
        text = bold(text)
    first = (
        (Part(text, units[0].lines, units[0].shape, units[0].after_blank),) if text.plain else ()
    )
    return FoundDemand(
        label,
        (*first, *(part(unit) for unit in units[1:])),
        units[0].after_blank,
        tuple(line for unit in units for line in unit.lines),
        tuple(map(part, above)),
    )


def notes(demands: Sequence[FoundDemand]) -> list[str]:
    """What a person should check: numbers that change or jump, demands of several paragraphs."""
    told: list[str] = []
    for before, demand in zip([None, *demands], demands, strict=False):
        written = demand.label.written
        if demand.label.word:
            told.append(f"the demand '{written}' gets the number '{demand.marker}' in front")
        elif demand.marker != written:
            told.append(f"the number '{written}' is written as '{demand.marker}'")
        if before and demand.label.value != before.label.value + 1:
            told.append(f"the numbers jump from '{before.label.written}' to '{written}'")
        if len(demand.paragraphs) > 1:
            numbers = ", ".join(str(p.lines[0].number) for p in demand.paragraphs)
            count = len(demand.paragraphs)
            told.append(f"demand '{written}' has {count} paragraphs (lines {numbers})")
    return told
