"""Running due jobs when their time has come."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Mapping

from bot.delivery.worker import Worker
from bot.ports import Clock
from bot.storage.database import Database
from bot.storage.errors import StorageUnavailable
from bot.storage.jobs import Job, JobKind
from bot.storage.unit import Unit

log = logging.getLogger(__name__)

AT_ONCE = 100
LONGEST_SLEEP = 3600.0
"""Seconds; a clock that was set forward is noticed after this at the latest."""

JobHandler = Callable[[Unit, Job, dt.datetime], Awaitable[None]]
"""Does the job in the unit given; the job itself is ended there too."""

Guard = Callable[[Unit, dt.datetime], Awaitable[frozenset[JobKind]]]
"""The kinds of jobs that must not run now, asked before each round."""


class DueJobs(Worker):
    """Each job in a transaction of its own, together with its own end."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        handlers: Mapping[JobKind, JobHandler],
        guard: Guard,
    ) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._handlers = handlers
        self._guard = guard

    async def work(self) -> float | None:
        while True:
            now = self._clock.now()
            async with self._database.unit() as unit:
                held = await self._guard(unit, now)
                due = await unit.jobs.due(now, AT_ONCE, held)
                next_due = None if due else await unit.jobs.next_due(held)
            if not due:
                return self._sleep(next_due, now)
            for job in due:
                await self._run(job, now)

    async def _run(self, job: Job, now: dt.datetime) -> None:
        try:
            async with self._database.unit() as unit:
                await unit.jobs.end(job.key)
                await self._handlers[job.key.kind](unit, job, now)
        except StorageUnavailable:
            raise
        except Exception:
            # A job that fails must not stop the others; it is set aside for an hour and logged.
            log.exception("the due job %s failed", job.key)
            async with self._database.unit() as unit:
                later = now + dt.timedelta(hours=1)
                await unit.jobs.set(dataclasses.replace(job, due=later))

    def _sleep(self, next_due: dt.datetime | None, now: dt.datetime) -> float:
        if next_due is None:
            return LONGEST_SLEEP
        return min(LONGEST_SLEEP, max(0.0, (next_due - now).total_seconds()))
