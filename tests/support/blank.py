"""A database that was opened once and never used: what a first start leaves, without its work.

The migrations are run once in a test process; every other bot begins with a copy of the file.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cache
from pathlib import Path

from bot.privacy import Keyring, make_key
from bot.storage.database import open_database


def write_blank(folder: Path) -> None:
    """A new key, and the database in `data` that no key has been used with; unless there are."""
    file = folder / "data" / "undersigned.db"
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_migrated())
    file.chmod(0o600)
    make_key(folder / "undersigned.key")


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as beside:
        file = Path(folder) / "blank.db"

        async def migrate() -> None:
            keys = Keyring([b"k" * 32])
            await (await open_database(f"sqlite:///{file}", keys, key_place="here")).close()

        # There may be a loop already in this thread.
        beside.submit(asyncio.run, migrate()).result()
        with closing(sqlite3.connect(file)) as database, database:
            database.execute("DELETE FROM meta")
        return file.read_bytes()
