"""What holds up the event loop is counted, by what it computes and not by how long it waits."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time

import pytest

from bot.delivery.blocks import LONGEST, Blocks


async def computes(seconds: float) -> str:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
    await asyncio.sleep(0)
    return "done"


async def waits() -> None:
    time.sleep(3 * LONGEST)  # noqa: ASYNC251 - as where another process has the machine


def test_what_computes_for_long_is_counted_and_named_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    blocks = Blocks()

    async def all_() -> None:
        blocks.watch(asyncio.get_running_loop())
        tasks = [asyncio.create_task(computes(LONGEST * 1.2)) for _ in range(2)]
        assert await asyncio.gather(*tasks, computes(LONGEST / 10)) == ["done"] * 3
        await asyncio.create_task(waits())

    with caplog.at_level(logging.WARNING):
        asyncio.run(all_())
    assert blocks.count == 2
    assert blocks.names == {"computes"}
    assert [record.message.split(" ")[0] for record in caplog.records] == ["computes"]


def test_a_task_that_is_watched_is_as_any_other() -> None:
    """It fails, is cancelled, and says whether it runs, as libraries ask it to."""

    async def fails() -> None:
        await asyncio.sleep(0)
        raise LookupError("why")

    async def all_() -> None:
        Blocks().watch(asyncio.get_running_loop())
        with pytest.raises(LookupError, match="why"):
            await asyncio.create_task(fails())
        sleeping = asyncio.create_task(asyncio.sleep(60), name="sleeping")
        await asyncio.sleep(0)
        coroutine = sleeping.get_coro()
        assert inspect.getcoroutinestate(coroutine) == inspect.CORO_SUSPENDED  # type: ignore[arg-type]
        assert "sleep()" in repr(sleeping)
        sleeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeping

    asyncio.run(all_())
