"""The spreadsheet, opened by openpyxl: text in every cell, no formula, no link."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from bot.documents import table
from bot.documents.content import TooLong
from bot.documents.table import write_table
from bot.domain.endorsement import Kind
from bot.domain.ids import Language
from bot.statements.model import Statement
from bot.storage.endorsements import PublicEndorsement
from bot.wording.voice import Voice
from tests.support.snapshots import (
    CHECKPOINT,
    DAY,
    IN_ENGLISH,
    SCRIPTS,
    TUNISIA,
    made_up,
    people,
    person,
)

ENGLISH, ARABIC = Language("en"), Language("ar")
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "https://evil.example/x",
    "mailto:a@b.example",
    "internal:Sheet1!A1",
    "<r><t>x</t></r>",
    "<r>",
    "</t></is></c>",
    "{=1}",
    "1234",
    "&amp; &lt;",
    "_x0041_",
)


async def written(
    file: Path,
    port: Statement,
    listed: Sequence[PublicEndorsement],
    language: Language = ENGLISH,
) -> Path:
    with made_up(port, listed) as snapshot:
        await write_table(Voice(language), snapshot, port.revisions[language], file)
    return file


def left_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


async def test_each_row_has_all_that_is_public(port: Statement, tmp_path: Path) -> None:
    listed = [
        person(4, "Readers", kind=Kind.ORGANISATION, country=TUNISIA, mandate="42/120", paper=True),
        person(7, "Amal", affiliation="Nurse", place="Gaza", excepts=("2", "3")),
    ]
    book = openpyxl.load_workbook(await written(tmp_path / "port.xlsx", port, listed))
    head, *rows = book["Signatories"].iter_rows(values_only=True)
    assert head[:4] == ("Number", "Kind", "Name", "Affiliation")
    [organisation, amal] = rows
    assert organisation[:6] == (4, "Organisation", "Readers", None, "Tunisia", None)
    assert organisation[-2:] == ("42/120", "on paper")
    assert amal[:6] == (7, "Person", "Amal", "Nurse", None, "Gaza")
    assert (amal[6].date(), *amal[7:]) == (DAY, "2, 3", "0" * 64, None, None)  # type: ignore[union-attr]
    about = [str(row[0]) for row in book.worksheets[1].iter_rows(values_only=True)]
    assert about[0] == "Open the port"
    assert about[-1] == CHECKPOINT.strip("\n")


async def test_every_name_once_in_order_in_each_script(port: Statement, tmp_path: Path) -> None:
    names = [f"{SCRIPTS[script]} {at:03}" for script in IN_ENGLISH for at in range(70)]
    # Which is more than one piece of the list.
    assert len(names) > 1000
    file = await written(tmp_path / "port.xlsx", port, people(*names))
    sheet = openpyxl.load_workbook(file, read_only=True).worksheets[0]
    found = [row[0] for row in sheet.iter_rows(min_row=2, min_col=3, max_col=3, values_only=True)]
    assert found == names


async def test_nothing_in_it_is_a_formula_or_a_link(port: Statement, tmp_path: Path) -> None:
    listed = [
        person(number, name, affiliation=name, place=name) for number, name in enumerate(HOSTILE, 1)
    ]
    file = await written(tmp_path / "port.xlsx", port, listed)
    sheet = openpyxl.load_workbook(file, rich_text=False).worksheets[0]
    rows = list(sheet.iter_rows(min_row=2))
    for column in (2, 3, 5):
        cells = [row[column] for row in rows]
        assert {cell.data_type for cell in cells} == {"s"}
        assert {cell.hyperlink for cell in cells} == {None}
        # What could be read as the code of a character is marked as none (ECMA-376, ST_Xstring).
        shown = {str(cell.value).replace("_x005F_", "_") for cell in cells}
        assert shown == set(HOSTILE)
    with zipfile.ZipFile(file) as parts:
        assert all(b"<f>" not in parts.read(name) for name in parts.namelist())
        assert not any("externalLink" in name for name in parts.namelist())
        rels = [parts.read(n) for n in parts.namelist() if n.startswith("xl/worksheets/_rels")]
        assert rels == []


@pytest.mark.parametrize(("language", "is_turned"), [(ENGLISH, False), (ARABIC, True)])
async def test_a_sheet_runs_as_its_language_does(
    port: Statement, tmp_path: Path, language: Language, is_turned: bool
) -> None:
    book = openpyxl.load_workbook(await written(tmp_path / "a.xlsx", port, [], language))
    assert [bool(sheet.sheet_view.rightToLeft) for sheet in book.worksheets] == [is_turned] * 2


async def test_the_same_bytes_twice(port: Statement, tmp_path: Path) -> None:
    first = await written(tmp_path / "1.xlsx", port, people("Amal", "Rami"))
    second = await written(tmp_path / "2.xlsx", port, people("Amal", "Rami"))
    assert first.read_bytes() == second.read_bytes()
    assert left_in(tmp_path) == {"1.xlsx", "2.xlsx", "statements"}


async def test_a_list_that_no_sheet_holds_is_refused(
    port: Statement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 2)
    await written(tmp_path / "a.xlsx", port, people("Amal", "Rami"))
    with pytest.raises(TooLong, match="export it as csv"):
        await written(tmp_path / "b.xlsx", port, people("Amal", "Rami", "Sami"))
