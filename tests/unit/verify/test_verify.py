"""A signed export shows what it should, and whatever was done to it is found."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.log import EntryKind, LifeEvent, State, TextChange, life_body
from bot.domain.log_file import canonical
from bot.notes import NoteFault
from bot.verify import verify
from bot.verify.exports import tally
from bot.verify.files import Broken, Export, Findings, read
from tests.support.second_verifier import verify as second
from tests.support.written_log import WrittenLog, history, key_of, small, written

REFUSED = (AssertionError, ValueError, KeyError, TypeError, AttributeError, InvalidSignature)
"""What the second verifier ends with."""


def found(folder: Path, log: WrittenLog, text: str | bytes | None = None) -> Findings:
    """What `verify` finds with the right key."""
    return verify(written(folder, log.export() if text is None else text), key_of(log))


def test_what_an_export_says(tmp_path: Path) -> None:
    log = small()
    digest = next(iter(log.texts))
    findings = found(tmp_path, log)
    assert findings.faults == []
    counts = [line.partition(": ")[2] for line in findings.said[3:5]]
    kinds = [says["kind"] for says in log.states.values() if says["state"] == "listed"]
    persons = kinds.count("person")
    assert counts[0] == f"persons {persons}, organisations {2 - persons}"
    assert findings.said[0] == "water: a log of 6 entries"
    assert findings.said[1] == f"Signed with {key_of(log)}"
    assert findings.said[2] == f"2026-03-01: first text in en: “Water 0” {digest}"
    assert findings.said[5:] == [f"Under “Water 0” {digest}: 3"]


def test_without_a_key_one_has_to_compare_it(tmp_path: Path) -> None:
    findings = verify(written(tmp_path, small().export()))
    assert findings.faults == []
    assert "Compare that key" in findings.said[2]


def test_another_key_has_signed(tmp_path: Path) -> None:
    forged = WrittenLog(random.Random(4))
    forged.add_text(TextChange.FIRST)
    findings = verify(written(tmp_path, forged.export()), key_of(small()))
    assert findings.faults == [f"water.json is signed with another key: {key_of(forged)}"]


def cut_entry(file: dict[str, Any]) -> None:
    del file["entries"][1]


def add_entry(file: dict[str, Any]) -> None:
    file["entries"].append(file["entries"][1])


def swap_entries(file: dict[str, Any]) -> None:
    entries = file["entries"]
    entries[1], entries[4] = entries[4], entries[1]


def date_back(file: dict[str, Any]) -> None:
    file["entries"][4]["day"] = "2026-02-01"


def rename(file: dict[str, Any]) -> None:
    file["entries"][1]["body"]["name"] = "Amnesty International"


def swap_bodies(file: dict[str, Any]) -> None:
    one, other = file["entries"][1], file["entries"][4]
    for key in ("body", "salt"):
        one[key], other[key] = other[key], one[key]


def change_text(file: dict[str, Any]) -> None:
    file["texts"][0]["text"] = "Close the port and expel the strikers"


def drop_text(file: dict[str, Any]) -> None:
    file["texts"] = []


def add_text(file: dict[str, Any]) -> None:
    file["texts"] *= 2


def rename_statement(file: dict[str, Any]) -> None:
    file["statement"] = "port"


def say_more(file: dict[str, Any]) -> None:
    file["note"] = "verified by everybody"


@pytest.mark.parametrize(
    "change",
    [
        cut_entry,
        add_entry,
        swap_entries,
        date_back,
        rename,
        swap_bodies,
        change_text,
        drop_text,
        add_text,
        rename_statement,
        say_more,
    ],
)
def test_whatever_is_done_to_an_export_is_found(
    tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    log = small()
    file = json.loads(log.export())
    change(file)
    text = canonical(file) + "\n"
    assert found(tmp_path, log, text).faults
    with pytest.raises(REFUSED):
        second(text.encode())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"entries":[', '"entries": ['),
        ("أ", "\\u0623"),
        ('"kind":"text","ref"', '"ref":"","kind":"text","ref"'),
        ("}\n", "}"),
        ("}\n", "}\n\n"),
    ],
)
def test_a_file_is_written_in_one_way(tmp_path: Path, before: str, after: str) -> None:
    log = small()
    log.add_text(TextChange.TRANSLATION, "أ")
    text = log.export()
    start, found_, end = text.rpartition(before)
    assert found_
    (fault,) = found(tmp_path, log, start + after + end).faults
    assert fault == "water.json is written in another way than the bot does, so it was changed."


def test_a_text_that_was_changed_is_named(tmp_path: Path) -> None:
    log = small()
    digest = next(iter(log.texts))
    for before, after in (
        ("Give it back", "Keep it"),
        ("back.", "back. "),
        ("Now en.", "Now en.\\n"),
    ):
        (fault,) = found(tmp_path, log, log.export().replace(before, after)).faults
        assert fault == f"A text was changed: “Water 0”, {digest}."


def test_what_is_taken_out_of_the_file_is_said(tmp_path: Path) -> None:
    """Anybody can take away what opens an entry: then the file says less, and says so."""
    log = small()
    file = json.loads(log.export())
    for key in ("body", "salt"):
        del file["entries"][1][key]
    findings = found(tmp_path, log, canonical(file) + "\n")
    assert findings.faults == []
    assert findings.said[-1].startswith("Not shown in this file: 1 records")


def test_a_host_who_signs_what_does_not_add_up(tmp_path: Path) -> None:
    """Who holds the key can sign any tree; what it says must still be the log of a statement."""
    doubled = small()
    doubled.record(State.LISTED, 12)
    assert found(tmp_path, doubled).faults == ["#12 is on the list 2 times."]
    unnamed = small()
    text = unnamed.texts.pop(next(iter(unnamed.texts)))
    assert "is under a text that is not in the file" in found(tmp_path, unnamed).faults[0]
    unnamed.texts[text.digest] = text
    del unnamed.entries[0]
    assert "but not in the log" in found(tmp_path, unnamed).faults[-1]
    acts = small()
    acts.append(EntryKind.ACT, {"action": "close"})
    assert "says what no program of this version writes" in found(tmp_path, acts).faults[0]
    odd = small()
    odd.append(EntryKind.RECORD, {"state": "listed", "number": True}, bytes([1] * 16))
    assert "says what no program of this version writes" in found(tmp_path, odd).faults[0]


def test_a_host_who_signs_what_is_no_leaf(tmp_path: Path) -> None:
    for ref in (bytes(8), bytes(16)):
        log = small()
        log.append(EntryKind.RECORD, {"state": "out"}, ref)
        assert len(found(tmp_path, log).faults) == 1
    log = small()
    log.append(EntryKind.LIFE, life_body(LifeEvent.PAUSED), bytes([1] * 16))
    (fault,) = found(tmp_path, log).faults
    assert fault == "Entry 6 is of a kind that is in no log of a statement."


def test_nothing_in_a_file_reaches_the_terminal(tmp_path: Path) -> None:
    log = small()
    log.append(
        EntryKind.LIFE, life_body(LifeEvent.PAUSED, "\x1b[2J\u202eholds\nAll of this holds.")
    )
    said = found(tmp_path, log).said
    assert "2026-03-01: paused \\x1b[2J\\u202eholds\\nAll of this holds." in said
    assert all(line.isprintable() for line in said)


@pytest.mark.parametrize("excepts", [[], "4", [4], ["all"], ["4", ""]])
def test_what_is_excepted_is_numbers_of_demands(tmp_path: Path, excepts: Any) -> None:
    log = small()
    says = next(dict(each) for each in log.states.values() if each["state"] == "listed")
    log.append(EntryKind.RECORD, says | {"number": 14, "except": excepts}, bytes([1] * 16))
    assert "says what no program of this version writes" in found(tmp_path, log).faults[0]
    with pytest.raises(REFUSED):
        second(log.export().encode())


@pytest.mark.parametrize("figures", ["", "42", "42/", "05/9", "10/9", "0/0", "1/2/3", 42, ["4/5"]])
def test_how_many_agreed_is_two_numbers(tmp_path: Path, figures: Any) -> None:
    log = small()
    says = next(dict(each) for each in log.states.values() if each["state"] == "listed")
    log.append(EntryKind.RECORD, says | {"number": 14, "mandate": figures}, bytes([1] * 16))
    assert "says what no program of this version writes" in found(tmp_path, log).faults[0]
    with pytest.raises(REFUSED):
        second(log.export().encode())


def test_whoever_is_on_no_list_excepts_nothing(tmp_path: Path) -> None:
    log = small()
    says = next(dict(each) for each in log.states.values() if each["state"] == "counted")
    log.append(EntryKind.RECORD, says | {"except": ["4"]}, bytes([1] * 16))
    assert "says what no program of this version writes" in found(tmp_path, log).faults[0]
    with pytest.raises(REFUSED):
        second(log.export().encode())


def test_how_many_except_a_demand(tmp_path: Path) -> None:
    log = small()
    for number in (13, 14, 18):
        log.record(State.LISTED, number)
    assert found(tmp_path, log).said[-3:] == [
        "  on the list, except demand 2: 1",
        "  on the list, except demand 4: 2",
        "  on the list, except demand 10: 1",
    ]


def test_days_that_go_back_are_told(tmp_path: Path) -> None:
    """A clock that was set back writes them too, so that they are no proof of anything."""
    log = small()
    log.day = log.day.replace(month=2)
    log.record(State.LISTED, 13)
    findings = found(tmp_path, log)
    assert findings.faults == []
    assert findings.said[-1] == "Entry 6 is dated 2026-02-01, and one before it 2026-03-01."


def test_padding_looks_like_any_other(tmp_path: Path) -> None:
    log = history(5, 30, rounded=True)
    export = read(written(tmp_path, log.export()))
    assert isinstance(export, Export)
    assert not [says for _, says in export.entries if says and says.get("state") == State.PAD]
    counts = tally(export)
    assert counts.shut > 0
    assert counts.counted == []
    assert found(tmp_path, log).faults == []
    # Counts that are not rounded any more do not tell it either.
    log.rounded = False
    assert found(tmp_path, log).faults == []
    assert tally(export_of(tmp_path)).shut > 0


def export_of(folder: Path) -> Export:
    """As it was written last."""
    export = read(folder / "water.json")
    assert isinstance(export, Export)
    return export


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=8,
    ),
    st.sampled_from(["entries", "texts", "statement", "vkey", "checkpoint", "format", "more"]),
)
def test_anything_else_is_refused(
    tmp_path_factory: pytest.TempPathFactory, value: Any, key: str
) -> None:
    """Whatever stands in a file, it ends with a sentence."""
    file = tmp_path_factory.getbasetemp() / "any.json"
    whole = json.loads(small().export()) | {key: value}
    for text in (canonical(value), canonical(whole) + "\n"):
        file.write_text(text, encoding="utf-8", errors="surrogatepass")
        assert verify(file).faults


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, "null\n", '{"format":"undersigned/1 export"}\n']
)
def test_what_is_no_file_of_a_log(tmp_path: Path, text: str) -> None:
    assert len(verify(written(tmp_path, text)).faults) == 1


def test_a_key_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(NoteFault):
        verify(written(tmp_path, small().export()), "water")


def test_a_file_that_is_broken_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="changed"):
        read(written(tmp_path, b"\xff"))
