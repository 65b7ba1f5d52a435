"""How long things waited until they were decided: numbers of days alone. Sealed, since whoever saw
them in two copies of the database could tell when somebody's was decided."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache

from pydantic import TypeAdapter

from bot.domain.pace import Pace
from bot.storage.meta import Meta

_NAME = "pace"


@cache
def _stored() -> TypeAdapter[Pace]:
    return TypeAdapter(Pace)


class Waits:
    """Read once and written once in a unit, however many ask or are decided in it."""

    def __init__(self, meta: Meta) -> None:
        self._meta = meta
        self._known: Pace | None = None
        self._noted: dict[dt.date, Counter[int]] = {}

    async def pace(self) -> Pace:
        """Without what was noted in this unit."""
        if self._known is None:
            stored = await self._meta.get_sealed(_NAME)
            self._known = Pace() if stored is None else _stored().validate_json(stored)
        return self._known

    async def keep(self, pace: Pace) -> None:
        """In the place of what there was."""
        self._known = pace
        await self._meta.put_sealed(_NAME, _stored().dump_json(pace))

    def note(self, days: int, today: dt.date) -> None:
        """Something was decided that had waited for so many days."""
        self._noted.setdefault(today, Counter())[days] += 1

    async def flush(self) -> None:
        """Write what was noted. Called by the unit just before its commit."""
        noted, self._noted = self._noted, {}
        if noted:
            pace = await self.pace()
            for today, waits in sorted(noted.items()):
                pace = pace.with_waits(waits, today)
            await self.keep(pace)
