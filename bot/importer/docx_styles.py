"""What the styles of a word processor's document say of a paragraph or a run."""

from __future__ import annotations

import re
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn

from bot.text.rich import Style

_Element = Any
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_OFF = frozenset(("0", "false", "off", "none"))
_DEEPEST = 20
"""Styles based on styles; a document that goes on is in a circle."""


class Styles:
    """Looks up properties in the paragraph or run first, then in its style and those below."""

    def __init__(self, document: Document) -> None:
        self._by_id: dict[str, _Element] = {}
        self._default: _Element = None
        for style in document.styles.element.iter(qn("w:style")):
            self._by_id[style.get(qn("w:styleId"))] = style
            if style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) == "1":
                self._default = style

    def heading(self, paragraph: _Element) -> int:
        """The level of the heading that the paragraph is, 0 for none; a title is of level 1."""
        for style in self._chain(paragraph.find(qn("w:pPr")), "w:pStyle"):
            name = style.find(qn("w:name"))
            written = "" if name is None else str(name.get(qn("w:val")))
            if found := _HEADING.fullmatch(written):
                return min(6, int(found[1]) or 1)
            if written.lower() == "title":
                return 1
        own = paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        level = int(own.get(qn("w:val"))) if own is not None else 9
        return level + 1 if level < 6 else 0

    def numbering(self, paragraph: _Element) -> tuple[str, int] | None:
        """The list that the paragraph is an item of, and how deep in it; None for no item."""
        own = paragraph.find(qn("w:pPr"))
        number = level = None
        for holder in (own, *(s.find(qn("w:pPr")) for s in self._chain(own, "w:pStyle"))):
            found = None if holder is None else holder.find(qn("w:numPr"))
            if found is not None:
                number = _value(found, "w:numId") if number is None else number
                level = _value(found, "w:ilvl") if level is None else level
        if number in (None, "0") or number is None:
            return None
        return number, min(8, int(level or 0))

    def of_run(self, run: _Element) -> list[Style]:
        """The styles of the run's own and its character style."""
        styles = []
        if self._is_on(run, "w:b"):
            styles.append(Style.BOLD)
        if self._is_on(run, "w:i"):
            styles.append(Style.ITALIC)
        if self._is_on(run, "w:strike"):
            styles.append(Style.STRIKE)
        return styles

    def hidden(self, run: _Element) -> bool:
        return self._is_on(run, "w:vanish")

    def _is_on(self, run: _Element, name: str) -> bool:
        own = run.find(qn("w:rPr"))
        for holder in (own, *(s.find(qn("w:rPr")) for s in self._chain(own, "w:rStyle"))):
            found = None if holder is None else holder.find(qn(name))
            if found is not None:
                return str(found.get(qn("w:val")) or "1").lower() not in _OFF
        return False

    def _chain(self, holder: _Element, reference: str) -> list[_Element]:
        """The style that is named there, the one that it is based on, and so on."""
        name = None if holder is None else _value(holder, reference)
        style = self._by_id.get(name or "")
        if style is None and reference == "w:pStyle":
            style = self._default
        chain: list[_Element] = []
        while style is not None and len(chain) < _DEEPEST:
            chain.append(style)
            style = self._by_id.get(_value(style, "w:basedOn") or "")
        return chain


def _value(holder: _Element, name: str) -> str | None:
    found = holder.find(qn(name))
    return None if found is None else str(found.get(qn("w:val")))
