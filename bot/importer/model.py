"""What passes between the parts of the importer: lines, blocks, and what they were found to be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.faults import OperatorFault
from bot.domain.ids import Country, Language
from bot.importer.labels import Label
from bot.importer.scripts import width
from bot.text.rich import RichText, Style, join


class ImportFault(OperatorFault):
    """Why a text cannot become a package: one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file that is not blank; `number` counts from 1, `text` is as it stands.
    `shown` is what readers see of it where that is something else (marks of Markdown)."""

    number: int
    text: str
    shown: str | None = None

    @property
    def visible(self) -> str:
        return self.text if self.shown is None else self.shown


@dataclass(frozen=True, slots=True)
class Shape:
    """What a piece of text is in its document; in plain text everything is a paragraph.

    `heading` is its level, 0 for none; `depth` counts the lists around it, and `marker` is the
    number or bullet of the item that it begins, as Markdown writes it.
    """

    heading: int = 0
    depth: int = 0
    marker: str = ""
    quotes: int = 0
    code: bool = False

    @property
    def ordered(self) -> bool:
        return self.marker[:1].isdigit()


PARAGRAPH = Shape()


@dataclass(frozen=True, slots=True)
class Cells:
    """A row of a table: which table, its cells, and whether it is the row of headings."""

    table: int
    texts: tuple[str, ...]
    heads: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of text. Rows of one `block` may be one sentence that a hard wrap cut apart; `label`
    is a number that stands beside the text, not in it; `ruled` says that a rule stands above."""

    lines: tuple[Line, ...]
    rich: RichText
    after_blank: bool = False
    indent: int = 0
    block: int = 0
    shape: Shape = PARAGRAPH
    label: Label | None = None
    cells: Cells | None = None
    ruled: bool = False
    parts: tuple[str, ...] = ()
    """The text as the lines of the file part it, where Markdown makes them one."""
    card: int = 0
    """Which of several small elements that are alike it stands in, 0 for none."""

    @property
    def text(self) -> str:
        return self.rich.plain


@dataclass(frozen=True, slots=True)
class Page:
    """A file as its reader sees it. `left_out` is what is not of the text, word for word.

    For the check that nothing is lost, `everything` is all text of the file, gathered in another
    way than the rows, and `signs` are words in it that the format puts there ("title:").
    """

    rows: Sequence[Row]
    everything: str
    left_out: Sequence[Line] = ()
    notes: Sequence[str] = ()
    signs: Sequence[str] = ()
    plain: bool = False
    """Whether the form of the text is in its characters alone."""
    has_lines: bool = False
    """Whether the lines of `everything` are those of the file."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph, a heading, an item: one row, or several that a hard wrap had cut apart."""

    lines: tuple[Line, ...]
    rich: RichText
    after_blank: bool
    indent: int
    label: Label | None = None
    bullet: str | None = None
    rest: str = ""
    """The text behind the number or the bullet; all of it when there is neither."""
    hyphen: Line | None = None
    """A line that ended with a hyphen and was joined to the next without a blank."""
    shape: Shape = PARAGRAPH
    cells: Cells | None = None
    ruled: bool = False
    parts: tuple[str, ...] = ()
    card: int = 0

    @property
    def text(self) -> str:
        return self.rich.plain

    @property
    def width(self) -> int:
        return width(self.text)

    def is_all(self, style: Style | None = None) -> bool:
        """Whether all of it, but for a sign at the end, is of that style, or of any."""
        wide = len(self.text) - 2
        return any(s.end - s.start >= wide and style in (None, s.style) for s in self.rich.spans)

    @property
    def number(self) -> int:
        """The first line of it."""
        return self.lines[0].number

    @property
    def rest_rich(self) -> RichText:
        return self.rich.cut(len(self.text) - len(self.rest), len(self.text))


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
    """One who signed. `printed` is the country as the text names it, "" where it names none;
    `said` is all that readers see on its lines but `label`, the number in front. `group` is the
    heading over the list that it stands in, `kind` what that says they are."""

    name: str
    country: Country | None
    printed: str
    lines: tuple[Line, ...]
    said: str
    label: str = ""
    group: str = ""
    kind: str = ""


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
    group: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """The date of a statement. The line stands in `lines` only when it says nothing else: other
    words of it would be lost, so then it counts as not placed."""

    date: dt.date
    said_by: tuple[Line, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person said of the lists of a text: the first line of the demands, first and last of
    the signatories; 0 is "none of them", and None leaves it to what the text says."""

    demands: int | None = None
    signatories: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A list that could be the demands or the signatories; `begins` is how its first item does."""

    first: int
    last: int
    count: int
    begins: str

    def __str__(self) -> str:
        return f"{self.first} to {self.last}" if self.last > self.first else str(self.first)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A published text taken apart. Every line that is not blank is in one part or in `unplaced`;
    a note says what a person should look at before publishing, `evidence` why each part was found,
    and the candidates are lists among which a person may choose."""

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
    """All text of the file, for the check that nothing is lost; see `Page`."""
    signs: Sequence[str] = ()
    evidence: Sequence[str] = ()
    demand_lists: Sequence[Candidate] = ()
    name_lists: Sequence[Candidate] = ()
    unsure: Sequence[str] = ()
    """ "demands" and "signatories" where a person should say which list they are."""

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
