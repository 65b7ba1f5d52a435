"""Letters that were damaged on their way: whatever happened to one, it is read without a traceback,
and each word of it is in the package or in the report."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.ids import Language
from bot.importer import ImportFault, recognise_page, report, write
from bot.importer.check import check_lines
from bot.importer.formats import page_of
from tests.unit.importer.expected import FOLDER

MANY = 10_000
OTHERS = (FOLDER.parents[2] / "../shared/letters", FOLDER.parents[2] / "../shared/reference")
FILES = sorted(
    path
    for folder in (FOLDER, *OTHERS)
    if folder.exists()
    for path in folder.iterdir()
    if path.name != "expected.md"
)
SCRAPS = st.sampled_from(
    [
        *(b"<br>", b"<!--", b"-->", b"---", b"+++", b"| a | b |\n|---|---|", b"{{ x }}", b"{%"),
        *(b"[a]: <[a]: x", b"[x][y]", b"```", b"**", b"<table><tr><td>", b"</p>", b"Signed by:"),
        *(b"1.", b"- ", b"> ", b"    ", b"\xef\xbb\xbf", b"\xff", b"\xe2\x80", b"\r", b"\x0c"),
        *(b"# ", b"We ask:", b"Name | Country", b"[1] note", b"<script>", b"&amp;", b"\\"),
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[bytes, str]:
    """The bytes of a letter with some lines dropped, doubled, joined or moved, scraps put in, and
    some bytes lost or changed; and the name of its file."""
    path = draw(st.sampled_from(FILES))
    lines = path.read_bytes().split(b"\n")
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(lines) - 1)))
        match draw(st.sampled_from(["drop", "double", "join", "move", "scrap", "cut", "byte"])):
            case "drop":
                del lines[at : at + draw(st.integers(1, 5))]
            case "double":
                lines[at:at] = lines[at : at + draw(st.integers(1, 5))]
            case "join":
                lines[at : at + 2] = [b"".join(lines[at : at + 2])]
            case "move":
                lines.insert(draw(st.integers(0, len(lines))), lines.pop(at) if lines else b"")
            case "scrap":
                lines[at:at] = [draw(SCRAPS)]
            case "cut" if lines:
                lines[at] = lines[at][draw(st.integers(0, len(lines[at]))) :] + draw(SCRAPS)
            case "byte" if lines:
                place = draw(st.integers(0, len(lines[at])))
                changed = bytes([draw(st.integers(1, 255))])
                lines[at] = lines[at][:place] + changed + lines[at][place + 1 :]
    return b"\n".join(lines), path.name


def check(letter: tuple[bytes, str]) -> None:
    data, name = letter
    language = Language(name.split(".")[-2])
    refusal = ""
    try:
        found = recognise_page(page_of(data, name, language), language)
        check_lines(found)
        report(found)
        with tempfile.TemporaryDirectory() as place:
            write(found, "letter", Path(place), dry_run=True)
    except ImportFault as fault:
        refusal = str(fault)
    assert "report this" not in refusal


@given(damaged())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_letters(letter: tuple[bytes, str]) -> None:
    check(letter)


@pytest.mark.soak
@pytest.mark.skipif("SOAK" not in os.environ, reason="takes a quarter of an hour: make soak")
def test_ten_thousand_damaged_letters() -> None:
    @given(damaged())
    @settings(
        deadline=None,
        max_examples=MANY,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    def every_word_is_somewhere(letter: tuple[bytes, str]) -> None:
        check(letter)

    every_word_is_somewhere()
