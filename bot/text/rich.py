"""Styled text: what a handler answers with and what an adapter renders.

A `RichText` is a plain string with spans over it. The string is the same on every platform; an
adapter turns the spans into its own markup (entities, HTML, nothing). Offsets are code points.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field

FIRST_STRONG_ISOLATE = "\u2068"
POP_DIRECTIONAL_ISOLATE = "\u2069"


class Style(enum.Enum):
    """What a span says of its text. An adapter may show less, never other words."""

    BOLD = "bold"
    ITALIC = "italic"
    STRIKE = "strike"
    CODE = "code"
    PRE = "pre"
    LINK = "link"
    HEADING = "heading"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Span:
    """A style over `[start, end)`, in code points; `url` only for `Style.LINK`."""

    start: int
    end: int
    style: Style
    url: str | None = None


@dataclass(frozen=True, slots=True)
class RichText:
    """A string and the styles over it; spans lie inside the string and are never empty."""

    plain: str
    spans: tuple[Span, ...] = field(default=())

    def __add__(self, other: RichText | str) -> RichText:
        return concat((self, other))

    def __radd__(self, other: str) -> RichText:
        return concat((other, self))

    def __len__(self) -> int:
        return len(self.plain)

    def __bool__(self) -> bool:
        return bool(self.plain)

    def cut(self, start: int, end: int) -> RichText:
        """The part `[start, end)`, with every span clipped to it."""
        spans = tuple(
            Span(max(s.start, start) - start, min(s.end, end) - start, s.style, s.url)
            for s in self.spans
            if s.start < end and s.end > start
        )
        return RichText(self.plain[start:end], spans)

    def strip(self) -> RichText:
        """The same without white space at either end (platforms trim it, and would shift spans)."""
        start = len(self.plain) - len(self.plain.lstrip())
        return self.cut(start, max(start, len(self.plain.rstrip())))


Textual = RichText | str


def rich(text: Textual) -> RichText:
    return text if isinstance(text, RichText) else RichText(text)


def styled(text: Textual, style: Style, url: str | None = None) -> RichText:
    """`text` with one more style over all of it."""
    inner = rich(text)
    if not inner.plain:
        return inner
    return RichText(inner.plain, (Span(0, len(inner.plain), style, url), *inner.spans))


def bold(text: Textual) -> RichText:
    return styled(text, Style.BOLD)


def italic(text: Textual) -> RichText:
    return styled(text, Style.ITALIC)


def struck(text: Textual) -> RichText:
    return styled(text, Style.STRIKE)


def code(text: Textual) -> RichText:
    return styled(text, Style.CODE)


def link(text: Textual, url: str) -> RichText:
    """`text` leading to `url`; an adapter that cannot make such a link shows the text alone."""
    return styled(text, Style.LINK, url)


def isolated(text: Textual) -> RichText:
    """`text` fenced so that its direction does not disturb the sentence around it (UAX #9)."""
    return concat((FIRST_STRONG_ISOLATE, text, POP_DIRECTIONAL_ISOLATE))


def concat(parts: Iterable[Textual]) -> RichText:
    """One text of several, nothing between them."""
    return join("", parts)


def join(separator: Textual, parts: Iterable[Textual]) -> RichText:
    """`str.join` for styled text."""
    glue = rich(separator)
    strings: list[str] = []
    spans: list[Span] = []
    at = 0
    for index, part in enumerate(parts):
        for piece in (glue, rich(part)) if index else (rich(part),):
            spans.extend(Span(s.start + at, s.end + at, s.style, s.url) for s in piece.spans)
            strings.append(piece.plain)
            at += len(piece.plain)
    return RichText("".join(strings), tuple(spans))
