"""Between the bot and its homeserver: a way on which anything goes wrong, by chance."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

from aiohttp import web

from tests.support.synapse.homeserver import Homeserver
from tests.support.synapse.proxy import Answer, Proxy, matrix_error

GATEWAY = "<html><h1>502 Bad Gateway</h1></html>"


def _page(status: int) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=GATEWAY, content_type="text/html")

    return answer


async def _broken_off(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _cut_off(request: web.Request) -> web.StreamResponse:
    """The beginning of an answer whose rest never comes."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    response.content_type = "application/json"
    await response.prepare(request)
    await response.write(b'{"next_batch": "s1", "rooms"')
    return await _broken_off(request)


NOISE: dict[str, Answer] = {
    "502": _page(502),
    "504": _page(504),
    "a page of somebody else's": _page(200),
    "500": matrix_error(500, "M_UNKNOWN"),
    "503": matrix_error(503, "M_UNKNOWN"),
    "429": matrix_error(429, "M_LIMIT_EXCEEDED", retry_after_ms=200),
    "broken off": _broken_off,
    "cut off": _cut_off,
}

LOSSES = ("502", "broken off", "a page of somebody else's")
"""What the server does, and the answer to it is one of these."""


class Storm(Proxy):
    """A `part` of all calls fails, a third of those behind the server's back. `met` counts by what
    happened."""

    def __init__(self, homeserver: Homeserver, chance: random.Random, part: float) -> None:
        super().__init__(homeserver)
        self.part = part
        self.met: Counter[str] = Counter()
        self._chance = chance

    async def __aenter__(self) -> Storm:
        await super().__aenter__()
        return self

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if self._chance.random() >= self.part:
            return await super()._handle(request)
        lot = self._chance.random()
        if lot < 0.33:
            kind = self._chance.choice(LOSSES)
            self.met[f"taken, then {kind}"] += 1
            await self.forward(request)
            return await NOISE[kind](request)
        if lot < 0.43:
            self.met["slow"] += 1
            await asyncio.sleep(self._chance.uniform(0.2, 1.0))
            return await super()._handle(request)
        kind = self._chance.choice(list(NOISE))
        self.met[kind] += 1
        return await NOISE[kind](request)
