"""What waits to be decided, with a card in the admin chats and without."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.calling import Uncarded
from bot.domain.endorsement import Kind
from bot.domain.ids import Number
from bot.storage.heads import Heads
from bot.storage.sums import Kept
from bot.storage.tables import endorsements
from bot.storage.tallies import Of, Tallies

_T = endorsements.c
# Written out as in the indexes, which SQLite would not use otherwise.
_OPEN = sa.text("status = 'pending' AND carded AND aside IS NULL")
_WITHOUT = sa.text("status = 'pending' AND NOT carded AND aside IS NULL")
_WAITING = sa.text("status = 'pending' AND aside IS NULL")
_FRESH = sa.text("fresh")

LOOKED_AT_ONCE = 2000
"""Of what is new; more comes together only where there was no admin chat so far."""


class Cards:
    """Counts and numbers, each by an index; what admins have set aside is in none of them."""

    def __init__(self, connection: AsyncConnection, heads: Heads, tallies: Tallies) -> None:
        self._connection = connection
        self._heads = heads
        self._tallies = tallies

    async def standing(self) -> dict[Kind, int]:
        """How many cards stand open."""
        found = await self._tallies.counts(Of.WAITING, "kind", carded=True, aside=False)
        return {Kind(kind): count for (kind,), count in found.items()}

    async def open(self, most: int) -> list[Number]:
        """Those of the open cards, organisations first."""
        query = sa.select(_T.number).where(_OPEN).order_by(_T.kind, _T.number)
        return list(await self._connection.scalars(query.limit(most)))

    async def fresh(self, most: int) -> list[Number]:
        """Those that nobody has looked at yet, wait without a card and may have one, organisations
        first."""
        query = sa.select(_T.number).where(_FRESH, _WITHOUT, _T.wave.is_(False))
        query = query.order_by(_T.kind, _T.number).limit(most)
        return list(await self._connection.scalars(query))

    async def looked_at(self) -> bool:
        """What is there, or `LOOKED_AT_ONCE` of it, is known from now on. Whether any of what was
        new waits without a card."""
        order = (_T.wave, _T.kind, _T.number)
        query = sa.select(_T.number).where(_FRESH, _WITHOUT).order_by(*order).limit(1)
        leaves_out = await self._connection.scalar(query) is not None
        some = sa.select(_T.number).where(_FRESH).limit(LOOKED_AT_ONCE)
        update = endorsements.update().where(_T.number.in_(some))
        await self._connection.execute(update.values(fresh=False))
        return leaves_out

    async def is_more(self) -> bool:
        """Whether there is anything that was not looked at."""
        return (
            await self._connection.scalar(sa.select(_T.number).where(_FRESH).limit(1)) is not None
        )

    async def uncarded(self) -> Uncarded:
        """How many wait without a card."""
        kept = await Kept.of(self._heads) or Kept()
        found = await self._tallies.counts(Of.WAITING, "kind", "wave", carded=False, aside=False)
        return Uncarded(
            sum(found.values()),
            sum(count for (kind, _), count in found.items() if kind == Kind.ORGANISATION),
            kept.marked + self._tallies.marked,
            sum(count for (_, wave), count in found.items() if wave),
        )

    async def oldest(self) -> tuple[int, dt.datetime] | None:
        """How many wait, and the hour in which the first of them was signed; None: none waits."""
        hours = [
            await self._connection.scalar(
                sa.select(_T.hour).where(_WAITING, _T.wave.is_(wave)).order_by(_T.hour).limit(1)
            )
            for wave in (False, True)
        ]
        first = min((hour for hour in hours if hour is not None), default=None)
        if first is None:
            return None
        return await self._tallies.total(Of.WAITING, aside=False), first
