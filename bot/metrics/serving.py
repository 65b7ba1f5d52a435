"""`/healthz` and `/metrics`, whatever else the program does."""

from __future__ import annotations

import contextlib
import datetime as dt
import hmac
from collections.abc import AsyncIterator

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.domain.faults import OperatorFault
from bot.listening import listening
from bot.metrics.collector import exposition
from bot.metrics.program import Program, Stage

HEALTH_PATH, METRICS_PATH = "/healthz", "/metrics"
MOST_BYTES = 1 << 10
"""The largest body that is read; nobody has anything to say here."""


@contextlib.asynccontextmanager
async def served(program: Program, host: str, port: int, token: str | None) -> AsyncIterator[None]:
    """As long as the block lasts. Raises `OperatorFault` if the address cannot be had."""
    answers = _Answers(program, token)
    routes = [
        web.get(HEALTH_PATH, answers.health),
        web.get(METRICS_PATH, answers.metrics),
    ]
    async with listening(
        host, port, routes, most_bytes=MOST_BYTES, key="listen.address", fault=OperatorFault
    ):
        yield


class _Answers:
    def __init__(self, program: Program, token: str | None) -> None:
        self._program = program
        self._bearer = None if token is None else f"Bearer {token}".encode()
        self._write = exposition(program, lambda: dt.datetime.now(dt.UTC))

    async def health(self, request: web.Request) -> web.Response:
        """To strangers one word: what is wrong is for who runs the program."""
        problems = self._program.problems()
        said = ["down" if problems else "up"]
        if self._bearer is not None and self._knows_token(request):
            if self._program.stage is Stage.STANDING_BY:
                said.append("standing by until no other instance works on the database")
            said += problems
        return web.Response(text="\n".join(said), status=503 if problems else 200)

    async def metrics(self, request: web.Request) -> web.Response:
        if not self._knows_token(request):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        return web.Response(body=self._write(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def _knows_token(self, request: web.Request) -> bool:
        """True for anybody where there is none, which a loopback address alone allows."""
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        return self._bearer is None or hmac.compare_digest(given, self._bearer)
