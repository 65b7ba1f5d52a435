"""Values as sealed bytes, each bound to its column and row, so that none can be put elsewhere."""

from __future__ import annotations

from functools import cached_property
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from bot.privacy import Keyring

T = TypeVar("T")

BUCKET = 128
"""Bytes: values are filled up to a multiple, as a length can tell one name from another. Nearly
every name takes one, in whatever script; fewer would set apart those whose letters take three
bytes each."""


class SealedBytes:
    """Seals and opens what is encoded already, for one column: as JSON or anything else that never
    ends in a blank, since up to a whole number of buckets it is filled with them."""

    def __init__(self, column: str) -> None:
        self._column = column

    def seal(self, keys: Keyring, data: bytes, row: str) -> bytes:
        """Other bytes each time, and as long as all others in as many buckets. Raises `ValueError`
        for what ends in a blank, of which nobody could tell any more where it ended."""
        if data.endswith(b" "):
            raise ValueError("what is sealed must not end in a blank")
        filled = data.ljust(-(-len(data) // BUCKET) * BUCKET)
        return keys.seal(filled, f"{self._column}:{row}")

    def open(self, keys: Keyring, sealed: bytes, row: str) -> bytes:
        return keys.open(sealed, f"{self._column}:{row}").rstrip(b" ")


class Sealed(Generic[T]):
    """Seals and opens values of one type as JSON, for one column; None stays None. `row` names the
    row, and a value opens in its own row alone."""

    def __init__(self, kind: type[T], column: str) -> None:
        self._kind = kind
        self._bytes = SealedBytes(column)

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        # Made when it is needed: all of them together take a noticeable part of the start.
        return TypeAdapter(self._kind)

    def seal(self, keys: Keyring, value: T | None, row: str) -> bytes | None:
        """The value for its row; the same value is other bytes each time."""
        return (
            None if value is None else self._bytes.seal(keys, self._adapter.dump_json(value), row)
        )

    def open(self, keys: Keyring, sealed: bytes | None, row: str) -> T | None:
        """Raises `KeyFault` for another key, column or row, and for changed bytes."""
        if sealed is None:
            return None
        return self._adapter.validate_json(self._bytes.open(keys, sealed, row))
