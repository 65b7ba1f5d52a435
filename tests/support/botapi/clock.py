"""The server's time: real, faster than real, or standing still until a test moves it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine


class Clock:
    """`speed` seconds of server time pass in one real second; 0 stands still until `advance`."""

    def __init__(self, speed: float = 1.0, start: float | None = None) -> None:
        self.speed = speed
        self._start = time.time() if start is None else start
        self._since = time.monotonic()
        self._moved = asyncio.Event()

    def now(self) -> float:
        """Unix time."""
        return self._start + (time.monotonic() - self._since) * self.speed

    def advance(self, seconds: float) -> None:
        """Moves the time forward; whoever sleeps past it wakes."""
        self._start += seconds
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    def sleep(self, seconds: float) -> Coroutine[None, None, None]:
        """Waits for that much server time, counted from the call, not from the first await."""
        return self._until(self.now() + seconds)

    async def _until(self, moment: float) -> None:
        while (left := moment - self.now()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left / self.speed if self.speed else None):
                    await self._moved.wait()
