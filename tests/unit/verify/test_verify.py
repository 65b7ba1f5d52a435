"""A signed export shows what it should, and whatever was done to it is found."""

from __future__ import annotations

import datetime as dt
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.endorsement import Kind
from bot.domain.log import EntryKind, State, TextChange
from bot.domain.log_file import canonical
from bot.domain.public_list import COLUMNS
from bot.notes import NoteFault
from bot.services.export import as_csv, as_json
from bot.storage.endorsements import PublicEndorsement
from bot.verify import verify
from bot.verify.exports import tally
from bot.verify.files import Broken, Export, Findings, read
from tests.support.logs import WrittenLog, history
from tests.support.second_verifier import verify as second

HISTORIES = 1000
REFUSED = (AssertionError, ValueError, KeyError, TypeError, AttributeError, InvalidSignature)
"""What the second verifier ends with."""


def written(folder: Path, text: str | bytes, name: str = "water.json") -> Path:
    """A file that holds it."""
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def small() -> WrittenLog:
    """Two on the list, one counted, one who has left it."""
    log = WrittenLog(random.Random(3))
    log.add_text(TextChange.FIRST)
    log.record(State.LISTED, 12)
    gone = log.record(State.LISTED, 7)
    log.record(State.COUNTED, 3)
    log.record(State.LISTED, 951)
    log.record(State.OUT, 7, gone)
    return log


def key_of(log: WrittenLog) -> str:
    return str(log.key.verifier)


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
    assert counts[0] == f"{persons} persons, {2 - persons} organisations"
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


def flipped(folder: Path, bits: Callable[[int], list[int]]) -> list[int]:
    """The places of a signed export at which changing a bit is not found, with and without key."""
    log = small()
    whole = log.export().encode()
    unnoticed = []
    for place in range(len(whole)):
        for bit in bits(place):
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            if not found(folder, log, bytes(changed)).faults:
                unnoticed.append(place)
            if not verify(folder / "water.json").faults:
                unnoticed.append(place)
    return unnoticed


def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    assert flipped(tmp_path, lambda place: [place % 8]) == []


@pytest.mark.soak
def test_every_changed_bit_is_found(tmp_path: Path) -> None:
    assert flipped(tmp_path, lambda place: list(range(8))) == []


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


@pytest.mark.parametrize("excepts", [[], "4", [4], ["all"], ["4", ""]])
def test_what_is_excepted_is_numbers_of_demands(tmp_path: Path, excepts: Any) -> None:
    log = small()
    says = next(dict(each) for each in log.states.values() if each["state"] == "listed")
    log.append(EntryKind.RECORD, says | {"number": 14, "except": excepts}, bytes([1] * 16))
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


def test_days_that_go_back_are_found(tmp_path: Path) -> None:
    log = small()
    log.day = log.day.replace(month=2)
    log.record(State.LISTED, 13)
    assert found(tmp_path, log).faults == [
        "Entry 6 is of 2026-02-01, and one before it of 2026-03-01."
    ]


def test_padding_looks_like_any_other(tmp_path: Path) -> None:
    log = history(5, 30, rounded=True)
    export = read(written(tmp_path, log.export()))
    assert isinstance(export, Export)
    assert not [says for _, says in export.entries if says and says.get("state") == State.PAD]
    counts = tally(export)
    assert counts.shut > 0
    assert counts.counted == []
    assert found(tmp_path, log).faults == []


@pytest.mark.parametrize("form", ["csv", "json"])
def test_the_list_is_the_log_s(tmp_path: Path, form: str) -> None:
    log = history(8, 40)
    export = read(written(tmp_path, log.export()))
    assert isinstance(export, Export)
    lines = tally(export).listed
    assert {"=cmd()", "Port & Co"} <= {str(v) for line in lines for v in line.values()}
    rows = [public_row(line) for line in lines]
    as_file = as_csv if form == "csv" else as_json
    file, listed = tmp_path / "water.json", tmp_path / "list"
    listed.write_text(as_file(rows), encoding="utf-8", newline="")
    assert verify(file, key_of(log), listed=listed).faults == []
    listed.write_text(as_file(rows[1:]), encoding="utf-8", newline="")
    (fault,) = verify(file, key_of(log), listed=listed).faults
    assert fault.startswith("In the log, but not on the list: #")
    listed.write_text(as_file([*rows, rows[0]]), encoding="utf-8", newline="")
    (fault,) = verify(file, key_of(log), listed=listed).faults
    assert fault.startswith("On the list, but not in the log: #")


def public_row(line: Any) -> Any:
    """The row of a list that says this."""
    values = [line.get(column, ()) for column in COLUMNS]
    values[1], values[5] = Kind(line["kind"]), dt.date.fromisoformat(line["day"])
    values[-1] = tuple(values[-1])
    return PublicEndorsement(*values)


@pytest.mark.parametrize(
    "text", ["", "[1]", "a,b\r\n", "[{}]", "\ufeff" + ",".join(COLUMNS) + "\n1"]
)
def test_what_is_no_list(tmp_path: Path, text: str) -> None:
    file, listed = written(tmp_path, small().export()), written(tmp_path, text, "list")
    (fault,) = verify(file, listed=listed).faults
    assert fault == "list is no list that `undersigned export` has written."


@pytest.mark.parametrize("size", range(7))
def test_a_log_goes_on_from_every_older_checkpoint(tmp_path: Path, size: int) -> None:
    log = small()
    file = written(tmp_path, log.export())
    for text in (log.checkpoint(size), log.export(size)):
        older = written(tmp_path, text, "older")
        findings = verify(file, key_of(log), older)
        assert findings.faults == []
        assert findings.said[-1] == f"It goes on from the {size} entries that you have kept."


def test_a_fork_is_found(tmp_path: Path) -> None:
    log, fork = small(), small()
    fork.entries[1], fork.entries[2] = fork.entries[2], fork.entries[1]
    file = written(tmp_path, fork.export())
    for size in range(2, 7):
        older = written(tmp_path, log.checkpoint(size), "older")
        (fault,) = verify(file, against=older).faults if size != 3 else [""]
        assert size == 3 or fault.startswith(f"This log does not begin with the {size} entries")
    # One who has more than the file shows cannot be told off with an older one.
    longer = written(tmp_path, log.export(), "longer")
    assert verify(written(tmp_path, log.export(4)), against=longer).faults == []
    (fault,) = verify(written(tmp_path, fork.export(4)), against=longer).faults
    assert fault.startswith("This log does not begin with the 4 entries")
    note = written(tmp_path, log.checkpoint(), "older")
    (fault,) = verify(written(tmp_path, log.export(4)), against=note).faults
    assert "Ask for a newer export" in fault


def test_what_is_kept_of_another_log(tmp_path: Path) -> None:
    log, port = small(), small()
    port.statement = "port"
    older = written(tmp_path, port.checkpoint(), "older")
    (fault,) = verify(written(tmp_path, log.export()), against=older).faults
    assert fault == "What you have kept is of another log: undersigned/0123abcd/port"
    foreign = WrittenLog(random.Random(9))
    older = written(tmp_path, foreign.checkpoint(), "older")
    (fault,) = verify(written(tmp_path, log.export()), against=older).faults
    assert "is not of this text" in fault or "is not signed by" in fault


def test_a_receipt(tmp_path: Path) -> None:
    log = small()
    line = log.states[log.entries[1][0].ref]
    receipt = written(tmp_path, log.receipt(1, 5), "receipt.json")
    findings = verify(receipt, key_of(log))
    assert findings.faults == []
    assert findings.said[-1] == f"It says: on the list, #12 {line['name']}"
    export = written(tmp_path, log.export())
    assert verify(receipt, key_of(log), export).said[-1] == (
        "The export has it too, as the newest of the record."
    )
    gone = written(tmp_path, log.receipt(2, 5), "receipt.json")
    findings = verify(gone, key_of(log), export)
    assert findings.said[-1].endswith("a newer one, of 2026-03-01: not counted any more")
    assert findings.faults == []


def test_a_receipt_that_is_not_in_the_export(tmp_path: Path) -> None:
    log, fork = small(), small()
    receipt = written(tmp_path, log.receipt(1), "receipt.json")
    fork.entries[1], fork.entries[4] = fork.entries[4], fork.entries[1]
    (fault,) = verify(receipt, key_of(log), written(tmp_path, fork.export())).faults
    assert fault == "This export does not have the entry of the receipt. Keep both files."
    later = small()
    later.entries[2], later.entries[4] = later.entries[4], later.entries[2]
    (fault,) = verify(receipt, key_of(log), written(tmp_path, later.export())).faults
    assert fault.startswith("This export does not go on from the log of the receipt")
    (fault,) = verify(receipt, key_of(log), written(tmp_path, log.export(1))).faults
    assert fault.startswith("This export is older than the receipt")
    (fault,) = verify(receipt, key_of(log), written(tmp_path, log.checkpoint(2), "note")).faults
    assert fault == "A receipt is compared with a signed export: name one of those."


def test_every_changed_byte_of_a_receipt_is_found(tmp_path: Path) -> None:
    log = small()
    whole = log.receipt(1).encode()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        file = written(tmp_path, bytes(changed))
        assert verify(file, key_of(log)).faults, place


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


def agree(folder: Path, seeds: range) -> None:
    """Both verifiers find the same counts in a history, and the same fault in what was changed."""
    for seed in seeds:
        log = history(seed, rounded=seed % 3 == 0)
        text, older = log.export(), log.checkpoint(random.Random(seed).randrange(len(log.entries)))
        counts = second(text.encode(), older, key_of(log))
        file = written(folder, text)
        findings = verify(file, key_of(log), written(folder, older, "older"))
        assert findings.faults == []
        export = read(file)
        assert isinstance(export, Export)
        mine = tally(export)
        for kind in Kind:
            for state, said in (("listed", mine.listed), ("counted", mine.counted)):
                expected = sum(says["kind"] == kind for says in said)
                assert counts.get(f"{state} {kind}", 0) == expected
        assert counts["shut"] == mine.shut
        spoiled = bytearray(text.encode())
        spoiled[random.Random(seed).randrange(len(spoiled))] ^= 1
        assert verify(written(folder, bytes(spoiled))).faults
        with pytest.raises(REFUSED):
            second(bytes(spoiled))


def test_a_second_verifier_agrees(tmp_path: Path) -> None:
    agree(tmp_path, range(30))


@pytest.mark.soak
def test_a_second_verifier_agrees_on_a_thousand(tmp_path: Path) -> None:
    agree(tmp_path, range(HISTORIES))


def test_the_second_verifier_is_short() -> None:
    source = Path("tests/support/second_verifier.py").read_text("utf-8")
    assert len(source.splitlines()) <= 80
    assert "bot" not in source.replace("bot's", "").split()


def of_size(count: int) -> WrittenLog:
    log = WrittenLog(random.Random(1))
    log.add_text(TextChange.FIRST)
    for number in range(1, count):
        log.record(State.LISTED, number)
    return log


def seconds(folder: Path, count: int) -> float:
    """Of the processor, to check a log of that size."""
    log = of_size(count)
    file = written(folder, log.export())
    before = time.process_time()
    assert verify(file, key_of(log)).faults == []
    return time.process_time() - before


def test_a_large_log_takes_its_share_of_ten_seconds(tmp_path: Path) -> None:
    assert seconds(tmp_path, 2_000) < 10 * 2_000 / 100_000 * 5


@pytest.mark.soak
def test_a_hundred_thousand_in_ten_seconds(tmp_path: Path) -> None:
    assert seconds(tmp_path, 100_000) < 10


def test_a_file_that_is_broken_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="changed"):
        read(written(tmp_path, b"\xff"))
