"""The parts of a text as Markdown blocks: paragraphs, headings, lists, quotations, code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.importer.inline import inline
from bot.importer.model import Part

BULLET = "•"
"""What the bot shows in front of the items of a list without numbers."""


def blocks(parts: Sequence[Part]) -> str:
    """Markdown that renders to the words of `parts`, in order."""
    pieces: list[str] = []
    lists: list[tuple[int, int]] = []
    before: Part | None = None
    for part in parts:
        if before is not None:
            pieces.append(_gap(before, part))
        pieces.append(_block(part, lists))
        before = part
    return "".join(pieces)


def shown(part: Part) -> Iterator[str]:
    """The words that readers see of a part, the sign of a list's item in front."""
    if part.shape.marker:
        yield part.shape.marker if part.shape.ordered else BULLET
    yield from part.text.split()


def level_of(part: Part | None) -> int:
    """The level of a heading in the package, where the first level is the title's alone."""
    return max(2, part.shape.heading if part else 2)


def _gap(before: Part, part: Part) -> str:
    """Items of one list may follow line by line; everything else stands a blank line apart."""
    tight = before.shape.marker and part.shape.marker and not part.apart
    # A list inside an item follows without a blank line only where it begins as Markdown expects.
    deeper = part.shape.depth > before.shape.depth and not re.match(
        r"[-*+]|1[.)]", part.shape.marker
    )
    if tight and not deeper and before.shape.quotes == part.shape.quotes:
        return "\n"
    both = min(before.shape.quotes, part.shape.quotes)
    return "\n" + ">" * both + "\n"


def _block(part: Part, lists: list[tuple[int, int]]) -> str:
    """One block; `lists` are the depths of the lists around it and the columns that their marks
    take."""
    shape = part.shape
    while lists and lists[-1][0] > shape.depth - bool(shape.marker):
        lists.pop()
    first = " " * sum(columns for _, columns in lists)
    if shape.marker:
        first += f"{shape.marker} "
        lists.append((shape.depth, len(shape.marker) + 1))
    rest = " " * sum(columns for _, columns in lists)
    quote = "> " * shape.quotes
    lines = _content(part).split("\n")
    return "\n".join(f"{quote}{rest if i else first}{line}" for i, line in enumerate(lines))


def _content(part: Part) -> str:
    if part.shape.code:
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", part.text)), default=0))
        return f"{fence}\n{part.text}\n{fence}"
    if part.shape.heading:
        return f"{'#' * level_of(part)} {inline(part.rich)}"
    return inline(part.rich)
