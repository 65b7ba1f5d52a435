"""Waves of new endorsements: noticed, told to the admins once, and once that they are over."""

from __future__ import annotations

import datetime as dt

from bot.domain.endorsement import Kind
from bot.domain.ids import StatementId
from bot.domain.wave import Rate, window_of
from bot.ports import Button, Rows
from bot.services.campaign import Campaign
from bot.services.sounds import tell_admins
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.unit import Unit
from bot.wording import waves
from bot.wording.buttons import label
from bot.wording.voice import Voice

FILTER = "wave"
"""The word by which the desk shows those that came in one."""


async def comes_in_wave(
    unit: Unit, campaign: Campaign, statement: StatementId, kind: Kind, now: dt.datetime
) -> bool:
    """Count one that is given now; whether it comes in a wave. Persons and organisations are
    counted apart, so that accounts by the thousand hold up no organisation."""
    before = await unit.rates.get(statement, kind) or Rate(window_of(now))
    after = before.one_more(now, campaign.verification.wave)
    unit.rates.put(statement, kind, after)
    if after.until is not None and before.until is None:
        await unit.jobs.set(Job(_job(statement, kind), after.until))
        count = after.in_ten_minutes(now)
        await tell_admins(
            *(unit, campaign, statement, now),
            lambda say, title: waves.begun(say, kind, title, count),
            _to_desk,
        )
    return after.is_wave(now)


async def end_wave(unit: Unit, campaign: Campaign, job: Job, now: dt.datetime) -> None:
    """Unless it goes on: then the job waits on."""
    name, _, kind = job.key.about.rpartition(" ")
    statement, kind = StatementId(name), Kind(kind)
    rate = await unit.rates.get(statement, kind)
    if rate is None or rate.until is None:
        return
    if rate.is_wave(now):
        await unit.jobs.set(Job(job.key, rate.until))
        return
    unit.rates.put(statement, kind, rate.ended())
    came = rate.came
    await tell_admins(
        *(unit, campaign, statement, now),
        lambda say, title: waves.over(say, kind, title, came),
        _to_desk,
    )


def _job(statement: StatementId, kind: Kind) -> JobKey:
    return JobKey(JobKind.WAVE, f"{statement} {kind}")


def _to_desk(say: Voice) -> Rows:
    return ((Button("pending", label(say, "pending"), f"/pending {FILTER}"),),)
