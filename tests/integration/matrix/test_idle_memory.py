"""What the program holds while it waits on both platforms, in multiples of a process that only
starts the libraries of both."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.test_memory import resident
from tests.integration.matrix.test_program import configure
from tests.support import bot_process
from tests.support.botapi import BotApiServer, fast
from tests.support.synapse import Account, Homeserver

MOST = 1.6
"""1.5 is aimed at, and missed by what uvloop holds (docs/benchmarks.md)."""
QUIET = 2.0
"""Seconds after the first polls of both platforms in which the last begins."""


@contextlib.asynccontextmanager
async def started(
    arguments: Sequence[str], folder: Path, server: BotApiServer, store: Path
) -> AsyncIterator[int]:
    """The process, once it polls Telegram and has kept what came from Matrix."""
    before = server.journal.total
    environ = bot_process.environment(folder / "statements")
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # Not from the nursery, whose memory its children share.
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=folder, env=environ, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await server.wait_for(
            lambda: any(call.number > before for call in server.calls("getUpdates")), 60.0
        )
        await server.wait_for(lambda: any(store.glob("*.db")), 60.0)
        await asyncio.sleep(QUIET)
        yield process.pid
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()


async def test_waiting_holds_little_more_than_the_libraries(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Account,
    unique: Callable[[str], str],
    meet: Meet,
) -> None:
    bare, zaid = await homeserver.register(unique("bare")), await meet("zaid")
    folder = tmp_path / "bare"
    folder.mkdir()
    async with BotApiServer(rules=fast()) as server:
        telegram = f'telegram: {{token: "{server.token}", api_url: "{server.url}"}}\n'
        configure(tmp_path, homeserver, account, zaid, telegram)
        given = (server.url, server.token, homeserver.url, bare.user, bare.device, bare.token)
        arguments = ("-m", "tests.support.bare_libraries", *given, str(folder))
        async with started(arguments, folder, server, folder) as pid:
            libraries = resident(pid)
        # The first start, which makes the database too.
        async with started(
            ("-m", "bot", "run"), tmp_path, server, tmp_path / "data" / "matrix"
        ) as pid:
            ours = resident(pid)
    print(f"{ours} KiB beside {libraries} KiB: {ours / libraries:.2f}")
    assert ours / libraries <= MOST
