"""Bringing a backup back, without what was erased since it was made."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import UNNUMBERED, Endorsement, Kind
from bot.domain.erasure import Erased, erase_again
from bot.domain.ids import StatementId
from bot.domain.log import EntryKind, LifeEvent, life_body
from bot.privacy import Keyring
from bot.storage import key_marks, migrate, portable, sums
from bot.storage.endorsements import read_record
from bot.storage.engines import make_engine, set_journal, sqlite_file
from bot.storage.errors import StorageFault
from bot.storage.heads_copy import HeadsCopy
from bot.storage.hidden_names import HiddenNames
from bot.storage.integrity import look
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.ledger import (
    Ledger,
    attach,
    checkpoint,
    database_id,
    erasure_tag,
    put_checkpoint,
)
from bot.storage.log import Entry
from bot.storage.meta import has_left
from bot.storage.moving import Arrival
from bot.storage.numbers import Numbers
from bot.storage.owner import FileOwner, SessionOwner
from bot.storage.tables import endorsements, live_messages, name_words, shown
from bot.storage.unit import Unit
from bot.storage.upgrading import explained
from bot.storage.word_keys import word_keys

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Restored:
    """How many records there are, of how many something was erased again, and whether there was a
    ledger to tell."""

    records: int
    erased: int
    ledger: bool


async def restore(
    url: str,
    keys: Keyring,
    lines: Iterable[bytes],
    *,
    key_place: str,
    state: Path,
    arrival: Arrival | None = None,
) -> Restored:
    """Fill an empty database with the lines of a backup, or of one that arrives from elsewhere, in
    one transaction: a kill leaves it empty. Raises `StorageFault` where it is not empty, or
    `KeyFault`."""
    file = sqlite_file(url)
    with explained(url, file, key_place):
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine, _durability = make_engine(url, file, foreign_keys="OFF")
        owner: FileOwner | SessionOwner | None = None
        try:
            if file is not None:
                owner = FileOwner(file)
            else:
                owner = SessionOwner(engine)
                await owner.take()
            async with engine.begin() as connection:
                done = await _fill(connection, keys, lines, key_place, state, arrival)
                restored, ledger, number, heads = done
            await asyncio.to_thread(ledger.confirm, number, sync=True)
            HeadsCopy(state, ledger.database).write(keys, heads)
        finally:
            if isinstance(owner, SessionOwner):
                await owner.close()
            await engine.dispose()
            if isinstance(owner, FileOwner):
                await owner.close()
        if file is not None:
            set_journal(file)
    return restored


async def _fill(
    connection: AsyncConnection,
    keys: Keyring,
    lines: Iterable[bytes],
    place: str,
    state: Path,
    arrival: Arrival | None,
) -> tuple[Restored, Ledger, int, Mapping[str, bytes]]:
    tables = await connection.run_sync(lambda c: sa.inspect(c).get_table_names())
    if tables:
        raise StorageFault(
            "there is a database already; nothing is overwritten: move it away, or name another "
            "one in the configuration"
        )
    await connection.run_sync(portable.load, keys, lines)
    keys = await key_marks.examine(connection, keys, place)
    unit = Unit(connection, keys, {}, HiddenNames(), Numbers(), {}, dt.datetime.now(dt.UTC).date())
    if await connection.run_sync(migrate.revision_of) == migrate.HEAD:
        await _look(unit)
    else:
        await connection.run_sync(migrate.upgrade, keys)
        await sums.set_anew(connection, keys, unit.heads)
    if arrival is not None:
        await arrival.check(unit)
    else:
        unit.log.is_closed = await has_left(connection)
    name = await database_id(connection)
    number = await checkpoint(connection)
    known = Ledger(state, name) if name is not None else None
    erased = 0
    if known is not None:
        erased = await _erase(connection, unit, known, known.erased_after(number))
        number = max(number, known.last)
    if arrival is not None:
        await arrival.settle(connection, unit)
    else:
        for statement in await unit.statements.known():
            # A log that is not begun yet begins at the next start.
            if await unit.log.size(statement):
                said = Entry(EntryKind.LIFE, life_body(LifeEvent.RESTORED))
                await unit.log.append(statement, [said])
    await sums.go_past(unit.heads, await unit.heads.copied(state))
    await put_checkpoint(connection, number + 1)
    ledger, _is_missing = await attach(connection, state)
    await sums.name_it(unit.heads, ledger.database)
    await unit.flush()
    records = await connection.scalar(sa.select(sa.func.count(endorsements.c.number)))
    is_known = known is not None and known.last > 0
    restored = Restored(records or 0, erased, is_known)
    return restored, ledger, number + 1, await unit.heads.all()


async def _look(unit: Unit) -> None:
    """Refuse a backup of a database that something else had changed. An older one it may be, and
    of another kind of database: triggers are those that the migrations have made here."""
    await sums.take_triggers(unit._connection, unit.heads)  # noqa: SLF001 - storage's own door
    await look(unit, {})


async def _erase(
    connection: AsyncConnection, unit: Unit, ledger: Ledger, known: Mapping[str, int]
) -> int:
    """Erase again what the ledger knows; of how many records that was something."""
    keys, erased = unit.keys, 0
    now = dt.datetime.now(dt.UTC)
    finished = [
        statement
        for statement in await unit.statements.known()
        if erasure_tag(keys, ledger.database, (Erased.FINISHED, statement, UNNUMBERED)) in known
    ]
    query = sa.select(endorsements).order_by(endorsements.c.number).limit(AT_ONCE)
    rows = (await connection.execute(query)).all() if known else []
    while rows:
        for row in rows:
            before = read_record(keys, row)
            after = _without(keys, ledger.database, before, known, finished)
            if after != before:
                await _store(unit, before, after)
                if before.published and not after.published:
                    words = name_words.delete().where(name_words.c.number == before.number)
                    await connection.execute(words)
                elif after.published and not before.published:
                    await _make_findable(connection, after)
                erased += 1
        last = rows[-1].number
        rows = (await connection.execute(query.where(endorsements.c.number > last))).all()
    for statement in finished:
        await unit.statements.finish(statement, now.date())
        # The key has nothing left to tell, and goes once the log is made whole, at the start.
        await unit.jobs.set(Job(JobKey(JobKind.FINISH, statement), now))
    # Foreign keys are not followed here.
    live = sa.select(live_messages.c.token_tag)
    await connection.execute(shown.delete().where(shown.c.token_tag.not_in(live)))
    return erased


async def _make_findable(connection: AsyncConnection, record: Endorsement) -> None:
    assert record.name is not None
    words = word_keys(record.statement, record.name)
    rows = [{"word": word, "number": record.number} for word in words]
    await connection.execute(name_words.insert(), rows)


def _without(
    keys: Keyring,
    database: str,
    record: Endorsement,
    known: Mapping[str, int],
    finished: Collection[StatementId],
) -> Endorsement:
    """The record as far as it may come back."""
    if record.signer is None:
        return record
    tags = {e: erasure_tag(keys, database, (e, record.statement, record.number)) for e in Erased}
    found = {what: known[tag] for what, tag in tags.items() if tag in known}
    if Erased.FORGOTTEN in found:
        return erase_again(record, Erased.FORGOTTEN)
    for what in sorted(found, key=found.__getitem__):
        record = erase_again(record, what)
    return erase_again(record, Erased.FINISHED) if record.statement in finished else record


async def _store(unit: Unit, before: Endorsement, after: Endorsement) -> None:
    """Also what stands beside the record because of it. No message about it can be edited or
    pressed any more: what is shown is as it was left."""
    number = before.number
    unit.log.erase_openings(before.statement, await unit.log.ref(before.statement, number))
    await unit.endorsements.save(before, replace(after, unlogged=True))
    window = JobKey(JobKind.WINDOW, str(number))
    if after.undo_until is None:
        await unit.jobs.end(window)
    if before.kind is Kind.ORGANISATION and await unit.endorsements.linked_to(number):
        # It may stand for others here: what becomes of them is seen to at the start.
        await unit.jobs.set(Job(window, dt.datetime.now(dt.UTC)))
    if before.entrusted and not after.entrusted:
        await unit.entrusted.erase(number)
    if after.details is None or after.signer is None:
        await unit.questions.erase(number)
    for live in await unit.messages.showing(number):
        await unit.messages.end(live.slot)
