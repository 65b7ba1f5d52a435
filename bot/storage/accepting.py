"""Accepting a database that something else has changed: what there is becomes what should be.

Nothing is brought back. Entries that are there stay, whatever was published of those that are gone;
whoever holds an older checkpoint sees that the log is another now.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.log import EntryKind, LifeEvent, encode, life_body
from bot.domain.merkle import Frontier
from bot.privacy import KeyFault, Keyring
from bot.storage import sums
from bot.storage.actions import body_of, opens
from bot.storage.endorsements import clear_of, closed_in, read_record
from bot.storage.integrity import ROW, out_of_step
from bot.storage.log import ADMINS, Entry, encode_head, head_of_log, open_opening, seal_opening
from bot.storage.tables import admin_actions, endorsements, entries, heads, tiles
from bot.storage.trees import LEAF, Tree, read_leaf
from bot.storage.unit import Unit

AT_ONCE = 500

NOTE = "accepted"
"""In `meta`, sealed: what the operator wrote, until the admins are told."""


async def accept(unit: Unit, note: str, copied: Mapping[str, bytes]) -> None:
    """In one unit, before anything else is done with the database. `copied` are the heads as they
    are in their copy."""
    connection = unit._connection  # noqa: SLF001 - this is storage's own door
    await connection.execute(heads.delete())
    await connection.execute(tiles.delete())
    for log in (await connection.scalars(sa.select(entries.c.log).distinct())).all():
        await _plant(connection, unit, log)
    await _log_actions(connection, unit)
    await _settle_records(connection, unit)
    await mark_unlogged(connection, unit)
    if known := copied.get(sums.HEAD):
        sums.Kept.decoded(known).put(unit.heads)
    kept, closed = await sums.Kept.of(unit.heads) or sums.Kept(), await _closed(connection, unit)
    replace(kept, closed=closed).put(unit.heads)
    await sums.set_anew(connection, unit.keys, unit.heads)
    for statement in await unit.statements.known():
        # A log that is not begun yet begins at the next start.
        if await unit.log.size(statement):
            said = Entry(EntryKind.LIFE, life_body(LifeEvent.ACCEPTED, note))
            await unit.log.append(statement, [said])
    await unit.meta.put_sealed(NOTE, note.strip().encode())


async def _plant(connection: AsyncConnection, unit: Unit, log: str) -> None:
    """Make the tree of the entries that are there; what does not open is not opened any more."""
    c, tree, last = entries.c, Tree(connection, log, Frontier()), None
    query = sa.select(c.position, c.sealed_opening, *LEAF).where(c.log == log)
    query = query.order_by(c.position).limit(AT_ONCE)
    while True:
        behind = query if last is None else query.where(c.position > last)
        rows = (await connection.execute(behind)).all()
        for position, sealed, *leaf in rows:
            place = tree.append(read_leaf(leaf).hash)
            opening = _opened(unit.keys, log, position, sealed)
            if place != position or (opening is None and sealed is not None):
                again = opening and seal_opening(unit.keys, log, place, opening)
                update = entries.update().where(c.log == log, c.position == position)
                await connection.execute(update.values(position=place, sealed_opening=again))
        if not rows:
            break
        last = rows[-1].position
    await tree.flush()
    unit.heads.put(head_of_log(log), encode_head(tree.frontier))


def _opened(keys: Keyring, log: str, position: int, sealed: bytes | None) -> bytes | None:
    with contextlib.suppress(KeyFault):
        return None if sealed is None else open_opening(keys, log, position, sealed)
    return None


async def _log_actions(connection: AsyncConnection, unit: Unit) -> None:
    """Begin the log of what admins did anew, where it is another than what is noted."""
    query = sa.select(admin_actions).order_by(admin_actions.c.id)
    noted = [encode(body_of(row)) for row in (await connection.execute(query)).mappings()]
    said = [each.opening and each.opening.body async for each in unit.log.entries(ADMINS)]
    if noted != said:
        await connection.execute(entries.delete().where(entries.c.log == ADMINS))
        await connection.execute(tiles.delete().where(tiles.c.log == ADMINS))
        await connection.execute(heads.delete().where(heads.c.name == head_of_log(ADMINS)))
        unit.heads.put(head_of_log(ADMINS), encode_head(Frontier()))
        unit.log.forget(ADMINS)
        await unit.actions.log_earlier()


async def _closed(connection: AsyncConnection, unit: Unit) -> int:
    """How many actions do not open: nobody can read them, and triggers keep them."""
    rows = (await connection.execute(sa.select(admin_actions))).mappings()
    return sum(not opens(unit.keys, dict(row)) for row in rows)


async def _settle_records(connection: AsyncConnection, unit: Unit) -> None:
    """What stands in public of a record is what its signer gave, as far as that opens: nobody can
    have changed what is sealed."""
    number = endorsements.c.number
    query = sa.select(endorsements).order_by(number).limit(AT_ONCE)
    rows = (await connection.execute(query)).all()
    while rows:
        for row in rows:
            closed = closed_in(unit.keys, row)
            record = read_record(unit.keys, SimpleNamespace(**row._asdict() | closed))
            values = clear_of(record)
            is_listed = row.sort_key is not None
            found = {name: getattr(row, name) for name in values} | {"sort_key": is_listed}
            if closed or found != values | {"sort_key": values["sort_key"] is not None}:
                update = endorsements.update().where(number == row.number)
                await connection.execute(update.values(values | closed | {"unlogged": True}))
        rows = (await connection.execute(query.where(number > rows[-1].number))).all()


async def mark_unlogged(connection: AsyncConnection, unit: Unit) -> None:
    """What the log does not say of a record as it is now is to be written next."""
    number = endorsements.c.number
    query = sa.select(*ROW).order_by(number).limit(AT_ONCE)
    rows = (await connection.execute(query)).all()
    while rows:
        found = await out_of_step(unit, rows)
        update = endorsements.update().where(number.in_(found))
        await connection.execute(update.values(unlogged=True))
        rows = (await connection.execute(query.where(number > rows[-1].number))).all()
