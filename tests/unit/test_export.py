"""The public list as a file: nothing in it is a formula, and everything comes back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.endorsement import Kind
from bot.domain.ids import Country, Digest, Number
from bot.services.export import COLUMNS, FORMULA_STARTS, as_csv, as_json
from bot.storage.endorsements import PublicEndorsement

HOUR = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def row(name: str, country: str | None = "TN") -> PublicEndorsement:
    found = None if country is None else Country(country)
    return PublicEndorsement(Number(7), Kind.PERSON, name, found, Digest("0" * 64), HOUR)


@given(st.text(min_size=1, max_size=40), st.sampled_from(["", *FORMULA_STARTS]))
def test_row_22_no_cell_is_a_formula(name: str, start: str) -> None:
    text = as_csv([row(start + name)])
    assert text.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert tuple(head) == COLUMNS
    assert not any(cell.startswith(FORMULA_STARTS) for found in rows for cell in found)
    # A mark in front is all that was added.
    assert rows[0][2].removeprefix("'") == (start + name).removeprefix("'")


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_each_start_of_a_formula_is_quoted(start: str) -> None:
    assert f"'{start}SUM(A1)" in as_csv([row(f"{start}SUM(A1)")])


def test_json_has_the_same_rows() -> None:
    found = json.loads(as_json([row("أمل حداد", None)]))
    assert found == [
        {
            "number": 7,
            "kind": "person",
            "name": "أمل حداد",
            "country": "",
            "digest": "0" * 64,
            "hour": "2026-03-01T12:00+00:00",
            "affiliation": "",
            "place": "",
        }
    ]
