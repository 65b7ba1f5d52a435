"""The queue of what waits to be decided: in the order of the hour of signing, then of the number;
what came in a wave stands behind everything else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Endorsement, Kind
from bot.domain.ids import Number
from bot.domain.selection import Selection, Waiting
from bot.privacy import Keyring
from bot.storage.desks import Desks, Place
from bot.storage.endorsements import is_among, read_record
from bot.storage.name_index import NameIndex
from bot.storage.statements import Statements
from bot.storage.tables import bulk_records, endorsements

_T = endorsements.c
_PENDING = sa.text("status = 'pending'")
"""As the index of the queue says it: a bound value would not let SQLite use that."""


def place_of(record: Endorsement) -> Place:
    return record.wave, record.hour, record.number


class Queue:
    """Nothing here reads more than a page, or more than an index of what waits."""

    def __init__(
        self,
        connection: AsyncConnection,
        keys: Keyring,
        names: NameIndex,
        statements: Statements,
        desks: Desks,
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._names = names
        self._statements = statements
        self._desks = desks

    async def waiting(self, selection: Selection) -> Waiting:
        """How many of them there are."""
        query = sa.select(_T.kind, sa.func.count(), sa.func.min(_T.hour))
        query = query.where(*await self._where(selection)).group_by(_T.kind)
        found = {kind: (n, hour) for kind, n, hour in await self._connection.execute(query)}
        hours = [hour for _, hour in found.values()]
        persons, organisations = (found.get(kind, (0, None))[0] for kind in Kind)
        return Waiting(persons, organisations, min(hours, default=None))

    async def next(
        self,
        selection: Selection,
        behind: Place | None,
        desk: bytes,
        now: dt.datetime,
        *,
        besides: int | None = None,
        without: Collection[Number] = (),
    ) -> Endorsement | None:
        """The first one behind a place that no other desk holds, and that is neither on the list
        `besides` nor among `without`; from the beginning for None."""
        held = [other.number for other in await self._desks.holding(desk, now)]
        where = [*await self._where(selection), *_behind(behind)]
        where.append(_T.number.not_in([*without, *held]))
        if besides is not None:
            of = bulk_records.c
            where.append(~sa.exists().where(of.bulk == besides, of.number == _T.number))
        return await self._one(where)

    async def page(
        self, bulk: int, behind: Number | None, limit: int, *, back: bool = False
    ) -> list[Endorsement]:
        """Records of a bulk decision that are still waiting, in the order of their numbers, from
        behind one; `back`: those before it."""
        order = _T.number.desc() if back else _T.number
        query = sa.select(endorsements).join(bulk_records, bulk_records.c.number == _T.number)
        query = query.where(bulk_records.c.bulk == bulk)
        if behind is not None:
            query = query.where(_T.number < behind if back else _T.number > behind)
        rows = await self._connection.execute(query.order_by(order).limit(limit))
        found = [read_record(self._keys, row) for row in rows]
        return found[::-1] if back else found

    async def choices(self, selection: Selection, by: str) -> list[tuple[str, int]]:
        """The values of a column (`statement`, `country`, `language`) with their counts, the
        commonest first."""
        column = _T[by]
        query = sa.select(column, sa.func.count()).where(
            *await self._where(selection), column.is_not(None)
        )
        query = query.group_by(column).order_by(sa.func.count().desc(), column)
        return [(str(value), count) for value, count in await self._connection.execute(query)]

    async def gather(self, bulk: int, selection: Selection, limit: int) -> int:
        """Put the first ones into a bulk decision, as they are now; how many those are."""
        order = (_T.wave, _T.hour, _T.number)
        chosen = sa.select(sa.literal(bulk, sa.BigInteger), _T.number)
        chosen = chosen.where(*await self._where(selection)).order_by(*order).limit(limit)
        result = await self._connection.execute(
            bulk_records.insert().from_select(["bulk", "number"], chosen)
        )
        return int(result.rowcount)

    async def _one(self, where: Iterable[sa.ColumnElement[bool]]) -> Endorsement | None:
        query = sa.select(endorsements).where(*where)
        query = query.order_by(_T.wave, _T.hour, _T.number).limit(1)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else read_record(self._keys, row)

    async def _where(self, selection: Selection) -> list[sa.ColumnElement[bool]]:
        wanted: dict[Any, object] = {
            _T.statement: selection.statement,
            _T.kind: selection.kind,
            _T.country: selection.country,
            _T.language: selection.language,
            _T.wave: selection.wave,
        }
        where: list[sa.ColumnElement[bool]] = [
            sa.type_coerce(_PENDING, sa.Boolean),
            _T.aside.is_not(None) if selection.aside else _T.aside.is_(None),
            *(column == value for column, value in wanted.items() if value is not None),
        ]
        if selection.since is not None:
            where.append(_T.hour >= selection.since)
        if selection.before is not None:
            where.append(_T.hour < selection.before)
        if selection.name:
            # No name that waits is public.
            named = await self._names.hidden(await self._statements.known(), selection.name)
            where.append(is_among(self._connection, named))
        if selection.platform is not None:
            came = await self._names.come_by(selection.platform)
            where.append(is_among(self._connection, came))
        if selection.marked is not None:
            marked = is_among(self._connection, await self._names.marked())
            where.append(marked if selection.marked else ~marked)
        return where


def _behind(place: Place | None) -> list[sa.ColumnElement[bool]]:
    if place is None:
        return []
    wave, hour, number = place
    same_hour = sa.and_(_T.hour == hour, _T.number > number)
    in_part = sa.and_(_T.wave == wave, sa.or_(_T.hour > hour, same_hour))
    return [in_part if wave else sa.or_(in_part, _T.wave.is_(True))]
