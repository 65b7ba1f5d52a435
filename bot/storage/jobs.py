"""Due jobs: what must happen at a certain time, whatever happens to the process until then.

Which record or chat a job is about is sealed: an exact moment must not stand beside it.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import Keyring
from bot.storage.engines import insert_if_new, upsert
from bot.storage.sealing import SealedBytes
from bot.storage.tables import due_jobs
from bot.storage.tags import job_tag

_T = due_jobs.c
_PAYLOAD = SealedBytes("due_jobs.payload")
_END = due_jobs.delete().where(_T.key_tag.in_(sa.bindparam("tags", expanding=True)))


class JobKind(enum.StrEnum):
    """What jobs are about, each in the words of its `about`."""

    WINDOW = "window"
    """The end of a record's window; its number."""
    DRAFT = "draft"
    """The end of a conversation, and what comes before and after; the tag of its chat in hex."""
    TEXT = "text"
    """Telling those who signed an earlier text; statement and language."""
    BULK = "bulk"
    """Going on with what was decided about many at once; its id."""
    CALL = "call"
    """Bringing before the admins what waits; about nothing, or what is to be heard."""
    REMIND = "remind"
    """Bringing to mind what has waited for long; about nothing."""
    WAVE = "wave"
    """The end of a wave of new endorsements; statement and kind."""
    PAPER = "paper"
    """Going on with a list that came on paper, or the end of the time to confirm or undo it; its
    id."""
    SECOND = "second"
    """What is due about a request that needs a second admin; its id."""
    ENTRUST = "entrust"
    """Sealing to the organisers what was decided before they had a key; about nothing."""
    RETENTION = "retention"
    """Erasing what has been kept for long enough; about nothing."""
    FINISH = "finish"
    """Taking from a finished statement what leads to its signers; its id."""
    MILESTONE = "milestone"
    """Looking how near goals and deadlines are; about nothing."""
    LIVING = "living"
    """Bringing a living count up to date; its id."""
    MANDATE = "mandate"
    """Bringing what a group is asked up to date, and ending it; its id."""
    PACE = "pace"
    """Settling what is said of how long it takes, and telling who waits for longer; about nothing.
    """
    PUBLISH = "publish"
    """Putting onto the lists the names that wait for it; about nothing."""
    NEWS = "news"
    """Going on with announcements; about nothing, or the id of one that nobody has sent."""
    CHECKPOINT = "checkpoint"
    """Telling how far the logs are; about nothing."""
    PURGE = "purge"
    """Dropping what need not be remembered any longer; about nothing."""


@dataclass(frozen=True, slots=True)
class JobKey:
    """There is one job of a kind about a thing: setting it again moves it."""

    kind: JobKind
    about: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.about}" if self.about else self.kind


@dataclass(frozen=True, slots=True)
class Job:
    """`progress` tells a job that is done in parts how far it is."""

    key: JobKey
    due: dt.datetime
    progress: str = ""


class Jobs:
    """Kept until they are ended: running a job and its `end` belong in one unit. What is set and
    ended is gathered, and written in a few statements by `flush`."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys
        self._ended: set[bytes] = set()
        self._set: dict[bytes, dict[str, Any]] = {}
        self._there: set[bytes] = set()
        """The keys of jobs that there are for certain."""
        self.soonest: dt.datetime | None = None
        """When the soonest is due of those that were set in this unit."""

    async def set(self, job: Job) -> None:
        """Add a job, or move the one of its key to another time."""
        tag = self._tag(job.key)
        self._set[tag] = self._row(job, tag)
        self._there.add(tag)
        self._ended.discard(tag)
        self.expect(job.due)

    async def ensure(self, job: Job) -> None:
        """Add a job unless there is one of its key, whenever that is due."""
        tag = self._tag(job.key)
        if tag in self._there:
            return
        await self.flush()
        self._there.add(tag)
        insert = insert_if_new(self._connection, due_jobs)
        if (await self._connection.execute(insert, self._row(job, tag))).rowcount:
            self.expect(job.due)

    def expect(self, moment: dt.datetime) -> None:
        """Something may be due then that was not before."""
        self.soonest = min(moment, self.soonest or moment)

    async def end(self, key: JobKey) -> None:
        """Drop a job, done or not wanted any more; one that is gone already is no fault."""
        tag = self._tag(key)
        self._set.pop(tag, None)
        self._there.discard(tag)
        self._ended.add(tag)

    async def flush(self) -> None:
        """Write what was gathered. Called by the unit just before its commit."""
        if self._ended:
            await self._connection.execute(_END, {"tags": [*self._ended]})
        if self._set:
            insert = upsert(self._connection, due_jobs)
            await self._connection.execute(insert, [*self._set.values()])
        self._ended.clear()
        self._set.clear()

    async def when(self, key: JobKey) -> dt.datetime | None:
        """When the job of that key is due; None where there is none."""
        await self.flush()
        query = sa.select(_T.due).where(_T.key_tag == self._tag(key))
        moment: dt.datetime | None = await self._connection.scalar(query)
        return moment

    async def due(self, now: dt.datetime, limit: int, held: Collection[JobKind]) -> list[Job]:
        """Those whose time has come, the oldest first, but for the kinds that are held."""
        await self.flush()
        order = (_T.due, _T.key_tag)
        found: list[Any] = []
        for where in _besides(held):
            query = sa.select(due_jobs).where(_T.due <= now, *where).order_by(*order).limit(limit)
            found += await self._connection.execute(query)
        found.sort(key=lambda row: (row.due, row.key_tag))
        return [self._read(row) for row in found[:limit]]

    async def count_due(
        self, kinds: Collection[JobKind], now: dt.datetime
    ) -> Mapping[JobKind, int]:
        """How many of each of these kinds are due by then; a kind of which none is, is left out."""
        await self.flush()
        query = sa.select(_T.kind, sa.func.count()).where(_T.kind.in_(kinds), _T.due <= now)
        rows = await self._connection.execute(query.group_by(_T.kind))
        return {JobKind(kind): count for kind, count in rows}

    async def next_due(self, held: Collection[JobKind]) -> dt.datetime | None:
        """When the next one is due that is not held; None where there is none."""
        await self.flush()
        found = [
            await self._connection.scalar(sa.select(_T.due).where(*where).order_by(_T.due).limit(1))
            for where in _besides(held)
        ]
        return min((moment for moment in found if moment is not None), default=None)

    def _row(self, job: Job, tag: bytes) -> dict[str, Any]:
        payload = f"{job.key.about}\0{job.progress}".encode()
        sealed = _PAYLOAD.seal(self._keys, payload, tag.hex())
        return {"key_tag": tag, "kind": job.key.kind, "due": job.due, "sealed_payload": sealed}

    def _read(self, row: sa.Row[tuple[bytes, str, dt.datetime, bytes]]) -> Job:
        payload = _PAYLOAD.open(self._keys, row.sealed_payload, row.key_tag.hex()).decode()
        about, _, progress = payload.partition("\0")
        return Job(JobKey(JobKind(row.kind), about), row.due, progress)

    def _tag(self, key: JobKey) -> bytes:
        return job_tag(self._keys, str(key))


def _besides(held: Collection[JobKind]) -> list[list[sa.ColumnElement[bool]]]:
    """All jobs but those that are held, each kind by itself: those may be any number."""
    return [[_T.kind == kind] for kind in JobKind if kind not in held] if held else [[]]
