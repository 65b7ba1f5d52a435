"""Making a database, or bringing an old one up to date, before the program begins to work on it."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sqlite3
import sys
from pathlib import Path

from bot.bootstrap.opening import open_storage
from bot.config import Settings
from bot.storage import migrate
from bot.storage.engines import sqlite_file

_PR_SET_PDEATHSIG = 1


def prepare(settings: Settings) -> None:
    """In a process of its own, so that what only migrations take, 14 MiB, is not held for as long
    as the bot runs. Call it before there are threads. Whatever fails, fails once more when the
    database is opened, and is said then."""
    file = sqlite_file(settings.database.url)
    if file is None or _revision(file) == migrate.HEAD:
        return
    parent = os.getpid()
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        _die_with(parent)
        asyncio.run(_open(settings))
    finally:
        os._exit(0)


def _revision(file: Path) -> str | None:
    with contextlib.suppress(sqlite3.Error):
        database = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
        with contextlib.closing(database):
            found = database.execute("SELECT version_num FROM alembic_version").fetchone()
            return None if found is None else str(found[0])
    return None


def _die_with(parent: int) -> None:
    """Whoever starts the program again must not find the database in use (prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)


async def _open(settings: Settings) -> None:
    async with open_storage(settings):
        pass
