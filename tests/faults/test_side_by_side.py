"""Others at the same database: a backup that holds it for a minute, and a second program."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import sqlite3
from collections.abc import AsyncIterator

import sqlalchemy as sa

from bot.storage.engines import make_engine, sqlite_file
from tests.faults.host import Host
from tests.faults.sizes import SOAK, tries
from tests.faults.tally import Outcome, Record
from tests.support.nursery import nursery

HELD = 60.0 if SOAK else 1.0
"""Seconds."""


@contextlib.asynccontextmanager
async def held(host: Host) -> AsyncIterator[None]:
    """As by a copy that reads all of it; nobody can write meanwhile."""
    url = host.settings.database.url
    file = sqlite_file(url)
    if file is not None:
        reader = sqlite3.connect(file, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM endorsements").fetchall()
        try:
            yield
        finally:
            reader.close()
        return
    engine, _ = make_engine(url, None)
    async with engine.begin() as connection:
        await connection.execute(sa.text("LOCK TABLE endorsements, inbox, outbox IN SHARE MODE"))
        yield
    await engine.dispose()


async def test_a_backup_holds_the_database(host: Host, record: Record) -> None:
    """For a minute, longer than any transaction waits; for a second where there is no time."""
    await host.start()
    await host.crowd.sign(0)
    assert await host.quiet()
    async with held(host):
        people = [asyncio.create_task(host.crowd.sign(signer)) for signer in (2, 4, 6)]
        await asyncio.sleep(HELD)
        assert not any(person.done() for person in people)
    await asyncio.gather(*people)
    outcome = Outcome("a lock held by a backup", host.kind, tried=1)
    outcome.add(await host.recovered())
    record(outcome)


async def test_a_second_program(host: Host, record: Record) -> None:
    """It ends at once and touches nothing, also while the first one stands still."""
    await host.start()
    signers, over = itertools.count(0, 2), False

    async def keep_signing() -> None:
        while not over:
            await host.crowd.sign(next(signers))

    person = asyncio.create_task(keep_signing())
    outcome = Outcome("two programs", host.kind)
    for turn in range(tries(1, 100)):
        if turn % 2:
            os.kill(host.pid, signal.SIGSTOP)
        second = host.begin()
        await host.ended(second)
        assert nursery().wait(second) == 2
        os.kill(host.pid, signal.SIGCONT)
        outcome.tried += 1
    over = True
    await person
    assert host.log.count("another instance is using") == outcome.tried
    outcome.add(await host.recovered())
    record(outcome)
