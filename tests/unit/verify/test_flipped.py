"""Every byte of a signed export, and of a receipt, in turn another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.verify import verify
from tests.support.written_log import key_of, small, written


def flipped(folder: Path, bits: Callable[[int], list[int]], key: str | None = None) -> list[int]:
    """The places of a signed export at which changing a bit is not found."""
    whole = small().export().encode()
    unnoticed = []
    for place in range(len(whole)):
        for bit in bits(place):
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            if not verify(written(folder, bytes(changed)), key).faults:
                unnoticed.append(place)
    return unnoticed


def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    """Even by who does not know the key."""
    assert flipped(tmp_path, lambda place: [place % 8]) == []


@pytest.mark.soak
def test_every_changed_bit_is_found(tmp_path: Path) -> None:
    for key in (None, key_of(small())):
        assert flipped(tmp_path, lambda place: list(range(8)), key) == []


def test_every_changed_byte_of_a_receipt_is_found(tmp_path: Path) -> None:
    log = small()
    whole = log.receipt(1).encode()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        file = written(tmp_path, bytes(changed))
        assert verify(file, key_of(log)).faults, place
