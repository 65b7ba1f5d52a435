"""What admins decide about many records at once: which those are is fixed when it is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.bulk import Bulk
from bot.domain.endorsement import Status
from bot.domain.ids import Number
from bot.privacy import Keyring
from bot.storage.endorsements import place_of
from bot.storage.sealing import Sealed
from bot.storage.tables import bulk_records, bulks, endorsements
from bot.storage.tallies import MARKED, TALLIED, Tallies

_T = bulks.c
_OF = bulk_records.c

_BULK = Sealed(Bulk, "bulks.bulk")


class Bulks:
    """Each with the records that it is about."""

    def __init__(self, connection: AsyncConnection, keys: Keyring, tallies: Tallies) -> None:
        self._connection = connection
        self._keys = keys
        self._tallies = tallies

    async def add(self, bulk: Bulk) -> int:
        """Its id."""
        insert = bulks.insert().values(day=bulk.at.date(), sealed_bulk=b"").returning(_T.id)
        bulk_id = int(await self._connection.scalar(insert) or 0)
        await self.put(bulk_id, bulk)
        return bulk_id

    async def get(self, bulk_id: int) -> Bulk | None:
        """None for one that is forgotten, or never was."""
        sealed = await self._connection.scalar(sa.select(_T.sealed_bulk).where(_T.id == bulk_id))
        return _BULK.open(self._keys, sealed, str(bulk_id))

    async def put(self, bulk_id: int, bulk: Bulk) -> None:
        """How far it is."""
        sealed = _BULK.seal(self._keys, bulk, str(bulk_id))
        await self._connection.execute(
            bulks.update().where(_T.id == bulk_id).values(sealed_bulk=sealed)
        )

    async def latest(self, limit: int) -> list[tuple[int, Bulk]]:
        """The newest that were agreed to, the newest first."""
        query = sa.select(_T.id, _T.sealed_bulk).order_by(_T.id.desc()).limit(3 * limit)
        opened = [
            (row.id, _BULK.open(self._keys, row.sealed_bulk, str(row.id)))
            for row in await self._connection.execute(query)
        ]
        return [(n, bulk) for n, bulk in opened if bulk and bulk.stage != "asked"][:limit]

    async def numbers(self, bulk_id: int, behind: int, limit: int) -> Sequence[Number]:
        """The next ones of its records, in their order."""
        query = sa.select(_OF.number).where(_OF.bulk == bulk_id, _OF.number > behind)
        found = await self._connection.scalars(query.order_by(_OF.number).limit(limit))
        return [Number(number) for number in found]

    async def set_aside(self, bulk_id: int, numbers: Sequence[Number]) -> list[Number]:
        """Those of these that are still waiting, and not set aside by another list."""
        c = endorsements.c
        return await self._move(
            bulk_id, c.number.in_(numbers), c.status == Status.PENDING, c.aside.is_(None)
        )

    async def bring_back(self, bulk_id: int, numbers: Sequence[Number]) -> list[Number]:
        """Those of these that it has set aside and that are so still."""
        c = endorsements.c
        return await self._move(None, c.number.in_(numbers), c.aside == bulk_id, was=bulk_id)

    async def forget_before(self, day: dt.date) -> None:
        """Drop what was decided before a day, but for what has still set records aside."""
        c = endorsements.c
        kept = sa.select(c.aside).where(c.aside.is_not(None))
        old = sa.select(_T.id).where(_T.day < day, _T.id.not_in(kept))
        await self._connection.execute(bulk_records.delete().where(_OF.bulk.in_(old)))
        await self._connection.execute(bulks.delete().where(_T.day < day, _T.id.not_in(kept)))

    async def _move(
        self, to: int | None, *where: sa.ColumnElement[bool], was: int | None = None
    ) -> list[Number]:
        c = endorsements.c
        moved = endorsements.update().where(*where).values(aside=to, version=c.version + 1)
        sealed = (c.signer_tag, c.sealed_marked)
        columns = (c.number, *(c[name] for name in TALLIED), *sealed)
        rows = await self._connection.execute(moved.returning(*columns))
        found = rows.mappings().all()
        for row in found:
            marked = MARKED.open(self._keys, row["sealed_marked"], place_of(row["signer_tag"]))
            after = {**row, "marked": bool(marked)}
            self._tallies.row(row["number"], {**after, "aside": was}, after)
        return [row["number"] for row in found]
