"""Between the bot and its homeserver: a way that can be blocked, and that counts what passes."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from tests.support.synapse.homeserver import Homeserver

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

_NOT_PASSED_ON = {"content-length", "transfer-encoding", "connection", "date"}
_EVENT = re.compile(
    r"PUT .*/rooms/(?P<room>[^/]+)/(?:send/(?P<kind>[^/]+)|redact/(?P<gone>[^/]+))/(?P<tx>[^/]+)"
)


@dataclass
class Fault:
    """What happens to the next so many requests whose method and path match."""

    pattern: re.Pattern[str]
    answer: Answer
    times: int
    met: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Made:
    """The server was asked for an event under a transaction id, and said which one it is. A
    redaction's content is what it takes away."""

    room: str
    kind: str
    transaction: str
    content: str
    event: str


@dataclass
class Loss:
    """A part of the requests that match is done by the server, and the answer to it never comes:
    neither to the first nor to the second of the kind, as HTTP libraries ask once more unseen."""

    pattern: re.Pattern[str]
    part: float
    chance: random.Random
    met: int = 0
    _once: set[str] = field(default_factory=set)

    def takes(self, name: str) -> bool:
        if name in self._once:
            self._once.discard(name)
            return True
        if not self.pattern.search(name) or self.chance.random() >= self.part:
            return False
        self._once.add(name)
        self.met += 1
        return True


class Proxy:
    """`url` is that of a homeserver. `statuses` counts each answer of the server to what was asked,
    as `("PUT send", 429)`; `made` are the events that it was asked for, each as often as asked."""

    def __init__(self, homeserver: Homeserver) -> None:
        self._homeserver = homeserver
        self._faults: list[Fault] = []
        self._losses: list[Loss] = []
        self.made: list[Made] = []
        self.url = ""
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.seen: list[tuple[float, str, str, int]] = []
        """The loop's time, method, path and status of each request."""

    async def __aenter__(self) -> Proxy:
        self._session = aiohttp.ClientSession(auto_decompress=False)
        app = web.Application(client_max_size=1 << 26)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()
        await self._session.close()

    def fail(self, pattern: str, answer: Answer | int, times: int = 1) -> Fault:
        """Answer requests like `PUT /_matrix/...` in place of the server; a number is a status,
        with a body that no homeserver writes."""
        if isinstance(answer, int):
            answer = _plain(answer)
        fault = Fault(re.compile(pattern), answer, times)
        self._faults.append(fault)
        return fault

    def lose(self, pattern: str, part: float, chance: random.Random) -> Loss:
        """Break the connection behind such a part of the requests like `PUT /_matrix/...`."""
        loss = Loss(re.compile(pattern), part, chance)
        self._losses.append(loss)
        return loss

    def asked(self, pattern: str) -> list[float]:
        """When such a request was answered."""
        return [at for at, method, path, _ in self.seen if re.search(pattern, f"{method} {path}")]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        name = f"{request.method} {request.path}"
        for fault in self._faults:
            if fault.met < fault.times and fault.pattern.search(name):
                fault.met += 1
                fault.begun.set()
                response = await fault.answer(request)
                self._note(request, response.status)
                return response
        response = await self.forward(request)
        if any(loss.takes(name) for loss in self._losses) and request.transport is not None:
            request.transport.abort()
        return response

    async def forward(self, request: web.Request) -> web.StreamResponse:
        """What the server says to it."""
        headers = _kept(request.headers.items(), {"host", "connection"})
        asked = await request.read()
        async with self._session.request(
            request.method,
            URL(self._homeserver.url + request.raw_path, encoded=True),
            data=asked,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            body = await answer.read()
            self._note(request, answer.status)
            if answer.status == 200:
                self._note_event(f"{request.method} {request.path}", asked, body)
            kept = _kept(answer.headers.items(), _NOT_PASSED_ON)
            return web.Response(status=answer.status, body=body, headers=kept)

    def _note(self, request: web.Request, status: int) -> None:
        now = asyncio.get_running_loop().time()
        self.seen.append((now, request.method, request.path, status))
        found = re.search(r"/(?:v3|r0)/(?:rooms/[^/]+/)?([a-zA-Z_]+)", request.path)
        self.statuses[f"{request.method} {found[1] if found else request.path}", status] += 1

    def _note_event(self, name: str, asked: bytes, answer: bytes) -> None:
        match = _EVENT.fullmatch(name)
        if match is None:
            return
        content: Any = match["gone"] or json.loads(asked)
        written = json.dumps(content, sort_keys=True)
        event = json.loads(answer)["event_id"]
        self.made.append(
            Made(match["room"], match["kind"] or "redact", match["tx"], written, event)
        )


def _plain(status: int) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text="<html>not here</html>", content_type="text/html")

    return answer


def matrix_error(status: int, code: str, **more: object) -> Answer:
    """An error as a homeserver writes it."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response({"errcode": code, "error": code, **more}, status=status)

    return answer


async def never(_: web.Request) -> web.StreamResponse:
    """Hold the connection for as long as it is there."""
    await asyncio.Event().wait()
    raise AssertionError


def _kept(headers: Iterable[tuple[str, str]], without: set[str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in without]
