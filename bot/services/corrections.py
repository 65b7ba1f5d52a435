"""What a signer may change of what they gave: who sees the name, the name, the affiliation."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bot.domain import lifecycle
from bot.domain.endorsement import Details, Endorsement, Kind, Route, Visibility
from bot.domain.errors import UnknownNumber
from bot.domain.ids import Number, UserRef
from bot.domain.names import clean_name
from bot.services.campaign import Campaign
from bot.services.lifecycle import apply
from bot.services.withdraw import records_of
from bot.storage.unit import Unit


async def own_record(unit: Unit, person: UserRef, number: Number) -> Endorsement:
    """The person's record of that number. Raises `UnknownNumber`, also where it is another's."""
    for record in await records_of(unit, Kind.PERSON, person):
        if record.number == number:
            return record
    raise UnknownNumber(number)


async def changeable(unit: Unit, person: UserRef, number: Number) -> Endorsement:
    """As `own_record`; raises what `lifecycle.check_may_change` raises too."""
    record = await own_record(unit, person, number)
    lifecycle.check_may_change(record)
    return record


async def show_to(
    unit: Unit,
    campaign: Campaign,
    person: UserRef,
    number: Number,
    visibility: Visibility,
    now: dt.datetime,
) -> Endorsement:
    """Change who may see the name. Raises as `changeable`."""
    record = await own_record(unit, person, number)
    return await apply(unit, campaign, record, lifecycle.show_to(record, visibility, now))


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
    """Another name or affiliation, as typed, which the admins verify again. Raises as
    `changeable`, and `BadName`."""
    record = await changeable(unit, person, number)
    assert record.name is not None
    details = record.details or Details()
    if affiliation is not None:
        details = dataclasses.replace(details, affiliation=clean_name(affiliation))
    new_name = record.name if name is None else clean_name(name)
    return await apply(unit, campaign, record, lifecycle.correct(record, new_name, details, route))
