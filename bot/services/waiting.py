"""What waits for admins: a few things, kept together as one sealed value."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from bot.storage.unit import Unit

T = TypeVar("T")


class Waiting(Generic[T]):
    """`name` is that of the value in `meta`; `key` gives what tells one from the others."""

    def __init__(self, name: str, kind: type[list[T]], key: Callable[[T], object]) -> None:
        self._name, self._kind, self._key = name, kind, key

    @cached_property
    def _stored(self) -> TypeAdapter[list[T]]:
        return TypeAdapter(self._kind)

    async def all(self, unit: Unit) -> list[T]:
        """The one that was kept last comes last."""
        stored = await unit.meta.get_sealed(self._name)
        return [] if stored is None else self._stored.validate_json(stored)

    async def find(self, unit: Unit, key: object) -> T | None:
        return next((each for each in await self.all(unit) if self._key(each) == key), None)

    async def keep(self, unit: Unit, one: T) -> None:
        """In the place of what has its key."""
        others = [each for each in await self.all(unit) if self._key(each) != self._key(one)]
        await self._put(unit, [*others, one])

    async def drop(self, unit: Unit, key: object) -> None:
        """It waits no more."""
        await self._put(unit, [each for each in await self.all(unit) if self._key(each) != key])

    async def _put(self, unit: Unit, all_: list[T]) -> None:
        await unit.meta.put_sealed(self._name, self._stored.dump_json(all_))
