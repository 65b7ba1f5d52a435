"""Which format a file is, and what the readers make of single things in it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from bot.domain.ids import Language
from bot.importer import ImportFault, Recognised
from bot.importer import read_file as read
from bot.importer.formats import Format, format_of, page_of
from bot.importer.markdown_file import markdown

ENGLISH = Language("en")
PROSE = (
    "The port of our town has fed its families for more than a century, and the plan to sell it"
    " was made without asking a single one of them what they think. That must change."
)


def imported(content: str | bytes, name: str, place: Path) -> Recognised:
    path = place / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, ENGLISH)


def zipped(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr(name, "<x/>")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ("<!DOCTYPE html>\n<p>x", "letter.txt", Format.HTML),
        ("\ufeff\n<!-- saved -->\n<html lang=en>", "letter.md", Format.HTML),
        ('<?xml version="1.0"?><!doctype html>', "letter", Format.HTML),
        ("<p>a fragment</p>", "letter.htm", Format.HTML),
        ("# Title", "letter.md", Format.MARKDOWN),
        ("# Title", "LETTER.MARKDOWN", Format.MARKDOWN),
        ("# Title", "letter.txt", Format.PLAIN),
        ("Title", "letter", Format.PLAIN),
    ],
)
def test_formats(text: str, name: str, wanted: Format) -> None:
    assert format_of(text, name) is wanted


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.7", "a PDF, which is not read; copy its text"),
        (
            b"\xd0\xcf\x11\xe0\xa1",
            r"an old Word file \(.doc\), which is not read; save it as .docx",
        ),
        (b"{\\rtf1\\ansi", "an RTF file, which is not read; save it as .docx"),
        (b"bplist00", "a web archive"),
        (b"From: <Saved by Browser>\n", 'a web archive, which is not read; save the page as "HTML'),
        (zipped("content.xml"), "an OpenDocument file, which is not read; save the text as .docx"),
        (zipped("a.txt"), "a zip file, not a text"),
        (b"PK\x03\x04 broken", "a zip file, not a text"),
        (zipped("word/document.xml"), "cannot be read; open it in a word processor"),
        (b"> " * 200 + b"deep", "nested too deep"),
    ],
)
def test_other_formats_are_refused_with_the_remedy(data: bytes, message: str) -> None:
    with pytest.raises(ImportFault, match=message):
        page_of(data, "letter.md", ENGLISH)


def test_the_content_goes_before_the_name(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Keep the Harbour")
    document.add_paragraph(PROSE)
    stream = io.BytesIO()
    document.save(stream)

    found = imported(stream.getvalue(), "letter.txt", tmp_path)
    assert found.title is not None
    assert found.title.text == "Keep the Harbour"
    page = imported(f"<html><body><h1>Keep</h1><p>{PROSE}", "letter.txt", tmp_path)
    assert [part.text for part in page.paragraphs] == [PROSE]


@pytest.mark.parametrize("declared", ["windows-1256", "iso-8859-6", "no-such-thing", "utf-8"])
def test_the_encoding_that_a_page_names(declared: str, tmp_path: Path) -> None:
    page = f'<html><meta charset="{declared}"><body><h1>ماء</h1><p>نص الرسالة</p>'
    encoding = "utf-8" if declared in ("utf-8", "no-such-thing") else "windows-1256"
    path = tmp_path / "page.html"
    path.write_bytes(page.encode(encoding))

    found = read(path, Language("ar"))
    assert found.title is not None
    assert found.title.text == "ماء"


def test_lists_of_pages_count_as_browsers_show(tmp_path: Path) -> None:
    found = imported(
        f"<h1>Title Here</h1><p>{PROSE}</p><p>We ask:</p>"
        "<ol start=3><li>three<li>four<li value=9>nine</ol><p>And so:</p>"
        "<ol type=I><li>one<li>two</ol>",
        "page.html",
        tmp_path,
    )
    assert [demand.marker for demand in found.demands] == ["3.", "4.", "9."]
    assert [part.text for part in found.closing] == ["I. one", "II. two"]
    assert "3. three\n4. four\n9. nine" in markdown(found)


def test_a_table_that_only_arranges_a_page_is_read(tmp_path: Path) -> None:
    found = imported(
        f"<table><tr><td><h1>Title Here</h1><p>{PROSE}</p></td></tr></table>", "a.html", tmp_path
    )
    assert [part.text for part in found.paragraphs] == [PROSE]


def test_deep_pages_are_read(tmp_path: Path) -> None:
    deep = "<div>" * 3000
    found = imported(f"<h1>Title Here</h1>{deep}<p>{PROSE}</p>", "a.html", tmp_path)
    assert [part.text for part in found.paragraphs] == [PROSE]


def test_emphasis_that_markdown_cannot_write_goes_and_the_words_stay(tmp_path: Path) -> None:
    found = imported(
        f"<h1>Title Here</h1><p>{PROSE}</p><p>x<b>“quoted”</b>y and <b>a <i>b</b> c</i></p>",
        "a.html",
        tmp_path,
    )
    written = markdown(found)
    assert "x“quoted”y and **a *b*** c" in written


def test_links_that_lead_nowhere_from_a_chat_are_told(tmp_path: Path) -> None:
    found = imported(
        f"# Title Here\n\n{PROSE}\n\nSee [this](page.md), [that](https://example.org/that).\n",
        "a.md",
        tmp_path,
    )
    assert [line.text for line in found.unplaced] == ["page.md"]
    assert "[that](https://example.org/that)" in markdown(found)


def test_front_matter_without_a_use_is_told(tmp_path: Path) -> None:
    found = imported(
        f"---\ntitle: Other\nlayout: page\nbroken: [\n---\n# Title Here\n\n{PROSE}\n",
        "a.md",
        tmp_path,
    )
    assert found.title is not None
    assert found.title.text == "Title Here"
    assert [line.text for line in found.unplaced] == ["title: Other", "layout: page", "broken: ["]


@pytest.mark.parametrize(
    "listed",
    [
        "  - Reading Circle (France)\n  - Port Union (Tunisia)\n",
        "  - Reading Circle (France)\n  - name: Port Union\n    country: Tunisia\n",
        "  - {name: Reading Circle, country: France}\n  - {name: Port Union, country: Tunisia}\n",
    ],
)
def test_signatories_in_the_front_matter(listed: str, tmp_path: Path) -> None:
    found = imported(
        f"---\ntitle: Title Here\nsignatories:\n{listed}draft: no\n---\n{PROSE}\n",
        "a.md",
        tmp_path,
    )
    assert [(one.name, one.country) for one in found.signatories] == [
        ("Reading Circle", "FR"),
        ("Port Union", "TN"),
    ]
    assert [line.text for line in found.unplaced] == ["signatories:", "draft: no"]


def test_two_signatories_side_by_side_in_each_row(tmp_path: Path) -> None:
    found = imported(
        f"# Title Here\n\n{PROSE}\n\n## Signatories\n\n| Name | Country | Name | Country |\n"
        "|---|---|---|---|\n| Reading Circle | France | Port Union | Tunisia |\n"
        "| Town Choir | Italy | | |\n",
        "a.md",
        tmp_path,
    )
    assert [(one.name, one.country) for one in found.signatories] == [
        ("Reading Circle", "FR"),
        ("Port Union", "TN"),
        ("Town Choir", "IT"),
    ]


def test_demands_as_headings_with_numbers(tmp_path: Path) -> None:
    found = imported(
        f"# Title Here\n\n{PROSE}\n\n## Demands\n\n### 1. A vote\n\nBy all.\n\n"
        "### 2. The papers\n\nNow.\n\n## Contact\n\nAt the pier.\n",
        "a.md",
        tmp_path,
    )
    assert "## Demands {#demands}\n\n1. **A vote**\n\n   By all.\n\n2. **The papers**" in markdown(
        found
    )


def numbering(document: docx.document.Document, levels: list[tuple[str, str]]) -> str:
    """A list of these number formats and texts; its id."""
    root = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    for index, (form, text) in enumerate(levels):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(index))
        for name, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", text)):
            child = OxmlElement(name)
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
    root.insert(0, abstract)
    return str(root.add_num(77).numId)


def test_numbers_that_a_word_processor_draws(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Title Here", style="Title")
    document.add_paragraph(PROSE)
    document.add_paragraph("We ask:")
    name = numbering(document, [("decimal", "%1)"), ("lowerLetter", "(%2)"), ("bullet", "•")])
    for level, text in (
        (0, "One"),
        (1, "inner"),
        (1, "again"),
        (0, "Two"),
        (1, "anew"),
        (2, "dot"),
    ):
        element: Any = document.add_paragraph(text)._p
        properties = element.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = int(name)
        properties.get_or_add_ilvl().val = level
    stream = io.BytesIO()
    document.save(stream)

    found = imported(stream.getvalue(), "a.docx", tmp_path)
    texts = [[part.text for part in demand.paragraphs] for demand in found.demands]
    assert texts == [["One", "(a) inner", "(b) again"], ["Two", "(a) anew", "dot"]]
    assert [demand.marker for demand in found.demands] == ["1)", "2)"]
