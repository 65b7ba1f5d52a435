"""A web page as a browser saves it: the text of the statement, and the page around it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from html.parser import HTMLParser

from bs4 import BeautifulSoup, Tag
from bs4.element import (
    NavigableString,
    PageElement,
    PreformattedString,
    RubyParenthesisString,
    Script,
    Stylesheet,
)

from bot.importer.html_tags import BLOCKS
from bot.importer.html_walk import Walker
from bot.importer.rows import Page

_MAIN = ("main", "article")
_SHARE = 0.4
"""Of the page's text, that an element must hold to be its main part."""


def html_page(text: str) -> Page:
    """Reads `text`. Everything outside of the page's main part is left out of the rows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XML, and about texts that look like addresses
        soup = BeautifulSoup(text, "html.parser")
    main = _main(soup)
    walker = Walker(
        {id(main), *({id(title)} if (title := _title(soup, main)) else ())}, _size(main)
    )
    for event, node in _events(soup):
        walker.take(event, node)
    walker.end()
    builder = walker.builder
    gatherer = _Gatherer()
    gatherer.feed(text)
    gatherer.close()
    return Page(builder.rows, "".join(gatherer.pieces), builder.left_out)


def _main(soup: BeautifulSoup) -> Tag:
    """`main` or the one `article` in it that has most of its text, else the body."""
    best: Tag = soup.body or soup
    whole = _size(best)
    candidates = [*soup.find_all(_MAIN), *soup.find_all(role="main")]
    for wanted in (whole * _SHARE, None):
        size = _size(best)
        inner = [
            tag
            for tag in candidates
            if tag is not best and _within(tag, best) and _size(tag) >= (wanted or size * 0.6)
        ]
        if inner:
            best = max(inner, key=_size)
    return best


def _within(tag: Tag, outer: Tag) -> bool:
    return any(parent is outer for parent in tag.parents)


def _size(tag: Tag) -> int:
    """Characters of text in it, without those of programs."""
    return sum(len(s.strip()) for s in tag.descendants if _is_text(s) and isinstance(s, str))


def _is_text(node: PageElement) -> bool:
    return isinstance(node, NavigableString) and not isinstance(
        node, PreformattedString | Script | Stylesheet | RubyParenthesisString
    )


def _title(soup: BeautifulSoup, main: Tag) -> Tag | None:
    """The page's one big heading, where it stands outside of the main part."""
    headings = soup.find_all("h1")
    if len(headings) != 1 or main.find("h1"):
        return None
    outside = headings[0]
    return None if outside.find_parent(["nav", "footer", "aside"]) else outside


def _events(root: Tag) -> Iterator[tuple[str, PageElement]]:
    """The page in order, without recursion: pages may be nested thousands deep."""
    yield "open", root
    stack: list[tuple[Tag, Iterator[PageElement]]] = [(root, iter(root.contents))]
    while stack:
        tag, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            yield "close", tag
        elif isinstance(child, Tag):
            yield "open", child
            stack.append((child, iter(child.contents)))
        elif _is_text(child):
            yield "text", child


class _Gatherer(HTMLParser):
    """All text of a page, for the check that none is lost."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._program = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._program = tag if tag in ("script", "style") else self._program
        if tag in BLOCKS or tag == "br":
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._program = "" if tag == self._program else self._program
        if tag in BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._program:
            self.pieces.append(re.sub(r"\s+", " ", data))
