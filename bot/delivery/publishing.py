"""Having the page published after a change: not too often, and in a process of its own, as it takes
minutes with a million names."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.delivery.health import Health
from bot.delivery.worker import Worker

_WHAT = "page"

Failed = Callable[[], Awaitable[None]]
"""Called when it has failed."""


class Publishing(Worker):
    """A change while it is under way is published by the next one; so is one of which nobody knows,
    as the first one comes with the start. Where it fails it is tried again after the same time."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        every: float,
        health: Health,
        failed: Failed,
    ) -> None:
        """`command` publishes, and says on standard error in one line why it could not; `every` is
        in seconds."""
        super().__init__()
        self._command = command
        self._environ = environ
        self._every = every
        self._health = health
        self._failed = failed
        self._last: float | None = None
        """The loop's time when it was begun last."""

    async def work(self) -> float | None:
        if not self.look:
            return None
        now = asyncio.get_running_loop().time()
        if self._last is not None and (left := self._last + self._every - now) > 0:
            return left
        self._last, self.look = now, False
        fault = await self._publish()
        self._health.note(_WHAT, None if fault is None else f"the page is not published: {fault}")
        if fault is not None:
            self.look = True
            await self._failed()
        return self._every

    def is_done(self) -> bool:
        return not self.look

    async def _publish(self) -> str | None:
        """The fault, if there was one."""
        try:
            # A group of its own, so that what it runs in turn ends with it.
            process = await asyncio.create_subprocess_exec(
                *self._command,
                env=self._environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            return f"no process can be started ({error.strerror})"
        try:
            _, said = await process.communicate()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            await process.wait()
            raise
        if process.returncode == 0:
            return None
        lines = said.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"exit code {process.returncode}"
