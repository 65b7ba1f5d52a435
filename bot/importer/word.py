"""A document of a word processor (.docx) as a tree: paragraphs, headings, lists, tables.

python-docx opens the package and gives its XML; mammoth, which makes HTML of it, was tried and
loses the numbers that a list draws, deletions, headers and footers without a word.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError

from bot.importer.model import ImportFault, Page
from bot.importer.tree import MARK, Node
from bot.importer.walk import Walker
from bot.importer.word_lists import Number, Numbers, value_of, whole

_LARGEST = 64 * 1024 * 1024
"""Bytes that a document may hold when it is unpacked."""
_BESIDE = re.compile(r"/word/(header|footer|footnotes|endnotes|comments)\d*\.xml")
_TEXT = re.compile(rb"<w:(?:t|delText)(?:\s[^>]*)?>([^<]*)<|(</w:p>|<w:(?:br|tab|cr)\b)")
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_OFF = frozenset(("0", "false", "off", "none"))
_DEEPEST = 20
"""Styles based on styles; a document that goes on is in a circle."""
_STYLES = (("w:b", "b"), ("w:i", "i"), ("w:strike", "s"))
_SIGNS = {
    qn("w:tab"): " ",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "\u2011",
}

# An element of the document; python-docx gives lxml's.
_Element = Any


def word_page(data: bytes) -> Page:
    """Reads the document. Text beside the running text (notes, headers, deletions) is left out of
    the rows. Raises `ImportFault` when it is damaged or too large, and `TooLarge`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _LARGEST:
                raise ImportFault("This document is too large; save its text alone as .docx.")
        document = docx.Document(io.BytesIO(data))
    # Whatever the three libraries raise over what they do not expect; NotImplementedError is
    # zipfile's for a compression that it does not know.
    except (
        *(OpcError, zipfile.BadZipFile, KeyError, ValueError, ParseError, SyntaxError),
        *(XMLSyntaxError, EOFError, NotImplementedError, OSError, AttributeError),
    ) as error:
        raise ImportFault(
            "This document cannot be read; open it in a word processor and save it again as .docx."
        ) from error
    reader = _Reader(document)
    reader.read()
    reader.tree.measure()
    walker = Walker({id(reader.tree)}, reader.tree.size)
    rows = walker.walk(reader.tree)
    for number, text in reader.beside:
        walker.leave_out(text, number)
    told = f"tracked deletions that are not taken, but listed below: {reader.deleted}"
    notes = [told] if reader.deleted else []
    return Page(rows, _everything(document), walker.left_out, notes)


def _everything(document: Document) -> str:
    """All text of the file, for the check that none is lost."""
    found: list[str] = []
    for part in document.part.package.iter_parts():
        if part.partname == document.part.partname or _BESIDE.fullmatch(str(part.partname)):
            # What stands in a fallback is there twice.
            blob = b"".join(
                p.split(b"</mc:Fallback>")[-1] for p in part.blob.split(b"<mc:Fallback>")
            )
            for text, end in _TEXT.findall(blob):
                found.append("\n" if end else html.unescape(text.decode("utf-8", "replace")))
            found.append("\n")
    return "".join(found)


class _Reader:
    """Takes the paragraphs in order into `tree`; what is not running text goes to `beside`, with
    the number of its paragraph."""

    def __init__(self, document: Document) -> None:
        self.tree = Node("document")
        self.beside: list[tuple[int, str]] = []
        self.deleted = 0
        self._document = document
        self._styles = _Styles(document)
        self._numbers = Numbers(document)
        self._number = 0
        self._lists: list[Node] = []

    def read(self) -> None:
        self._blocks(self._document.element.body)
        for part in self._document.part.package.iter_parts():
            if _BESIDE.fullmatch(str(part.partname)):
                for paragraph in parse_xml(part.blob).iter(qn("w:p")):
                    self.beside.append((self._number + 1, _plain(paragraph)))

    def _blocks(self, parent: _Element) -> None:
        for element in parent:
            if element.tag == qn("w:p"):
                self._paragraph(element)
            elif element.tag == qn("w:tbl"):
                self._table(element)
            elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
                self._blocks(element)

    def _table(self, element: _Element) -> None:
        self._lists = []
        table = self.tree.add("table")
        for row in element.iter(qn("w:tr")):
            self._number += 1
            made = table.add("tr", MARK.format(self._number))
            for cell in row.iter(qn("w:tc")):
                made.add("td", " ".join(_plain(cell).split()))

    def _paragraph(self, element: _Element) -> None:
        made = Node("p")
        self._number += 1
        for run, url in self._runs(element, None):
            words = _run_text(run)
            if self._styles.hidden(run):
                self.beside.append((self._number, words))
            elif words:
                self._add_run(made, run, words, url)
        self._beside(element)
        if not made.text().strip():
            self._number -= 1
            self._lists = []
            return
        made.children.insert(0, MARK.format(self._number))
        heading, numbering = self._styles.heading(element), self._styles.numbering(element)
        number = self._numbers.next(*numbering) if numbering else None
        if number is None or heading:
            self._lists = []
            made.tag = f"h{heading}" if heading else "p"
            if number and number.written:
                made.children.insert(1, f"{number.written} ")
            self._put(self.tree, made)
        else:
            self._put(self._list(number), made)

    def _put(self, place: Node, made: Node) -> None:
        made.parent = place
        place.children.append(made)

    def _list(self, number: Number) -> Node:
        """The item that a paragraph goes into, in the list of its level."""
        del self._lists[number.level + 1 :]
        while len(self._lists) <= number.level:
            around = self._lists[-1] if self._lists else self.tree
            self._lists.append(around.add("ol" if number.written else "ul"))
        inner = self._lists[-1]
        if number.begins and number.value <= 1 and inner.children:
            self._lists[-1] = inner = (self._lists[-2] if number.level else self.tree).add("ol")
        inner.tag = "ol" if number.written else "ul"
        item = inner.add("li")
        if number.written:
            item.attributes |= {"value": str(number.value), "data-number": number.written}
        return item

    def _add_run(self, made: Node, run: _Element, words: str, url: str | None) -> None:
        place = made.add("a", href=url) if url else made
        for name, tag in _STYLES:
            if self._styles.is_on(run, name):
                place = place.add(tag)
        for index, line in enumerate(words.split("\n")):
            if index:
                place.add("br")
            place.children.append(line)

    def _runs(self, parent: _Element, url: str | None) -> Iterator[tuple[_Element, str | None]]:
        """The runs of a paragraph that show, with the address of the link around each."""
        for element in parent:
            if element.tag == qn("w:r"):
                yield element, url
            elif element.tag == qn("w:hyperlink"):
                yield from self._runs(element, self._address(element) or url)
            elif element.tag in (qn("w:del"), qn("w:moveFrom")):
                self.deleted += 1
                self.beside.append((self._number, _plain(element)))
            elif element.tag not in (qn("w:pPr"), qn("m:oMath"), qn("m:oMathPara")):
                yield from self._runs(element, url)

    def _address(self, link: _Element) -> str | None:
        relation = self._document.part.rels.get(str(link.get(qn("r:id"))))
        return relation.target_ref if relation is not None and relation.is_external else None

    def _beside(self, paragraph: _Element) -> None:
        """Text boxes that are anchored in the paragraph."""
        for box in paragraph.iter(qn("w:txbxContent")):
            if not any(a.tag.endswith("}Fallback") for a in box.iterancestors()):
                for inner in box.iter(qn("w:p")):
                    self.beside.append((self._number, _plain(inner)))


def _plain(element: _Element) -> str:
    """All words of an element, deleted ones too."""
    pieces: list[str] = []
    for one in element.iter(qn("w:t"), qn("w:delText"), qn("w:br"), qn("w:tab"), qn("w:p")):
        written = one.tag in (qn("w:t"), qn("w:delText"))
        pieces.append(one.text or "" if written else " ")
    return "".join(pieces)


def _run_text(run: _Element) -> str:
    pieces: list[str] = []
    for element in run:
        if element.tag == qn("w:t"):
            pieces.append(re.sub(r"[\t\n\r]", " ", element.text or ""))
        else:
            pieces.append(_SIGNS.get(element.tag, ""))
    return "".join(pieces)


class _Styles:
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
            written = value_of(style, "w:name") or ""
            if found := _HEADING.fullmatch(written):
                return min(6, int(found[1]) or 1)
            if written.lower() == "title":
                return 1
        own = paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        level = whole(own.get(qn("w:val"))) if own is not None else 9
        return level + 1 if level < 6 else 0

    def numbering(self, paragraph: _Element) -> tuple[str, int] | None:
        """The list that the paragraph is an item of, and how deep in it; None for no item."""
        own = paragraph.find(qn("w:pPr"))
        number = level = None
        for holder in (own, *(s.find(qn("w:pPr")) for s in self._chain(own, "w:pStyle"))):
            found = None if holder is None else holder.find(qn("w:numPr"))
            if found is not None:
                number = value_of(found, "w:numId") if number is None else number
                level = value_of(found, "w:ilvl") if level is None else level
        return None if number in (None, "0") or number is None else (number, min(8, whole(level)))

    def hidden(self, run: _Element) -> bool:
        return self.is_on(run, "w:vanish")

    def is_on(self, run: _Element, name: str) -> bool:
        """Whether the run's own or its character style has that property."""
        own = run.find(qn("w:rPr"))
        for holder in (own, *(s.find(qn("w:rPr")) for s in self._chain(own, "w:rStyle"))):
            found = None if holder is None else holder.find(qn(name))
            if found is not None:
                return str(found.get(qn("w:val")) or "1").lower() not in _OFF
        return False

    def _chain(self, holder: _Element, reference: str) -> list[_Element]:
        """The style that is named there, the one that it is based on, and so on."""
        name = None if holder is None else value_of(holder, reference)
        style = self._by_id.get(name or "")
        if style is None and reference == "w:pStyle":
            style = self._default
        chain: list[_Element] = []
        while style is not None and len(chain) < _DEEPEST:
            chain.append(style)
            style = self._by_id.get(value_of(style, "w:basedOn") or "")
        return chain
