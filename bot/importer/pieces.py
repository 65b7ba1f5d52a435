"""Text between two breaks of a page: its pieces joined as pages show them, styles and links."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.importer.scripts import stripped, wide_scripted
from bot.text.rich import RichText, Span, Style

BREAK = "\n"
ADDRESSES = ("http://", "https://", "mailto:", "matrix:", "tg:")
"""Links that lead somewhere from a chat."""
_BLANKS = " \t\n\r\f"

Styles = tuple[tuple[Style, str | None], ...]


@dataclass(slots=True)
class Text:
    """Text between two breaks, and the pieces of it on each line of the file."""

    rich: RichText
    segments: list[tuple[int, str]]


def assembled(pieces: Sequence[tuple[str, Styles, int]], *, code: bool) -> list[Text]:
    """The texts of a block between its breaks. Of the blanks where two pieces meet, one shows; a
    line that ends between two Chinese or Japanese characters leaves none."""
    texts: list[Text] = []
    for is_break, group in itertools.groupby(pieces, key=lambda one: one[0] == BREAK and not code):
        if is_break:
            texts += [Text(RichText(""), []) for _ in range(sum(1 for _ in group) - 1)]
        else:
            texts.append(_one_text(list(group), code=code))
    return texts


def _one_text(pieces: Sequence[tuple[str, Styles, int]], *, code: bool) -> Text:
    written: list[str] = []
    spans: list[Span] = []
    lines: dict[int, list[str]] = {}
    size, blank = 0, ""
    for text, styles, line in pieces:
        core = text if code else text.strip(_BLANKS)
        before = "" if code else text[: len(text) - len(text.lstrip(_BLANKS))]
        blank = "\n" if "\n" in blank + before else blank or before[:1]
        if not core:
            continue
        if blank and written:
            solid = blank == "\n" and wide_scripted(written[-1][-1]) and wide_scripted(core[0])
            core = core if solid else f" {core}"
        if not code:
            core = re.sub(r"[ \t\n\r\f]+", " ", core)
            start = size + (core[0] == " ")
            spans += [Span(start, size + len(core), style, url) for style, url in styles]
            blank = text[len(text.rstrip(_BLANKS)) :]
            blank = "\n" if "\n" in blank else blank[:1]
        written.append(core)
        lines.setdefault(line, []).append(core)
        size += len(core)
    rich = RichText("".join(written).strip("\n") if code else "".join(written), tuple(spans))
    segments = [(line, text) for line, cores in lines.items() if stripped(text := "".join(cores))]
    return Text(joined_links(rich), segments)


def trimmed(text: RichText) -> RichText:
    """`text` without blanks and marks that show nothing at either end."""
    core = stripped(text.plain)
    start = text.plain.find(core)
    return text.cut(start, start + len(core))


def joined_links(text: RichText) -> RichText:
    """`text` with spans of one style that touch made one, where a format gives each of its pieces
    one."""
    last: dict[tuple[Style, str | None], int] = {}
    joined: list[Span] = []
    for span in text.spans:
        at = last.get((span.style, span.url))
        if at is not None and joined[at].end == span.start:
            joined[at] = replace(joined[at], end=span.end)
        else:
            last[span.style, span.url] = len(joined)
            joined.append(span)
    return RichText(text.plain, tuple(joined))


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
