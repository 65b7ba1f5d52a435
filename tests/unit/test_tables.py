"""Lists that admins send are read apart: what a file holds is data, and what is wrong with it ends
that process alone."""

import io
import json
import zipfile

import openpyxl
import pytest

from bot.domain.ids import Country
from bot.domain.paper import MOST_ROWS, Signed, Table, TableFault
from bot.importer.table_apart import UNPACKED, main
from bot.services import tables


def workbook(*rows: tuple[str, ...]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def test_formulas_are_not_evaluated() -> None:
    data = workbook(("Name", "Country"), ("Amal Haddad", "Tunisia"), ('="Evil"&" X"', "France"))
    found = json.loads(main("list.xlsx", data))
    assert [row[1] for row in found["names"]] == ["Amal Haddad"]
    assert "Evil" not in json.dumps(found["names"])
    assert found["unplaced"] == [3]


def test_a_zip_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        for _ in range(UNPACKED // 1024 // 1024 + 1):
            sheet.write(bytes(1024 * 1024))
    assert len(out.getvalue()) < 100_000
    assert main("list.xlsx", out.getvalue()) == "{}"


def test_what_is_no_country_is_a_place_and_a_line_without_a_name_is_told() -> None:
    text = "Name;Work;Country\nAmal Haddad;Union;Tunisia\n;Union;\nRami;Union;Atlantis\n"
    table = tables._table(json.loads(main("list.csv", text.encode())))
    assert not isinstance(table, TableFault)
    amal, rami = table.rows
    assert (amal.name, amal.country, amal.line) == ("Amal Haddad", Country("TN"), 2)
    assert (rami.place, rami.country) == ("Atlantis", None)
    assert table.nameless == (3,)


@pytest.mark.parametrize("name", ["list.pdf", "list", "list.xlsm.exe"])
async def test_other_files_are_refused_unread(name: str) -> None:
    assert await tables.read_table(b"Name\nAmal\n", name) is TableFault.KIND


def test_more_lines_than_are_taken_at_once_are_refused() -> None:
    row = [1, "Amal", "", None, ""]
    found = {"names": [row] * (MOST_ROWS + 1), "columns": [], "unplaced": []}
    assert tables._table(found) is TableFault.TOO_MANY
    assert tables._table({**found, "names": [row]}) == Table((Signed("Amal", line=1),))
