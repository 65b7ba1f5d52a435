"""Pictures for sharing, posters, QR codes."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from bot.documents.picture import share_picture, shown_address, square_picture
from bot.documents.poster import SIZES, poster
from bot.documents.qr import qr_png, qr_svg
from bot.domain.counts import PublicCounts
from bot.domain.ids import Language
from bot.statements.model import Statement
from bot.wording.voice import Voice

ENGLISH, ARABIC = Language("en"), Language("ar")
COUNTS = PublicCounts(1234, 5)
LINK = "https://example.org/port/port/en.html#demand-2"
Picture = Callable[..., bytes]


def size_of(png: bytes) -> tuple[int, int]:
    """As its head says (https://www.w3.org/TR/png/#11IHDR)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(
    ("picture", "size"), [(share_picture, (1200, 630)), (square_picture, (1080, 1080))]
)
def test_a_picture_has_its_size_and_is_the_same_twice(
    picture: Picture, size: tuple[int, int]
) -> None:
    first = picture("Open the port", COUNTS, ENGLISH, attribution="By us", address=LINK)
    assert size_of(first) == size
    assert picture("Open the port", COUNTS, ENGLISH, attribution="By us", address=LINK) == first


@pytest.mark.parametrize("picture", [share_picture, square_picture])
def test_all_that_is_given_is_in_a_picture(picture: Picture) -> None:
    """Each part of it changes the picture."""
    seen = {
        picture("Open the port", COUNTS, ENGLISH),
        picture("Open the ports", COUNTS, ENGLISH),
        picture("Open the port", PublicCounts(1235, 5), ENGLISH),
        picture("Open the port", PublicCounts(1234, 5, of=10), ENGLISH),
        picture("Open the port", COUNTS, Language("fr")),
        picture("Open the port", COUNTS, ENGLISH, attribution="By us"),
        picture("Open the port", COUNTS, ENGLISH, address=LINK),
    }
    assert len(seen) == 7


def test_a_title_of_any_length_has_room() -> None:
    for title in ("A", "word " * 500, "x" * 3000):
        assert size_of(share_picture(title, COUNTS, ENGLISH)) == (1200, 630)


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://t.me/PortBot?start={payload}", "t.me/PortBot"),
        ("https://example.org/water", "example.org/water"),
        ("https://matrix.to/#/@port:example.org", "matrix.to/#/@port:example.org"),
    ],
)
def test_an_address_is_shown_as_it_is_typed(link: str, shown: str) -> None:
    assert shown_address(link).strip("\u2068\u2069") == shown


def test_a_code_is_one_picture_without_a_size_of_its_own() -> None:
    svg = qr_svg(LINK)
    assert svg.startswith("<svg ")
    assert 'viewBox="0 0 ' in svg
    assert "width=" not in svg
    assert qr_svg(LINK) == svg != qr_svg(LINK + "3")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", [ENGLISH, ARABIC])
def test_a_poster_is_one_page_with_all_that_leads_on(
    port: Statement, language: Language, size: str
) -> None:
    revision = port.revisions[language]
    demand = revision.document.demands[1]
    given = (Voice(language), revision, demand, LINK, "https://example.org/port", size)
    pdf = poster(*given, "pdf")
    assert poster(*given, "pdf") == pdf
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    width, height = document[0].get_size()
    assert (round(width * 25.4 / 72), round(height * 25.4 / 72)) == SIZES[size]
    text = " ".join(document[0].get_textpage().get_text_range().split())
    if language == ENGLISH:
        for words in ("Open the port", "Keep it open.", "Read and sign here:", "example.org/port"):
            assert words in text
    png = poster(*given, "png")
    assert size_of(png)[0] == pytest.approx(SIZES[size][0] / 25.4 * 150, abs=2)


def test_a_poster_without_a_demand(port: Statement) -> None:
    given = (Voice(ENGLISH), port.revisions[ENGLISH], None, LINK, "https://example.org", "a5")
    [page] = pypdfium2.PdfDocument(poster(*given, "pdf"))
    assert "Keep it open." not in page.get_textpage().get_text_range()


def read_codes(picture: Image.Image) -> list[str]:
    """What a phone finds in it that is held askew, a little too far away."""
    small = picture.convert("L").resize((picture.width * 2 // 3, picture.height * 2 // 3))
    return [found.text for found in zxingcpp.read_barcodes(small.rotate(7, fillcolor=255))]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", [ENGLISH, ARABIC])
def test_a_camera_reads_the_code_of_a_poster(
    port: Statement, language: Language, size: str
) -> None:
    given = (Voice(language), port.revisions[language], None, LINK, "https://example.org", size)
    assert read_codes(Image.open(io.BytesIO(poster(*given, "png")))) == [LINK]
    [page] = pypdfium2.PdfDocument(poster(*given, "pdf"))
    assert read_codes(page.render(scale=150 / 72).to_pil()) == [LINK]


def test_a_camera_reads_the_code_of_a_picture() -> None:
    assert read_codes(Image.open(io.BytesIO(qr_png(LINK)))) == [LINK]
    square = square_picture("Open the port", COUNTS, ENGLISH, link=LINK)
    assert read_codes(Image.open(io.BytesIO(square))) == [LINK]
    without = square_picture("Open the port", COUNTS, ENGLISH)
    assert read_codes(Image.open(io.BytesIO(without))) == []
