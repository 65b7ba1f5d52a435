"""What the reader of every format gives: rows, lines of text with what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.importer.labels import Label
from bot.importer.scripts import stripped
from bot.text.rich import RichText, Span, Style


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
class Row:
    """A line of text. Rows of one `block` may be one sentence that a hard wrap cut apart; `label`
    is a number that stands beside the text, not in it."""

    lines: tuple[Line, ...]
    rich: RichText
    after_blank: bool = False
    indent: int = 0
    block: int = 0
    shape: Shape = PARAGRAPH
    label: Label | None = None

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


def trimmed(text: RichText) -> RichText:
    """`text` without blanks and marks that show nothing at either end."""
    core = stripped(text.plain)
    start = text.plain.find(core)
    return text.cut(start, start + len(core))


def joined_links(text: RichText) -> RichText:
    """`text` with links that touch made one, where a format gives each of its pieces a link."""
    links: list[Span] = []
    others: list[Span] = []
    for span in text.spans:
        last = links[-1] if links else None
        if span.style is not Style.LINK:
            others.append(span)
        elif last and last.end == span.start and last.url == span.url:
            links[-1] = Span(last.start, span.end, Style.LINK, span.url)
        else:
            links.append(span)
    return RichText(text.plain, (*links, *others))


ADDRESSES = ("http://", "https://", "mailto:", "matrix:", "tg:")


def split_links(text: RichText) -> tuple[RichText, list[str]]:
    """`text` with the links that lead somewhere from a chat, and the addresses of the others."""
    kept: list[Span] = []
    lost: list[str] = []
    for span in text.spans:
        if span.style is Style.LINK and not (span.url or "").lower().startswith(ADDRESSES):
            lost.append(span.url or "")
        else:
            kept.append(span)
    return RichText(text.plain, tuple(kept)), lost
