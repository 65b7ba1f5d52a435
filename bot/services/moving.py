"""A signer of a campaign that has moved to another platform is known there by a secret code.

It is made of the record's number and its signer's tag, under the key of the statement: nothing is
kept of it, and once the record is another account's the code fits no more.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace

from bot.domain import lifecycle
from bot.domain.endorsement import Endorsement, Kind, Route, Status
from bot.domain.errors import AlreadyEndorsed
from bot.domain.ids import Number, UserRef
from bot.domain.moving import SecretCode
from bot.services.campaign import Campaign
from bot.services.changes import forget_changes
from bot.services.lifecycle import apply
from bot.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Bound:
    """The record that is somebody's here from now on, and the number of what they had given here
    of the same statement before, which is forgotten for it."""

    record: Endorsement
    instead_of: Number | None


async def secret_code(unit: Unit, record: Endorsement) -> SecretCode:
    """Of a record that has a signer."""
    assert record.signer is not None
    secret = await unit.statements.move_secret(record.statement, record.number, record.signer)
    return SecretCode(record.number, secret)


async def bind(
    unit: Unit, campaign: Campaign, person: UserRef, route: Route, typed: SecretCode
) -> Bound | None:
    """From now on the record of that code is this account's; None where there is no such code.
    Raises `AlreadyEndorsed` where the account's own signature was not accepted: that stays."""
    record = await unit.endorsements.get(typed.number)
    if record is None or record.kind is not Kind.PERSON or record.signer is None:
        return None
    if not hmac.compare_digest((await secret_code(unit, record)).secret, typed.secret):
        return None
    tag = await unit.statements.signer_tag(Kind.PERSON, person, record.statement)
    own = await unit.endorsements.by_signer(record.statement, tag)
    if own is not None and own.number == record.number:
        return Bound(record, None)
    if own is not None:
        if own.status is Status.REJECTED:
            raise AlreadyEndorsed(own.number, own.status)
        await apply(unit, campaign, own, lifecycle.forget(own))
        await forget_changes(unit, person, own.number)
    details = record.details and replace(record.details, unreachable=None)
    moved = lifecycle.move(replace(record, details=details), tag, route)
    return Bound(await apply(unit, campaign, record, moved), None if own is None else own.number)
