"""Where somebody stands who waits to be verified, how long that takes these days, and the word to
who waits for longer.

Nobody learns more of others by it than what everybody may know: the place is rounded, is not said
in the hour in which it was taken, and is not said at all where the public learns less than it
could; what it takes changes once a day.
"""

from __future__ import annotations

import datetime as dt

from bot.domain.endorsement import Endorsement, Status, hour_of
from bot.domain.ids import Number
from bot.domain.pace import Wait
from bot.domain.priority import Priority
from bot.ports import Send
from bot.services.campaign import Campaign, Publication
from bot.services.posting import post
from bot.services.telling import AT_ONCE
from bot.storage.desks import Place
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.queue import place_of
from bot.storage.unit import Unit
from bot.wording import pace as wording

TOLD_AT = dt.time(10)
"""When who waits for longer is told, by the campaign's clock: at an hour at which people read."""

_KEY = JobKey(JobKind.PACE)


async def begin(unit: Unit, now: dt.datetime) -> None:
    """Set the first job, unless there is one: a restart does not put it off."""
    await unit.jobs.ensure(Job(_KEY, now))


def note_decision(unit: Unit, before: Endorsement, after: Endorsement) -> None:
    """Count how long it waited, if it was decided just now. What came on paper waits for another
    admin alone, and nobody is told how long that takes."""
    if before.paper:
        return
    is_decided = after.status in {Status.VERIFIED, Status.REJECTED}
    if before.status is Status.PENDING and is_decided and after.decision is not None:
        decided = after.decision.at
        unit.waits.note((decided - before.hour).days, decided.date())


async def usual(unit: Unit) -> int | None:
    """How many days it takes these days; None where that is not known."""
    return (await unit.waits.pace()).usual


async def wait_of(unit: Unit, campaign: Campaign, record: Endorsement, now: dt.datetime) -> Wait:
    """What the signer of a record that waits may know."""
    # Else whoever has accounts of their own before somebody's could see by the place when that one
    # comes, or is decided: to the minute, where nobody is to see more than the day or the ten.
    hour = hour_of(now)
    is_told = campaign.publication == Publication() and hour > record.hour
    return Wait(await unit.queue.ahead(record, hour) if is_told else None, await usual(unit))


async def look(unit: Unit, campaign: Campaign, job: Job, now: dt.datetime) -> None:
    """Once a day: settle what is said of it, and tell those who wait for longer than was said to
    them, some at a time; sets the job again. How far that is stands in the job, in the commit that
    puts it into the outbox."""
    today = now.date()
    pace = (await unit.waits.pace()).saying(today)
    day = None if campaign.moved_to else pace.overdue(today)
    if day is None:
        await unit.waits.keep(pace)
        await unit.jobs.set(Job(_KEY, _next(campaign, now)))
        return
    records = await unit.queue.of_day(day, _place(job.progress), AT_ONCE)
    for record in records:
        _tell(unit, campaign, record)
    if len(records) == AT_ONCE:
        await unit.waits.keep(pace)
        wave, hour, number = place_of(records[-1])
        await unit.jobs.set(Job(_KEY, now, f"{int(wave)} {hour.isoformat()} {number}"))
    else:
        await unit.waits.keep(pace.told(day))
        await unit.jobs.set(Job(_KEY, now))


def _tell(unit: Unit, campaign: Campaign, record: Endorsement) -> None:
    route = record.route
    if route is None or not campaign.can_tell(record):
        return
    say = campaign.voice([route.language], route.chat.adapter)
    text = wording.takes_longer(say, record.number, campaign.title(record.statement, say.language))
    send = Send(route.chat, text, say.language, quiet=True, thread=route.thread)
    post(unit, send, priority=Priority.ANNOUNCEMENT)


def _place(progress: str) -> Place | None:
    match progress.split():
        case [wave, hour, number]:
            return wave == "1", dt.datetime.fromisoformat(hour), Number(int(number))
    return None


def _next(campaign: Campaign, now: dt.datetime) -> dt.datetime:
    day = now.astimezone(campaign.zone).date()
    times = (
        dt.datetime.combine(day + dt.timedelta(days=n), TOLD_AT, campaign.zone) for n in range(3)
    )
    return next(due for time in times if (due := time.astimezone(dt.UTC)) > now)
