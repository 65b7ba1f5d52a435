"""`undersigned init`, and the commands after it, as an operator runs them: nothing is set for them
but what is named."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from tests.support import bot_process
from tests.support.bot_process import Ended
from tests.support.nursery import nursery

NOTHING = {"UNDERSIGNED_STATEMENTS": ""}
"""Takes away what other tests set; an empty variable is none."""


async def command(
    *arguments: str, folder: Path, lines: Iterable[str] = (), **environ: str
) -> Ended:
    """To its end, beside what happens here."""
    return await asyncio.to_thread(
        bot_process.run, *arguments, folder=folder, lines=lines, environ=NOTHING | environ
    )


@contextlib.asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Path]:
    """`undersigned run` in that folder; the file of what it writes."""
    said = folder.parent / "said.txt"
    with said.open("ab") as out, (folder.parent / "nothing").open("w+b") as nothing:
        files = (nothing.fileno(), out.fileno(), out.fileno())
        environ = bot_process.environment() | NOTHING
        pid = nursery().start(("run",), folder, environ, files)
    try:
        yield said
    finally:
        os.kill(pid, signal.SIGTERM)
        code = await asyncio.to_thread(nursery().wait, pid)
        assert code == 0, said.read_text("utf-8")
