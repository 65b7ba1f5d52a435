"""What the importer found in a published text, each line of it placed or reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.ids import Country, Language
from bot.statements.importer.labels import Label
from bot.statements.importer.layout import Line, Unit


class ImportFault(Exception):
    """Why a text cannot become a package: one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the text as it goes into the package, and the lines that it came from."""

    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class FoundDemand:
    """`label` is the number as published; `paragraphs` lack it unless it is a spelled-out word."""

    label: Label
    paragraphs: tuple[Part, ...]
    after_blank: bool
    lines: tuple[Line, ...]

    @property
    def marker(self) -> str:
        """The number as it goes into the Markdown list."""
        return self.label.marker


@dataclass(frozen=True, slots=True)
class FoundSignatory:
    """`printed` is the country as the text names it, "" where it names none."""

    name: str
    country: Country | None
    printed: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Issued:
    """The date of a statement. The line stands in `lines` only when it says nothing else: other
    words of it would be lost, so then it counts as not placed."""

    date: dt.date
    said_by: tuple[Line, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """A published text taken apart. Every line that is not blank is in one part or in `unplaced`;
    a note says what a person should look at before publishing."""

    language: Language
    title: Part | None = None
    attribution: Part | None = None
    original_language: Language | None = None
    issued: Issued | None = None
    source: Part | None = None
    paragraphs: tuple[Part, ...] = ()
    demands_heading: Part | None = None
    demands: tuple[FoundDemand, ...] = ()
    after_demands: tuple[Part, ...] = ()
    closing_heading: Part | None = None
    closing: tuple[Part, ...] = ()
    signatories: tuple[FoundSignatory, ...] = ()
    unplaced: tuple[Line, ...] = ()
    notes: Sequence[str] = field(default=())

    def placed(self) -> Iterator[Line]:
        """Every line that the package holds, part by part."""
        singles = (self.title, self.attribution, self.issued, self.source)
        headings = (self.demands_heading, self.closing_heading)
        groups = (self.paragraphs, self.demands, self.after_demands, self.closing)
        for part in (*singles, *headings, *(p for group in groups for p in group)):
            if part is not None:
                yield from part.lines
        seen: set[int] = set()
        for signatory in self.signatories:  # several may share one line
            for line in signatory.lines:
                if line.number not in seen:
                    seen.add(line.number)
                    yield line


def part(*units: Unit) -> Part:
    """One part of adjoining units, their texts joined by blanks."""
    lines = tuple(line for unit in units for line in unit.lines)
    return Part(" ".join(unit.text for unit in units), lines)
