"""From the lines of a published text to its paragraphs, hard wraps mended."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.statements.importer.labels import Label, bulleted, numbered
from bot.statements.importer.lexicon import is_attribution
from bot.statements.importer.scripts import (
    ends_sentence,
    fold,
    stripped,
    wide_scripted,
    width,
)

# Not the form feed: editors do not count it as the end of a line, and it stands at its edge.
_LINE_ENDS = re.compile("\r\n|[\n\r\v\x85\u2028\u2029]")
_WIDEST_WRAP = 130
_NARROWEST_WRAP = 36
_LINES_OF_A_HEAD = 12
# How full the fullest line must be in a wrapped text, and the least that counts as full.
_FULL, _LEAST_FULL = 0.85, 0.7


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file that is not blank; `number` counts from 1, `text` is as it stands."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph, a heading, an item: one line, or several that a hard wrap had cut apart."""

    lines: tuple[Line, ...]
    text: str
    after_blank: bool
    indent: int
    label: Label | None = None
    bullet: str | None = None
    rest: str = ""
    """The text behind the number or the bullet; all of it when there is neither."""
    hyphen: Line | None = None
    """A line that ended with a hyphen and was joined to the next without a blank."""

    @property
    def width(self) -> int:
        return width(self.text)


def units(text: str) -> list[Unit]:
    """Every paragraph and item of `text`, in order; each line that is not blank is in just one."""
    rows = _LINE_ENDS.split(text)
    lines = [Line(number, row) for number, row in enumerate(rows, 1) if stripped(row)]
    groups: list[list[Line]] = []
    wrap = _wrapping(lines)
    # A full title is not a first line: below it the attribution begins.
    starts = {line for line in lines[:_LINES_OF_A_HEAD] if is_attribution(stripped(line.text))}
    for previous, line in zip([None, *lines], lines, strict=False):
        adjoining = previous is not None and line.number == previous.number + 1
        if previous and adjoining and line not in starts and _continues(previous, line, wrap):
            groups[-1].append(line)
        else:
            groups.append([line])
    ends = [0, *(group[-1].number for group in groups)]
    return [
        _unit(group, after_blank=group[0].number != end + 1)
        for group, end in zip(groups, ends, strict=False)
    ]


def _unit(group: Sequence[Line], *, after_blank: bool) -> Unit:
    text = stripped(group[0].text)
    hyphen: Line | None = None
    for before, line in itertools.pairwise(group):
        addition = stripped(line.text)
        if _hyphenated(text):
            hyphen = before
            text += addition
        else:
            close = wide_scripted(text[-1]) and wide_scripted(addition[0])
            text += addition if close else " " + addition
    label, bullet, rest = _marks(text)
    return Unit(tuple(group), text, after_blank, _indent(group[0]), label, bullet, rest, hyphen)


def _indent(line: Line) -> int:
    """Columns of blanks in front."""
    return width(line.text[: len(line.text) - len(line.text.lstrip())].expandtabs(4))


def _marks(text: str) -> tuple[Label | None, str | None, str]:
    if found := numbered(text):
        return found[0], None, stripped(found[1])
    if marked := bulleted(text):
        return None, marked[0], stripped(marked[1])
    return None, None, text


def _hyphenated(text: str) -> bool:
    return len(text) > 1 and text[-1] in "-\u2010" and text[-2].isalpha()


@dataclass(frozen=True, slots=True)
class _Wrap:
    """How a text is wrapped: at `width` columns. A line with the first word of the next one, as a
    share of that, reaches `fill` when the next line is its rest."""

    width: int
    fill: float

    def filled(self, line: Line, following: Line) -> bool:
        return _fill(line, following, self.width) >= self.fill


def _wrapping(lines: Sequence[Line]) -> _Wrap | None:
    """How the text is wrapped; None when each line is a paragraph of its own.

    A wrapped text has no wide line, and at least one full line that stops in the middle of a
    sentence, which the next one carries on: with a small letter, or in a script without capitals.
    Most such lines tell how full a line of this text is when it goes on.
    """
    widest = max((width(stripped(line.text)) for line in lines), default=0)
    if not _NARROWEST_WRAP <= widest <= _WIDEST_WRAP:
        return None
    fills = sorted(
        _fill(line, following, widest)
        for index, (line, following) in enumerate(itertools.pairwise(lines))
        if following.number == line.number + 1
        and not _marked(following)
        and not _finished(line)
        and _carries_on(lines, index)
    )
    if not fills or fills[-1] < _FULL:
        return None
    return _Wrap(widest, max(_LEAST_FULL, min(1.0, fills[len(fills) // 10])))


def _carries_on(lines: Sequence[Line], index: int) -> bool:
    start = stripped(lines[index + 1].text)[0]
    return start.islower() or (not start.isupper() and _sentence_follows(lines, index))


def _sentence_follows(lines: Sequence[Line], index: int) -> bool:
    """Whether the block around that line ends as prose does: with a final stop."""
    last = index
    while last + 1 < len(lines) and lines[last + 1].number == lines[last].number + 1:
        last += 1
    return ends_sentence(stripped(lines[last].text))


def _continues(line: Line, following: Line, wrap: _Wrap | None) -> bool:
    if _marked(following):
        return False
    if _indent(following) > _indent(line) and not _marked(line):
        return False  # the first line of a paragraph; under an item it would be its rest
    if wrap is not None and wrap.filled(line, following):
        return True
    # A stray break in a text of long lines: the sentence goes on with a small letter.
    long = width(stripped(line.text)) > _NARROWEST_WRAP
    return long and not _finished(line) and stripped(following.text)[0].islower()


def _fill(line: Line, following: Line, widest: int) -> float:
    start = stripped(following.text)
    first = start[0] if wide_scripted(start[0]) else start.split()[0]
    return (width(stripped(line.text)) + 1 + width(first)) / widest


def _finished(line: Line) -> bool:
    text = stripped(line.text)
    return ends_sentence(text) or fold(text)[-1:] in {":", ";", "؛"}


def _marked(line: Line) -> bool:
    text = stripped(line.text)
    return numbered(text) is not None or bulleted(text) is not None
