"""The queue of what waits to be decided: in the order of the hour of signing, then of the number;
what came in a wave stands behind everything else.

Nothing here costs more among a million. What the columns of a selection choose is counted already
(`bot.storage.tallies`), and each of their combinations has its own queue in an index. What is
sealed is looked up in memory: of few that have it all are found, else it is looked for among the
first ones that wait.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Endorsement, Kind
from bot.domain.ids import Number
from bot.domain.selection import REACH, Selection, Waiting
from bot.privacy import Keyring
from bot.storage.desks import Desks, Place
from bot.storage.endorsements import is_among, read_record
from bot.storage.name_index import NameIndex
from bot.storage.selecting import (
    ASIDE,
    COLUMNS,
    WAITING,
    columns_of,
    combinations,
    is_sealed,
    is_tallied,
    part,
    place_in,
    tallied_by,
)
from bot.storage.statements import Statements
from bot.storage.tables import bulk_records, endorsements, tallies
from bot.storage.tallies import Of, Tallies
from bot.storage.word_keys import MARKED, keys_of_words, platform_key

_T = endorsements.c
_O = tallies.c
_ROW = (_T.number, *(_T[name] for name in (*COLUMNS, "wave", "hour")))


def place_of(record: Endorsement) -> Place:
    return record.wave, record.hour, record.number


class Queue:
    """Nothing here reads more than a page, or than `REACH`."""

    def __init__(
        self,
        connection: AsyncConnection,
        keys: Keyring,
        names: NameIndex,
        statements: Statements,
        desks: Desks,
        tallies: Tallies,
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._names = names
        self._statements = statements
        self._desks = desks
        self._tallies = tallies

    async def waiting(self, selection: Selection) -> Waiting:
        """How many of them there are, as far as they are counted."""
        if not is_tallied(selection):
            rows, is_all = await self._rows(selection, None, REACH)
            kinds = Counter(row.kind for row in rows)
            oldest = min((row.hour for row in rows), default=None)
            return Waiting(kinds[Kind.PERSON], kinds[Kind.ORGANISATION], oldest, not is_all)
        counts = await self._tallies.counts(Of.WAITING, "kind", **tallied_by(selection))
        persons, organisations = (counts.get((kind,), 0) for kind in Kind)
        hours = [
            first.hour
            for wave in (False, True)
            if (first := await self._first(selection, wave, None)) is not None
        ]
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
        `besides` nor among `without`; from the beginning for None. Where something sealed is
        selected each look costs as much as one for all: `among`."""
        if is_sealed(selection):
            found = await self.among(selection, behind, desk, now, besides=besides, without=without)
            query = sa.select(endorsements).where(_T.number.in_(found[:1]))
            row = (await self._connection.execute(query)).one_or_none()
            return None if row is None else read_record(self._keys, row)
        held = await self._held(desk, now)
        is_free: list[sa.ColumnElement[bool]] = [_T.number.not_in([*without, *held])]
        if besides is not None:
            is_free.append(_is_beside(besides))
        for wave in (False, True):
            if (row := await self._first(selection, wave, behind, is_free)) is not None:
                return read_record(self._keys, row)
        return None

    async def among(
        self,
        selection: Selection,
        behind: Place | None,
        desk: bytes,
        now: dt.datetime,
        *,
        besides: int | None = None,
        without: Collection[Number] = (),
    ) -> list[Number]:
        """As `next`, all that are found in one look where something sealed is selected."""
        rows, _ = await self._rows(selection, behind, REACH)
        taken = {*without, *await self._held(desk, now)}
        found = [Number(row.number) for row in rows if row.number not in taken]
        if besides is None:
            return found
        query = sa.select(_T.number).where(is_among(self._connection, found), _is_beside(besides))
        free = set(await self._connection.scalars(query))
        return [number for number in found if number in free]

    async def _held(self, desk: bytes, now: dt.datetime) -> list[Number]:
        others = await self._desks.holding(desk, now)
        return [other.number for other in others if other.number is not None]

    async def ahead(self, record: Endorsement, hour: dt.datetime) -> int:
        """How many stand before it that were given before that hour, `REACH` at the most."""
        place = sa.tuple_(sa.literal(record.hour, _T.hour.type), sa.literal(record.number))
        found = 0
        for wave in {False, record.wave}:
            where: list[Any] = [WAITING, _T.wave == wave, _T.hour < hour]
            if wave == record.wave:
                where.append(sa.tuple_(_T.hour, _T.number) < place)
            some = sa.select(_T.number).where(*where).limit(REACH).subquery()
            count = sa.select(sa.func.count()).select_from(some)
            found += await self._connection.scalar(count) or 0
        return min(found, REACH)

    async def of_day(self, day: dt.date, behind: Place | None, limit: int) -> list[Endorsement]:
        """Those given on a day (UTC), from behind a place, and those set aside among them."""
        begin = dt.datetime.combine(day, dt.time(), dt.UTC)
        found: list[Endorsement] = []
        for wave in (False, True):
            halves: list[Endorsement] = []
            for aside in (False, True):
                those = Selection(since=begin, before=begin + dt.timedelta(days=1), aside=aside)
                if (place := part(those, wave, behind)) is not None and len(found) < limit:
                    query = sa.select(endorsements).where(*place).order_by(_T.hour, _T.number)
                    rows = await self._connection.execute(query.limit(limit - len(found)))
                    halves += [read_record(self._keys, row) for row in rows]
            found += sorted(halves, key=place_of)[: limit - len(found)]
        return found

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
        if is_tallied(selection):
            counts = await self._tallies.counts(Of.WAITING, by, **tallied_by(selection))
            found = Counter({value: count for (value,), count in counts.items() if value})
        else:
            rows, _ = await self._rows(selection, None, REACH)
            found = Counter(value for row in rows if (value := getattr(row, by)))
        return sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))

    async def gather(self, bulk: int, selection: Selection, limit: int) -> int:
        """Put the first ones into a bulk decision, as they are now; how many those are."""
        found, _ = await self._rows(selection, None, limit)
        rows = [{"bulk": bulk, "number": row.number} for row in found]
        if rows:
            await self._connection.execute(bulk_records.insert(), rows)
        return len(rows)

    async def _first(
        self,
        selection: Selection,
        wave: bool,
        behind: Place | None,
        is_free: Iterable[sa.ColumnElement[bool]] = (),
    ) -> sa.Row[Any] | None:
        """By the columns alone: the first one behind the place of those that came in a wave, or of
        the others."""
        if (place := part(selection, wave, behind)) is None:
            return None
        order = (_T.hour, _T.number)
        where = (*place, *is_free)
        if not columns_of(selection):
            query = sa.select(endorsements).where(*where).order_by(*order).limit(1)
            return (await self._connection.execute(query)).one_or_none()
        # The first one of each combination of the columns that there is.
        await self._tallies.flush()
        each = [
            sa.select(_T.number)
            .where(*where, *(_T[name] == _O[name] for name in COLUMNS if name != "country"))
            .where(is_there)
            .order_by(*order)
            .limit(1)
            .correlate(tallies)
            .scalar_subquery()
            for is_there in (_T.country.is_(None), _T.country == _O.country)
        ]
        first = sa.case((_O.country == "", each[0]), else_=each[1]).label("number")
        firsts = sa.select(first).where(*combinations(selection), _O.wave == wave).subquery()
        query = sa.select(endorsements).where(_T.number.in_(sa.select(firsts.c.number)))
        return (await self._connection.execute(query.order_by(*order).limit(1))).one_or_none()

    async def _rows(
        self, selection: Selection, behind: Place | None, most: int
    ) -> tuple[list[sa.Row[Any]], bool]:
        """Those behind the place, `most` at the most and in the order of the queue; and whether
        these are all."""
        sealed = await self._sealed(selection)
        for wanted in sealed:
            few = await self._names.hidden_with(wanted, most + 1)
            if len(few) <= most:
                by_number = sa.select(*_ROW).where(
                    ASIDE if selection.aside else WAITING, is_among(self._connection, few)
                )
                found = (await self._connection.execute(by_number)).all()
                return await self._fitting(selection, behind, found, sealed), True
        by_columns = bool(columns_of(selection))
        if by_columns and sealed:
            total = await self._tallies.total(Of.WAITING, **tallied_by(selection))
            by_columns = total <= most
        rows = [
            row
            for wave in (False, True)
            if (place := part(selection, wave, behind)) is not None
            for row in await self._some(selection, wave, place, most, by_columns=by_columns)
        ][:most]
        return await self._fitting(selection, behind, rows, sealed), len(rows) < most

    async def _some(
        self,
        selection: Selection,
        wave: bool,
        place: Sequence[Any],
        most: int,
        *,
        by_columns: bool,
    ) -> list[sa.Row[Any]]:
        query = sa.select(*_ROW).where(*place).limit(most)
        if not by_columns:
            query = query.order_by(_T.hour, _T.number)
            return list(await self._connection.execute(query))
        await self._tallies.flush()
        found: list[sa.Row[Any]] = []
        for is_there in (
            sa.and_(_O.country == "", _T.country.is_(None)),
            sa.and_(_O.country != "", _T.country == _O.country),
        ):
            joined = (_T[name] == _O[name] for name in COLUMNS if name != "country")
            combined = query.where(*combinations(selection), _O.wave == wave, is_there, *joined)
            found += await self._connection.execute(combined.distinct())
        return sorted(found, key=place_in)

    async def _fitting(
        self,
        selection: Selection,
        behind: Place | None,
        rows: Iterable[sa.Row[Any]],
        sealed: Sequence[Sequence[Sequence[int]]],
    ) -> list[sa.Row[Any]]:
        """Those of the rows that are selected, in the order of the queue."""
        wanted = columns_of(selection)
        if selection.wave is not None:
            wanted["wave"] = selection.wave
        rows = [
            row
            for row in rows
            if all(getattr(row, name) == value for name, value in wanted.items())
            and (behind is None or place_in(row) > behind)
            and (selection.since is None or row.hour >= selection.since)
            and (selection.before is None or row.hour < selection.before)
        ]
        for which in sealed:
            having = await self._names.having([row.number for row in rows], which)
            rows = [row for row in rows if row.number in having]
        if selection.marked is False:
            numbers = [row.number for row in rows]
            marked = await self._names.having(numbers, [[MARKED]])
            rows = [row for row in rows if row.number not in marked]
        return sorted(rows, key=place_in)

    async def _sealed(self, selection: Selection) -> list[Sequence[Sequence[int]]]:
        """What their words in memory have to be, of each thing that is sealed."""
        wanted: list[Sequence[Sequence[int]]] = []
        if selection.name:
            wanted.append(keys_of_words(await self._statements.known(), selection.name))
        if selection.platform is not None:
            wanted.append([[platform_key(selection.platform)]])
        if selection.marked:
            wanted.append([[MARKED]])
        return wanted


def _is_beside(bulk: int) -> sa.ColumnElement[bool]:
    of = bulk_records.c
    return ~sa.exists().where(of.bulk == bulk, of.number == _T.number)
