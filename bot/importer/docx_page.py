"""A document of a word processor (.docx): paragraphs, headings, lists with their numbers."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from bot.importer.building import BREAK, Builder
from bot.importer.docx_numbers import Number, Numbers
from bot.importer.docx_styles import Styles
from bot.importer.recognised import ImportFault
from bot.importer.rows import Page, Shape, joined_links
from bot.text.rich import RichText, Span, Style, concat

_LARGEST = 64 * 1024 * 1024
"""Bytes that a document may hold when it is unpacked."""
_BESIDE = re.compile(r"/word/(header|footer|footnotes|endnotes|comments)\d*\.xml")
_TEXT = re.compile(rb"<w:(?:t|delText)(?:\s[^>]*)?>([^<]*)<|(</w:p>|<w:(?:br|tab|cr)\b)")
_FALLBACK = re.compile(rb"<mc:Fallback>.*?</mc:Fallback>", re.DOTALL)

# An element of the document; python-docx gives lxml's, which have no types.
_Element = Any


def docx_page(data: bytes) -> Page:
    """Reads the document. Text beside the running text (tables, notes, headers, deletions) is left
    out of the rows. Raises `ImportFault` when it is damaged or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _LARGEST:
                raise ImportFault("This document is too large; save its text alone as .docx.")
        document = docx.Document(io.BytesIO(data))
    except (OpcError, zipfile.BadZipFile, KeyError, ValueError, ParseError, SyntaxError) as error:
        raise ImportFault(
            "This document cannot be read; open it in a word processor and save it again as .docx."
        ) from error
    reader = _Reader(document)
    reader.read()
    return Page(reader.builder.rows, _everything(document), reader.builder.left_out, reader.notes)


def _everything(document: Document) -> str:
    """All text of the file, for the check that none is lost."""
    found: list[str] = []
    for part in document.part.package.iter_parts():
        if part.partname == document.part.partname or _BESIDE.fullmatch(str(part.partname)):
            for text, end in _TEXT.findall(_FALLBACK.sub(b"", part.blob)):
                found.append("\n" if end else html.unescape(text.decode("utf-8", "replace")))
            found.append("\n")
    return "".join(found)


class _Reader:
    """Takes the paragraphs in order; what is not running text goes to `left_out`."""

    def __init__(self, document: Document) -> None:
        self.builder = Builder()
        self.notes: list[str] = []
        self._document = document
        self._styles = Styles(document)
        self._numbers = Numbers(document)
        self._listed = False
        self._deleted = 0

    def read(self) -> None:
        self._blocks(self._document.element.body)
        for part in self._document.part.package.iter_parts():
            if _BESIDE.fullmatch(str(part.partname)):
                for paragraph in parse_xml(part.blob).iter(qn("w:p")):
                    self.builder.leave_out(_plain(paragraph))
        if self._deleted:
            told = f"tracked deletions that are not taken, but listed below: {self._deleted}"
            self.notes.append(told)

    def _blocks(self, parent: _Element) -> None:
        for element in parent:
            if element.tag == qn("w:p"):
                self._paragraph(element)
            elif element.tag == qn("w:tbl"):
                for row in element.iter(qn("w:tr")):
                    cells = (_plain(cell) for cell in row.iter(qn("w:tc")))
                    self.builder.leave_out(" | ".join(" ".join(c.split()) for c in cells))
            elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
                self._blocks(element)

    def _paragraph(self, element: _Element) -> None:
        pieces: list[RichText] = []
        for run, url in self._runs(element, None):
            words = _run_text(run)
            if self._styles.hidden(run):
                self.builder.leave_out(words)
            else:
                pieces.append(_styled(words, self._styles.of_run(run), url))
        self._beside(element)
        text = joined_links(concat(pieces))
        if not text.plain.strip():
            self._listed = False
            return
        numbering = self._styles.numbering(element)
        number = self._numbers.next(*numbering) if numbering else None
        self._place(text, self._styles.heading(element), number)

    def _place(self, text: RichText, heading: int, number: Number | None) -> None:
        first, self._listed = not self._listed, number is not None and not heading
        if number is None or heading:
            written = f"{number.written} " if number and number.written else ""
            self.builder.add(concat((written, text)), Shape(heading))
            return
        depth = number.level + 1
        if not number.written:
            self.builder.add(text, Shape(0, depth, "-"), apart=first)
            return
        label = self.builder.number(number.written, number.value, depth, begins=number.begins)
        self.builder.add(text, Shape(0, depth, number.written), label, apart=first)

    def _runs(self, parent: _Element, url: str | None) -> Iterator[tuple[_Element, str | None]]:
        """The runs of a paragraph that show, with the address of the link around each."""
        for element in parent:
            if element.tag == qn("w:r"):
                yield element, url
            elif element.tag == qn("w:hyperlink"):
                yield from self._runs(element, self._address(element) or url)
            elif element.tag in (qn("w:del"), qn("w:moveFrom")):
                self._deleted += 1
                self.builder.leave_out(_plain(element))
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
                    self.builder.leave_out(_plain(inner))


def _plain(element: _Element) -> str:
    """All words of an element, deleted ones too."""
    pieces: list[str] = []
    for one in element.iter(qn("w:t"), qn("w:delText"), qn("w:br"), qn("w:tab"), qn("w:p")):
        if one.tag in (qn("w:t"), qn("w:delText")):
            pieces.append(one.text or "")
        else:
            pieces.append(" ")
    return "".join(pieces)


_SIGNS = {
    qn("w:tab"): " ",
    qn("w:br"): BREAK,
    qn("w:cr"): BREAK,
    qn("w:noBreakHyphen"): "\u2011",
}


def _run_text(run: _Element) -> str:
    pieces: list[str] = []
    for element in run:
        if element.tag == qn("w:t"):
            pieces.append(re.sub(r"[\t\n\r]", " ", element.text or ""))
        else:
            pieces.append(_SIGNS.get(element.tag, ""))
    return "".join(pieces)


def _styled(text: str, styles: Sequence[Style], url: str | None) -> RichText:
    spans = [Span(0, len(text), style) for style in styles if text]
    if url and text:
        spans.insert(0, Span(0, len(text), Style.LINK, url))
    return RichText(text, tuple(spans))
