"""The ledger's file: what it holds after any cut, and that it tells nothing of whom it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.erasure import Erased
from bot.domain.ids import Number, StatementId
from bot.privacy import Keyring
from bot.storage.errors import StorageFault
from bot.storage.ledger import Ledger, erasure_tag

KEYS = Keyring([b"k" * 32])
ONE = (Erased.FORGOTTEN, StatementId("port"), Number(12))


def begun(folder: Path) -> Ledger:
    ledger = Ledger(folder, "a1")
    ledger.open()
    return ledger


def test_what_was_written_is_read(tmp_path: Path) -> None:
    ledger = begun(tmp_path / "state")
    ledger.confirm(1)
    ledger.erase(2, ["first", "second"])
    ledger.erase(3, ["second"])
    ledger.confirm(3)
    ledger.erase(4, ["third"])
    again = Ledger(tmp_path / "state", "a1")
    assert (again.confirmed, again.last) == (3, 4)
    assert again.erased_after(0) == {"first": 2, "second": 3, "third": 4}
    assert again.erased_after(3) == {"third": 4}
    assert Ledger(tmp_path / "state", "b2").last == 0


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    ledger = begun(tmp_path / "state")
    assert ledger.file.stat().st_mode & 0o777 == 0o600
    assert ledger.file.parent.stat().st_mode & 0o777 == 0o700


def test_any_cut_leaves_what_stood_before_it(tmp_path: Path) -> None:
    ledger = begun(tmp_path)
    ledger.erase(1, ["first"])
    ledger.confirm(1)
    whole = ledger.file.read_bytes()
    ledger.erase(2, ["second"])
    for length in range(len(whole), ledger.file.stat().st_size):
        ledger.file.write_bytes((whole + b"e 2 second\n")[:length])
        again = begun(tmp_path)
        assert again.erased_after(0) == {"first": 1}
        again.erase(3, ["third"])
        assert Ledger(tmp_path, "a1").erased_after(0) == {"first": 1, "third": 3}


def test_a_tag_is_of_one_database_and_one_record() -> None:
    others = [
        ("a2", ONE),
        ("a1", (Erased.WITHDRAWN, *ONE[1:])),
        ("a1", (ONE[0], StatementId("quay"), ONE[2])),
        ("a1", (*ONE[:2], Number(13))),
    ]
    tags = {erasure_tag(KEYS, "a1", ONE), *(erasure_tag(KEYS, *other) for other in others)}
    assert len(tags) == 5
    assert erasure_tag(Keyring([b"x" * 32]), "a1", ONE) not in tags


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(StorageFault, match="state:"):
        begun(tmp_path / "state")
