"""Telling the admin chats once how near a goal is, which round number is reached, and that signing
closes or has closed; what others may want to hear comes as a proposal to announce it."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import NamedTuple

from pydantic import TypeAdapter

from bot.domain.counts import Counts, PublicCounts
from bot.domain.ids import StatementId
from bot.domain.milestones import Told, counted, due, reached
from bot.services.campaign import Campaign
from bot.services.proposals import propose_in_each_language
from bot.services.publication import public_counts
from bot.services.sounds import tell_admins
from bot.statements.model import Library, Statement
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.unit import Unit
from bot.wording import milestones as wording

_KEY = JobKey(JobKind.MILESTONE)
_KEPT = "milestones"

Moment = dt.datetime


class Reached(NamedTuple):
    """A part (percent) of a goal, with all that count and as everybody sees them."""

    goal: int
    part: int
    counts: Counts
    public: PublicCounts


class Closing(NamedTuple):
    """The end of signing, with the same counts."""

    closes: dt.datetime
    counts: Counts
    public: PublicCounts


@cache
def _stored() -> TypeAdapter[dict[StatementId, Told]]:
    return TypeAdapter(dict[StatementId, Told])


async def begin(unit: Unit, library: Library, now: dt.datetime) -> None:
    """Look every hour on the hour, when most deadlines are; called at start and on a reload."""
    if len(library):
        hour = now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
        await unit.jobs.ensure(Job(_KEY, hour))


async def look(unit: Unit, campaign: Campaign, now: dt.datetime) -> None:
    """Tell, and propose to announce, what is new, and set the job again. Nothing is new as long as
    there is nobody to tell it."""
    if campaign.admin_chats() and campaign.moved_to is None:
        await _tell(unit, campaign, now)
    await begin(unit, campaign.library, now)


async def _tell(unit: Unit, campaign: Campaign, now: dt.datetime) -> None:
    kept = await unit.meta.get(_KEPT)
    told = {} if kept is None else _stored().validate_json(kept)
    new = dict(told)
    counts = await unit.endorsements.counts(statement.id for statement in campaign.library)
    for statement in campaign.library:
        before = told.get(statement.id, Told())
        after = await _look_at(unit, campaign, statement, before, counts[statement.id], now)
        if after != before:
            new[statement.id] = after
    if new != told:
        await unit.meta.put(_KEPT, _stored().dump_json(new))


async def _look_at(
    unit: Unit, campaign: Campaign, statement: Statement, told: Told, counts: Counts, now: Moment
) -> Told:
    """What has been told of it then. What is reached goes by what everybody sees, as everybody may
    be told of it."""
    goal, closes, id_ = statement.terms.goal, statement.terms.closes, statement.id
    # Nothing is reached that is not by all that are verified.
    most = due(counted(reached(told, goal, counts.verified), counts.verified), closes, now)
    if most == told or (await unit.statements.state(id_)).finished is not None:
        return told
    public = await public_counts(unit, campaign, id_)
    signed = public.persons + public.organisations
    new = due(counted(reached(told, goal, signed), signed), closes, now)
    if new.part and goal and (new.goal, new.part) != (told.goal, told.part):
        await _part_reached(unit, campaign, id_, now, Reached(goal, new.part, counts, public))
    elif new.round != told.round:
        await propose_in_each_language(
            *(unit, campaign, id_, now),
            lambda say, title: wording.round_number(say, title, new.round, public),
        )
    if closes and (new.closes, new.closed) != (told.closes, told.closed):
        if new.closed:
            await tell_admins(
                *(unit, campaign, id_, now),
                lambda say, title: wording.closed(say, title, id_, counts),
            )
        else:
            await _closes_soon(unit, campaign, id_, now, Closing(closes, counts, public))
    return new


async def _part_reached(
    unit: Unit, campaign: Campaign, statement: StatementId, now: Moment, found: Reached
) -> None:
    goal, part, counts, public = found
    if part >= 100:
        await tell_admins(
            *(unit, campaign, statement, now),
            lambda say, title: wording.goal_reached(say, title, goal, counts),
        )
    await propose_in_each_language(
        *(unit, campaign, statement, now),
        lambda say, title: wording.part(say, title, part, goal, public),
    )


async def _closes_soon(
    unit: Unit, campaign: Campaign, statement: StatementId, now: Moment, found: Closing
) -> None:
    closes, counts, public = found
    await tell_admins(
        *(unit, campaign, statement, now),
        lambda say, title: wording.closes(say, title, closes, now, counts),
    )
    await propose_in_each_language(
        *(unit, campaign, statement, now),
        lambda say, title: wording.last_days(say, title, closes, public),
    )
