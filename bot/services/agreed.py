"""The due job of a request that needs a second admin: it is said, it ends unanswered, or it is
carried out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.domain.errors import Refusal
from bot.domain.ids import StatementId
from bot.services import (
    announcements,
    broadcasting,
    decide,
    finishing,
    second,
    text_answers,
)
from bot.services.campaign import Campaign
from bot.services.second import Request
from bot.storage.jobs import Job
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording import announcing as words_of_announcing
from bot.wording import finishing as words_of_finishing
from bot.wording import second as wording
from bot.wording.voice import Voice

AT_ONCE = 50
"""Decisions in one transaction, so that nobody waits long for the next one."""


async def run(unit: Unit, campaign: Campaign, job: Job, now: dt.datetime) -> None:
    """Whatever is due about it: that follows from the request as it now stands."""
    request = await second.WAITING.find(unit, int(job.key.about))
    if request is None:
        return
    if request.second is not None:
        await _carry_out(unit, campaign, request, now)
    elif now < request.until:
        await second.show(unit, campaign, request)
        await unit.jobs.set(Job(job.key, request.until))
    else:
        if request.announcement is not None:
            await announcements.WAITING.drop(unit, request.announcement)
        await second.close(unit, campaign, request, lambda say: _expired(say, campaign, request))


def _expired(say: Voice, campaign: Campaign, request: Request) -> RichText:
    if request.announcement is not None:
        return words_of_announcing.expired(say, request.announcement)
    if request.statement is None:
        return wording.expired(say, request.numbers)
    return words_of_finishing.expired(say, campaign.title(request.statement, say.language))


async def _carry_out(unit: Unit, campaign: Campaign, request: Request, now: dt.datetime) -> None:
    """Each by itself: what has changed meanwhile is left as it is, and holds up no other."""
    if request.announcement is not None:
        await _announce(unit, campaign, request, request.announcement, now)
        return
    if request.statement is not None:
        await _finish(unit, campaign, request, request.statement, now)
        return
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
        await second.WAITING.keep(unit, request)
        await unit.jobs.set(Job(request.job, now))
    else:
        await _close(unit, campaign, request)


async def _announce(
    unit: Unit, campaign: Campaign, request: Request, number: int, now: dt.datetime
) -> None:
    assert request.second is not None
    by, other = request.by, request.second
    await second.close(
        unit,
        campaign,
        request,
        lambda say: words_of_announcing.agreed(say, number, by.name, other.name),
    )
    await broadcasting.begin(unit, campaign, number, by, other, now)


async def _finish(
    unit: Unit, campaign: Campaign, request: Request, statement: StatementId, now: dt.datetime
) -> None:
    assert request.second is not None
    by, other = request.by, request.second
    await finishing.begin(unit, statement, by, other, now)
    await text_answers.end(unit, campaign, statement)
    await second.close(
        unit,
        campaign,
        request,
        lambda say: words_of_finishing.begun(
            say, campaign.title(statement, say.language), by.name, other.name
        ),
    )


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
