"""Names come onto the lists: each when its window has ended, or all together at a time of day, so
that nobody can tell from a list who signed, or was verified, when. So does what the log says of
those that are not public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bot.domain.counts import PublicCounts
from bot.domain.endorsement import Kind
from bot.domain.ids import StatementId
from bot.domain.lifecycle import Effect, Outcome, publish
from bot.services.campaign import Campaign, Publication
from bot.services.entries import enter_waiting
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
    waits = await unit.listing.waiting(1) or await unit.listing.unlogged(1)
    if campaign.publication.batch_at is None and not waits:
        return
    due = await unit.jobs.when(_PUBLISH)
    if due is None or due > now:
        await unit.jobs.set(Job(_PUBLISH, campaign.publication.next(now, campaign.zone) or now))


async def publish_waiting(unit: Unit, campaign: Campaign, now: dt.datetime) -> None:
    """Publish the names that wait for it, then enter in the log what waits for that, some at a time
    and at once one after the other, and set the next time. What was hidden, withdrawn or not
    accepted meanwhile does not wait any more."""
    waiting = await unit.listing.waiting(AT_ONCE)
    for record in waiting:
        await apply(unit, campaign, record, Outcome(publish(record), Effect.NONE))
    is_more = len(waiting) == AT_ONCE or await enter_waiting(unit, campaign)
    due = now if is_more else campaign.publication.next(now, campaign.zone)
    if due is not None:
        await unit.jobs.set(Job(_PUBLISH, due))


async def counts_apart(
    unit: Unit, campaign: Campaign, statement: StatementId, counts: PublicCounts
) -> tuple[PublicCounts, PublicCounts] | None:
    """Of all that have signed (`counts`, as everybody may know it) those under the text of today
    and those under an earlier one, each rounded by itself; None where nobody signed an earlier
    one."""
    history, rules = campaign.history(statement), campaign.publication
    if not history.earlier:
        return None
    if rules == Publication():
        found = await unit.endorsements.verified_under(history.earlier)
        earlier = PublicCounts(found.persons, found.organisations)
        rest = counts.persons - earlier.persons, counts.organisations - earlier.organisations
        today = PublicCounts(*rest)
    else:
        today, earlier = [
            rounded(await unit.listing.verified_under(digests), rules.round_to)
            for digests in (history.today, history.earlier)
        ]
    return (today, earlier) if earlier.persons + earlier.organisations else None


Apart = Mapping[tuple[Kind, bool], int]
"""How many of each kind are listed (True), and counted without being (False)."""


def apart(listed: Mapping[Kind, int], hidden: Mapping[Kind, int]) -> Apart:
    """Both in one."""
    both = {(kind, True): count for kind, count in listed.items()}
    return both | {(kind, False): count for kind, count in hidden.items()}


def rounded(counts: Apart, of: int, paper: Apart | None = None) -> PublicCounts:
    """`paper` of them came on paper; each kind by itself, so that a part is never more than all."""
    persons, organisations = _rounded(counts, of)
    hidden = sum(counts.get((kind, False), 0) // of * of for kind in Kind)
    return PublicCounts(persons, organisations, of, hidden, sum(_rounded(paper or {}, of)))


def _rounded(counts: Apart, of: int) -> tuple[int, int]:
    """Of those on the list, whom anybody can count, and of the others, whom nobody may."""
    persons, organisations = (
        (counts.get((kind, True), 0) + counts.get((kind, False), 0) // of * of) // of * of
        for kind in (Kind.PERSON, Kind.ORGANISATION)
    )
    return persons, organisations


async def public_counts(unit: Unit, campaign: Campaign, statement: StatementId) -> PublicCounts:
    """How many have signed as everybody may know it. Where names come together or counts are
    rounded, a name that waits for its list is not counted yet.

    Those on the list can be counted by anybody, so only the others are rounded before both are
    added: else the moment at which a sum moves on would tell how many the others are.
    """
    rules = campaign.publication
    if rules.round_to > 1:
        both = apart(await unit.lists.counts(statement), await hidden_counts(unit, statement))
        on_list = await unit.lists.on_paper(statement)
        paper = apart(on_list, await hidden_on_paper(unit, statement))
        return rounded(both, rules.round_to, paper)
    verified = await unit.endorsements.verified_apart(statement)
    counts = {Kind.PERSON: verified.persons, Kind.ORGANISATION: verified.organisations}
    if rules != Publication():
        for kind, count in (await unit.listing.counts(statement)).items():
            counts[kind] -= count
    on_paper = verified.paper
    if rules != Publication():
        on_paper -= sum((await unit.listing.on_paper(statement)).values())
    return PublicCounts(counts[Kind.PERSON], counts[Kind.ORGANISATION], paper=on_paper)


async def hidden_on_paper(unit: Unit, statement: StatementId) -> Mapping[Kind, int]:
    """How many of those that `hidden_counts` counts came on paper."""
    verified = await unit.endorsements.verified_on_paper(statement)
    waiting, listed = await unit.listing.on_paper(statement), await unit.lists.on_paper(statement)
    return _without(verified, waiting, listed)


async def hidden_counts(unit: Unit, statement: StatementId) -> Mapping[Kind, int]:
    """How many of each kind count, are not listed and do not wait for it: for `rounded`, and for
    nobody to see."""
    verified = await unit.endorsements.verified_apart(statement)
    waiting, listed = await unit.listing.counts(statement), await unit.lists.counts(statement)
    counts = {Kind.PERSON: verified.persons, Kind.ORGANISATION: verified.organisations}
    return _without(counts, waiting, listed)


def _without(counts: Mapping[Kind, int], *others: Mapping[Kind, int]) -> Mapping[Kind, int]:
    return {kind: n - sum(other.get(kind, 0) for other in others) for kind, n in counts.items()}


async def excepted(
    unit: Unit, campaign: Campaign, statement: Statement, revision: Revision
) -> Mapping[str, int]:
    """How many names on the list except which demand, in the order of the text and rounded as
    counts are. Only names under a text of today are counted: in another one a number may name
    another demand."""
    demands = revision.document.demands
    if not demands:
        return {}
    today = campaign.history(statement.id).today
    found = await unit.lists.excepted(statement.id, today)
    of = campaign.publication.round_to
    numbers = dict.fromkeys(demand.number for demand in demands)
    return {number: found[number] // of * of for number in numbers if found[number] >= of}
