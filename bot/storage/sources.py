"""The words that are counted by, and how many came by each: sealed, since whoever saw a count in
two copies of the database could tell whose signature came between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from pydantic import TypeAdapter

from bot.domain.ids import StatementId
from bot.domain.sources import Sources
from bot.storage.meta import Meta

_WORDS = "sources"
"""The value in `meta` that holds the words; of one statement's counts, its id stands behind it."""


@cache
def _stored() -> TypeAdapter[Sources]:
    return TypeAdapter(Sources)


@cache
def _words() -> TypeAdapter[tuple[str, ...]]:
    return TypeAdapter(tuple[str, ...])


class SourceCounts:
    """Read once and written once in a unit, however many come in it."""

    def __init__(self, meta: Meta) -> None:
        self._meta = meta
        self._known: dict[StatementId, Sources] = {}
        self._changed: set[StatementId] = set()

    async def words(self) -> Sequence[str]:
        """In the order in which admins made them."""
        stored = await self._meta.get_sealed(_WORDS)
        return () if stored is None else _words().validate_json(stored)

    async def set_words(self, words: Iterable[str]) -> None:
        await self._meta.put_sealed(_WORDS, _words().dump_json(tuple(words)))

    async def statements(self) -> list[StatementId]:
        """Those of which anything was counted before this unit."""
        names = await self._meta.names(f"{_WORDS} ")
        return [StatementId(name.removeprefix(f"{_WORDS} ")) for name in names]

    async def get(self, statement: StatementId) -> Sources | None:
        """None where nobody has come yet."""
        if statement not in self._known:
            stored = await self._meta.get_sealed(_name(statement))
            if stored is None:
                return None
            self._known[statement] = _stored().validate_json(stored)
        return self._known[statement]

    def put(self, statement: StatementId, sources: Sources) -> None:
        """In the place of what there was, from `flush` on."""
        self._known[statement] = sources
        self._changed.add(statement)

    async def flush(self) -> None:
        """Write what has changed. Called by the unit just before its commit."""
        for statement in sorted(self._changed):
            data = _stored().dump_json(self._known[statement])
            await self._meta.put_sealed(_name(statement), data)
        self._changed.clear()


def _name(statement: StatementId) -> str:
    return f"{_WORDS} {statement}"
