"""The programs that are measured, each a process of its own, and what it takes of the machine."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.botapi import BotApiServer

ROOT = Path(__file__).parents[1]
AIOGRAM = ROOT / ".venv" / "bench" / "bin" / "python"
START_TIME = 60.0
"""Seconds for a bot to begin."""

LOOK_EVERY = 0.25


@dataclass(frozen=True)
class Program:
    """One bot to be measured: `command` is followed by the server's address, a token and a folder;
    `flags` come last."""

    name: str
    command: Sequence[str]
    flags: Sequence[str] = ()


def bot(name: str, module: str, *flags: str) -> Program:
    """One of benchmarks/bots that uses the libraries of the bot."""
    return Program(name, (sys.executable, "-m", f"benchmarks.bots.{module}"), flags)


@contextlib.asynccontextmanager
async def running(
    program: Program, server: BotApiServer, folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program, from when it asks for updates."""
    before = server.journal.total
    command = (*program.command, server.url, server.token, str(folder), *program.flags)
    async with started(command) as process:
        await server.wait_for(lambda: asks(server, after=before), within=START_TIME)
        yield process


@contextlib.asynccontextmanager
async def started(
    command: Sequence[str], folder: Path = ROOT, environ: dict[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process, which is ended in the end."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environ, stdin=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()


def asks(server: BotApiServer, after: int) -> bool:
    """Whether updates were asked for since the call of that number."""
    return any(c.number > after for c in server.calls("getUpdates"))


def processor_time(process: int) -> float:
    """Seconds that the threads of the process have computed (proc_pid_schedstat(5))."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(each.read_text(encoding="ascii").split()[0]) for each in threads) / 1e9


def memory(process: int, field: str = "VmRSS") -> float:
    """MiB that are resident, or were at most (`VmHWM`; proc_pid_status(5))."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = re.search(rf"^{field}:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


async def until_idle(process: int, share: float = 0.03, seconds: float = 2.0) -> float:
    """Until it has computed less than that share of the time for so long; since when that is
    (`time.perf_counter`)."""
    since, before = time.perf_counter(), processor_time(process)
    while time.perf_counter() - since < seconds:
        await asyncio.sleep(LOOK_EVERY)
        worked = processor_time(process)
        if worked - before > share * LOOK_EVERY:
            since = time.perf_counter()
        before = worked
    return since
