"""When the page is published, and what is said where that fails."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.delivery.health import Health
from bot.delivery.publishing import Publishing

WITHIN = 10.0
"""Seconds, in which everything happens."""

SCRIPT = """
echo begun >> runs
while [ -e hold ]; do read -t 0.01 _ <> pipe; done
if [ -e fault ]; then echo 'first words' >&2; echo 'The disk is full.' >&2; exit 1; fi
"""


class Page:
    """One that is published by a script in a folder."""

    def __init__(self, folder: Path, every: float) -> None:
        self.folder = folder
        self.health = Health()
        self.told = 0
        os.mkfifo(folder / "pipe")
        command = ("bash", "-c", f"cd {folder}\n{SCRIPT}")
        self.publishing = Publishing(command, os.environ, every, self.health, self._failed)

    async def _failed(self) -> None:
        self.told += 1

    @property
    def runs(self) -> int:
        file = self.folder / "runs"
        return len(file.read_text().splitlines()) if file.exists() else 0

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self.publishing.run())
        try:
            yield task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def begun(self, runs: int) -> None:
        """So many were."""
        await until(lambda: self.runs >= runs)

    async def ended(self, runs: int) -> None:
        """So many were begun, and the last one has ended."""
        await self.begun(runs)
        async with asyncio.timeout(WITHIN):
            await self.publishing.idle.wait()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while True:
            if is_so():
                return
            await asyncio.sleep(0.005)


async def test_it_is_published_at_the_start_and_after_a_change(tmp_path: Path) -> None:
    page = Page(tmp_path, every=0.3)
    async with page.at_work():
        await page.ended(1)
        began = asyncio.get_running_loop().time()
        page.publishing.wake()
        page.publishing.wake()
        await page.ended(2)
        # Not sooner than it may, but for the time that the script took to say that it has begun.
        assert asyncio.get_running_loop().time() - began > 0.2
        await asyncio.sleep(0.4)
        assert page.runs == 2
    assert (page.health.problems(), page.told) == ([], 0)


async def test_a_change_while_it_is_under_way_is_published_by_the_next_one(tmp_path: Path) -> None:
    page = Page(tmp_path, every=0.05)
    hold = tmp_path / "hold"
    hold.touch()
    async with page.at_work():
        await page.begun(1)
        page.publishing.wake()
        assert page.runs == 1
        hold.unlink()
        await page.ended(2)


async def test_a_fault_is_told_and_it_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    page = Page(tmp_path, every=0.05)
    fault = tmp_path / "fault"
    fault.touch()
    async with page.at_work():
        await until(lambda: page.told >= 2)
        assert page.health.problems() == ["the page is not published: The disk is full."]
        fault.unlink()
        await page.ended(page.runs + 1)
    assert page.health.problems() == []
    said = [record.message for record in caplog.records]
    assert said == [
        "the page is not published: The disk is full.",
        "page: all is well again",
    ]


async def test_where_no_process_can_be_started(tmp_path: Path) -> None:
    health = Health()
    told = asyncio.Event()

    async def failed() -> None:
        told.set()

    missing = (str(tmp_path / "missing"),)
    publishing = Publishing(missing, os.environ, 60, health, failed)
    task = asyncio.create_task(publishing.run())
    async with asyncio.timeout(WITHIN):
        await told.wait()
    task.cancel()
    assert health.problems() == [
        "the page is not published: no process can be started (No such file or directory)"
    ]


async def test_what_it_runs_ends_with_it(tmp_path: Path) -> None:
    page = Page(tmp_path, every=0.05)
    (tmp_path / "hold").touch()
    async with page.at_work() as task:
        await page.begun(1)
        task.cancel()
        async with asyncio.timeout(WITHIN):
            with contextlib.suppress(asyncio.CancelledError):
                await task
    # `hold` is there yet: it was ended, and did not come to its end.
    assert page.told == 0
