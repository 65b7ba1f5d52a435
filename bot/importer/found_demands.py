"""What is in each demand of the list that is them, and what to check of them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from bot.importer.demands import ItemRun, end_of_last
from bot.importer.labels import Label
from bot.importer.model import FoundDemand, Part, Unit, part
from bot.text.rich import bold


def collect(
    units: Sequence[Unit], run: ItemRun | None, above: Sequence[Unit] = ()
) -> tuple[FoundDemand, ...]:
    """The demands that begin there, each with the paragraphs up to the next one, or to a heading
    over that; `above` are headings over the first. `end_of_last` says what the last one keeps."""
    if run is None:
        return ()
    demands: list[FoundDemand] = []
    groups = list(above)
    ends = [*run.starts, end_of_last(units, run.starts)]
    for value, (start, stop) in enumerate(itertools.pairwise(ends), 1):
        inner = list(units[start:stop])
        under, groups = groups, []
        while len(inner) > 1 and inner[-1].shape.heading and stop != ends[-1]:
            groups.insert(0, inner.pop())
        label = inner[0].label or _bullet(inner[0], value)
        demands.append(_demand(inner, under, label))
    return tuple(demands)


def _bullet(unit: Unit, value: int) -> Label:
    """The number that a bullet becomes."""
    return Label(unit.bullet or "", value, "bullet", drawn=unit.shape.marker != "")


def _demand(units: Sequence[Unit], above: Sequence[Unit], label: Label) -> FoundDemand:
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
    if demands and demands[0].label.style == "bullet":
        told.append(f"the demands have bullets and get the numbers 1. to {len(demands)}.")
    for before, demand in zip([None, *demands], demands, strict=False):
        label, written = demand.label, demand.label.written
        if label.word:
            told.append(f"the demand '{written}' gets the number '{demand.marker}' in front")
        elif demand.marker != written and label.style != "bullet":
            told.append(f"the number '{written}' is written as '{demand.marker}'")
        if before and label.value != before.label.value + 1:
            told.append(f"the numbers jump from '{before.label.written}' to '{written}'")
        if before and label.style != before.label.style and not label.drawn:
            told.append(f"the numbers change from '{before.label.written}' to '{written}'")
        if len(demand.paragraphs) > 1:
            numbers = ", ".join(str(p.lines[0].number) for p in demand.paragraphs)
            count = len(demand.paragraphs)
            told.append(f"demand '{written}' has {count} paragraphs (lines {numbers})")
    return told
