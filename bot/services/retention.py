"""Erasing what has been kept for long enough, once a day and a few records at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.domain import lifecycle
from bot.domain.endorsement import Details, Endorsement, Status
from bot.domain.ids import Number
from bot.domain.priority import Priority
from bot.domain.retention import NOTICE, Step, step
from bot.ports import Send
from bot.services import linking
from bot.services.campaign import Campaign
from bot.services.lifecycle import apply
from bot.services.posting import post
from bot.storage.aging import Behind
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.unit import Unit
from bot.wording import retention as wording

EVERY = dt.timedelta(days=1)
AT_ONCE = 100
"""Records in one transaction; the job then goes on behind the last number."""

WARNED_EVERY = dt.timedelta(days=7)
"""Admins are told once of all that comes due in so many days."""

_KEY = JobKey(JobKind.RETENTION)
_WARNED = "retention_warned"


async def begin(unit: Unit, now: dt.datetime) -> None:
    """Set the first job, unless there is one: a restart does not put it off."""
    await unit.jobs.ensure(Job(_KEY, now + EVERY))


async def erase_old(unit: Unit, campaign: Campaign, job: Job, now: dt.datetime) -> None:
    """Look at the next ones; sets the job again, for the rest or for the next day."""
    count, behind = _read(job.progress)
    records = await unit.aging.after(behind, campaign.retention, now, AT_ONCE)
    for record in records:
        statement = campaign.library.get(record.statement)
        closes = statement.terms.closes if statement else None
        match step(record, campaign.retention, closes, now):
            case Step.ERASE:
                await _erase(unit, campaign, record, now)
            case Step.TELL:
                count += 1
                await _tell(unit, campaign, record, now)
    if len(records) == AT_ONCE:
        last = records[-1]
        place = f"{last.status} {last.hour.isoformat()} {last.number}"
        await unit.jobs.set(Job(job.key, now, f"{count} {place}"))
        return
    await unit.jobs.set(Job(job.key, now + EVERY))
    if count:
        await _warn(unit, campaign, count, now)


def _read(progress: str) -> tuple[int, Behind | None]:
    """How many were told so far, and where the look went to; an earlier version wrote other words,
    after which it begins anew."""
    match progress.split():
        case [count, status, hour, number]:
            return int(count), (
                Status(status),
                dt.datetime.fromisoformat(hour),
                Number(int(number)),
            )
    return 0, None


async def _erase(unit: Unit, campaign: Campaign, record: Endorsement, now: dt.datetime) -> None:
    if record.status is Status.PENDING:
        _write(unit, campaign, record, None)
    erased = await apply(unit, campaign, record, lifecycle.expire(record))
    await linking.settle(unit, campaign, record, erased, now)


async def _tell(unit: Unit, campaign: Campaign, record: Endorsement, now: dt.datetime) -> None:
    details = replace(record.details or Details(), told=now.date())
    noted = await unit.endorsements.save(record, replace(record, details=details))
    assert noted is not None
    end = max((record.hour + campaign.retention.pending).date(), now.date() + NOTICE)
    _write(unit, campaign, record, end)


def _write(unit: Unit, campaign: Campaign, record: Endorsement, end: dt.date | None) -> None:
    """To the signer, where the bot can: that it will be erased on that day, or (None) is."""
    route = record.route
    if route is None or not campaign.can_tell(record):
        return
    say = campaign.voice([route.language], route.chat.adapter)
    title = campaign.title(record.statement, say.language)
    text = wording.ends(say, record, title, end) if end else wording.ended(say, record, title)
    send = Send(route.chat, text, say.language, quiet=True, thread=route.thread)
    post(unit, send, priority=Priority.ANNOUNCEMENT)


async def _warn(unit: Unit, campaign: Campaign, count: int, now: dt.datetime) -> None:
    stored = await unit.meta.get(_WARNED)
    if stored is not None and now.date() < dt.date.fromisoformat(stored.decode()) + WARNED_EVERY:
        return
    await unit.meta.put(_WARNED, now.date().isoformat().encode())
    for chat, say in campaign.admin_chats():
        text = wording.many_end(say, count, now.date() + NOTICE)
        post(unit, Send(chat, text, say.language, quiet=True), priority=Priority.CARD)
