"""From the rows of a published text to its paragraphs, hard wraps mended."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.importer.folding import fold
from bot.importer.labels import Label, bulleted, numbered
from bot.importer.lexicon import is_attribution
from bot.importer.model import Line, Row, Unit
from bot.importer.pieces import trimmed
from bot.importer.scripts import ends_sentence, stripped, wide_scripted, width
from bot.importer.tree import TooLarge
from bot.importer.walk import MOST_ROWS
from bot.text.rich import RichText, concat

# Not the form feed: editors do not count it as the end of a line, and it stands at its edge.
_LINE_ENDS = re.compile("\r\n|[\n\r\v\x85\u2028\u2029]")
_RULE = re.compile(r"[-_=*~—–#\s]{3,}")
_WIDEST_WRAP = 130
_NARROWEST_WRAP = 36
_LINES_OF_A_HEAD = 12
# How full the fullest line must be in a wrapped text, and the least that counts as full.
_FULL, _LEAST_FULL = 0.85, 0.7


@dataclass(frozen=True, slots=True)
class _Marked:
    """A row and the number or bullet that it begins with, which tells that it begins something."""

    row: Row
    label: Label | None
    bullet: str | None

    @property
    def text(self) -> str:
        return self.row.text

    @property
    def marked(self) -> bool:
        return self.label is not None or self.bullet is not None


def plain_rows(text: str) -> list[Row]:
    """The lines of a plain text."""
    rows: list[Row] = []
    end = 0
    ruled = False
    for number, written in enumerate(_LINE_ENDS.split(text), 1):
        if len(rows) >= MOST_ROWS:
            raise TooLarge
        if core := stripped(written):
            indent = width(written[: len(written) - len(written.lstrip())].expandtabs(4))
            line = Line(number, written)
            row = Row((line,), RichText(core), number != end + 1, indent, ruled=ruled)
            rows.append(row)
            end, ruled = number, _RULE.fullmatch(core) is not None
    return rows


def units(rows: Sequence[Row]) -> list[Unit]:
    """Every paragraph and item, in order; each row is in just one."""
    marked = _marks(rows)
    # A full title is not a first line: below it the attribution begins.
    starts = {i for i, row in enumerate(rows[:_LINES_OF_A_HEAD]) if is_attribution(row.text)}
    found: list[Unit] = []
    for _, block in itertools.groupby(enumerate(marked), key=lambda pair: pair[1].row.block):
        numbers, lines = zip(*block, strict=True)
        group: list[_Marked] = []
        wrap = _wrapping(lines)
        for number, line in zip(numbers, lines, strict=True):
            if group and (number in starts or not _continues(group[-1], line, wrap)):
                found.append(_unit(group))
                group = []
            group.append(line)
        found.append(_unit(group))
    return found


def _marks(rows: Iterable[Row]) -> list[_Marked]:
    """Which rows begin with a number or a bullet; some count only where they carry a list on."""
    marked: list[_Marked] = []
    last: dict[str, int] = {}
    for row in rows:
        label = row.label or (
            None if row.shape.marker or row.shape.code else numbered(row.text, last)
        )
        if label:
            last[label.style] = label.value
        bullet = None
        if label is None and not row.shape.code:
            bullet = row.shape.marker or bulleted(row.text)
        marked.append(_Marked(row, label, bullet))
    return marked


def _unit(group: Sequence[_Marked]) -> Unit:
    first = group[0]
    texts = [trimmed(one.row.rich) for one in group]
    pieces: list[RichText | str] = [texts[0]]
    hyphen: Line | None = None
    for before, text, addition in zip(group, texts, texts[1:], strict=False):
        if _hyphenated(text.plain):
            hyphen = before.row.lines[-1]
        elif not (wide_scripted(text.plain[-1]) and wide_scripted(addition.plain[0])):
            pieces.append(" ")
        pieces.append(addition)
    rich = concat(pieces)
    written = first.label.written if first.label else first.bullet or ""
    drawn = first.row.label is not None or first.row.shape.marker != ""
    return Unit(
        tuple(line for one in group for line in one.row.lines),
        rich,
        first.row.after_blank,
        first.row.indent,
        first.label,
        first.bullet,
        rich.plain if drawn else stripped(rich.plain.removeprefix(written)),
        hyphen,
        first.row.shape,
        first.row.cells,
        first.row.ruled,
        first.row.parts if len(group) == 1 else (),
        first.row.card,
    )


def _hyphenated(text: str) -> bool:
    return len(text) > 1 and text[-1] in "-\u2010" and text[-2].isalpha()


@dataclass(frozen=True, slots=True)
class _Wrap:
    """How a text is wrapped: at `width` columns. A line with the first word of the next one, as a
    share of that, reaches `fill` when the next line is its rest."""

    width: int
    fill: float

    def filled(self, line: _Marked, following: _Marked) -> bool:
        return _fill(line, following, self.width) >= self.fill


def _wrapping(lines: Sequence[_Marked]) -> _Wrap | None:
    """How the text is wrapped; None when each line is a paragraph of its own.

    A wrapped text has no wide line, and at least one full line that stops in the middle of a
    sentence, which the next one carries on: with a small letter, or in a script without capitals.
    Most such lines tell how full a line of this text is when it goes on.
    """
    if len(lines) < 2:
        return None
    widest = max(width(line.text) for line in lines)
    if not _NARROWEST_WRAP <= widest <= _WIDEST_WRAP:
        return None
    prose = _prose(lines)
    fills = sorted(
        _fill(line, following, widest)
        for index, (line, following) in enumerate(itertools.pairwise(lines))
        if not following.row.after_blank
        and not following.marked
        and not _finished(line)
        and (following.text[0].islower() or (not following.text[0].isupper() and prose[index]))
    )
    if not fills or fills[-1] < _FULL:
        return None
    return _Wrap(widest, max(_LEAST_FULL, min(1.0, fills[len(fills) // 10])))


def _prose(lines: Sequence[_Marked]) -> list[bool]:
    """Of each line, whether the lines around it that no blank one parts end with a final stop."""
    told: list[bool] = []
    for index in range(len(lines) - 1, -1, -1):
        last = index + 1 == len(lines) or lines[index + 1].row.after_blank
        told.append(ends_sentence(lines[index].text) if last else told[-1])
    return told[::-1]


def _continues(line: _Marked, following: _Marked, wrap: _Wrap | None) -> bool:
    if following.row.after_blank or following.marked:
        return False
    if following.row.indent > line.row.indent and not line.marked:
        return False  # the first line of a paragraph; under an item it would be its rest
    if wrap is not None and wrap.filled(line, following):
        return True
    # A stray break in a text of long lines: the sentence goes on with a small letter.
    long = width(line.text) > _NARROWEST_WRAP
    return long and not _finished(line) and following.text[0].islower()


def _fill(line: _Marked, following: _Marked, widest: int) -> float:
    start = following.text
    first = start[0] if wide_scripted(start[0]) else start.split()[0]
    return (width(line.text) + 1 + width(first)) / widest


def _finished(line: _Marked) -> bool:
    return ends_sentence(line.text) or fold(line.text[-4:])[-1:] in {":", ";", "؛"}
