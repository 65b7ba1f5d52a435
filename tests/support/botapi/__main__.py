"""The server as a process of its own; says in one JSON line where it listens.

python -m tests.support.botapi --port 8081 [--fast] [--speed 10] [--journal 1000]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
from typing import Any

from tests.support.botapi.clock import Clock
from tests.support.botapi.rules import Rules, fast
from tests.support.botapi.server import TOKEN, BotApiServer


def arguments() -> Any:
    parser = argparse.ArgumentParser(prog="python -m tests.support.botapi")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--fast", action="store_true", help="no flood limits, no pauses")
    parser.add_argument("--speed", type=float, default=1.0, help="server seconds in a second")
    parser.add_argument("--journal", type=int, default=None, help="keep only so many calls")
    return parser.parse_args()


async def serve(given: Any) -> None:
    server = BotApiServer(
        token=given.token,
        clock=Clock(given.speed),
        rules=fast() if given.fast else Rules(),
        host=given.host,
        port=given.port,
        journal_limit=given.journal,
    )
    ended = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, ended.set)
    async with server:
        print(json.dumps({"url": server.url, "token": server.token}), flush=True)
        await ended.wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(arguments()))
