"""Styled text as Markdown, with the emphasis and the links that Markdown can express."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.importer.scripts import stripped
from bot.text.document import Paragraph
from bot.text.markdown import escape, parse
from bot.text.rich import RichText, Span, Style

_MARKS = {Style.BOLD: "**", Style.ITALIC: "*", Style.STRIKE: "~~"}
_MOST_TRIED = 40
"""Styles of one paragraph that are tried one by one; each costs a reading of it."""
_MOST_SPANS = 400
"""With more, a paragraph keeps its links alone."""
_SHOWN = (*_MARKS, Style.LINK, Style.CODE)


def inline(text: RichText) -> str:
    """Markdown that, parsed as one paragraph, gives exactly the words of `text`, and each style
    that Markdown has a way to write where it stands."""
    every = nested(text)
    if not every:
        return escape(text.plain)
    written = _written(text.plain, every)
    if _reads_back(written, text.plain, every):
        return written
    kept: list[Span] = []
    # Links before emphasis: an address that is dropped must be told.
    for span in sorted(every[:_MOST_TRIED], key=lambda s: s.style is not Style.LINK):
        tried = sorted([*kept, span], key=_order)
        if _reads_back(_written(text.plain, tried), text.plain, tried):
            kept = tried
    return _written(text.plain, kept) if kept else escape(text.plain)


def lost_addresses(text: RichText) -> list[str]:
    """Where links of `text` lead to that its Markdown cannot hold."""
    links = [span.url or "" for span in text.spans if span.style is Style.LINK]
    if not links:
        return []
    written = inline(text)
    kept = {
        span.url
        for block in parse(written).blocks
        if isinstance(block, Paragraph)
        for span in block.text.spans
    }
    return [url for url in dict.fromkeys(links) if url not in kept and _address(url) not in written]


def nested(text: RichText) -> list[Span]:
    """The spans of `text`, one behind the other merged, blanks at their edges cut off, and those
    that cross another cut in two, as Markdown needs them."""
    codes = [s for s in text.spans if s.style is Style.CODE]
    several = len(text.spans) <= _MOST_SPANS
    merged: list[Span] = []
    for span in sorted(text.spans, key=lambda s: (s.style.value, s.url or "", s.start)):
        before = merged[-1] if merged else None
        wanted = span.style in _SHOWN if several else span.style is Style.LINK
        if not wanted or any(_inside(span, code) for code in codes):
            continue
        same = before and (before.style, before.url) == (span.style, span.url)
        # Between two bold words the blank need not be bold; two links stay two.
        joins = before and same and not text.plain[before.end : span.start].strip()
        if before and joins and span.style is not Style.LINK:
            merged[-1] = Span(before.start, max(before.end, span.end), span.style, span.url)
        else:
            merged.append(span)
    tidy = [edged for span in merged if (edged := _edged(span, text.plain))]
    cut = _uncrossed(sorted(tidy, key=_order))
    return sorted((edged for span in cut if (edged := _edged(span, text.plain))), key=_order)


def _order(span: Span) -> tuple[int, int, bool, str]:
    return span.start, -span.end, span.style is Style.CODE, span.style.value


def _inside(span: Span, code: Span) -> bool:
    """Whether the span is of the code's own text; a link or emphasis around all of it is not."""
    if span is code or (
        span.style is Style.LINK and (span.start, span.end) == (code.start, code.end)
    ):
        return False
    return code.start <= span.start and span.end <= code.end


def _edged(span: Span, plain: str) -> Span | None:
    core = stripped(plain[span.start : span.end])
    if not core:
        return None
    start = plain.index(core, span.start)
    return Span(start, start + len(core), span.style, span.url)


def _uncrossed(spans: Sequence[Span]) -> list[Span]:
    """The spans, outer ones first, each cut where one that is open around it ends."""
    result: list[Span] = []
    queue = list(reversed(spans))
    opened: list[Span] = []
    while queue:
        span = queue.pop()
        opened = [one for one in opened if one.end > span.start]
        cut = min((one.end for one in opened if one.end < span.end), default=None)
        if cut is None:
            result.append(span)
            opened.append(span)
            continue
        halves = (
            Span(span.start, cut, span.style, span.url),
            Span(cut, span.end, span.style, span.url),
        )
        queue.extend(halves)
        queue.sort(key=_order, reverse=True)
    return result


def _written(plain: str, spans: Sequence[Span]) -> str:
    """Inner spans close before outer ones: `spans` come outer first, none crosses another."""
    pieces: list[str] = []
    opened: list[Span] = []
    starts: dict[int, list[Span]] = {}
    for span in spans:
        starts.setdefault(span.start, []).append(span)
    edges = sorted({0, len(plain), *(s.start for s in spans), *(s.end for s in spans)})
    for start, end in zip(edges, [*edges[1:], len(plain)], strict=True):
        while opened and opened[-1].end <= start:
            pieces.append(_closing(opened.pop(), plain))
        for span in starts.get(start, ()):
            pieces.append(_opening(span, plain))
            opened.append(span)
        segment = plain[start:end]
        pieces.append(segment if opened and opened[-1].style is Style.CODE else _escaped(segment))
    return "".join(pieces)


def _escaped(segment: str) -> str:
    """Blanks at the edges stay blanks: other text stands beside them."""
    core = segment.strip()
    if not core:
        return segment
    before, _, after = segment.partition(core)
    return f"{before}{escape(core)}{after}"


def _opening(span: Span, plain: str) -> str:
    if span.style is Style.CODE:
        return _fence(plain[span.start : span.end])
    return "[" if span.style is Style.LINK else _MARKS[span.style]


def _closing(span: Span, plain: str) -> str:
    if span.style is Style.LINK:
        return f"]({_address(span.url or '')})"
    return _fence(plain[span.start : span.end]) if span.style is Style.CODE else _MARKS[span.style]


def _fence(code: str) -> str:
    return "`" if "`" not in code else "\0"  # no way to write it simply: does not read back


def _address(url: str) -> str:
    if re.search(r"[\s()<>\\]", url):
        return "<" + re.sub(r"[<>\\]", r"\\\g<0>", re.sub(r"\s", "%20", url)) + ">"
    return url


def _reads_back(written: str, plain: str, spans: Iterable[Span]) -> bool:
    blocks = parse(written).blocks
    if len(blocks) != 1 or not isinstance(blocks[0], Paragraph):
        return False
    text = blocks[0].text
    return text.plain == plain and _kinds(text.spans) == _kinds(spans)


def _kinds(spans: Iterable[Span]) -> set[tuple[int, int, Style]]:
    """Addresses are written in another way when they are read."""
    return {(span.start, span.end, span.style) for span in spans}
