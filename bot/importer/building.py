"""Building rows for the formats that know paragraphs and lists by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.importer.labels import Label, in_markdown, numbered
from bot.importer.rows import Line, Row, Shape, split_links, trimmed
from bot.importer.scripts import stripped
from bot.text.rich import RichText, concat

BREAK = "\n"
_COLUMNS = 4
"""Of indentation that each list around a paragraph stands for."""


class Builder:
    """Takes the blocks of a document in order. Lines without a number get the next one: the
    formats of browsers and word processors have no lines that a person could count."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.left_out: list[Line] = []
        self._number = 0
        self._block = 0
        self._lists: dict[int, int] = {}

    def leave_out(self, text: str) -> None:
        """What is not of the text, each line of it."""
        for line in text.split(BREAK):
            if core := stripped(line):
                self.left_out.append(self._line(core))

    def add(
        self,
        text: RichText,
        shape: Shape,
        label: Label | None = None,
        *,
        apart: bool = True,
        lines: Sequence[Sequence[Line]] = (),
    ) -> None:
        """One block. Breaks in it part its rows; `lines` are those of each, blank ones included,
        where the format has lines."""
        self._block += 1
        if label and not in_markdown(label.written):
            # Markdown has no such list: the number is written out, as readers see it.
            text = concat((f"{label.written} ", text))
            shape, label = replace(shape, marker="", depth=max(0, shape.depth - 1)), None
        first, numbers = True, False
        pieces = [text] if shape.code else _split(text)
        for index, piece in enumerate(pieces):
            core, lost = split_links(trimmed(piece))
            if not core:
                apart = apart or not first
                continue
            of_row = tuple(lines[index]) if lines else (self._line(core.plain),)
            self.left_out.extend(Line(of_row[0].number, address) for address in lost)
            own = shape if first else replace(shape, marker="")
            # What follows a number in the same paragraph is of the item.
            numbers = numbers or (first and not shape.marker and numbered(core.plain) is not None)
            indent = _COLUMNS * (shape.depth - bool(own.marker) + (numbers and not first))
            self.rows.append(
                Row(of_row, core, apart, indent, self._block, own, label if first else None)
            )
            first, apart = False, False

    def number(self, written: str, value: int, depth: int, *, begins: bool) -> Label:
        """The label of an item. Lists that go on from another one share its style; one that
        `begins` with its first number is another list than those before it."""
        if begins and value <= 1:
            self._lists[depth] = self._lists.get(depth, 0) + 1
        style = f"{written[-1:]}{depth}.{self._lists.get(depth, 0)}"
        return Label(written, value, style, drawn=True)

    def _line(self, text: str) -> Line:
        self._number += 1
        return Line(self._number, text)


def _split(text: RichText) -> list[RichText]:
    pieces: list[RichText] = []
    start = 0
    for piece in text.plain.split(BREAK):
        pieces.append(text.cut(start, start + len(piece)))
        start += len(piece) + len(BREAK)
    return pieces
