"""The list of what is sealed: its size tells no name, and what comes out of it is not trusted."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.endorsement import Decision, Details, Kind, Status, Visibility
from bot.domain.entrusting import Entrusted
from bot.domain.excepting import MOST_DEMANDS
from bot.domain.ids import Country, Number
from bot.domain.names import LONGEST_NAME
from bot.services.entrusting import STEP, document
from bot.services.sealed_list import as_csv, as_json, block, open_list, top
from bot.storage.entrusted import SealedPart
from tests.unit.domain.test_entrusting import Held, signed

DECISION = Decision("zaid", dt.datetime(2026, 3, 1, 12, 34, tzinfo=dt.UTC), "why")
RECORD = signed(Visibility.ORGANISERS).record
NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=LONGEST_NAME)


def part(number: int, data: Any, at: int = 0) -> SealedPart:
    """What stands for a sealed file here is its content."""
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return SealedPart(
        Number(number),
        at,
        Kind.PERSON,
        Status.VERIFIED,
        Visibility.ORGANISERS,
        Country("TN"),
        raw,
    )


def read(*parts: SealedPart, open_block: Callable[[bytes], bytes | None] = lambda b: b) -> Any:
    text = top("port") + "".join(map(block, parts))
    return open_list(text.splitlines(), open_block)


@given(name=NAMES, affiliation=NAMES, place=st.none() | NAMES)
def test_the_size_tells_neither_name_nor_affiliation(
    name: str, affiliation: str, place: str | None
) -> None:
    sizes = {
        len(document(RECORD, Entrusted(each, details, DECISION), []))
        for each, details in [
            (name, Details(affiliation, place=place)),
            ("A", Details()),
            ("A", None),
            ("A", Details(excepts=tuple(map(str, range(1, MOST_DEMANDS))))),
            ("\U00020000" * LONGEST_NAME, Details("\U00020000" * LONGEST_NAME)),
        ]
    }
    assert len(sizes) == 1
    assert sizes.pop() % STEP == 0


def test_the_size_does_not_tell_that_demands_are_excepted() -> None:
    """Wherever a step ends behind what else is sealed."""
    longest = "\U00020000" * LONGEST_NAME
    named = Details(longest, place=longest)
    excepting = replace(named, excepts=tuple(map(str, range(1, MOST_DEMANDS))))
    for length in range(0, STEP, 16):
        decision = replace(DECISION, reason="A" * length)
        sizes = {
            len(document(RECORD, Entrusted(longest, each, decision), []))
            for each in (named, excepting)
        }
        assert len(sizes) == 1


def test_what_is_sealed_says_the_day_and_the_reason_in_words() -> None:
    decision = Decision("zaid", DECISION.at, "\0unreal")
    details = Details("Nurse", excepts=("2", "4"))
    data = document(RECORD, Entrusted("Amal", details, decision), [("Why?", None)])
    assert json.loads(data) == {
        "number": 7,
        "statement": "port",
        "name": "Amal",
        "affiliation": "Nurse",
        "excepts": "2, 4",
        "decided_by": "zaid",
        "decided": "2026-03-01",
        "reason": "The name doesn't look like a real one.",
        "questions": [["Why?", None]],
    }


def test_a_row_for_each_number_and_the_later_part_counts() -> None:
    found = read(
        part(7, {"number": 7, "name": "Amal", "decided_by": "zaid"}),
        part(7, {"number": 7, "decided_by": "omar", "reason": "why"}, 1),
        part(9, {"number": 9, "name": "Rami", "questions": [["Why?", "So"], ["Where?", None]]}),
    )
    amal, rami = found.rows
    assert (amal["name"], amal["decided_by"], amal["reason"]) == ("Amal", "omar", "why")
    assert (rami["number"], rami["country"]) == ("9", "TN")
    assert rami["questions"] == "Why? → So | Where?"
    assert found.closed == []


def test_no_cell_is_a_formula_and_none_commands_a_terminal() -> None:
    evil = "=HYPERLINK(1)\x1b[2J\n\x9b1m"
    found = read(part(7, {"number": 7, "name": evil, "questions": [[evil, evil]]}))
    _, row = csv.reader(io.StringIO(as_csv(found.rows).removeprefix("\ufeff")))
    assert all(cell[:1] != "=" for cell in row)
    assert not set("\x1b\n\x9b") & set("".join(row))
    assert json.loads(as_json(found.rows))[0]["name"].startswith("=HYPERLINK(1) ")


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"7", {"number": 8}, {"name": "Amal"}, b"\xff", b"[" * 100_000],
    ids=lambda data: str(data)[:20],
)
def test_what_is_not_of_that_number_stays_closed(data: Any) -> None:
    """As where somebody has moved it there, or sealed something of their own."""
    found = read(part(7, data), part(9, {"number": 9, "name": "Rami"}))
    assert [row["name"] for row in found.rows] == ["Rami"]
    assert found.closed == [7]


def test_what_the_key_does_not_open_is_named() -> None:
    found = read(part(7, {"number": 7}), open_block=lambda _: None)
    assert (found.rows, found.closed) == ([], [7])


def test_a_list_that_was_cut_or_changed_gives_what_is_whole() -> None:
    whole = block(part(7, {"number": 7, "name": "Amal"}))
    other = block(part(9, {"number": 9, "name": "Rami"}))
    cut = other[: other.index("-----END")]
    found = open_list((whole + cut).splitlines(), lambda b: b)
    assert [row["name"] for row in found.rows] == ["Amal"]
    spoilt = whole.replace(base64.b64encode(b'{"n').decode(), "!!!!")
    assert spoilt != whole
    assert open_list(spoilt.splitlines(), lambda b: b or None).closed == [7]
    # As mail programs send it.
    assert open_list([f"{line} \r" for line in whole.splitlines()], lambda b: b).rows


def test_nothing_is_sealed_twice() -> None:
    held = signed(Visibility.ORGANISERS).after("verify", "end")
    assert held.become(held.record) == Held(held.record, held.sealed)
