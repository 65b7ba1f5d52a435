"""Small values as sealed bytes: JSON of a frozen dataclass, under a context of its own."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import TypeAdapter

from bot.privacy import Keyring

T = TypeVar("T")


class Sealed(Generic[T]):
    """Seals and opens values of one type for one column; None stays None. `row` names the row, and
    a value opens in its own row alone."""

    def __init__(self, kind: type[T], column: str) -> None:
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)
        self._column = column

    def seal(self, keys: Keyring, value: T | None, row: str) -> bytes | None:
        """The value for its row; the same value is other bytes each time."""
        if value is None:
            return None
        return keys.seal(self._adapter.dump_json(value), f"{self._column}:{row}")

    def open(self, keys: Keyring, sealed: bytes | None, row: str) -> T | None:
        """Raises `KeyFault` for another key, column or row, and for changed bytes."""
        if sealed is None:
            return None
        return self._adapter.validate_json(keys.open(sealed, f"{self._column}:{row}"))
