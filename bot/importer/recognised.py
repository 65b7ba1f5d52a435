"""What the importer found in a published text, each line of it placed or reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.faults import OperatorFault
from bot.domain.ids import Country, Language
from bot.importer.labels import Label
from bot.importer.layout import Unit
from bot.importer.rows import PARAGRAPH, Line, Shape
from bot.text.rich import RichText, join


class ImportFault(OperatorFault):
    """Why a text cannot become a package: one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the text as it goes into the package, and the lines that it came from; `apart`
    says whether a blank line stood above it."""

    rich: RichText
    lines: tuple[Line, ...]
    shape: Shape = PARAGRAPH
    apart: bool = True

    @property
    def text(self) -> str:
        return self.rich.plain


@dataclass(frozen=True, slots=True)
class FoundDemand:
    """`label` is the number as published; `paragraphs` lack it unless it is a spelled-out word.
    `above` are headings over it that part the demands into groups."""

    label: Label
    paragraphs: tuple[Part, ...]
    after_blank: bool
    lines: tuple[Line, ...]
    above: tuple[Part, ...] = ()

    @property
    def marker(self) -> str:
        """The number as it goes into the Markdown list."""
        return self.label.marker


@dataclass(frozen=True, slots=True)
class FoundSignatory:
    """`printed` is the country as the text names it, "" where it names none; `said` is all that
    readers see on its lines but `label`, the number in front."""

    name: str
    country: Country | None
    printed: str
    lines: tuple[Line, ...]
    said: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class FoundName:
    """An entry of a long list of people and organisations, for the file beside the package."""

    name: str
    affiliation: str
    country: Country | None
    printed: str
    url: str
    label: str
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
    names: tuple[FoundName, ...] = ()
    unplaced: tuple[Line, ...] = ()
    notes: Sequence[str] = field(default=())
    everything: str = ""
    """All text of the file, for the check that nothing is lost; see `rows.Page`."""
    signs: Sequence[str] = ()

    def placed(self) -> Iterator[Line]:
        """Every line that the package holds, part by part."""
        pieces: list[Part | FoundDemand | Issued | None] = [self.title, self.attribution]
        pieces += [self.issued, self.source, self.demands_heading, self.closing_heading]
        pieces += [*self.paragraphs, *self.after_demands, *self.closing, *self.demands]
        pieces += [part for demand in self.demands for part in demand.above]
        lines = [line for piece in pieces if piece for line in piece.lines]
        lines += [line for signer in self.signatories for line in signer.lines]
        lines += [line for name in self.names for line in name.lines]
        yield from dict.fromkeys(lines)  # several signatories may share one


def part(*units: Unit) -> Part:
    """One part of adjoining units, their texts joined by blanks."""
    lines = tuple(line for unit in units for line in unit.lines)
    rich = join(" ", (unit.rich for unit in units))
    return Part(rich, lines, units[0].shape, units[0].after_blank)
