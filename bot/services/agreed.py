"""The due job of a request that needs a second admin: it is said, it ends unanswered, or it is
carried out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.domain.errors import Refusal
from bot.services import decide, second
from bot.services.campaign import Campaign
from bot.services.second import Request
from bot.storage.jobs import Job
from bot.storage.unit import Unit
from bot.wording import second as wording

AT_ONCE = 50
"""Decisions in one transaction, so that nobody waits long for the next one."""


async def run(unit: Unit, campaign: Campaign, job: Job, now: dt.datetime) -> None:
    """Whatever is due about it: that follows from the request as it now stands."""
    request = await second.request_of(unit, int(job.key.about))
    if request is None:
        return
    if request.second is not None:
        await _carry_out(unit, campaign, request, now)
    elif now < request.until:
        await second.show(unit, campaign, request)
        await unit.jobs.set(Job(job.key, request.until))
    else:
        numbers = request.numbers
        await second.close(unit, campaign, request, lambda say: wording.expired(say, numbers))


async def _carry_out(unit: Unit, campaign: Campaign, request: Request, now: dt.datetime) -> None:
    """Each by itself: what has changed meanwhile is left as it is, and holds up no other."""
    part = request.asked[request.at : request.at + AT_ONCE]
    refused = list(request.refused)
    for asked in part:
        try:
            await decide.carry_out(
                unit, campaign, request.verb, asked, request.by, now, second=request.second
            )
        except Refusal:
            refused.append(asked.number)
    request = replace(request, at=request.at + len(part), refused=tuple(refused))
    if request.at < len(request.asked):
        await second.keep(unit, request)
        await unit.jobs.set(Job(request.job, now))
    else:
        await _close(unit, campaign, request)


async def _close(unit: Unit, campaign: Campaign, request: Request) -> None:
    assert request.second is not None
    names = request.by.name, request.second.name
    gone = set(request.refused)
    done = [number for number in request.numbers if number not in gone]
    await second.close(
        unit,
        campaign,
        request,
        lambda say: wording.carried_out(say, request.verb, names, done, request.refused),
    )
