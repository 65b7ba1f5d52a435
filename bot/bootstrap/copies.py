"""Backups of the database, and bringing one back."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from bot.bootstrap import last_backup
from bot.bootstrap.opening import NotConfigured, key_place, open_storage, tell
from bot.config import KEY_VARIABLE, Settings
from bot.privacy import read_keys
from bot.storage.backup import back_up, lines_of
from bot.storage.errors import StorageFault
from bot.storage.inspecting import read_id
from bot.storage.opening import is_new
from bot.storage.restore import restore


async def make_backup(settings: Settings, file: Path) -> None:
    """Raises `NotConfigured` without a public key to encrypt to, or `StorageFault`."""
    if settings.backup is None:
        raise NotConfigured(
            "no public key is configured that backups are encrypted to: on another machine, make "
            "one with `age-keygen -o backup.key`, and write the line that begins with age1 under "
            "backup.recipients in the configuration"
        )
    begun = dt.datetime.now(dt.UTC)
    await back_up(settings.database.url, file, settings.backup.recipients)
    name = await read_id(settings.database.url)
    try:
        if name is not None:
            last_backup.note(settings.state, name, begun)
    except OSError as error:
        tell(
            f"The backup is made, but its time cannot be noted in {settings.state} "
            f"({error.strerror}), so that nobody is warned by its age."
        )


async def bring_back(settings: Settings, file: Path, identity: Path | None) -> None:
    """Raises `KeyFault` or `StorageFault`; the database is empty then, as it was."""
    keys = read_keys(os.environ, KEY_VARIABLE, settings.key_file)
    url, place, state = settings.database.url, key_place(settings), settings.state
    with lines_of(file, identity, keys) as lines:
        restored = await restore(url, keys, lines, key_place=place, state=state)
    tell(f"Restored: {restored.records} records; erased again: {restored.erased}.")
    if not restored.ledger:
        tell(
            f"There was no ledger in {state}: whatever was erased since this backup was made is "
            "back. If you have the ledger's folder, put it there, empty the database and restore "
            "again before you start the bot."
        )


async def accept_database(settings: Settings, note: str) -> None:
    """Take a database as it is that something else has changed. Raises `KeyFault`,
    `StorageFault`, or `NotConfigured` where the note says nothing."""
    if not note.strip():
        raise NotConfigured("say in --note what was changed and why: admins and readers see it")
    if await is_new(settings.database.url):
        raise StorageFault("there is no database yet, so that there is nothing to accept")
    async with open_storage(settings, accepted=note.strip()):
        tell("Accepted. The log of each statement says so, and the next start tells the admins.")
