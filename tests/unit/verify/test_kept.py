"""An export beside what somebody has kept: an older checkpoint, a receipt, a list of names."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest

from bot.domain.endorsement import Kind
from bot.domain.public_list import COLUMNS
from bot.services.export import as_csv, as_json
from bot.storage.endorsements import PublicEndorsement
from bot.verify import verify
from bot.verify.exports import tally
from bot.verify.files import Export, read
from tests.support.written_log import WrittenLog, history, key_of, small, written


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
    values = [line.get(column) for column in COLUMNS]
    values[1], values[5] = Kind(line["kind"]), dt.date.fromisoformat(line["day"])
    excepts = COLUMNS.index("except")
    values[excepts] = tuple(values[excepts] or ())
    values[-1] = bool(values[-1])
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
