"""Recording an endorsement, from a person or from an organisation's group."""

from __future__ import annotations

import datetime as dt

from bot.domain import lifecycle
from bot.domain.endorsement import Endorsement, Given, Kind
from bot.domain.errors import NotOpen, NotOpenReason
from bot.domain.ids import ChatRef, UserRef
from bot.services.campaign import Campaign
from bot.services.changes import Change, check_change, count_change
from bot.services.lifecycle import apply
from bot.services.waves import comes_in_wave
from bot.statements.model import Statement, Terms
from bot.storage.unit import Unit


def not_open(terms: Terms, kind: Kind, now: dt.datetime) -> NotOpenReason | None:
    """Why its terms take no endorsements of this kind now; None if they do."""
    if kind is Kind.PERSON and not terms.persons:
        return NotOpenReason.NO_PERSONS
    if kind is Kind.ORGANISATION and not terms.organisations:
        return NotOpenReason.NO_ORGANISATIONS
    if terms.opens is not None and now < terms.opens:
        return NotOpenReason.NOT_YET
    if terms.closes is not None and now >= terms.closes:
        return NotOpenReason.CLOSED
    return None


async def check_open(unit: Unit, statement: Statement, kind: Kind, now: dt.datetime) -> None:
    """Raises `NotOpen` with the reason if endorsements of this kind are not taken now."""
    reason = await why_not_open(unit, statement, kind, now)
    if reason is not None:
        raise NotOpen(reason)


async def why_not_open(
    unit: Unit, statement: Statement, kind: Kind, now: dt.datetime
) -> NotOpenReason | None:
    """As `not_open`, also where the admins have paused or finished it."""
    state = await unit.statements.state(statement.id)
    if state.finished is not None:
        return NotOpenReason.FINISHED
    reason = not_open(statement.terms, kind, now)
    return NotOpenReason.PAUSED if reason is None and state.paused else reason


async def check_may_endorse(
    unit: Unit, statement: Statement, kind: Kind, signer: UserRef | ChatRef, now: dt.datetime
) -> Endorsement | None:
    """The signer's earlier record if it may be used again, None if there is none.

    Raises `NotOpen`, `AlreadyEndorsed`, `RejectedForGood` or `ChangedTooOften`.
    """
    await check_open(unit, statement, kind, now)
    tag = await unit.statements.signer_tag(kind, signer, statement.id)
    record = await unit.endorsements.by_signer(statement.id, tag)
    if record is not None:
        lifecycle.check_may_sign_again(record)
        await check_change(unit, signer, record.number, Change.WORDS, now)
    return record


async def endorse(
    unit: Unit,
    campaign: Campaign,
    signer: UserRef | ChatRef,
    given: Given,
    now: dt.datetime,
) -> Endorsement:
    """Record what was confirmed as pending, for the admins to decide. The record as it is now.

    Raises what `check_may_endorse` raises; then nothing has been recorded.
    """
    statement = campaign.library.statements[given.statement]
    earlier = await check_may_endorse(unit, statement, given.kind, signer, now)
    wave = await comes_in_wave(unit, campaign, statement.id, given.kind, now)
    if earlier is not None:
        await count_change(unit, signer, earlier.number, Change.WORDS, now)
        outcome = lifecycle.sign_again(earlier, given, now, wave=wave)
        return await apply(unit, campaign, earlier, outcome)
    tag = await unit.statements.signer_tag(given.kind, signer, statement.id)
    return await apply(unit, campaign, None, lifecycle.sign(tag, given, now, wave=wave))
