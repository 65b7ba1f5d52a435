"""A new key for what is encrypted."""

from __future__ import annotations

import os

from bot.bootstrap.opening import NotConfigured, key_place, open_storage, tell
from bot.config import KEY_VARIABLE, Settings
from bot.delivery.resealing import Resealing
from bot.privacy import put_in_front, read_keys
from bot.storage.errors import DatabaseInUse, StorageFault
from bot.storage.opening import inspect_database, is_new

PROGRESS_EVERY = 10_000
"""Values."""


async def rotate_key(settings: Settings) -> None:
    """Put a new key in front of the key file, unless the last one is not used for everything yet,
    and encrypt everything anew; where the bot runs, it does that after a restart.

    Raises `KeyFault`, `StorageFault` or `NotConfigured`.
    """
    if os.environ.get(KEY_VARIABLE) or settings.key_is_given:
        raise NotConfigured(
            f"the key comes from {key_place(settings)}: put a new one in front of it where that is "
            "set (`openssl rand -base64 32` makes one, a blank goes between) and restart the bot, "
            "which encrypts everything anew"
        )
    url, file = settings.database.url, settings.key_file
    if await is_new(url):
        raise StorageFault("there is no database yet; the first start makes it, with a new key")
    keys = read_keys(os.environ, KEY_VARIABLE, file)
    place = key_place(settings)
    if await inspect_database(url, keys, key_place=place, state=settings.state):
        put_in_front(file)
        tell(f"A new key stands first in {file}. Keep a copy of it, apart from the database.")
    else:
        tell(f"The first key in {file} is not used for everything yet: that goes on.")
    try:
        async with open_storage(settings) as database:
            await _finish(Resealing(database))
    except DatabaseInUse:
        tell("The bot is running: restart it. It encrypts everything anew while it works.")


async def _finish(resealing: Resealing) -> None:
    told = 0
    while await resealing.work() is not None:
        rows = resealing.rotation.rows
        if rows - told >= PROGRESS_EVERY:
            told = rows
            tell(f"Encrypted anew: {rows} values.")
