"""Two instances on one database: one ends, is stopped or loses the database's server, and the other
goes on; nothing is lost that anybody was told."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ha.pair import ANOTHER_WORKS, Pair, pair
from tests.support.mortal import SEED
from tests.support.patroni import Cluster

MOST_SECONDS, MOST_PRIMARY_SECONDS = 10.0, 35.0
"""From the end of the one that worked, and of the primary's machine, until people are answered."""

PAUSED_SECONDS = 20.0
"""The server waits some seconds for an instance that says nothing."""

Property = Callable[[str, object], None]


async def kill_the_active_one(both: Pair, chance: random.Random) -> float:
    """In the middle of its work; seconds until people are answered again."""
    await both.load(2, chance)
    both.active.send(signal.SIGKILL)
    both.kills += 1
    taken = await both.answered()
    assert both.active.ended() == -signal.SIGKILL
    both.changed()
    await both.stand_by(both.other)
    return taken


async def take_over(both: Pair, kills: int, record: Property, database: str) -> None:
    chance = random.Random(SEED)
    print(f"CRASH_SEED={SEED}")
    seconds = [await kill_the_active_one(both, chance) for _ in range(kills)]
    await both.settled()
    found = await both.audit()
    print(f"takeover.max_seconds={max(seconds):.1f} {sorted(round(each, 1) for each in seconds)}")
    record("fault", {"fault": "active instance killed", "database": database} | found)
    assert (found["lost"], found["doubled"], found["unsent"]) == (0, 0, 0)
    assert max(seconds) < MOST_SECONDS


async def test_the_active_one_is_killed(
    tmp_path: Path, postgres: Callable[[], str], record_property: Property
) -> None:
    async with pair(tmp_path, postgres()) as both:
        await take_over(both, 1, record_property, "postgresql")
        assert both.active.log.count("this instance takes over") == 1


async def test_a_paused_one_that_wakes_writes_nothing(
    tmp_path: Path, postgres: Callable[[], str]
) -> None:
    """Nor does it say anything. It is stopped in the middle of its work, which the other ends."""
    chance = random.Random(SEED)
    async with pair(tmp_path, postgres()) as both:
        await both.load(2, chance)
        both.active.send(signal.SIGSTOP)
        both.kills += 1
        assert await both.answered() < PAUSED_SECONDS
        await both.settled()
        await asyncio.sleep(1)
        before, said = await both.everything(), len(both.server.calls("sendMessage"))
        both.active.send(signal.SIGCONT)
        assert await asyncio.to_thread(both.active.ended) == ANOTHER_WORKS
        assert "another instance has taken this database over" in both.active.log
        assert await both.everything() == before
        assert len(both.server.calls("sendMessage")) == said
        found = await both.audit()
        assert (found["lost"], found["doubled"], found["unsent"]) == (0, 0, 0)


@pytest.mark.soak
async def test_twenty_kills(tmp_path: Path, cluster: Cluster, record_property: Property) -> None:
    async with pair(tmp_path, cluster.url) as both:
        await take_over(both, 20, record_property, "patroni")


async def lose_the_primary(both: Pair, cluster: Cluster, chance: random.Random) -> float:
    await both.load(2, chance)
    lost = await asyncio.to_thread(lambda: cluster.primary)
    await asyncio.to_thread(lost.kill)
    both.kills += 1
    taken = await both.answered()
    lost.start()
    await asyncio.to_thread(cluster.until_whole)
    return taken


@pytest.mark.soak
async def test_ten_losses_of_the_primary(
    tmp_path: Path, cluster: Cluster, record_property: Property
) -> None:
    """The instance that works goes on with the server that was the other one; or the other instance
    does, and either of them stays in the end."""
    chance = random.Random(SEED)
    print(f"CRASH_SEED={SEED}")
    async with pair(tmp_path, cluster.url) as both:
        seconds = []
        for _ in range(10):
            seconds.append(await lose_the_primary(both, cluster, chance))
            await both.revive()
        await both.settled()
        found = await both.audit()
        print(f"takeover.primary_seconds={max(seconds):.1f} {[round(each, 1) for each in seconds]}")
        record_property("fault", {"fault": "primary lost", "database": "patroni"} | found)
        assert (found["lost"], found["doubled"], found["unsent"]) == (0, 0, 0)
        assert max(seconds) < MOST_PRIMARY_SECONDS
