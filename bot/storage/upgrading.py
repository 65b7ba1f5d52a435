"""What comes before a database is used: its schema is known and the newest, and what goes wrong is
said in a sentence."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.privacy import KeyFault, Keyring
from bot.storage import migrate, sums
from bot.storage.engines import make_engine, sqlite_file
from bot.storage.errors import StorageFault
from bot.storage.heads import Heads

log = logging.getLogger(__name__)


@contextlib.contextmanager
def explained(url: str, file: Path | None, key_place: str) -> Iterator[None]:
    """What goes wrong while a database is opened, as a sentence for the operator: raises `KeyFault`
    or `StorageFault`."""
    try:
        yield
    except KeyFault:
        raise KeyFault(
            f"{key_place} lacks a key that this database was made or used with; put it back "
            "(docs/backups.md, Keys), nothing was changed"
        ) from None
    except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
        raise StorageFault(opening_sentence(url, file, error)) from error


async def known_revision(engine: AsyncEngine) -> str | None:
    """The schema that the database has, None for a new one. Raises `StorageFault` for a newer one,
    and for one that is half copied or has moved."""
    found = await migrate.found_revision(engine)
    if found is not None and found != migrate.HEAD:
        migrate.refuse_unknown(found)
    return found


async def bring_up_to_date(url: str, keys: Keyring, found: str | None, *, reader: bool) -> None:
    """Run the migrations that it lacks; what counts is then what there is. Raises `StorageFault`
    for a `reader`, who changes nothing."""
    if found == migrate.HEAD:
        return
    if reader:
        raise StorageFault(
            "this database is of an older version; start the bot once, which brings it up to date"
        )
    engine, _durability = make_engine(url, sqlite_file(url), foreign_keys="OFF")
    began = time.monotonic()
    try:
        async with engine.begin() as connection:
            await connection.run_sync(migrate.upgrade, keys)
            known = Heads(connection, keys, {})
            await sums.set_anew(connection, keys, known)
            await known.flush()
    finally:
        await engine.dispose()
    took = time.monotonic() - began
    if found is None:
        log.info("the database was made", extra={"schema": migrate.HEAD})
    else:
        log.info(
            "the database was brought up to date",
            extra={"from": found, "schema": migrate.HEAD, "seconds": round(took, 1)},
        )


def opening_sentence(url: str, file: Path | None, error: BaseException) -> str:
    """Why it cannot be opened, and what to do."""
    text = str(getattr(error, "orig", None) or error)
    if file is None:
        shown = sa.engine.make_url(url).render_as_string(hide_password=True)
        return (
            f"the database {shown} cannot be opened: {text}; "
            "check that the server runs and that the address is right"
        )
    if "not a database" in text or "malformed" in text:
        return (
            f"{file} is not a database of this program ({text}); move it away or restore a backup"
        )
    return (
        f"the database {file} cannot be opened: {text}; "
        "check the folder's rights and the free space"
    )
