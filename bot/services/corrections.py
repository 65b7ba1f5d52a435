"""What a signer may change of what they gave: who sees the name, the name, the affiliation."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bot.domain.endorsement import Details, Endorsement, Kind, Route, Status, Visibility
from bot.domain.errors import Conflict, NameErased, NotChangeable, UnknownNumber
from bot.domain.ids import Number, UserRef
from bot.domain.names import clean_name
from bot.services.campaign import Campaign
from bot.services.cards import bring_card, renew_card
from bot.services.windows import window_key
from bot.services.withdraw import records_of
from bot.storage.unit import Unit


async def own_record(unit: Unit, person: UserRef, number: Number) -> Endorsement:
    """The person's record of that number. Raises `UnknownNumber`, also where it is another's."""
    for record in await records_of(unit, Kind.PERSON, person):
        if record.number == number:
            return record
    raise UnknownNumber(number)


async def changeable(unit: Unit, person: UserRef, number: Number) -> Endorsement:
    """As `own_record`; raises `NotChangeable` unless it is pending or verified, and `NameErased`
    where there is no name left to show or to mend."""
    record = await own_record(unit, person, number)
    if record.status not in {Status.PENDING, Status.VERIFIED}:
        raise NotChangeable(number, record.status)
    if record.name is None:
        raise NameErased(number)
    return record


async def show_to(
    unit: Unit,
    campaign: Campaign,
    person: UserRef,
    number: Number,
    visibility: Visibility,
    now: dt.datetime,
) -> Endorsement:
    """Change who may see the name. Where it is verified for good, that holds at once: the name
    goes onto the public list, leaves it, or is erased. Raises as `changeable`."""
    record = await changeable(unit, person, number)
    final = record.status is Status.VERIFIED and not record.undoable_at(now)
    publish = final and visibility is Visibility.PUBLIC
    keep = not (final and visibility is Visibility.COUNTED)
    if not await unit.endorsements.show_to(record, visibility, publish=publish, keep=keep):
        raise Conflict
    if not keep:
        await unit.name_index.drop(number)
        await unit.questions.erase(number)
    changed = await own_record(unit, person, number)
    await renew_card(unit, campaign, changed)
    return changed


async def mend(
    unit: Unit,
    campaign: Campaign,
    person: UserRef,
    number: Number,
    route: Route,
    *,
    name: str | None = None,
    affiliation: str | None = None,
) -> Endorsement:
    """Another name or affiliation, which the admins verify again. Raises as `changeable`, and
    `BadName`."""
    record = await changeable(unit, person, number)
    assert record.name is not None
    details = dataclasses.replace(record.details or Details(), unreachable=None)
    if affiliation is not None:
        details = dataclasses.replace(details, affiliation=clean_name(affiliation))
    new_name = record.name if name is None else clean_name(name)
    if not await unit.endorsements.mend(record, new_name, details, route):
        raise Conflict
    await unit.jobs.end(window_key(number))
    await unit.name_index.put(record.statement, number, new_name)
    mended = await own_record(unit, person, number)
    await bring_card(unit, campaign, mended)
    return mended
