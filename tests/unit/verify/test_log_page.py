"""What docs/log.md gives to whoever writes another verifier is what this one reads and writes."""

from __future__ import annotations

import datetime as dt
import random
import re
from pathlib import Path

from bot.domain.log import EntryKind, LifeEvent, State, TextChange, short_code
from bot.domain.merkle import root
from bot.domain.public_list import COLUMNS
from bot.notes import SigningKey
from bot.verify import verify
from bot.verify.bodies import FORMS, IF_SO
from tests.support.second_verifier import verify as second
from tests.support.written_log import WrittenLog

PAGE = Path("docs/log.md").read_text(encoding="utf-8")
FORMAT, _, VECTORS = PAGE.partition("## Test vectors")


def example() -> WrittenLog:
    """The log of the page."""
    log = WrittenLog(random.Random(0))
    log.key, log.day = SigningKey("undersigned/0123abcd", bytes(range(32))), dt.date(2026, 11, 28)
    digest = log.add_text(TextChange.FIRST)
    line: dict[str, str | int] = {
        **dict.fromkeys((name for name in COLUMNS if name not in IF_SO), ""),
        "state": State.LISTED,
        "number": 12,
        "kind": "person",
        "name": "Näme",
        "country": "TN",
        "digest": digest,
        "day": "2026-11-27",
    }
    log.append(EntryKind.RECORD, line, bytes(range(16)))
    counted = {"state": State.COUNTED, "kind": "person", "digest": digest}
    log.append(EntryKind.RECORD, counted, bytes(range(16, 32)))
    return log


def blocks() -> list[str]:
    return re.findall(r"```json\n(.*?)```", VECTORS, re.DOTALL)


def test_the_vectors_are_what_the_bot_writes(tmp_path: Path) -> None:
    log = example()
    export, receipt = blocks()
    assert (export, receipt) == (log.export(), log.receipt(1))
    for name, text in (("export", export), ("receipt", receipt)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert verify(tmp_path / name, str(log.key.verifier)).faults == []
    assert second(export.encode()) == {"listed person": 1, "counted person": 1, "shut": 0}


def test_the_hashes_of_the_page() -> None:
    log = example()
    hashes = [leaf.hash for leaf, _ in log.entries]
    named = [*(each.hex() for each in hashes), root(hashes).hex(), short_code(bytes(range(16)))]
    assert all(value in VECTORS.partition("```json")[0] for value in named)
    data = log.entries[1][0].data.decode()
    assert f"```\n{data}```" in VECTORS


def test_the_page_names_all_that_a_log_says() -> None:
    for form in FORMS.values():
        assert all(f"`{key}`" in FORMAT for key in form)
    words = [*TextChange, *LifeEvent, *(state for state in State if state is not State.PAD)]
    assert all(f"`{word}`" in FORMAT for word in words)
