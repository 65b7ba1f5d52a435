"""The printed document, read back from its PDF by PDFium."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import pypdfium2
import pytest

from bot.documents import fonts
from bot.documents.content import TooLong
from bot.documents.paper import IN_COLUMNS, paper
from bot.domain.endorsement import Kind
from bot.domain.ids import Language
from bot.statements.model import Statement, Terms
from bot.storage.endorsements import PublicEndorsement
from bot.storage.lists import Order
from bot.text.collation import script_place
from bot.wording.voice import Voice, own_name
from tests.support.snapshots import (
    CHECKPOINT,
    SCRIPTS,
    TUNISIA,
    made_up,
    people,
    person,
    varied,
)

ENGLISH, ARABIC = Language("en"), Language("ar")


async def drawn(
    port: Statement,
    listed: Sequence[PublicEndorsement],
    language: Language = ENGLISH,
    hidden: int = 0,
) -> bytes:
    with made_up(port, listed, hidden) as snapshot:
        page = "https://example.org/port/en.html"
        return await paper(Voice(language), snapshot, port.revisions[language], page)


def lines_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_range() for page in document]
    return re.split(r"[\r\n]+", re.sub("[\u2066-\u2069]", "", "\n".join(texts)))


def places(pdf: bytes, name: str, language: Language) -> list[tuple[int, bool, float]]:
    """Where a name stands: page, whether in the second column, and how far down. On a page from
    right to left PDFium tells the words of a line from right to left, whatever they are."""
    is_turned = language == ARABIC and unicodedata.bidirectional(name[0]) == "L"
    name = " ".join(reversed(name.split())) if is_turned else name
    found = []
    for at, page in enumerate(pypdfium2.PdfDocument(pdf)):
        words, middle = page.get_textpage(), page.get_width() / 2
        search = words.search(name, match_case=True)
        while match := search.get_next():
            left, _, _, top = words.get_charbox(match[0])
            found.append((at, (left > middle) is (language == ENGLISH), -top))
    return found


@pytest.fixture(scope="module")
def known_scripts() -> list[str]:
    """The names that this machine has fonts for; typst brings some. Pictures are none: PDFium
    loses the blanks between them."""
    names = [name for script, name in SCRIPTS.items() if script != "Emoji"]
    shown = [name for name in names if not fonts.not_shown([name])]
    assert {SCRIPTS["Latin"], SCRIPTS["Cyrillic"], SCRIPTS["Arabic"]} <= set(shown)
    return shown


async def test_all_of_it_is_there(port: Statement) -> None:
    listed = [
        person(1, "Readers of Sfax", kind=Kind.ORGANISATION, country=TUNISIA),
        person(2, "Amal Haddad", affiliation="Nurse", place="Gaza"),
        person(3, "Rami", excepts=("2", "3")),
    ]
    lines = lines_of(await drawn(port, listed, hidden=2))
    text = "\n".join(lines)
    for line in (
        "Open the port",
        "By the people of the port",
        "The port has been closed since the spring. We ask that it be opened.",
        "2. Keep it open.",
        "Readers of Sfax · Tunisia",
        "Amal Haddad · Nurse · Gaza",
        "Rami · signs, except 2 and 3",
        *(line for line in CHECKPOINT.split("\n") if line),
    ):
        assert line in lines
    assert "4 people and 1 organisation have signed. As of March 2, 2026." in text
    assert "2 of the names aren't shown." in text
    assert port.revisions[ENGLISH].digest in text.replace("\n", "")
    assert "https://example.org/port/en.html" in text
    headings = ["Issued by", "Organisations", "People"]
    assert [line for line in lines if line in headings] == headings


@pytest.mark.parametrize("language", [ENGLISH, ARABIC])
async def test_every_name_once_in_order_in_each_script(
    port: Statement, known_scripts: list[str], language: Language
) -> None:
    """As it is seen, in two columns; what is right to left among them too."""
    # On a page from right to left PDFium reads the words of others in changing orders.
    simple = list(SCRIPTS.values())[:8]
    known = [name for name in known_scripts if language == ENGLISH or name in simple]
    listed = people(*(each for name in known for each in varied(name, 8)))
    assert len(listed) > IN_COLUMNS
    with made_up(port, listed) as snapshot:
        order = Order(port.id, script_place(own_name(language)))
        names = [row.name async for page in snapshot.names(order) for row in page]
    assert ("Z" if language == ENGLISH else "ز") in names[0]
    pdf = await drawn(port, listed, language)
    found = [places(pdf, name, language) for name in names]
    assert [len(each) for each in found] == [1] * len(names)
    assert found == sorted(found)
    assert {second for [(_, second, _)] in found} == {False, True}


async def test_the_same_bytes_twice(port: Statement) -> None:
    listed = people("Amal", "Rami")
    first = await drawn(port, listed)
    assert await drawn(port, listed) == first
    assert await drawn(port, listed[:1]) != first


async def test_it_is_an_archive_file(port: Statement) -> None:
    """As it says of itself; with the text's language, and dated by the log."""
    pdf = await drawn(port, [], ARABIC)
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert b"/Lang(ar)" in pdf.replace(b" ", b"")
    meta = pypdfium2.PdfDocument(pdf).get_metadata_dict()
    assert meta["Title"] == "افتحوا الميناء"
    assert meta["CreationDate"].startswith("D:20260302")


HOSTILE = (
    '#eval("1+1") $x^2$ *bold* _it_ `raw` <label> @ref = Heading',
    '"); #read("/etc/passwd") // \\u{41}',
    "]]#panic()",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "{payload} {count}",
)


async def test_nothing_that_anybody_wrote_is_code(port: Statement) -> None:
    found = lines_of(await drawn(port, people(*HOSTILE)))
    assert {line for line in found if line in HOSTILE} == set(HOSTILE)
    revision = replace(port.revisions[ENGLISH], title=HOSTILE[0], attribution=HOSTILE[1])
    hostile = replace(port, revisions={ENGLISH: revision})
    text = "".join(lines_of(await drawn(hostile, [])))
    assert HOSTILE[0] in text
    assert HOSTILE[1] in text


async def test_affiliations_that_the_organisers_turned_off_are_not_spoken_of(
    port: Statement,
) -> None:
    shown = "Affiliations are for identification only."
    assert shown in lines_of(await drawn(port, people("Amal")))
    quiet = replace(port, terms=Terms(affiliation_shown=False))
    assert shown not in lines_of(await drawn(quiet, people("Amal")))


async def test_a_list_that_would_take_the_memory_is_refused(
    port: Statement, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With who issued it.
    monkeypatch.setattr("bot.documents.paper.MOST_NAMES", 3)
    assert await drawn(port, people("Amal", "Rami"))
    with pytest.raises(TooLong, match="Export it as xlsx, md or csv"):
        await drawn(port, people("Amal", "Rami", "Sami"))
