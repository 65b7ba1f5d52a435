"""What a database says of itself to whoever neither has its keys nor works on it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import migrate
from bot.storage.engines import make_engine, sqlite_file
from bot.storage.errors import StorageFault
from bot.storage.ledger import database_id
from bot.storage.upgrading import opening_sentence


async def read_id(url: str) -> str | None:
    """After which the files beside a database are called; None where it never had any, or is not
    there. Raises `StorageFault`."""
    async with looked_at(url) as connection:
        if connection is None or await connection.run_sync(migrate.revision_of) is None:
            return None
        return await database_id(connection)


@contextlib.asynccontextmanager
async def looked_at(url: str) -> AsyncIterator[AsyncConnection | None]:
    """A connection that can only read; None for a file that is not there. Raises
    `StorageFault`."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        yield None
        return
    engine, _durability = make_engine(url, file, read_only=True)
    try:
        async with engine.connect() as connection:
            yield connection
    except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
        raise StorageFault(opening_sentence(url, file, error)) from error
    finally:
        await engine.dispose()
