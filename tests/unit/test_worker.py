"""A loop that sleeps until there is work ends when it is told to."""

from __future__ import annotations

import asyncio

from bot.delivery.worker import Worker


class Sleeper(Worker):
    """Has nothing to do, and looks again after a minute."""

    async def work(self) -> float:
        return 60.0


async def test_a_worker_ends_when_it_is_woken_in_the_moment_in_which_it_is_cancelled() -> None:
    worker = Sleeper()
    running = asyncio.create_task(worker.run())
    await worker.idle.wait()
    await asyncio.sleep(0)
    worker.wake()
    # A step later the waiting inside has ended, and who waits for it does not know yet.
    await asyncio.sleep(0)
    running.cancel()
    done, _ = await asyncio.wait({running}, timeout=2)
    assert running in done
    assert running.cancelled()


async def test_a_worker_that_is_woken_looks_at_once() -> None:
    worker = Sleeper()
    running = asyncio.create_task(worker.run())
    await worker.idle.wait()
    worker.wake()
    assert not worker.idle.is_set()
    async with asyncio.timeout(2):
        await worker.idle.wait()
    running.cancel()
    await asyncio.wait({running})
