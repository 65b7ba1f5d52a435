"""Whether anything holds up all else: how long a task computes in one go."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Generator
from typing import Any

log = logging.getLogger(__name__)

LONGEST = 0.05
"""Seconds of processor time. To wait for the machine, or for a disk, is no fault of the program:
only what its own thread has computed counts."""

SAMPLED_EVERY = 0.005
"""Seconds between two looks at what the thread has computed, at the least."""


class Blocks:
    """Counts them, and logs each task that does it once. asyncio itself tells of them in its debug
    mode alone, which costs more than all else, and measures the time on the wall."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0
        self.names: set[str] = set()
        """The functions whose tasks did it."""
        self._at = self._computed = 0.0

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """All tasks that are begun from now on."""
        loop.set_task_factory(self._task)

    def _task(
        self, loop: asyncio.AbstractEventLoop, coroutine: Any, **given: Any
    ) -> asyncio.Task[Any]:
        return asyncio.Task(_Timed(coroutine, self), loop=loop, **given)

    def begin(self) -> float:
        """A step of a task; when that is."""
        now = time.perf_counter()
        # The clock of the thread is a call to the system, twenty times as dear as the other.
        if now - self._at > SAMPLED_EVERY:
            self._at, self._computed = now, time.thread_time()
        return now

    def end(self, began: float, name: str) -> None:
        """The step that began then."""
        if time.perf_counter() - began <= LONGEST:
            return
        # Since the sample at most all the time up to the step was computed by others.
        took = time.thread_time() - self._computed - (began - self._at)
        if took <= LONGEST:
            return
        self.count += 1
        self.seconds += took
        if name not in self.names:
            self.names.add(name)
            log.warning("%s held up everything else for %.0f ms", name, took * 1000)


class _Timed(Coroutine[Any, Any, Any]):
    """A coroutine whose steps are timed. All else of it is its own: libraries look at whether it
    runs."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], blocks: Blocks) -> None:
        self._coroutine = coroutine
        self._blocks = blocks
        # What ends an asynchronous generator has no name.
        self._name = getattr(coroutine, "__qualname__", type(coroutine).__name__)

    def send(self, value: Any) -> Any:
        began = self._blocks.begin()
        try:
            return self._coroutine.send(value)
        finally:
            self._blocks.end(began, self._name)

    def throw(self, *error: Any) -> Any:
        return self._coroutine.throw(*error)

    def close(self) -> None:
        self._coroutine.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._coroutine.__await__()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._coroutine, name)
