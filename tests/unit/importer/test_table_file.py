"""Lists of signatories from spreadsheets and forms."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
import yaml

from bot.domain.ids import Language
from bot.importer import ImportFault, read_file, recognise, run, write
from bot.importer.names_alone import names_alone
from bot.importer.table_file import FoundList, read_list

ENGLISH = Language("en")
LETTER = "Keep the Harbour\n\nThe port has fed its families for more than a century.\n"
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}'
    "</sheetData></worksheet>"
)
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/'
    '2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet'
    ' name="People" sheetId="1" r:id="r1"/></sheets></workbook>',
}


def spreadsheet(rows: list[list[str]]) -> bytes:
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in row) + "</row>"
        for row in rows
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, text in PARTS.items():
            packed.writestr(name, text)
        packed.writestr("xl/worksheets/sheet1.xml", SHEET.format(cells))
    return stream.getvalue()


def entries(found: FoundList) -> list[tuple[str, str, str | None]]:
    return [(one.name, one.affiliation, one.country) for one in found.names]


WANTED = [("Ana One", "Nurse, ward 3", "FR"), ("Ben Two", "", None)]
ROWS = [
    ["Full name", "Job", "Country", "Email"],
    ["Ana One", "Nurse, ward 3", "France", "a@example.org"],
    ["Ben Two", "", "", ""],
]


def separated(by: str) -> bytes:
    """The rows as a spreadsheet saves them."""
    quoted = [[f'"{cell}"' if "," in cell else cell for cell in row] for row in ROWS]
    return "".join(by.join(row) + "\r\n" for row in quoted).encode()


AS_OBJECTS = [{k: v for k, v in zip(ROWS[0], row, strict=True) if v} for row in ROWS[1:]]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", separated(",")),
        ("a.csv", b"\xef\xbb\xbf" + separated(";")),
        ("a.tsv", separated("\t")),
        ("a.xlsx", spreadsheet(ROWS)),
        ("a.json", json.dumps({"signatories": AS_OBJECTS}).encode()),
        ("a.yaml", yaml.safe_dump(AS_OBJECTS, sort_keys=False).encode()),
    ],
)
def test_formats(name: str, data: bytes) -> None:
    found = read_list(data, name, ENGLISH)

    assert entries(found) == WANTED
    assert found.columns == (
        "column for name: 'Full name'",
        "column for affiliation: 'Job'",
        "column for country: 'Country'",
        "columns not used: 'Email'",
    )
    assert [line.text for line in found.unplaced] == ["Email: a@example.org"]


def test_columns_in_other_languages_and_in_two() -> None:
    french = "Prénom,Nom de famille,Pays\nJeanne,Modèle,Suisse\n".encode()
    found = read_list(french, "a.csv", ENGLISH)
    assert entries(found) == [("Jeanne Modèle", "", "CH")]

    found = read_list("الاسم,الصفة,البلد\nأمل حداد,معلمة,تونس\n".encode(), "a.csv", Language("ar"))
    assert entries(found) == [("أمل حداد", "معلمة", "TN")]


def test_a_list_without_headings_is_told() -> None:
    found = read_list(b"1,Ana One,nurse\n2,Ben Two,cook\n", "a.csv", ENGLISH)

    assert [one.name for one in found.names] == ["Ana One", "Ben Two"]
    assert "no heading says which column has the names" in found.notes[0]
    assert [line.text for line in found.unplaced][:2] == ["column 1: 1", "column 3: nurse"]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"Name\n,\n", "no names"),
        ("a.json", b"{", "is no JSON"),
        ("a.yaml", b"a: [", "is no YAML"),
        ("a.xlsx", b"PK\x03\x04", "cannot be read; save it as CSV"),
        ("a.json", b'[{"name": "A", "more": [[1]]}]', "lists in lists"),
    ],
)
def test_what_is_no_list_is_refused(name: str, data: bytes, message: str) -> None:
    with pytest.raises(ImportFault, match=message):
        read_list(data, name, ENGLISH)


def test_the_list_goes_beside_its_statement(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("Name,Country\nAna One,France\n", "utf-8")
    out = tmp_path / "statements"
    told: list[str] = []

    with pytest.raises(ImportFault, match="import its text first"):
        run(file, "harbour", ENGLISH, out, say=told.append)
    write(recognise(LETTER, ENGLISH), "harbour", out)
    run(file, "harbour", ENGLISH, out, say=told.append)

    place = out / "harbour" / "signatories.yaml"
    assert yaml.safe_load(place.read_text("utf-8")) == [{"name": "Ana One", "country": "FR"}]
    assert told[-1] == f"wrote {place}"
    with pytest.raises(ImportFault, match="exists already"):
        run(file, "harbour", ENGLISH, out, say=told.append)


def test_two_people_side_by_side_in_each_row() -> None:
    found = read_list(
        b"Name;Job;Name;Job\nAna One;nurse;Ben Two;cook\nCai Three;clerk;;\n", "a.csv", ENGLISH
    )

    assert entries(found) == [
        ("Ana One", "nurse", None),
        ("Ben Two", "cook", None),
        ("Cai Three", "clerk", None),
    ]
    assert found.columns == ("column for name: 'Name'", "column for affiliation: 'Job'")
    assert not found.unplaced


def test_headings_that_are_no_names_do_not_part_a_row() -> None:
    found = read_list(b"Job;Job\nAna One;Ben Two\n", "a.csv", ENGLISH)

    assert [one.name for one in found.names] == ["Job", "Ana One"]
    assert "column 2: Ben Two" in [line.text for line in found.unplaced]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ana One, nurse\nBen Two, baker\nCleo Three, cook\n", "names.txt"),
        ("Ana One\nBen de Two\nCleo Three\n", "names.txt"),
        ("Signed by:\nAna One (France)\nBen Two (Chile)\nCleo Three (Peru)\n", "names.txt"),
        ("# Signatories\n\n- Ana One\n- Ben Two\n- Cleo Three\n", "names.md"),
    ],
)
def test_names_without_a_letter_are_a_list(text: str, name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    found = names_alone(read_file(file, ENGLISH))

    assert found is not None
    assert [one.name for one in found.names][::2] == ["Ana One", "Cleo Three"]


def test_names_without_a_letter_are_those_of_a_statement(tmp_path: Path) -> None:
    told: list[str] = []
    file, out = tmp_path / "names.txt", tmp_path / "statements"
    file.write_text("Ana One, nurse\nBen Two, baker\nCleo Three, cook\n", "utf-8")
    with pytest.raises(ImportFault, match="import its text first"):
        run(file, "port", ENGLISH, out, say=told.append)
    assert any("no text of a letter" in line for line in told)

    write(recognise(LETTER, ENGLISH), "port", out)
    run(file, "port", ENGLISH, out, say=told.append)
    held = yaml.safe_load((out / "port" / "signatories.yaml").read_text("utf-8"))
    assert held[1] == {"name": "Ben Two", "affiliation": "baker"}
