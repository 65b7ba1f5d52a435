"""Sealing to the organisers what was decided before they had a key: in the background, in parts."""

from __future__ import annotations

import datetime as dt

from bot.domain.ids import Number
from bot.domain.lifecycle import Effect, Outcome
from bot.services.campaign import Campaign
from bot.services.lifecycle import apply
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.unit import Unit

AT_ONCE = 20
"""Records in one transaction, so that nobody waits long for the next one."""

_JOB = JobKey(JobKind.ENTRUST)


async def begin(unit: Unit, campaign: Campaign, now: dt.datetime) -> None:
    """At the start."""
    if campaign.recipients is None:
        await unit.jobs.end(_JOB)
    else:
        await unit.jobs.ensure(Job(_JOB, now))


async def go_on(unit: Unit, job: Job, now: dt.datetime, *, campaign: Campaign) -> None:
    """The next part of them; where it stops, the next one begins, until there are no more."""
    left = await unit.entrusted.left(Number(int(job.progress or 0)), AT_ONCE)
    for record in left:
        await apply(unit, campaign, record, Outcome(record, Effect.NONE))
    if left:
        await unit.jobs.set(Job(job.key, now, str(left[-1].number)))
