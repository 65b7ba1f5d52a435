"""What can be told of the database while the bot runs."""

from __future__ import annotations

import asyncio

from bot.bootstrap.opening import open_storage
from bot.config import Settings
from bot.domain.counts import Counts
from bot.domain.ids import StatementId
from bot.services.export import as_csv, as_json, shown
from bot.statements.model import Library, Statement
from bot.storage.endorsements import PublicEndorsement


async def read_stats(settings: Settings, library: Library) -> dict[StatementId, Counts]:
    """The counts of every loaded statement. Raises `KeyFault` or `StorageFault`."""
    async with open_storage(settings, reader=True) as database, database.unit() as unit:
        return await unit.endorsements.counts(statement.id for statement in library)


async def read_public(settings: Settings, statement: StatementId) -> list[PublicEndorsement]:
    """What may be published of one statement. Raises `KeyFault` or `StorageFault`."""
    async with open_storage(settings, reader=True) as database, database.unit() as unit:
        return await unit.endorsements.published(statement)


def export(settings: Settings, statement: Statement, form: str) -> str:
    """The public list as `csv` or `json`. Raises `KeyFault` or `StorageFault`."""
    rows = shown(asyncio.run(read_public(settings, statement.id)), statement.terms)
    return as_csv(rows) if form == "csv" else as_json(rows)
