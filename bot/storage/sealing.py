"""Small values as sealed bytes: JSON of a frozen dataclass, under a context of its own."""

from __future__ import annotations

from functools import cached_property
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from bot.privacy import Keyring

T = TypeVar("T")


class Sealed(Generic[T]):
    """Seals and opens values of one type for one column; None stays None."""

    def __init__(self, kind: type[T], column: str) -> None:
        self._kind = kind
        self._column = column

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        # Made when it is needed: all of them together take a noticeable part of the start.
        return TypeAdapter(self._kind)

    def seal(self, keys: Keyring, value: T | None, row: str) -> bytes | None:
        if value is None:
            return None
        return keys.seal(self._adapter.dump_json(value), f"{self._column}:{row}")

    def open(self, keys: Keyring, sealed: bytes | None, row: str) -> T | None:
        if sealed is None:
            return None
        return self._adapter.validate_json(keys.open(sealed, f"{self._column}:{row}"))
