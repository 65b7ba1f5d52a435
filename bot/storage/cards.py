"""What waits to be decided, with a card in the admin chats and without."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.calling import Uncarded
from bot.domain.endorsement import Kind
from bot.domain.ids import Number
from bot.storage.endorsements import is_among
from bot.storage.name_index import NameIndex
from bot.storage.tables import endorsements

_T = endorsements.c
# Written out as in the indexes, which SQLite would not use otherwise.
_OPEN = sa.text("status = 'pending' AND carded AND aside IS NULL")
_WITHOUT = sa.text("status = 'pending' AND NOT carded AND aside IS NULL")
_WAITING = sa.text("status = 'pending' AND aside IS NULL")
_FRESH = sa.text("fresh")


class Cards:
    """Counts and numbers, each by an index; what admins have set aside is in none of them."""

    def __init__(self, connection: AsyncConnection, names: NameIndex) -> None:
        self._connection = connection
        self._names = names

    async def standing(self) -> dict[Kind, int]:
        """How many cards stand open."""
        query = sa.select(_T.kind, sa.func.count()).where(_OPEN).group_by(_T.kind)
        return {Kind(kind): count for kind, count in await self._connection.execute(query)}

    async def open(self, most: int) -> list[Number]:
        """Those of the open cards, organisations first."""
        query = sa.select(_T.number).where(_OPEN).order_by(_T.kind == Kind.PERSON, _T.number)
        return list(await self._connection.scalars(query.limit(most)))

    async def fresh(self, most: int) -> list[Number]:
        """Those that nobody has looked at yet, wait without a card and may have one, organisations
        first."""
        query = sa.select(_T.number).where(_FRESH, _WITHOUT, sa.not_(_T.wave))
        query = query.order_by(_T.kind == Kind.PERSON, _T.number).limit(most)
        return list(await self._connection.scalars(query))

    async def looked_at(self) -> bool:
        """All that is there is known from now on. Whether any of what was new waits without a
        card."""
        query = sa.select(_T.number).where(_FRESH, _WITHOUT).limit(1)
        leaves_out = await self._connection.scalar(query) is not None
        update = endorsements.update().where(sa.type_coerce(_FRESH, sa.Boolean))
        await self._connection.execute(update.values(fresh=False))
        return leaves_out

    async def uncarded(self) -> Uncarded:
        """How many wait without a card."""
        query = sa.select(_T.kind, _T.wave, sa.func.count()).where(_WITHOUT)
        rows = (await self._connection.execute(query.group_by(_T.kind, _T.wave))).all()
        marked = is_among(self._connection, await self._names.marked())
        query = sa.select(sa.func.count()).where(_WITHOUT, marked)
        return Uncarded(
            sum(count for *_, count in rows),
            sum(count for kind, _, count in rows if kind == Kind.ORGANISATION),
            await self._connection.scalar(query) or 0,
            sum(count for _, wave, count in rows if wave),
        )

    async def oldest(self) -> tuple[int, dt.datetime] | None:
        """How many wait, and the hour in which the first of them was signed; None: none waits."""
        query = sa.select(sa.func.count(), sa.func.min(_T.hour)).where(_WAITING)
        count, hour = (await self._connection.execute(query)).one()
        return None if hour is None else (count, hour)
