"""Files in the encodings in which texts arrive."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.ids import Language
from bot.importer import ImportFault, decode
from bot.importer import read_file as read
from tests.unit.importer.texts import GLACIERS, NIGHT_SHIFT, WATER

ARABIC, ENGLISH, SPANISH, CHINESE = map(Language, ("ar", "en", "es", "zh"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode(encoding: str) -> None:
    decoded = decode(WATER.text.encode(encoding), ARABIC)

    assert decoded.text == WATER.text
    assert bool(decoded.notes) == (encoding != "utf-8")


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
def test_either_byte_order(mark: str) -> None:
    assert decode(f"\ufeff{WATER.text}".encode(mark), ARABIC).text == WATER.text


def test_code_pages_are_told() -> None:
    # Windows-1256 has no Arabic-Indic digits.
    text = "الماء حق للجميع — لا حياة بلا ماء"
    arabic = decode(text.encode("windows-1256"), ARABIC)
    assert arabic.text == text
    assert "windows-1256" in arabic.notes[0]
    assert decode(GLACIERS.text.encode("windows-1252"), SPANISH).text == GLACIERS.text
    assert decode(NIGHT_SHIFT.text.encode("gb18030"), CHINESE).text == NIGHT_SHIFT.text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.7\n...", "a PDF"),
        (b"PK\x03\x04...", "word processor"),
        (b"{\\rtf1}", "RTF"),
        (b"T\x00i\x00t\x00l\x00e\x00", "zero bytes"),
        (b"caf\x81 \xe9", "save it with the encoding UTF-8"),
    ],
)
def test_no_text_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ImportFault, match=message):
        decode(data, ENGLISH)


def test_notes_reach_the_result(tmp_path: Path) -> None:
    path = tmp_path / "published.txt"
    path.write_bytes(GLACIERS.text.encode("windows-1252"))

    assert "windows-1252" in read(path, SPANISH).notes[0]
    with pytest.raises(ImportFault, match="cannot be read"):
        read(tmp_path / "missing.txt", SPANISH)
    with pytest.raises(ImportFault, match="cannot be read"):
        read(tmp_path, SPANISH)
