"""The public list as a file: nothing in it is a formula, and everything comes back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.endorsement import Kind
from bot.domain.ids import Country, Digest, Number
from bot.domain.public_list import COLUMNS
from bot.services.export import as_csv, as_json
from bot.storage.endorsements import PublicEndorsement

DAY = dt.date(2026, 3, 1)


def row(name: str, country: str | None = "TN") -> PublicEndorsement:
    found = None if country is None else Country(country)
    return PublicEndorsement(Number(7), Kind.PERSON, name, found, Digest("0" * 64), DAY)


STARTS = ("=", "+", "-", "@", "\uff1d")
PIECES = st.sampled_from([*STARTS, ";", ",", "\t", "\r", "\n", "|", '"', "'", " ", "a", "SUM(A1)"])
NAMES = st.lists(PIECES | st.characters(codec="utf-8"), min_size=1, max_size=12).map("".join)


@given(NAMES, NAMES)
@example("x;=cmd()", "\t")
@example('x;"=cmd()', "a\n@SUM(A1)")
def test_row_22_no_cell_is_a_formula(name: str, country: str) -> None:
    """Wherever a spreadsheet splits it: what separates is a setting of the reader's machine."""
    text = as_csv([row(name, country)])
    assert text.startswith("\ufeff")
    for separator in ",;\t|":
        lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
        for cells in csv.reader(lines, delimiter=separator):
            assert not any(cell.lstrip().startswith(STARTS) for cell in cells)
            assert not any(cell.startswith(("\t", "\r")) for cell in cells)
    head, found = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert tuple(head) == COLUMNS
    # Marks are all that was added.
    assert found[2].replace("'", "") == name.replace("'", "")


@pytest.mark.parametrize("start", STARTS)
def test_each_start_of_a_formula_is_quoted(start: str) -> None:
    assert f"'{start}SUM(A1)" in as_csv([row(f"{start}SUM(A1)")])
    assert f"a;'{start}SUM(A1)" in as_csv([row(f"a;{start}SUM(A1)")])


def test_what_came_on_paper_comes_last() -> None:
    on_paper = replace(row("Amal"), paper=True)
    assert as_csv([on_paper]).endswith(",yes\r\n")
    assert json.loads(as_json([on_paper]))[0]["paper"] == "yes"


def test_what_is_excepted_comes_behind_the_place() -> None:
    excepting = replace(row("Amal"), excepts=("2", "10"))
    assert as_csv([excepting]).endswith(',"2, 10",,\r\n')
    assert as_csv([replace(excepting, mandate="42/120")]).endswith(',"2, 10",42/120,\r\n')
    assert json.loads(as_json([excepting]))[0]["except"] == "2, 10"


def test_json_has_the_same_rows() -> None:
    found = json.loads(as_json([row("أمل حداد", None)]))
    assert found == [
        {
            "number": 7,
            "kind": "person",
            "name": "أمل حداد",
            "country": "",
            "digest": "0" * 64,
            "day": "2026-03-01",
            "affiliation": "",
            "place": "",
            "except": "",
            "mandate": "",
            "paper": "",
        }
    ]
