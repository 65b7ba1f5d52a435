"""A database that was opened once and never used: what a first start leaves, without its work.

The migrations are run once in a test process; every other bot begins with a copy of the file.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from bot.privacy import Keyring, make_key
from bot.storage.opening import open_database
from bot.storage.tables import heads, meta


def write_blank(folder: Path) -> None:
    """A new key, and the database in `data` that no key has been used with; unless there are."""
    file = folder / "data" / "undersigned.db"
    if file.exists():
        return
    write_blank_file(file)
    make_key(folder / "undersigned.key")


def write_blank_file(file: Path) -> None:
    """The database alone."""
    write_file_like(file, migrate)


def write_file_like(file: Path, make: Callable[[str], None]) -> None:
    """A copy of what that makes of a new database."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(file_like(make))
    file.chmod(0o600)


def migrate(url: str) -> None:
    """Make a new database a blank one."""

    async def opened() -> None:
        database = await open_database(url, Keyring([b"k" * 32]), key_place="here")
        async with database.unit() as unit:
            for table in (meta, heads):
                await unit._connection.execute(table.delete())
        await database.close()

    run_beside(opened())


def run_beside(work: Coroutine[None, None, None]) -> None:
    """To its end, also where a loop runs in this thread already."""
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, work).result()


@cache
def file_like(make: Callable[[str], None]) -> bytes:
    """What is in a file of SQLite that was made a database so; it is made once."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "made.db"
        make(f"sqlite:///{file}")
        return file.read_bytes()
