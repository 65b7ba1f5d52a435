"""Running due jobs when their time has come."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.delivery.worker import Worker
from bot.ports import Clock
from bot.storage.database import Database
from bot.storage.errors import StorageFault, StorageUnavailable
from bot.storage.jobs import Job, JobKind
from bot.storage.unit import Unit

log = logging.getLogger(__name__)

AT_ONCE = 100
NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
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
        self._next = NEVER
        """When the next one is due that is not held, as far as is known."""

    def expect(self, moment: dt.datetime) -> None:
        """A job was committed that is due then."""
        if moment < self._next:
            self._next = moment
            self.go_on()

    async def work(self) -> float | None:
        while self.look or self._clock.now() >= self._next:
            self.look = False
            now = self._clock.now()
            for job in await self._due(now):
                await self._run(job, now)
        return min(LONGEST_SLEEP, (self._next - self._clock.now()).total_seconds())

    async def _due(self, now: dt.datetime) -> Sequence[Job]:
        async with self._database.unit() as unit:
            self._next = await unit.jobs.next_due(()) or NEVER
            if self._next > now:
                return ()
            held = await self._guard(unit, now)
            due = await unit.jobs.due(now, AT_ONCE, held)
            if not due:
                self._next = await unit.jobs.next_due(held) or NEVER
            return due

    async def _run(self, job: Job, now: dt.datetime) -> None:
        try:
            async with self._database.unit() as unit:
                await unit.jobs.end(job.key)
                await self._handlers[job.key.kind](unit, job, now)
        except (StorageUnavailable, StorageFault):
            raise
        except Exception:
            # A job that fails must not stop the others; it is set aside for an hour and logged.
            log.exception("the due job %s failed", job.key)
            async with self._database.unit() as unit:
                later = now + dt.timedelta(hours=1)
                await unit.jobs.set(dataclasses.replace(job, due=later))
