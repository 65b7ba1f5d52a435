"""Backups of the database, and bringing one back."""

from __future__ import annotations

import os
from pathlib import Path

from bot.bootstrap.opening import NotConfigured, key_place, tell
from bot.config import KEY_VARIABLE, Settings
from bot.privacy import read_keys
from bot.storage.backup import back_up, lines_of
from bot.storage.restore import restore


async def make_backup(settings: Settings, file: Path) -> None:
    """Raises `NotConfigured` without a public key to encrypt to, or `StorageFault`."""
    if settings.backup is None:
        raise NotConfigured(
            "no public key is configured that backups are encrypted to: on another machine, make "
            "one with `age-keygen -o backup.key`, and write the line that begins with age1 under "
            "backup.recipients in the configuration"
        )
    await back_up(settings.database.url, file, settings.backup.recipients)


async def bring_back(settings: Settings, file: Path, identity: Path | None) -> None:
    """Raises `KeyFault` or `StorageFault`; the database is empty then, as it was."""
    keys = read_keys(os.environ, KEY_VARIABLE, settings.key_file)
    url, place, state = settings.database.url, key_place(settings), settings.state
    with lines_of(file, identity) as lines:
        restored = await restore(url, keys, lines, key_place=place, state=state)
    tell(f"Restored: {restored.records} records; erased again: {restored.erased}.")
    if not restored.ledger:
        tell(
            f"There was no ledger in {state}: whatever was erased since this backup was made is "
            "back. If you have the ledger's folder, put it there, empty the database and restore "
            "again before you start the bot."
        )
