"""What a signer may change of what they gave: who sees the name, the name, the affiliation, where
they are."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bot.domain import lifecycle
from bot.domain.endorsement import Details, Endorsement, Kind, Route, Visibility
from bot.domain.errors import NameSealed
from bot.domain.ids import Country, Number, UserRef
from bot.domain.names import clean_name
from bot.services.campaign import Campaign
from bot.services.changes import Change, check_change, count_change
from bot.services.lifecycle import apply
from bot.services.withdraw import own
from bot.storage.unit import Unit


async def own_record(unit: Unit, person: UserRef, number: Number) -> Endorsement:
    """The person's record of that number. Raises `UnknownNumber`, also where it is another's."""
    return await own(unit, Kind.PERSON, person, number)


async def changeable(
    unit: Unit, person: UserRef, number: Number, change: Change, now: dt.datetime
) -> Endorsement:
    """As `own_record`; raises what `lifecycle.check_may_change` and `check_change` raise too."""
    record = await own_record(unit, person, number)
    lifecycle.check_may_change(record)
    await check_change(unit, person, number, change, now)
    return record


async def show_to(
    unit: Unit,
    campaign: Campaign,
    person: UserRef,
    number: Number,
    visibility: Visibility,
    now: dt.datetime,
) -> Endorsement:
    """Change who may see the name. To hide it may be asked for at any time. Raises as
    `changeable`."""
    record = await own_record(unit, person, number)
    outcome = lifecycle.show_to(record, visibility, now)
    hides = (record.visibility, visibility) == (Visibility.PUBLIC, Visibility.ORGANISERS)
    if outcome.record is not record and not hides:
        await count_change(unit, person, number, Change.OTHER, now)
    return await apply(unit, campaign, record, outcome)


async def undo_counted(
    unit: Unit, campaign: Campaign, person: UserRef, number: Number, now: dt.datetime
) -> Endorsement:
    """The name is not to be erased; it was counted when that was chosen. Raises `UnknownNumber` and
    `NothingToUndo`."""
    record = await own_record(unit, person, number)
    return await apply(unit, campaign, record, lifecycle.undo_counted(record, now))


async def show_affiliation(
    unit: Unit,
    campaign: Campaign,
    person: UserRef,
    number: Number,
    now: dt.datetime,
    *,
    is_shown: bool,
) -> Endorsement:
    """Publish the affiliation with the name, or no more, which may be asked for at any time. Raises
    as `changeable`."""
    record = await own_record(unit, person, number)
    lifecycle.check_may_change(record)
    if is_shown:
        await count_change(unit, person, number, Change.OTHER, now)
    details = record.details
    if details is not None:
        is_shown = is_shown and bool(details.affiliation)
        details = dataclasses.replace(details, affiliation_shown=is_shown)
    outcome = lifecycle.restate(record, record.country, details)
    return await apply(unit, campaign, record, outcome)


async def exceptable(unit: Unit, person: UserRef, number: Number, now: dt.datetime) -> Endorsement:
    """As `changeable`; raises `NameSealed` too, where what was given is sealed to the
    organisers."""
    record = await changeable(unit, person, number, Change.OTHER, now)
    if record.details is None:
        raise NameSealed(number)
    return record


async def except_demands(
    unit: Unit,
    campaign: Campaign,
    person: UserRef,
    number: Number,
    now: dt.datetime,
    *,
    excepts: tuple[str, ...],
) -> Endorsement:
    """Other demands are excepted: nothing of that can be verified, so it holds at once. Raises as
    `exceptable`."""
    record = await exceptable(unit, person, number, now)
    assert record.details is not None
    if excepts == record.excepts:
        return record
    await count_change(unit, person, number, Change.OTHER, now)
    details = dataclasses.replace(record.details, excepts=excepts)
    return await apply(unit, campaign, record, lifecycle.restate(record, record.country, details))


async def locate(
    unit: Unit,
    campaign: Campaign,
    person: UserRef,
    number: Number,
    route: Route,
    now: dt.datetime,
    *,
    country: Country | None,
    place: str | None,
) -> Endorsement:
    """Another country, none, or a place in the signer's own words, which are verified like the name
    before anybody reads them. Raises as `changeable`."""
    record = await own_record(unit, person, number)
    lifecycle.check_may_change(record)
    before = record.details or Details()
    details = dataclasses.replace(before, place=place)
    if place in {None, before.place}:
        await count_change(unit, person, number, Change.OTHER, now)
        kept = None if record.has_sealed_name else details
        outcome = lifecycle.restate(record, country, kept)
    else:
        assert record.name is not None
        await count_change(unit, person, number, Change.WORDS, now)
        outcome = lifecycle.correct(record, record.name, country, details, route)
    return await apply(unit, campaign, record, outcome)


async def renew(
    unit: Unit,
    campaign: Campaign,
    person: UserRef,
    number: Number,
    route: Route,
    now: dt.datetime,
    *,
    name: str,
    affiliation: str | None,
    visibility: Visibility | None = None,
    place: str | None = None,
) -> Endorsement:
    """What was sealed to the organisers, given anew, which the admins verify again; `visibility`
    and `place` where they change. Raises as `changeable`, and `BadName`."""
    record = await own_record(unit, person, number)
    lifecycle.check_may_change(record)
    await count_change(unit, person, number, Change.WORDS, now)
    before = record.details or Details()
    is_shown = before.affiliation_shown and affiliation is not None
    details = Details(affiliation, is_shown, place or before.place, excepts=before.excepts)
    country = None if place else record.country
    name = clean_name(name)
    outcome = lifecycle.correct(record, name, country, details, route, visibility)
    return await apply(unit, campaign, record, outcome)


async def mend(
    unit: Unit,
    campaign: Campaign,
    person: UserRef,
    number: Number,
    route: Route,
    now: dt.datetime,
    *,
    name: str | None = None,
    affiliation: str | None = None,
) -> Endorsement:
    """Another name or affiliation, as typed, which the admins verify again. Raises as
    `changeable`, and `BadName`."""
    record = await own_record(unit, person, number)
    lifecycle.check_may_change(record)
    assert record.name is not None
    details = record.details or Details()
    if affiliation is not None:
        details = dataclasses.replace(details, affiliation=clean_name(affiliation))
    new_name = record.name if name is None else clean_name(name)
    await count_change(unit, person, number, Change.WORDS, now)
    outcome = lifecycle.correct(record, new_name, record.country, details, route)
    return await apply(unit, campaign, record, outcome)
