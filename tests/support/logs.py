"""What the logs of a database say, and whether that is what they should say."""

from __future__ import annotations

import sqlalchemy as sa

from bot.domain import log, merkle
from bot.domain.ids import StatementId
from bot.domain.log import EntryKind
from bot.storage.actions import body_of
from bot.storage.database import Database
from bot.storage.endorsements import read_record
from bot.storage.log import ADMINS, Logged
from bot.storage.tables import admin_actions, endorsements, revisions


async def log_of(database: Database, name: str) -> list[Logged]:
    """All its entries, over which its head is."""
    async with database.unit() as unit:
        found = [entry async for entry in unit.log.entries(name)]
        tree = await unit.log._tree(name)
    assert [entry.position for entry in found] == list(range(tree.frontier.size))
    assert tree.frontier.root == merkle.root(entry.leaf.hash for entry in found)
    for entry in found:
        opening = entry.opening
        assert opening is None or log.commitment(opening) == entry.leaf.commitment
    return found


async def assert_in_step(database: Database, *, waiting: bool = False) -> None:
    """Every record's newest entry says what it should (but for those that are `waiting`), no older
    one can be opened, and every text that was signed, and all that admins did, is there."""
    async with database.unit() as unit:
        connection = unit._connection
        query = sa.select(endorsements).order_by(endorsements.c.number)
        records = [read_record(database.keys, row) for row in await connection.execute(query)]
        actions = await connection.execute(sa.select(admin_actions).order_by(admin_actions.c.id))
        acts = [body_of(row) for row in actions.mappings()]
        texts = set(await connection.scalars(sa.select(revisions.c.digest)))
        statements = await unit.statements.known()
        refs = {
            record.number: await unit.log.ref(record.statement, record.number) for record in records
        }
    logs = {statement: await log_of(database, statement) for statement in statements}
    for record in records:
        of_it = [e for e in logs[record.statement] if e.leaf.ref == refs[record.number]]
        assert all(entry.opening is None for entry in of_it[:-1])
        newest = of_it[-1].opening.says if of_it and of_it[-1].opening else None
        assert not record.unlogged or waiting, record.number
        assert log.due(record, newest) is None or record.unlogged, record.number
    signed = [
        entry.opening.says["digest"]
        for statement in statements
        for entry in logs[StatementId(statement)]
        if entry.leaf.kind is EntryKind.TEXT and entry.opening
    ]
    assert sorted(map(str, signed)) == sorted(texts)
    of_admins = await log_of(database, ADMINS)
    assert [act.opening and act.opening.says for act in of_admins] == acts
