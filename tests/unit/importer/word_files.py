"""Files of a word processor, built for the tests."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

ADDRESS = "https://example.org/linked"

Run = tuple[str, str]
"""Text, and how it is: "b", "i", "bi", "deleted", "inserted", "hidden", "link", or plain ""."""


def word_file(
    paragraphs: Iterable[tuple[str, Sequence[Run]]],
    *,
    table: Sequence[Sequence[str]] = (),
    header: str = "",
) -> bytes:
    """A .docx of these paragraphs, each with the name of its style, a table and a header."""
    document = docx.Document()
    for style, runs in paragraphs:
        paragraph = document.add_paragraph(style=style)
        for text, how in runs:
            _add(document, paragraph, text, how)
    if table:
        made = document.add_table(len(table), len(table[0]))
        for row, cells in zip(made.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _add(document: Document, paragraph: Paragraph, text: str, how: str) -> None:
    run = paragraph.add_run(text)
    run.bold = True if "b" in how and len(how) < 3 else None
    run.italic = True if "i" in how and len(how) < 3 else None
    if how == "hidden":
        run.font.hidden = True
    around = {"deleted": "w:del", "inserted": "w:ins", "link": "w:hyperlink"}.get(how)
    if around is None:
        return
    holder = OxmlElement(around)
    if how == "link":
        relation = document.part.relate_to(ADDRESS, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        holder.set(qn("r:id"), relation)
    if how == "deleted":
        for element in run._r.iter(qn("w:t")):
            element.tag = qn("w:delText")
    paragraph._p.replace(run._r, holder)
    holder.append(run._r)
