"""Names come onto the lists: each when its window has ended, or all together at a time of day, so
that nobody can tell from a list who signed, or was verified, when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bot.domain.counts import PublicCounts
from bot.domain.endorsement import Kind
from bot.domain.ids import StatementId
from bot.domain.lifecycle import Effect, Outcome, publish
from bot.services.campaign import Campaign, Publication
from bot.services.lifecycle import apply
from bot.statements.model import Revision, Statement
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.unit import Unit

AT_ONCE = 50
"""Names in one transaction, between which others are answered."""

_PUBLISH = JobKey(JobKind.PUBLISH)


async def begin(unit: Unit, campaign: Campaign, now: dt.datetime) -> None:
    """Set the next time; called at start, as the configuration may be another. A time at which the
    bot did not run has not passed yet."""
    if campaign.publication.names_at is None and not await unit.listing.waiting(1):
        return
    due = await unit.jobs.when(_PUBLISH)
    if due is None or due > now:
        await unit.jobs.set(Job(_PUBLISH, campaign.publication.next(now, campaign.zone) or now))


async def publish_waiting(unit: Unit, campaign: Campaign, now: dt.datetime) -> None:
    """Publish the names that wait for it, some at a time and at once one after the other, and set
    the next time. What was hidden, withdrawn or not accepted meanwhile does not wait any more."""
    waiting = await unit.listing.waiting(AT_ONCE)
    for record in waiting:
        await apply(unit, campaign, record, Outcome(publish(record), Effect.NONE))
    rest = now if len(waiting) == AT_ONCE else None
    if (due := rest or campaign.publication.next(now, campaign.zone)) is not None:
        await unit.jobs.set(Job(_PUBLISH, due))


async def public_counts(unit: Unit, campaign: Campaign, statement: StatementId) -> PublicCounts:
    """How many have signed as everybody may know it. Where names come together or counts are
    rounded, a name that waits for its list is not counted yet.

    Those on the list can be counted by anybody, so only the others are rounded before both are
    added: else the moment at which a sum moves on would tell how many the others are.
    """
    verified = await unit.endorsements.verified_apart(statement)
    counts = {Kind.PERSON: verified.persons, Kind.ORGANISATION: verified.organisations}
    rules = campaign.publication
    if rules != Publication():
        for kind, count in (await unit.listing.counts(statement)).items():
            counts[kind] -= count
    if (of := rules.round_to) == 1:
        return PublicCounts(counts[Kind.PERSON], counts[Kind.ORGANISATION])
    listed = await unit.lists.counts(statement)
    hidden = {kind: (counts[kind] - listed.get(kind, 0)) // of * of for kind in Kind}
    persons, organisations = ((listed.get(k, 0) + hidden[k]) // of * of for k in Kind)
    return PublicCounts(persons, organisations, of, sum(hidden.values()))


async def excepted(
    unit: Unit, campaign: Campaign, statement: Statement, revision: Revision
) -> Mapping[str, int]:
    """How many names on the list except which demand, in the order of the text and rounded as
    counts are. Only names under a text of today are counted: in another one a number may name
    another demand."""
    demands = revision.document.demands
    if not demands:
        return {}
    digests = {text.digest for text in statement.revisions.values()}
    found = await unit.lists.excepted(statement.id, digests)
    of = campaign.publication.round_to
    numbers = dict.fromkeys(demand.number for demand in demands)
    return {number: found[number] // of * of for number in numbers if found[number] >= of}
