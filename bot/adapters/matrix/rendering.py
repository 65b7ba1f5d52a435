"""`RichText` as Matrix takes it: a plain body, and HTML of the few tags that clients allow.

https://spec.matrix.org/v1.15/client-server-api/#mroommessage-msgtypes. Nothing of the text is ever
left out; what a tag cannot show is.
"""

from __future__ import annotations

import html
import itertools
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.text.chunks import Fit
from bot.text.rich import RichText, Span, Style

LIMIT = 42_000
"""Bytes of JSON for a text in both forms, twice, as an edit holds it: an event holds 65,536 bytes,
encryption makes four of three, and what a legend adds finds room beside it."""

_TAGS = {
    Style.BOLD: "strong",
    Style.HEADING: "strong",
    Style.ITALIC: "em",
    Style.STRIKE: "del",
    Style.CODE: "code",
    Style.PRE: "pre",
    Style.QUOTE: "blockquote",
}
_SCHEMES = {"http", "https", "mailto", "matrix"}


def measure(text: RichText) -> int:
    """At least what the text takes as an edit."""
    plain = len(json.dumps(text.plain))
    marked = len(json.dumps(html.escape(text.plain))) + 6 * text.plain.count("\n")
    marked += sum(40 + 2 * len(span.url or "") for span in text.spans)
    return 2 * (plain + marked)


FIT = Fit(LIMIT, measure)


def render(text: RichText) -> tuple[str, str | None]:
    """The body and its HTML, None where that would say no more."""
    spans = sorted(filter(_is_shown, text.spans), key=lambda s: (s.start, -s.end))
    if not spans:
        return text.plain, None
    return text.plain, _html(text.plain, spans)


def content(
    text: RichText, *, kind: str = "m.notice", mentions: Sequence[str] = ()
) -> dict[str, Any]:
    """A message. Whom it calls is always said, so that no name in it calls anybody."""
    body, marked = render(text)
    found: dict[str, Any] = {"msgtype": kind, "body": body}
    if marked is not None:
        found |= {"format": "org.matrix.custom.html", "formatted_body": marked}
    return found | {"m.mentions": {"user_ids": list(mentions)} if mentions else {}}


def _is_shown(span: Span) -> bool:
    if span.style is not Style.LINK:
        return True
    try:
        parts = urlsplit(span.url or "")
    except ValueError:
        return False
    return parts.scheme.lower() in _SCHEMES


def _html(plain: str, spans: Sequence[Span]) -> str:
    """Tags that would cross are closed and opened again."""
    edges = sorted({0, len(plain), *(s.start for s in spans), *(s.end for s in spans)})
    out: list[str] = []
    open_now: list[Span] = []
    for start, end in itertools.pairwise(edges):
        wanted = [span for span in spans if span.start <= start and span.end >= end]
        keep = 0
        while keep < min(len(open_now), len(wanted)) and open_now[keep] is wanted[keep]:
            keep += 1
        out += [_closing(span) for span in reversed(open_now[keep:])]
        out += [_opening(span) for span in wanted[keep:]]
        open_now = wanted
        inside_pre = any(span.style is Style.PRE for span in wanted)
        piece = html.escape(plain[start:end])
        out.append(piece if inside_pre else piece.replace("\n", "<br>"))
    out += [_closing(span) for span in reversed(open_now)]
    return "".join(out)


def _opening(span: Span) -> str:
    if span.style is Style.LINK:
        return f'<a href="{html.escape(span.url or "")}">'
    return f"<{_TAGS[span.style]}>"


def _closing(span: Span) -> str:
    return "</a>" if span.style is Style.LINK else f"</{_TAGS[span.style]}>"
