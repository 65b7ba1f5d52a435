"""How the signing of a statement stands, as everybody may know it."""

from __future__ import annotations

import datetime as dt

from bot.domain.endorsement import Kind
from bot.services.campaign import Campaign
from bot.services.endorse import why_not_open
from bot.services.publication import public_counts
from bot.statements.model import Statement
from bot.storage.unit import Unit
from bot.wording.cover import Standing


async def standing(
    unit: Unit, campaign: Campaign, statement: Statement, now: dt.datetime
) -> Standing:
    """Without what is excepted."""
    terms = statement.terms
    is_for_anybody = terms.persons or terms.organisations
    state = await unit.statements.state(statement.id)
    return Standing(
        counts=await public_counts(unit, campaign, statement.id),
        goal=terms.goal,
        opens=terms.opens if is_for_anybody else None,
        closes=terms.closes if is_for_anybody else None,
        is_paused=is_for_anybody and state.paused,
        finished=state.finished,
        for_organisations=terms.organisations and not terms.persons,
        now=now,
    )


async def is_open(unit: Unit, statement: Statement, now: dt.datetime) -> bool:
    """Whether anybody can sign it now."""
    return None in [await why_not_open(unit, statement, kind, now) for kind in Kind]
