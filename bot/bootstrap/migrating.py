"""A campaign's database moves to another one on this host."""

from __future__ import annotations

import os

from bot.bootstrap.opening import key_place, tell
from bot.config import KEY_VARIABLE, Settings
from bot.privacy import read_keys
from bot.storage import database_copy
from bot.storage.database_copy import Show


async def migrate_database(source: Settings, target: Settings, show: Show) -> None:
    """`source` and `target` differ in the database alone. Raises `KeyFault` or `StorageFault`."""
    rows = await database_copy.copy_database(
        source.database.url,
        target.database.url,
        read_keys(os.environ, KEY_VARIABLE, source.key_file),
        key_place=key_place(source),
        state=source.state,
        show=show,
    )
    tell(
        f"Moved: {rows} rows, which are the same in both databases.\nWrite database: "
        f"{target.database.shown} into the configuration, and start the bot. It does not start on "
        f"{source.database.shown} any more; delete that once the bot runs, since it holds all that "
        "people gave."
    )


async def undo(source: Settings) -> None:
    """Raises `StorageFault`."""
    await database_copy.stay(source.database.url, source.state)
    tell(
        f"The bot starts on {source.database.shown} again. Delete the other database: there must "
        "be one of this campaign alone."
    )
