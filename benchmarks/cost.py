"""What the program takes of a machine when it does nothing: memory, imports, a start.

The bot is `undersigned run` on both platforms; beside it is a process that only imports and starts
bare python-telegram-bot and nio.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.found import Found, median, rounded, table
from benchmarks.places import prepare
from benchmarks.plots import bars
from benchmarks.processes import ROOT, memory, processor_time, started, until_idle
from tests.support.botapi import BotApiServer, fast
from tests.support.synapse import Homeserver

PLATFORMS = """\
telegram:
  token: "{token}"
  api_url: {url}
  admin_chat: {chat}
matrix:
  homeserver: {homeserver}
  user_id: "{user}"
  password: {password}
"""
IMPORT = (
    "import time; began = time.process_time(); import bot.cli; print(time.process_time() - began)"
)
START = f"{sys.executable} -m bot run".split()


@dataclass(frozen=True)
class Measured:
    """MiB, and seconds: of wall time until it asks Telegram for updates, and of the processor until
    it is idle."""

    memory: float
    start: float
    worked: float


async def measure(rounds: int) -> Found:
    """Both in turns."""
    ours, bare, imports = list[Measured](), list[Measured](), list[float]()
    with TemporaryDirectory() as place:
        homeserver = Homeserver(Path(place) / "synapse")
        homeserver.start()
        try:
            async with BotApiServer(rules=fast(), journal_limit=500) as server:
                admins = server.group("Admins", creator=server.person("zaid"))
                for at in range(rounds):
                    folder = Path(place) / f"{at}"
                    ours.append(await _ours(server, homeserver, admins.id, folder))
                    bare.append(await _bare(server, homeserver, f"bare{at}"))
                    imports.append(await _import())
        finally:
            homeserver.stop()
    return found(ours, bare, imports)


async def _ours(server: BotApiServer, homeserver: Homeserver, chat: int, folder: Path) -> Measured:
    account = await homeserver.register(f"bot{folder.name}")
    prepare(folder)
    platforms = PLATFORMS.format(
        token=server.token,
        url=server.url,
        chat=chat,
        homeserver=homeserver.url,
        user=account.user,
        password=account.password,
    )
    with (folder / "config.yaml").open("a", encoding="utf-8") as config:
        config.write(platforms)
    return await _idle(server, START, folder)


async def _bare(server: BotApiServer, homeserver: Homeserver, name: str) -> Measured:
    account = await homeserver.register(name)
    module = (sys.executable, "-m", "benchmarks.bots.bare_both")
    there = (server.url, server.token, homeserver.url)
    return await _idle(server, (*module, *there, account.user, account.device, account.token), ROOT)


async def _idle(server: BotApiServer, command: Sequence[str], folder: Path) -> Measured:
    began = time.perf_counter()
    before = server.journal.total
    environ = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    async with started(command, folder, environ) as process:
        await server.wait_for(
            lambda: any(call.number > before for call in server.calls("getUpdates")), 60
        )
        took = time.perf_counter() - began
        await until_idle(process.pid)
        return Measured(memory(process.pid), took, processor_time(process.pid))


async def _import() -> float:
    """Seconds of the processor."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", IMPORT), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return float(said)


def found(ours: Sequence[Measured], bare: Sequence[Measured], imports: Sequence[float]) -> Found:
    """By the medians."""
    memories = [median(one.memory for one in each) for each in (ours, bare)]
    starts = [median(one.start for one in each) for each in (ours, bare)]
    worked = [median(one.worked for one in each) for each in (ours, bare)]
    results = {
        "memory.idle_ratio": rounded(memories[0] / memories[1]),
        "memory.idle_mib": rounded(memories[0]),
        "memory.bare_mib": rounded(memories[1]),
        "cost.import_seconds": rounded(median(imports)),
        "cost.first_poll_seconds": rounded(starts[0]),
        "cost.start_worked_seconds": rounded(worked[0]),
    }
    rows = [
        ("undersigned", memories[0], starts[0], worked[0]),
        ("python-telegram-bot and nio", memories[1], starts[1], worked[1]),
        ("ratio", *(each[0] / each[1] for each in (memories, starts, worked))),
    ]
    head = ("program", "memory when idle, MiB", "to the first poll, s", "processor until idle, s")
    beside = f"\n\n`import bot.cli` takes {median(imports):.2f} s of the processor."
    plot = {
        name: (median(m), min(m), max(m))
        for name, m in (
            ("undersigned", [one.memory for one in ours]),
            ("python-telegram-bot and nio", [one.memory for one in bare]),
        )
    }
    drawn = bars("Memory when idle on both platforms, MiB", plot)
    return Found(results, table(head, rows) + beside, {"cost": drawn})
