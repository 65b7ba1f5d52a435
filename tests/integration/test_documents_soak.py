"""Documents as programs of others read them: LibreOffice the spreadsheet, pdftotext the PDF."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.documents import fonts
from bot.documents.paper import paper
from bot.documents.table import write_table
from bot.domain.ids import Language
from bot.wording.voice import Voice
from tests.support.snapshots import IN_ENGLISH, SCRIPTS, made_up, people, statement_in, varied
from tests.support.statements import write_port
from tests.unit.documents.test_table import HOSTILE

pytestmark = pytest.mark.soak

ENGLISH, ARABIC = Language("en"), Language("ar")
NAMES = [name for script in IN_ENGLISH for name in varied(SCRIPTS[script], 8)]


def program(name: str, package: str) -> str:
    """Where it is. Skips the test where it is not."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian: {package})")
    return found


def run(command: Sequence[str], folder: Path, given: bytes = b"") -> str:
    """What it says."""
    ended = subprocess.run(command, cwd=folder, input=given, check=True, capture_output=True)
    return ended.stdout.decode()


def letters(line: str) -> Counter[str]:
    """Without blanks, which readers see where signs stand apart, and without what turns texts."""
    return Counter(character for character in line if character.isprintable() and character > " ")


@pytest.mark.parametrize("language", [ENGLISH, ARABIC])
async def test_every_name_is_in_the_spreadsheet_once_in_order(
    tmp_path: Path, language: Language
) -> None:
    office = program("soffice", "libreoffice-calc")
    port = statement_in(write_port(tmp_path))
    listed = people(*NAMES, *(f"{at} {name}" for at, name in enumerate(HOSTILE)), *HOSTILE)
    with made_up(port, listed) as snapshot:
        await write_table(
            Voice(language), snapshot, port.revisions[language], tmp_path / "port.xlsx"
        )
    # All in one call: the filter's options are the separator, the quote and UTF-8.
    command = (office, f"-env:UserInstallation=file://{tmp_path}/office", "--headless")
    form = ("--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "port.xlsx")
    run((*command, *form), tmp_path)
    rows = list(csv.reader(io.StringIO(read(tmp_path / "port.csv"))))[1:]
    found = [row[2] for row in rows]
    assert sorted(found) == sorted(row.name for row in listed)
    if language == ENGLISH:
        scripts = set(NAMES)
        assert [name for name in found if name in scripts] == NAMES


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


async def test_every_name_is_in_the_pdf_once_in_order(tmp_path: Path) -> None:
    """In all scripts, with the fonts that the packages bring."""
    reader = program("pdftotext", "poppler-utils")
    if lacking := fonts.not_shown(NAMES):
        pytest.skip(
            f"no font shows {''.join(lacking[:5])} (Debian: fonts-noto-core, -cjk, -color-emoji)"
        )
    port = statement_in(write_port(tmp_path))
    with made_up(port, people(*NAMES)) as snapshot:
        pdf = await paper(Voice(ENGLISH), snapshot, port.revisions[ENGLISH])
        assert await paper(Voice(ENGLISH), snapshot, port.revisions[ENGLISH]) == pdf
    told = run((reader, "-raw", "-", "-"), tmp_path, pdf)
    wanted = [letters(name) for name in NAMES]
    lines = [letters(line) for line in told.splitlines()]
    assert [line for line in lines if line in wanted] == wanted
