"""What is entered in a statement's log, and when.

What everybody can see, a name that comes onto the lists or leaves them, is entered in the same
commit. What nobody can see is too; but where names come together or counts are rounded it waits for
the next time of day, and comes in an order that means nothing, filled up to a round number.
"""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bot.domain import log
from bot.domain.endorsement import Endorsement
from bot.domain.ids import Digest, Language, Number, StatementId
from bot.domain.log import Body, EntryKind, LifeEvent, State, TextChange
from bot.services.campaign import Campaign
from bot.statements.model import Library
from bot.storage.log import ADMINS, Entry, Logged
from bot.storage.unit import Unit

AT_ONCE = 200
"""Records in one transaction, between which others are answered."""

_WITHOUT = "no affiliations"
"""Value in `meta`: the statements whose lists show none, as the log has it."""

_UNKNOWN: Body = {"state": ""}
"""In the place of what an entry said that cannot be opened any more."""


async def decide(
    unit: Unit, campaign: Campaign, before: Endorsement | None, record: Endorsement
) -> tuple[Endorsement, Body | None]:
    """The record as it is to be stored in the place of `before`, and what is to be entered of it
    in the same commit. Of a finished statement nothing can be entered, and nothing needs to be."""
    if before is not None and before.is_finished:
        return record, None
    is_seen = before is not None and before.published
    if before is None or not (is_seen or log.state_of(record)):
        return record, None
    body = await _due(unit, campaign.library, record)
    waits = not (is_seen or record.published) and campaign.publication.batch_at is not None
    # A log that goes on elsewhere takes no entry; what the last one said is erased all the same.
    is_late = waits or unit.log.is_closed
    return replace(record, unlogged=is_late and body is not None), None if waits else body


async def enter(unit: Unit, record: Endorsement, body: Body) -> None:
    """The newest entry of a record. What the one before it said is known to nobody any more."""
    ref = await unit.log.ref(record.statement, record.number)
    unit.log.erase_openings(record.statement, ref)
    await unit.log.append(record.statement, [Entry(EntryKind.RECORD, body, record.number)])


async def enter_waiting(
    unit: Unit, campaign: Campaign, statement: StatementId | None = None
) -> bool:
    """Enter some of what waits, of one statement or of all; whether there may be more."""
    if unit.log.is_closed:
        return False
    records = await unit.listing.unlogged(AT_ONCE, statement)
    of_each: dict[StatementId, list[Endorsement]] = defaultdict(list)
    for record in records:
        of_each[record.statement].append(record)
    for each, its in of_each.items():
        await _enter_together(unit, campaign, each, its)
    if records:
        await unit.listing.set_logged([record.number for record in records])
    return len(records) == AT_ONCE


async def begin(unit: Unit, campaign: Campaign, library: Library) -> None:
    """Begin the logs that there are not yet, with all that there is, and enter anew what another
    `library` shows otherwise; at start and on a reload."""
    if unit.log.is_closed:
        return
    await unit.log.key()
    if await unit.log.size(ADMINS) == 0:
        await unit.actions.log_earlier()
    for statement in await unit.statements.known():
        if not await _is_begun(unit, statement):
            await enter_life(unit, statement, LifeEvent.OPENED)
            await _enter_texts(unit, statement)
            while await enter_waiting(unit, campaign, statement):
                await unit.log.flush()
    without = [each.id for each in library if not each.terms.affiliation_shown]
    before = json.loads(await unit.meta.get(_WITHOUT) or b"[]")
    if without != before:
        await unit.meta.put(_WITHOUT, json.dumps(without).encode())
    changes = {*without} ^ {*before}
    for changed in changes - {*await unit.statements.finished()}:
        await _enter_affiliations(unit, library, changed)


async def enter_life(unit: Unit, statement: StatementId, event: LifeEvent, note: str = "") -> None:
    """What became of the statement."""
    await unit.log.append(statement, [Entry(EntryKind.LIFE, log.life_body(event, note))])


async def _enter_texts(unit: Unit, statement: StatementId) -> None:
    """Those that were signed before there was a log, in the order in which that is known."""
    newest: dict[Language, Digest] = {}
    new: list[Entry] = []
    for text in await unit.statements.revisions(statement):
        of = newest.get(text.language)
        another = TextChange.TRANSLATION if newest else TextChange.FIRST
        change = another if of is None else TextChange.NEW
        body = log.text_body(change, text.language, text.digest, text.title, of)
        new.append(Entry(EntryKind.TEXT, body))
        newest[text.language] = text.digest
    await unit.log.append(statement, new)


async def _is_begun(unit: Unit, statement: StatementId) -> bool:
    """That something was entered is not enough: a backup of an earlier version says that it was
    restored before it is begun."""
    opened = log.life_body(LifeEvent.OPENED)
    async for logged in unit.log.entries(statement, log.NOBODY):
        if _said(logged) == opened:
            return True
    return False


async def _enter_together(
    unit: Unit, campaign: Campaign, statement: StatementId, records: Sequence[Endorsement]
) -> None:
    await unit.log.flush()
    refs = {record.number: await unit.log.ref(statement, record.number) for record in records}
    newest = await unit.log.newest_each(statement, refs.values())
    new: list[Entry] = []
    for record in records:
        ref = refs[record.number]
        if (body := _body(campaign.library, record, newest.get(ref))) is not None:
            unit.log.erase_openings(statement, ref)
            new.append(Entry(EntryKind.RECORD, body, record.number))
    hidden = sum(entry.body["state"] != State.LISTED for entry in new)
    missing = -hidden % campaign.publication.round_to
    new += [
        Entry(EntryKind.RECORD, log.PAD, ref=secrets.token_bytes(log.REF_BYTES))
        for _ in range(missing)
    ]
    secrets.SystemRandom().shuffle(new)
    await unit.log.append(statement, new)


async def _enter_affiliations(unit: Unit, library: Library, statement: StatementId) -> None:
    """They come onto the list of that statement, or leave it."""
    last = Number(0)
    while records := await unit.listing.with_affiliation(statement, last, AT_ONCE):
        for record in records:
            if (body := await _due(unit, library, record)) is not None:
                await enter(unit, record, body)
        await unit.log.flush()
        last = records[-1].number


async def _due(unit: Unit, library: Library, record: Endorsement) -> Body | None:
    ref = await unit.log.ref(record.statement, record.number)
    return _body(library, record, await unit.log.newest(record.statement, ref))


def _body(library: Library, record: Endorsement, newest: Logged | None) -> Body | None:
    """What is to be entered, given the newest entry."""
    said = None if newest is None else _said(newest)
    return log.due(_as_listed(library, record), said)


def _said(logged: Logged) -> Body:
    return _UNKNOWN if logged.opening is None else logged.opening.says


def _as_listed(library: Library, record: Endorsement) -> Endorsement:
    """Without what the organisers do not want on the list."""
    statement, details = library.get(record.statement), record.details
    if statement is None or statement.terms.affiliation_shown or details is None:
        return record
    return replace(record, details=replace(details, affiliation_shown=False))
