"""SIGKILL, at any moment while people sign and admins decide, and at each system call of one
signing."""

from __future__ import annotations

import asyncio
import itertools
import random

from tests.faults.host import Host
from tests.faults.sizes import tries
from tests.faults.tally import Outcome, Record
from tests.support.mortal import SEED

AT_ONCE = 3
"""People who sign at the same time."""

AT_THE_START = 0.2
"""The part of the lives that end while the program begins."""

BEGINNING = 0.4
LONGEST = 0.6
"""Seconds: what a start takes about, and the longest time at work; a signing takes half a second on
a machine that does nothing else."""


async def killed_at_random(host: Host, kills: int, chance: random.Random) -> Outcome:
    """The program dies so often while there is always somebody who signs; then everybody ends what
    they began."""
    names, over = itertools.count(), asyncio.Event()

    async def keep_signing() -> None:
        while not over.is_set():
            await host.crowd.sign(next(names))

    people = [asyncio.create_task(keep_signing()) for _ in range(AT_ONCE)]
    for _ in range(kills):
        if chance.random() < AT_THE_START:
            host.pid = host.begin()
            await asyncio.sleep(chance.uniform(0.0, BEGINNING))
        else:
            await host.start()
            await asyncio.sleep(chance.uniform(0.0, LONGEST))
        host.kill()
    over.set()
    await host.start()
    await asyncio.gather(*people)
    outcome = await host.recovered()
    outcome.fault, outcome.tried = "killed at random points", kills
    assert len(host.heard.receipts) >= kills // 10
    return outcome


async def test_killed_at_random_points(host: Host, record: Record) -> None:
    print(f"CRASH_SEED={SEED}")
    outcome = await killed_at_random(host, tries(2, 1000), random.Random(SEED))
    outcome.database = host.kind
    record(outcome)
