"""Telling the admin chats once how near a goal is, and that signing closes or has closed."""

from __future__ import annotations

import datetime as dt
from functools import cache

from pydantic import TypeAdapter

from bot.domain.ids import StatementId
from bot.domain.milestones import Told, due, reached
from bot.services.campaign import Campaign
from bot.services.sounds import tell_admins
from bot.statements.model import Library, Statement
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.unit import Unit
from bot.wording import milestones as wording

_KEY = JobKey(JobKind.MILESTONE)
_KEPT = "milestones"


@cache
def _stored() -> TypeAdapter[dict[StatementId, Told]]:
    return TypeAdapter(dict[StatementId, Told])


async def begin(unit: Unit, library: Library, now: dt.datetime) -> None:
    """Look every hour on the hour, when most deadlines are, where there is a goal or a deadline;
    called at start and on a reload."""
    if any(statement.terms.goal or statement.terms.closes for statement in library):
        hour = now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
        await unit.jobs.ensure(Job(_KEY, hour))


async def look(unit: Unit, campaign: Campaign, now: dt.datetime) -> None:
    """Tell what is new, and set the job again."""
    kept = await unit.meta.get(_KEPT)
    told = {} if kept is None else _stored().validate_json(kept)
    new = dict(told)
    for statement in campaign.library:
        if (await unit.statements.state(statement.id)).finished is None:
            before = told.get(statement.id, Told())
            new[statement.id] = await _look_at(unit, campaign, statement, before, now)
    if new != told:
        await unit.meta.put(_KEPT, _stored().dump_json(new))
    await begin(unit, campaign.library, now)


async def _look_at(
    unit: Unit, campaign: Campaign, statement: Statement, told: Told, now: dt.datetime
) -> Told:
    """What has been told of it then."""
    goal, closes = statement.terms.goal, statement.terms.closes
    if not (goal or closes):
        return told
    counts = (await unit.endorsements.counts([statement.id]))[statement.id]
    new = due(reached(told, goal, counts.verified), closes, now)
    if new.part and goal and (new.goal, new.part) != (told.goal, told.part):
        part = new.part
        await tell_admins(
            *(unit, campaign, statement.id, now),
            lambda say, title: wording.part(say, title, part, goal, counts),
        )
    if closes and (new.closes, new.closed) != (told.closes, told.closed):
        await tell_admins(
            *(unit, campaign, statement.id, now),
            lambda say, title: (
                wording.closed(say, title, statement.id, counts)
                if new.closed
                else wording.closes(say, title, closes, now, counts)
            ),
        )
    return new
