"""Due jobs: what must happen at a certain time, whatever happens to the process until then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import Keyring
from bot.storage.tables import due_jobs

_T = due_jobs.c


@dataclass(frozen=True, slots=True)
class Job:
    """`key` is unique: setting a job again under it moves it. `payload` is for its `kind`."""

    key: str
    kind: str
    due: dt.datetime
    payload: str = ""


class Jobs:
    """Kept until they are ended: running a job and its `end` belong in one unit."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def set(self, job: Job) -> None:
        """Add a job, or move the one of its key to another time and payload."""
        await self.end(job.key)
        sealed = self._keys.seal(job.payload.encode(), f"due_jobs.payload:{job.key}")
        row = {"key": job.key, "kind": job.kind, "due": job.due, "sealed_payload": sealed}
        await self._connection.execute(due_jobs.insert(), row)

    async def end(self, key: str) -> None:
        """Drop a job, done or not wanted any more; one that is gone already is no fault."""
        await self._connection.execute(due_jobs.delete().where(_T.key == key))

    async def due(self, now: dt.datetime, limit: int, held: frozenset[str]) -> list[Job]:
        """Those whose time has come, the oldest first, but for the kinds that are held."""
        query = sa.select(due_jobs).where(_T.due <= now, _T.kind.not_in(held))
        rows = await self._connection.execute(query.order_by(_T.due, _T.key).limit(limit))
        return [self._read(row) for row in rows]

    async def count_due(self, kind: str, now: dt.datetime) -> int:
        """How many of one kind are due by then."""
        query = sa.select(sa.func.count()).where(_T.kind == kind, _T.due <= now)
        return await self._connection.scalar(query) or 0

    async def next_due(self, held: frozenset[str]) -> dt.datetime | None:
        """When the earliest that is not held will be due, or was; None where none waits."""
        query = sa.select(_T.due).where(_T.kind.not_in(held)).order_by(_T.due).limit(1)
        moment: dt.datetime | None = await self._connection.scalar(query)
        return moment

    def _read(self, row: sa.Row[tuple[str, str, dt.datetime, bytes]]) -> Job:
        payload = self._keys.open(row.sealed_payload, f"due_jobs.payload:{row.key}").decode()
        return Job(row.key, row.kind, row.due, payload)
