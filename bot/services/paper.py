"""Adding what came on paper: one signature, or a list of them in parts. Each part is stored in one
transaction with how far it is, so that a kill or a second press adds nothing twice. It counts once
a second admin agrees (`bot.services.quorum`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pydantic import TypeAdapter

from bot.domain import lifecycle
from bot.domain.admin import Admin
from bot.domain.endorsement import (
    DRAFT_LIFE,
    UNDO_WINDOW,
    Details,
    Endorsement,
    Given,
    Kind,
    Status,
)
from bot.domain.errors import NotOpen, NotOpenReason
from bot.domain.ids import AdapterName, ChatRef, Country, Number, StatementId
from bot.domain.paper import Batch, LeftOut, RowFault, Signed, Stage, Table
from bot.domain.selection import PAPER
from bot.services import linking, quorum
from bot.services.campaign import Campaign
from bot.services.lifecycle import apply
from bot.services.tables import apart
from bot.services.waiting import Waiting
from bot.statements.model import Statement
from bot.storage.conversations import StoredConversation
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.moving import ADDITIONS
from bot.storage.unit import Unit
from bot.text.folding import fold

AT_ONCE = 25
"""Lines in one transaction: a tenth of a second, in which the others wait."""

TAKEN_BACK = "take paper back"
_LAST = "last paper"
_VERSION = 1
_ROWS = TypeAdapter(tuple[Signed, ...])
_FIRST = 3

WAITING = Waiting(ADDITIONS, list[Batch], lambda batch: batch.id)
"""All that can still be confirmed or undone."""


async def next_id(unit: Unit) -> int:
    """Who presses late must not mean another one."""
    return await unit.meta.next(_LAST)


def kinds_of(statement: Statement) -> tuple[Kind, ...]:
    """Of whom it takes signatures at any time: what was signed in time may come late."""
    terms = statement.terms
    takes = (Kind.PERSON, terms.persons), (Kind.ORGANISATION, terms.organisations)
    return tuple(kind for kind, is_taken in takes if is_taken)


async def open_for_paper(unit: Unit, campaign: Campaign) -> list[Statement]:
    """Those to which something can be added: closed and paused ones too, but none that is
    finished."""
    finished = {*await unit.statements.finished()}
    return [each for each in campaign.library if each.id not in finished and kinds_of(each)]


async def add_one(
    unit: Unit,
    campaign: Campaign,
    batch: Batch,
    signed: Signed,
    now: dt.datetime,
) -> Endorsement:
    """Record it as pending, with the admin who adds it as the first of the two. Raises `NotOpen`
    where the statement is finished, or not here any more."""
    statement = campaign.library.get(batch.statement)
    if campaign.moved_to is not None or statement is None:
        raise NotOpen(NotOpenReason.FINISHED)
    if (await unit.statements.state(statement.id)).finished is not None:
        raise NotOpen(NotOpenReason.FINISHED)
    revision = campaign.revision(statement, [statement.original_language])
    agreed = await quorum.agreement(unit, batch.statement, batch.by)
    given = Given(
        statement=statement.id,
        kind=batch.kind,
        language=revision.language,
        digest=revision.digest,
        name=signed.name,
        country=signed.country,
        visibility=batch.visibility,
        details=Details(
            signed.affiliation, place=signed.place, agreed=(agreed,), source=batch.source
        ),
        route=None,
        paper=True,
    )
    # Nobody comes back to it, so it is no account's: the line's, of which there can be one.
    tag = unit.keys.tag("paper", f"{statement.id}\0{batch.id}\0{signed.line}")
    outcome = lifecycle.sign(tag, given, now)
    record = await apply(unit, campaign, None, outcome)
    await unit.actions.add(now, batch.by, "add", record.number)
    return record


async def done(unit: Unit, batch: Batch, now: dt.datetime) -> Batch:
    """It is done, and can be undone for ten minutes."""
    batch = replace(batch, stage="added", until=now + UNDO_WINDOW, at=0)
    await _go_on_at(unit, batch, batch.until)
    return batch


async def take_list(unit: Unit, batch: Batch, table: Table, now: dt.datetime) -> Batch:
    """Keep the rows that can be added, and compare them with what is there. `batch` says what they
    have in common."""
    rows, left_out = apart(table)
    parts = [rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]
    for at, part in enumerate(parts):
        _put_part(unit, batch.id, at, part)
    batch = replace(
        batch,
        stage="checking",
        parts=len(parts),
        left_out=tuple(left_out),
        columns=table.columns,
    )
    await _go_on_at(unit, batch, now)
    return batch


async def begin(unit: Unit, batch: Batch, by: Admin, now: dt.datetime) -> Batch:
    """An admin has confirmed the list."""
    return await _begin(unit, replace(batch, by=by), "adding", now)


async def take_back(unit: Unit, batch: Batch, by: Admin, now: dt.datetime) -> Batch:
    """An admin undoes what was added: each that nobody has decided meanwhile is erased."""
    parts = -(-len(batch.numbers) // AT_ONCE)
    return await _begin(unit, replace(batch, by=by, parts=parts), "undoing", now)


async def _begin(unit: Unit, batch: Batch, stage: Stage, now: dt.datetime) -> Batch:
    begun = replace(batch, stage=stage, at=0)
    await _go_on_at(unit, begun, now)
    return begun


async def keep(unit: Unit, batch: Batch) -> None:
    """In the place of what is known of it."""
    await WAITING.keep(unit, batch)


async def drop(unit: Unit, batch: Batch) -> None:
    """Nothing comes of it any more."""
    await WAITING.drop(unit, batch.id)
    await unit.jobs.end(_job(batch.id))
    _forget_parts(unit, batch)


async def go_on(unit: Unit, campaign: Campaign, number: int, now: dt.datetime) -> Batch | None:
    """What is due about it: the next part, or the end of its time, which drops it. How it stands
    then; None where nothing is known of it."""
    batch = await WAITING.find(unit, number)
    if batch is None:
        return None
    if batch.stage in {"asked", "added"}:
        if now < batch.until:
            await unit.jobs.set(Job(_job(batch.id), batch.until))
        else:
            await drop(unit, batch)
        return batch
    if batch.at < batch.parts:
        batch = replace(await _part(unit, campaign, batch, now), at=batch.at + 1)
    if batch.at < batch.parts:
        await _go_on_at(unit, batch, now)
        return batch
    return await _end(unit, batch, now)


async def _end(unit: Unit, batch: Batch, now: dt.datetime) -> Batch:
    """All parts are done."""
    if batch.stage == "checking":
        asked = replace(batch, stage="asked", until=now + DRAFT_LIFE, at=0)
        await _go_on_at(unit, asked, asked.until)
        return asked
    if batch.stage == "adding":
        return await done(unit, batch, now)
    await drop(unit, batch)
    return batch


async def _part(unit: Unit, campaign: Campaign, batch: Batch, now: dt.datetime) -> Batch:
    if batch.stage == "undoing":
        its = batch.numbers[batch.at * AT_ONCE : (batch.at + 1) * AT_ONCE]
        undone = sum([await _erase(unit, campaign, batch.by, each, now) for each in its])
        return replace(batch, undone=batch.undone + undone)
    rows = await _rows(unit, batch.id, batch.at)
    if batch.stage == "checking":
        return await _check(unit, batch, rows)
    numbers: list[Number] = []
    for row in rows:
        try:
            record = await add_one(unit, campaign, batch, row, now)
        except NotOpen:
            # Finished meanwhile: what is left is not added, and kept no more.
            _forget_parts(unit, batch)
            return replace(batch, parts=batch.at + 1, numbers=(*batch.numbers, *numbers))
        numbers.append(record.number)
    unit.conversations.end(_place(batch.id, batch.at))
    return replace(batch, numbers=(*batch.numbers, *numbers))


def _forget_parts(unit: Unit, batch: Batch) -> None:
    for at in range(batch.parts):
        unit.conversations.end(_place(batch.id, at))


async def _erase(
    unit: Unit, campaign: Campaign, by: Admin, number: Number, now: dt.datetime
) -> bool:
    record = await unit.endorsements.get(number)
    if record is None or record.status is not Status.PENDING or not record.paper:
        return False
    await unit.actions.add(now, by, TAKEN_BACK, number)
    erased = await apply(unit, campaign, record, lifecycle.take_back(record))
    await linking.settle(unit, campaign, record, erased, now)
    return True


async def _check(unit: Unit, batch: Batch, rows: Sequence[Signed]) -> Batch:
    """Leave out what is there already."""
    there = {row.line: await _standing(unit, batch.statement, row) for row in rows}
    kept = [row for row in rows if there[row.line] is None]
    left_out = [
        LeftOut(line, RowFault.STANDS, number)
        for line, number in there.items()
        if number is not None
    ]
    if left_out:
        _put_part(unit, batch.id, batch.at, kept)
    return replace(
        batch,
        of=batch.of + len(kept),
        left_out=tuple(sorted((*batch.left_out, *left_out), key=lambda row: row.line)),
        first=(*batch.first, *(row.name for row in kept))[:_FIRST],
    )


async def _standing(unit: Unit, statement: StatementId, row: Signed) -> Number | None:
    """The record that waits or is verified with that name, and a country that is not another."""
    numbers = await unit.name_index.resembling(statement, row.name, Number(0))
    for named in await unit.name_index.names(numbers):
        is_there = named.status in {Status.PENDING, Status.VERIFIED}
        is_same = fold(named.name) == fold(row.name)
        if is_there and is_same and _may_be_same(named.country, row.country):
            return named.number
    return None


def _may_be_same(one: Country | None, other: Country | None) -> bool:
    return one is None or other is None or one == other


async def _rows(unit: Unit, number: int, at: int) -> Sequence[Signed]:
    place = _place(number, at)
    stored = (await unit.conversations.load([place])).get(place)
    return () if stored is None else _ROWS.validate_json(stored.state)


def _put_part(unit: Unit, number: int, at: int, rows: Iterable[Signed]) -> None:
    stored = StoredConversation(_VERSION, _ROWS.dump_json(tuple(rows)))
    unit.conversations.put(_place(number, at), stored)


def _place(number: int, at: int) -> ChatRef:
    """Stands for a chat where a part of a list is kept, sealed as what is said in one is."""
    return ChatRef(AdapterName(PAPER), f"{number}\0{at}")


async def _go_on_at(unit: Unit, batch: Batch, moment: dt.datetime) -> None:
    await WAITING.keep(unit, batch)
    await unit.jobs.set(Job(_job(batch.id), moment))


def _job(number: int) -> JobKey:
    return JobKey(JobKind.PAPER, str(number))
