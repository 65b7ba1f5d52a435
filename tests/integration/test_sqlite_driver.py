"""The driver below the storage, where a statement or an opening is given up half-way."""

import asyncio
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.sqlite_driver import SCHEME

OPENING_SECONDS = 0.3


class _Slow(sqlite3.Connection):
    """What opens as on a disk that is busy."""

    def __init__(self, *parts: Any, **named: Any) -> None:
        time.sleep(OPENING_SECONDS)
        super().__init__(*parts, **named)


@pytest.mark.parametrize("file", ["a.sqlite", "no/such/folder.sqlite"])
def test_an_opening_that_is_given_up_leaves_no_thread_behind(tmp_path: Path, file: str) -> None:
    before = set(threading.enumerate())
    under_way: set[threading.Thread] = set()

    async def give_up() -> None:
        nonlocal under_way
        engine = create_async_engine(
            f"{SCHEME}:///{tmp_path / file}", connect_args={"factory": _Slow}
        )
        opening = asyncio.ensure_future(engine.connect().start())
        await asyncio.sleep(OPENING_SECONDS / 3)
        under_way = set(threading.enumerate()) - before
        opening.cancel()
        await asyncio.wait([opening])
        assert opening.cancelled()
        await engine.dispose()

    asyncio.run(give_up())

    assert len(under_way) == 1
    assert not under_way & set(threading.enumerate())
