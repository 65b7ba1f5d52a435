"""Opening the database: one owner, the right journal, the right key, the newest schema."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import sqlalchemy as sa

from bot.privacy import Keyring
from bot.storage import key_marks, migrate
from bot.storage.database import Database
from bot.storage.engines import is_unfinished, make_engine, set_journal, sqlite_file
from bot.storage.errors import StorageFault
from bot.storage.numbers import Draw, at_random
from bot.storage.upgrading import bring_up_to_date, explained, known_revision, opening_sentence

BeforeUpgrade = Callable[[Keyring], Awaitable[None]]
"""Called with the database's keys before an older schema is changed. Nobody works on it meanwhile.
What it raises leaves the database as it was."""


async def is_new(url: str) -> bool:
    """Whether this program has never kept anything there. Raises `StorageFault`."""
    file = sqlite_file(url)
    if file is not None:
        return not (file.exists() and file.stat().st_size > 0)
    engine, _durability = make_engine(url, file)
    try:
        return await migrate.found_revision(engine) is None
    except (sa.exc.DBAPIError, OSError) as error:
        raise StorageFault(opening_sentence(url, file, error)) from error
    finally:
        await engine.dispose()


async def open_database(
    url: str,
    keys: Keyring,
    *,
    key_place: str,
    reader: bool = False,
    state: Path | None = None,
    draw: Draw = at_random,
    whole: bool = False,
    accepted: str | None = None,
    before_upgrade: BeforeUpgrade | None = None,
) -> Database:
    """Open, lock, migrate, check the key, and look whether all that counts is as it was left: where
    there are many records and not `whole`, `Database.integrity` is what is left of that. `draw`
    gives new records their numbers.

    A `reader` takes no lock, migrates and looks at nothing, and needs an existing database of this
    version. `state` is the folder of the ledger and of the heads' copy; without it none is kept.
    `accepted`: the operator's words, with which whatever is there is taken as it is.

    Raises `StorageFault` (missing, newer, older copy, changed, in use, not a database) or
    `KeyFault` (names `key_place`), all before anything is changed.
    """
    file = sqlite_file(url)
    if file is not None and reader and await is_new(url):
        raise StorageFault(f"there is no database at {file} yet; start the bot first")
    with explained(url, file, key_place):
        if file is not None and not reader:
            file.parent.mkdir(parents=True, exist_ok=True)
        engine, durability = make_engine(url, file, read_only=reader and not is_unfinished(file))
        database = Database(engine, keys, durability, reader=reader, draw=draw)
        try:
            await _open(
                database, url, file, key_place, reader=reader, state=state, before=before_upgrade
            )
            if not reader:
                await database._look(state, whole=whole, accepted=accepted)  # noqa: SLF001 - as in `_open`
                await database._enter(key_place, state)  # noqa: SLF001
        except BaseException:
            await database.close()
            raise
    return database


async def inspect_database(
    url: str, keys: Keyring, *, key_place: str, state: Path | None = None
) -> bool:
    """Refuse what `open_database` would, also while an instance uses it. Changes nothing. Whether
    everything is sealed under the key in front."""
    file = sqlite_file(url)
    with explained(url, file, key_place):
        engine, durability = make_engine(url, file, read_only=not is_unfinished(file))
        database = Database(engine, keys, durability, reader=False)
        try:
            found = await known_revision(engine)
            copied: Mapping[str, bytes] = {}
            if found is not None:
                await database._examine(key_place)  # noqa: SLF001 - as in `_open`
                if state is not None:
                    copied = await database._refuse_older(state)  # noqa: SLF001
            async with engine.begin() as connection:
                if found == migrate.HEAD:
                    await database._look_beside(connection, copied)  # noqa: SLF001
                return await key_marks.is_turned(connection, database.keys)
        finally:
            await database.close()


async def _open(
    database: Database,
    url: str,
    file: Path | None,
    place: str,
    *,
    reader: bool,
    state: Path | None,
    before: BeforeUpgrade | None,
) -> None:
    engine = database._engine  # noqa: SLF001 - the two halves of opening
    if not reader:
        await database._own(file)  # noqa: SLF001
    found = await known_revision(engine)
    if found is not None:
        await database._examine(place)  # noqa: SLF001
        if state is not None:
            await database._refuse_older(state)  # noqa: SLF001
        if before is not None and found != migrate.HEAD and not reader:
            await before(database.keys)
    await bring_up_to_date(url, database.keys, found, reader=reader)
    if file is not None and not reader:
        await engine.dispose()
        set_journal(file)
