"""The elements of a web page, one after the other, as blocks of text."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from bs4 import Tag
from bs4.element import PageElement

from bot.importer.building import BREAK, Builder
from bot.importer.html_tags import (
    BLOCKS,
    OpenList,
    is_around,
    item_number,
    list_of,
    style_of,
    weight_of,
)
from bot.importer.rows import Shape, joined_links
from bot.text.rich import RichText, Span, Style

_LAYOUT_SHARE = 0.5
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("ol", "ul", "menu")


@dataclass(frozen=True, slots=True)
class _Open:
    """What an open element adds to the text in it."""

    style: tuple[Style, str | None] | None = None
    plain: bool = False
    """Takes bold off, as word processors on the web do inside a `b`."""


class Walker:
    """Takes the opening and closing of elements, and texts. Only what is in the elements whose
    ids are in `main` is text; `size` is how much that is."""

    def __init__(self, main: Collection[int], size: int) -> None:
        self.builder = Builder()
        self._main = main
        self._size = size
        self._inside = 0
        self._out: list[int] = []
        self._opened: dict[int, _Open] = {}
        self._pieces: list[tuple[str, tuple[tuple[Style, str | None], ...]]] = []
        self._lists: list[OpenList] = []
        self._item: tuple[Shape, str, int, bool] | None = None
        self._quotes = 0
        self._heading = 0
        self._code = 0
        self._cells = 0
        self._apart = True

    def take(self, event: str, node: PageElement) -> None:
        """The next event: "open" and "close" with an element, "text" with a string."""
        if isinstance(node, Tag):
            (self._open if event == "open" else self._close)(node)
        else:
            self._text(str(node))

    def end(self) -> None:
        self._flush()

    @property
    def _placing(self) -> bool:
        return self._inside > 0 and not self._out

    def _open(self, tag: Tag) -> None:
        out = self._is_left_out(tag)
        if self._parts(tag) or out or id(tag) in self._main:
            self._flush()
        self._inside += id(tag) in self._main
        if out:
            self._out.append(id(tag))
            self._cells += tag.name == "table"
        self._opened[id(tag)] = _Open(style_of(tag), weight_of(tag) == "normal")
        if tag.name in _HEADINGS:
            self._heading = int(tag.name[1])
        elif tag.name in _LISTS:
            self._lists.append(list_of(tag))
        elif tag.name == "br":
            self._pieces.append((BREAK, ()))
        elif tag.name == "img":
            self._image(str(tag.get("alt") or ""))
        elif tag.name == "li":
            self._begin_item(tag)
        self._quotes += tag.name == "blockquote"
        self._code += tag.name == "pre"

    def _close(self, tag: Tag) -> None:
        out = self._out[-1:] == [id(tag)]
        if tag.name in ("td", "th") and self._cells:
            self._pieces.append((" | ", ()))
        elif self._parts(tag) or out or id(tag) in self._main:
            self._flush()
        self._opened.pop(id(tag), None)
        if out:
            self._out.pop()
            self._cells -= tag.name == "table"
        self._inside -= id(tag) in self._main
        if tag.name in _HEADINGS:
            self._heading = 0
        elif tag.name in _LISTS:
            self._lists.pop()
        elif tag.name == "li":
            self._item = None
        self._quotes -= tag.name == "blockquote"
        self._code -= tag.name == "pre"

    def _parts(self, tag: Tag) -> bool:
        """Whether the element is a block; of a table that is reported, each row is one."""
        return tag.name in (("table", "tr", "caption") if self._cells else BLOCKS)

    def _is_left_out(self, tag: Tag) -> bool:
        if id(tag) in self._main or not self._inside:
            return False
        return is_around(tag) and not self._holds_most(tag)

    def _holds_most(self, tag: Tag) -> bool:
        """Whether the element has most of the text: a table then only arranges the page."""
        return len(tag.get_text()) > self._size * _LAYOUT_SHARE

    def _image(self, words: str) -> None:
        if words.strip():
            self.builder.leave_out(words)

    def _begin_item(self, tag: Tag) -> None:
        current = self._lists[-1] if self._lists else OpenList("", 1, 1)
        depth = max(1, len(self._lists))
        if not current.kind:
            self._item = Shape(depth=depth, marker="-"), "", 0, current.fresh
        else:
            given = str(tag.get("value") or "")
            current.value = int(given) if given.isdecimal() else current.value
            written = item_number(current.kind, current.value)
            shape = Shape(depth=depth, marker=written)
            self._item = shape, written, current.value, current.fresh
            current.value += current.step
        self._apart = current.fresh and depth == 1
        current.fresh = False

    def _text(self, text: str) -> None:
        styles: list[tuple[Style, str | None]] = []
        for one in self._opened.values():
            if one.plain:
                styles = [style for style in styles if style[0] is not Style.BOLD]
            elif one.style:
                styles.append(one.style)
        if not self._code:
            text = re.sub(r"[ \t\n\r\f]+", " ", text)
        self._pieces.append((text, tuple(dict.fromkeys(styles))))

    def _flush(self) -> None:
        """Ends the block that is open."""
        text = _assembled(self._pieces, code=self._code > 0)
        self._pieces = []
        if not text.plain.strip():
            return
        if not self._placing:
            self.builder.leave_out(re.sub(r"(\s*\|\s*)+$", "", text.plain))
            return
        shape, written, value, begins = self._item or (Shape(depth=len(self._lists)), "", 0, False)
        label = None
        if written:
            label = self.builder.number(written, value, shape.depth, begins=begins)
        shape = Shape(
            self._heading,
            shape.depth,
            shape.marker,
            int(self._quotes > 0 and not shape.depth),
            self._code > 0,
        )
        self.builder.add(text, shape, label, apart=self._apart or self._item is None)
        self._item, self._apart = None, True


def _assembled(
    pieces: list[tuple[str, tuple[tuple[Style, str | None], ...]]], *, code: bool
) -> RichText:
    plain = ""
    spans: list[Span] = []
    for text, styles in pieces:
        # Of the blanks where two elements meet, one shows.
        shown = text[1:] if not code and text[:1] == " " and plain[-1:] in ("", " ", "\n") else text
        spans += [Span(len(plain), len(plain) + len(shown), s, url) for s, url in styles if shown]
        plain += shown
    if code:
        return RichText(plain.strip("\n"))
    return joined_links(RichText(plain, tuple(spans)))
