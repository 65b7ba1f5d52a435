"""Recording an endorsement, from a person or from an organisation's group."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain import lifecycle
from bot.domain.endorsement import Details, Endorsement, Given, Kind, Route, Visibility
from bot.domain.errors import NotOpen, NotOpenReason
from bot.domain.ids import ChatRef, Country, UserRef
from bot.services.campaign import Campaign
from bot.services.lifecycle import apply
from bot.statements.model import Revision, Statement
from bot.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Request:
    """What a signer confirmed: of exactly this revision, which they were shown."""

    statement: Statement
    revision: Revision
    kind: Kind
    signer: UserRef | ChatRef
    name: str
    country: Country | None
    visibility: Visibility
    details: Details
    route: Route
    wants_updates: bool = False


async def check_open(unit: Unit, statement: Statement, kind: Kind, now: dt.datetime) -> None:
    """Raises `NotOpen` with the reason if endorsements of this kind are not taken now."""
    terms = statement.terms
    if kind is Kind.PERSON and not terms.persons:
        raise NotOpen(NotOpenReason.NO_PERSONS)
    if kind is Kind.ORGANISATION and not terms.organisations:
        raise NotOpen(NotOpenReason.NO_ORGANISATIONS)
    if terms.opens is not None and now < terms.opens:
        raise NotOpen(NotOpenReason.NOT_YET)
    if terms.closes is not None and now >= terms.closes:
        raise NotOpen(NotOpenReason.CLOSED)
    if await unit.statements.paused(statement.id):
        raise NotOpen(NotOpenReason.PAUSED)


async def check_may_endorse(
    unit: Unit, statement: Statement, kind: Kind, signer: UserRef | ChatRef, now: dt.datetime
) -> Endorsement | None:
    """The signer's earlier record if it may be used again, None if there is none.

    Raises `NotOpen`, `AlreadyEndorsed` or `RejectedForGood`.
    """
    await check_open(unit, statement, kind, now)
    tag = await unit.statements.signer_tag(kind, signer, statement.id)
    record = await unit.endorsements.by_signer(statement.id, tag)
    if record is not None:
        lifecycle.check_may_sign_again(record)
    return record


async def endorse(
    unit: Unit, campaign: Campaign, request: Request, now: dt.datetime
) -> Endorsement:
    """Record it as pending and bring a card to the admins; the record as it is now.

    Raises what `check_may_endorse` raises; then nothing has been recorded.
    """
    earlier = await check_may_endorse(unit, request.statement, request.kind, request.signer, now)
    tag = await unit.statements.signer_tag(request.kind, request.signer, request.statement.id)
    revision = request.revision
    await unit.statements.keep_revision(revision)
    given = Given(
        statement=request.statement.id,
        kind=request.kind,
        language=revision.language,
        digest=revision.digest,
        name=request.name,
        country=request.country,
        visibility=request.visibility,
        details=request.details,
        route=request.route,
        wants_updates=request.wants_updates,
    )
    if earlier is None:
        return await apply(unit, campaign, None, lifecycle.sign(tag, given, now))
    return await apply(unit, campaign, earlier, lifecycle.sign_again(earlier, given, now))
