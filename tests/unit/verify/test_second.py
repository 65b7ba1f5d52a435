"""Another verifier, written from docs/log.md alone, agrees; and how long checking takes."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature

from bot.domain.endorsement import Kind
from bot.domain.log import State, TextChange
from bot.verify import verify
from bot.verify.exports import tally
from bot.verify.files import Export, read
from tests.support.pace import slowness
from tests.support.second_verifier import verify as second
from tests.support.written_log import WrittenLog, history, key_of, written

HISTORIES = 1000
REFUSED = (AssertionError, ValueError, KeyError, TypeError, AttributeError, InvalidSignature)
"""What the second verifier ends with."""


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
    assert len(source.splitlines()) <= 84
    assert "bot" not in source.replace("bot's", "").split()


def of_size(count: int) -> WrittenLog:
    log = WrittenLog(random.Random(1))
    log.add_text(TextChange.FIRST)
    for number in range(1, count):
        log.record(State.LISTED, number)
    return log


def seconds(folder: Path, count: int) -> float:
    """Of the usual machine's processor, to check a log of that size."""
    log = of_size(count)
    file = written(folder, log.export())
    slow, before = slowness(), time.process_time()
    assert verify(file, key_of(log)).faults == []
    return (time.process_time() - before) / max(slow, slowness())


def test_a_large_log_takes_its_share_of_ten_seconds(tmp_path: Path) -> None:
    assert seconds(tmp_path, 2_000) < 10 * 2_000 / 100_000 * 5


@pytest.mark.soak
def test_a_hundred_thousand_in_ten_seconds(tmp_path: Path) -> None:
    assert seconds(tmp_path, 100_000) < 10
