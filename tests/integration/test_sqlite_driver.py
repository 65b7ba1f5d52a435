"""The driver below the storage: what goes to the database's thread, and an opening that is given up
half-way."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.storage import sqlite_driver
from bot.storage.sqlite_driver import MOST_ROWS, MOST_SECONDS, SCHEME, begin_with

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


@pytest.fixture
async def passages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[AsyncConnection, list[str]]]:
    """A transaction that has begun, however slow this machine is, and what was done in the thread
    since."""
    monkeypatch.setattr(sqlite_driver, "MOST_SECONDS", float("inf"))
    engine = create_async_engine(f"{SCHEME}:///{tmp_path / 'a.sqlite'}")
    async with engine.connect() as connection:
        await connection.execute(sa.text("CREATE TABLE t (n INTEGER)"))
        await connection.commit()
        begin_with(connection.sync_connection, "BEGIN IMMEDIATE")  # type: ignore[arg-type]
        await connection.execute(sa.text("SELECT 1"))
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        done: list[str] = []
        there = driver._execute

        async def execute(function: Any, *parts: Any) -> Any:
            done.append(function.__name__)
            return await there(function, *parts)

        driver._execute = execute
        yield connection, done
    await engine.dispose()


async def test_short_statements_need_no_thread(
    passages: tuple[AsyncConnection, list[str]],
) -> None:
    connection, done = passages
    insert = sa.text("INSERT INTO t VALUES (:n)")
    await connection.execute(insert, {"n": 1})
    await connection.execute(insert, [{"n": n} for n in range(MOST_ROWS)])
    assert await connection.scalar(sa.text("SELECT count(*) FROM t")) == 1 + MOST_ROWS
    await connection.execute(sa.text("UPDATE t SET n = 2 WHERE n = 1"))
    await connection.execute(sa.text("DELETE FROM t WHERE n = 2"))
    assert not done
    await connection.commit()
    assert done == ["commit"]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM t a, t b WHERE a.n + b.n > 100",
        "WITH x(n) AS (SELECT 1) SELECT n FROM x",
        "PRAGMA user_version",
    ],
)
async def test_what_takes_long_goes_to_the_thread(
    passages: tuple[AsyncConnection, list[str]], statement: str
) -> None:
    connection, done = passages
    rows = [{"n": n} for n in range(5 * MOST_ROWS)]
    await connection.execute(sa.text("INSERT INTO t VALUES (:n)"), rows)
    assert len(done) == 1

    found = await connection.scalar(sa.text(statement))

    assert len(done) == 2
    assert found == {"S": sum(a + b > 100 for a in range(500) for b in range(500)), "W": 1}.get(
        statement[0], 0
    )
    # What was written before is there still, and what comes now is not ended.
    assert await connection.scalar(sa.text("SELECT count(*) FROM t")) == 500


async def test_many_short_statements_let_others_go_on(
    passages: tuple[AsyncConnection, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, done = passages
    monkeypatch.setattr(sqlite_driver, "MOST_SECONDS", MOST_SECONDS)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    watching = asyncio.create_task(others())
    began = time.perf_counter()
    while time.perf_counter() - began < 10 * MOST_SECONDS:
        await connection.scalar(sa.text("SELECT 1"))
    watching.cancel()

    assert done
    assert set(done) == {"_run"}
    assert turns >= len(done)


async def test_a_fault_is_the_same_wherever_it_happens(
    passages: tuple[AsyncConnection, list[str]],
) -> None:
    connection, done = passages
    with pytest.raises(sa.exc.OperationalError, match="no such table"):
        await connection.execute(sa.text("SELECT 1 FROM missing"))
    assert not done
    await connection.rollback()
    assert done == ["rollback"]
