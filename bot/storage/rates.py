"""How many endorsements come, for each statement and kind: counts alone, in clear."""

from __future__ import annotations

from pydantic import TypeAdapter

from bot.domain.endorsement import Kind
from bot.domain.ids import StatementId
from bot.domain.wave import Rate
from bot.storage.meta import Meta

_RATE = TypeAdapter(Rate)


class Rates:
    """Read once and written once in a unit, however many endorse in it."""

    def __init__(self, meta: Meta) -> None:
        self._meta = meta
        self._changed: dict[str, Rate] = {}

    async def get(self, statement: StatementId, kind: Kind) -> Rate | None:
        """None where nothing has come yet."""
        name = _name(statement, kind)
        if name in self._changed:
            return self._changed[name]
        stored = await self._meta.get(name)
        return None if stored is None else _RATE.validate_json(stored)

    def put(self, statement: StatementId, kind: Kind, rate: Rate) -> None:
        self._changed[_name(statement, kind)] = rate

    async def flush(self) -> None:
        for name, rate in sorted(self._changed.items()):
            await self._meta.put(name, _RATE.dump_json(rate))


def _name(statement: StatementId, kind: Kind) -> str:
    return f"rate {statement} {kind}"
