"""`RichText` as Telegram takes it: a text and entities over it, never a parse mode.

Entities count UTF-16 units. Two of them may nest, not cross; nothing else stands inside code; at
most 100 count (https://core.telegram.org/bots/api#messageentity). What an entity cannot show is
left out; of the text, nothing ever is.
"""

from __future__ import annotations

import heapq
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NotRequired, TypedDict
from urllib.parse import urlsplit

from telegram import MessageEntity

from bot.text.chunks import Fit
from bot.text.rich import FIRST_STRONG_ISOLATE, RichText, Span, Style

LIMIT = 4096
"""UTF-16 units. The server counts code points, so this is on the safe side."""

NO_PREVIEW: Mapping[str, object] = {"link_preview_options": {"is_disabled": True}}
"""A parameter of what shows a text: no address in it is shown as a page."""

CAPTION_LIMIT = 1024
MOST_ENTITIES = 100

LONG_QUOTE = 600
"""Code points from which a quote is shown folded."""

_TYPES = {
    Style.BOLD: MessageEntity.BOLD,
    Style.HEADING: MessageEntity.BOLD,
    Style.ITALIC: MessageEntity.ITALIC,
    Style.STRIKE: MessageEntity.STRIKETHROUGH,
    Style.CODE: MessageEntity.CODE,
    Style.PRE: MessageEntity.PRE,
    Style.LINK: MessageEntity.TEXT_LINK,
    Style.QUOTE: MessageEntity.BLOCKQUOTE,
}
# Without a strike the text says the opposite, without a link something is out of reach.
_IMPORTANCE = (
    Style.STRIKE,
    Style.LINK,
    Style.HEADING,
    Style.PRE,
    Style.QUOTE,
    Style.CODE,
    Style.BOLD,
    Style.ITALIC,
)
_OPAQUE = {Style.CODE, Style.PRE}
_SCHEMES = {"http", "https", "tg"}

_ABOVE = re.compile("[\U00010000-\U0010ffff]")

_TYPED_BY_OTHERS = re.compile(f"{FIRST_STRONG_ISOLATE}.*")
_CALL = re.compile(r"(?<!\w)@(?=\w)")
WIDE_AT = "\N{FULLWIDTH COMMERCIAL AT}"

Range = tuple[int, int]


class Entity(TypedDict):
    """A style, as it is sent (https://core.telegram.org/bots/api#messageentity)."""

    type: str
    offset: int
    length: int
    url: NotRequired[str]


def measure(text: RichText) -> int:
    """UTF-16 units."""
    return len(text.plain.encode("utf-16-le", "surrogatepass")) // 2


FIT = Fit(LIMIT, measure, MOST_ENTITIES)


def render(text: RichText) -> tuple[str, list[Entity]]:
    """The text as it is, and its entities in order. Telegram calls whoever is written as `@name`;
    in what others typed, which is isolated, the wide sign stands there, which calls nobody and
    takes as much room. Inside a word or an address it calls nobody anyway."""
    plain = _TYPED_BY_OTHERS.sub(lambda found: _CALL.sub(WIDE_AT, found[0]), text.plain)
    if not text.spans:
        return plain, []
    spans = _most_important(_nested(_legal(text)))
    above = [found.start() for found in _ABOVE.finditer(text.plain)]
    return plain, [_entity(span, above) for span in spans]


def _entity(span: Span, above: Sequence[int]) -> Entity:
    """`above` are the places of the characters that take two units."""
    start = span.start + bisect_left(above, span.start)
    end = span.end + bisect_left(above, span.end)
    kind = _TYPES[span.style]
    if span.style is Style.QUOTE and span.end - span.start >= LONG_QUOTE:
        kind = MessageEntity.EXPANDABLE_BLOCKQUOTE
    entity = Entity(type=kind, offset=start, length=end - start)
    if span.url is not None:
        entity["url"] = span.url
    return entity


def _legal(text: RichText) -> Iterator[Span]:
    """Spans that Telegram knows: none of a kind over another of it, none within code but a quote
    around it, no link that it would refuse."""
    opaque = list(_disjoint(span for span in text.spans if span.style in _OPAQUE))
    taken = [(span.start, span.end) for span in opaque]
    yield from opaque
    links = (span for span in text.spans if span.style is Style.LINK and _can_be_opened(span.url))
    for link in _disjoint(links):
        yield from _without(link, taken)
    for style in (Style.QUOTE, Style.HEADING, Style.BOLD, Style.ITALIC, Style.STRIKE):
        for start, end in _merged((s.start, s.end) for s in text.spans if s.style is style):
            span = Span(start, end, style)
            yield from [span] if style is Style.QUOTE else _without(span, taken)


def _can_be_opened(url: str | None) -> bool:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    return parts.scheme.lower() in _SCHEMES and bool(parts.netloc)


def _disjoint(spans: Iterable[Span]) -> Iterator[Span]:
    """Of overlapping ones, the part that no earlier one has."""
    behind = 0
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if span.end > behind:
            yield Span(max(span.start, behind), span.end, span.style, span.url)
            behind = span.end


def _merged(ranges: Iterable[Range]) -> list[Range]:
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _without(span: Span, taken: Iterable[Range]) -> Iterator[Span]:
    """The parts of a span outside of the ranges, which are in order and apart."""
    start = span.start
    for first, last in taken:
        if last <= start or first >= span.end:
            continue
        if start < first:
            yield Span(start, first, span.style, span.url)
        start = last
    if start < span.end:
        yield Span(start, span.end, span.style, span.url)


def _nested(spans: Iterable[Span]) -> list[Span]:
    """The same, cut where two would cross."""
    waiting = [(s.start, -s.end, number, s) for number, s in enumerate(spans)]
    heapq.heapify(waiting)
    found: list[Span] = []
    ends: list[int] = []
    number = len(waiting)
    while waiting:
        *_, span = heapq.heappop(waiting)
        while ends and ends[-1] <= span.start:
            ends.pop()
        if ends and span.end > ends[-1]:
            rest = Span(ends[-1], span.end, span.style, span.url)
            number += 1
            heapq.heappush(waiting, (rest.start, -rest.end, number, rest))
            span = Span(span.start, ends[-1], span.style, span.url)
        found.append(span)
        ends.append(span.end)
    return found


def _most_important(spans: list[Span]) -> list[Span]:
    if len(spans) <= MOST_ENTITIES:
        return spans
    kept = sorted(spans, key=lambda span: _IMPORTANCE.index(span.style))[:MOST_ENTITIES]
    return sorted(kept, key=lambda span: (span.start, -span.end))
