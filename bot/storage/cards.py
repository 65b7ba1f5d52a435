"""What waits to be decided, with a card in the admin chats and without."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.calling import Uncarded
from bot.domain.endorsement import Kind, Status
from bot.domain.ids import Number
from bot.storage.endorsements import is_among
from bot.storage.name_index import NameIndex
from bot.storage.tables import endorsements

_T = endorsements.c
# Written out as in the indexes, which SQLite would not use otherwise.
_OPEN = sa.text("status = 'pending' AND carded AND aside IS NULL")
_WITHOUT = sa.text("status = 'pending' AND NOT carded AND aside IS NULL")
_WAITING = sa.text("status = 'pending' AND aside IS NULL")

MOST_LATER = 10_000
"""Records looked through at once for those that came last."""


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

    async def newest(self) -> Number:
        """The highest number there is."""
        return Number(await self._connection.scalar(sa.select(sa.func.max(_T.number))) or 0)

    async def later(self, after: Number, most: int) -> list[Number]:
        """Those behind a number that wait without a card and may have one, organisations first."""
        came = _came(after)
        query = sa.select(came.c.number).where(_is_uncarded(came), sa.not_(came.c.wave))
        query = query.order_by(came.c.kind == Kind.PERSON, came.c.number).limit(most)
        return list(await self._connection.scalars(query))

    async def leaves_out(self, after: Number) -> bool:
        """Whether any behind a number waits without a card."""
        came = _came(after)
        query = sa.select(came.c.number).where(_is_uncarded(came)).limit(1)
        return await self._connection.scalar(query) is not None

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


def _came(after: Number) -> sa.Subquery:
    """The records behind a number, by their numbers: they are few, whatever waits."""
    query = sa.select(_T.number, _T.kind, _T.status, _T.carded, _T.wave, _T.aside)
    return query.where(_T.number > after).order_by(_T.number).limit(MOST_LATER).subquery()


def _is_uncarded(came: sa.Subquery) -> sa.ColumnElement[bool]:
    c = came.c
    return sa.and_(c.status == Status.PENDING, sa.not_(c.carded), c.aside.is_(None))
