"""The page's server: on this machine, for whoever has the address with the token in it.

Any page in a browser can send requests to this machine, and a name of somebody else's can lead
here. So every request has to name this machine as its host and, where it says so, this server's own
page as its origin; and its path begins with a random token, which no other page can know.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hmac
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.adapters.playground.people import CIRCLES, EVERYBODY
from bot.adapters.simulated_platform import ADMINS
from bot.listening import listening
from bot.ports import AdapterFault

if TYPE_CHECKING:
    from bot.adapters.playground.adapter import PlaygroundAdapter

PAGE = Path(__file__).parent / "page"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
MOST_BYTES = 1 << 16
USUAL_PORT = 80
STILL_THERE = 15.0
"""Seconds after which a page that was told nothing is told that."""

NOT_HERE = "This page is open to this machine alone, at 127.0.0.1 or localhost.\n"
NOT_YOURS = "Another page has asked for this; only the playground's own may.\n"
NO_TOKEN = "The address lacks its token: open the one that undersigned playground printed.\n"  # noqa: S105
WRONG = "That is nothing that somebody can do here.\n"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Who = Annotated[str, Field(pattern=f"^({'|'.join(EVERYBODY)})$")]
Group = Annotated[str, Field(pattern=f"^({'|'.join(CIRCLES)})$")]
Where = Annotated[str, Field(pattern=f"^({'|'.join([*CIRCLES, ADMINS])})$")] | None
MessageNumber = Annotated[int, Field(ge=1, le=10**15)]


class _Deed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Writes(_Deed):
    who: Who
    where: Where = None
    text: Annotated[str, Field(min_length=1, max_length=10_000)]
    reply_to: MessageNumber | None = None


class Presses(_Deed):
    who: Who
    where: Where = None
    message: MessageNumber
    data: Annotated[str, Field(max_length=64)]


class Changes(_Deed):
    who: Who
    where: Group
    how: Literal["add", "join", "leave", "promote", "demote"]


class Speaks(_Deed):
    who: Who
    language: Annotated[str, Field(max_length=20)]


class Waits(_Deed):
    minutes: Annotated[int, Field(ge=1, le=60 * 24 * 400)]


D = TypeVar("D", bound=_Deed)


@contextlib.asynccontextmanager
async def served(
    adapter: PlaygroundAdapter, host: str, port: int
) -> AsyncIterator[tuple[str, str]]:
    """As long as the block lasts, which gets the server's origin and the token. Raises
    `AdapterFault` if the address cannot be had."""
    server = _Server(adapter, host)
    async with listening(
        host, port, server.routes(), most_bytes=MOST_BYTES, key="--port", fault=AdapterFault
    ) as chosen:
        server.port = chosen
        yield server.origins[0], server.token


class _Server:
    def __init__(self, adapter: PlaygroundAdapter, host: str) -> None:
        self._adapter = adapter
        self._host = f"[{host}]" if ":" in host else host
        self.token = secrets.token_urlsafe(24)
        self.port = 0

    @property
    def hosts(self) -> list[str]:
        """What a browser on this machine calls this server."""
        names = dict.fromkeys((self._host, "127.0.0.1", "localhost"))
        # Browsers leave out the usual port.
        return [*names] if self.port == USUAL_PORT else [f"{name}:{self.port}" for name in names]

    @property
    def origins(self) -> list[str]:
        return [f"http://{host}" for host in self.hosts]

    def routes(self) -> list[web.RouteDef]:
        adapter = self._adapter
        gets: Mapping[str, Handler] = {
            "events": self._events,
            "statements": self._statements,
            "pages": self._pages,
            "file/{key}": self._file,
            "": self._page,
            "{name}": self._page,
        }
        posts: Mapping[str, Handler] = {
            "write": self._deed(
                Writes, lambda d: adapter.write(d.who, d.where, d.text, d.reply_to)
            ),
            "press": self._deed(
                Presses, lambda d: adapter.press(d.who, d.where, d.message, d.data)
            ),
            "change": self._deed(Changes, lambda d: adapter.change(d.who, d.where, d.how)),
            "speak": self._deed(Speaks, self._speak),
            "wait": self._deed(Waits, lambda d: adapter.advance(dt.timedelta(minutes=d.minutes))),
        }
        return [
            *(web.get(f"/{{token}}/{path}", self._guarded(do)) for path, do in gets.items()),
            *(web.post(f"/{{token}}/{path}", self._guarded(do)) for path, do in posts.items()),
            web.route("*", "/{rest:.*}", self._guarded(self._nothing)),
        ]

    def _guarded(self, handler: Handler) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            refusal = self._refusal(request)
            if refusal is not None:
                return web.Response(status=403, text=refusal, headers=HEADERS)
            return await handler(request)

        return answer

    def _refusal(self, request: web.Request) -> str | None:
        """Why a request is not answered; None if it may be."""
        if request.headers.get("Host", "") not in self.hosts:
            return NOT_HERE
        origin = request.headers.get("Origin")
        if origin not in self.origins and (origin is not None or request.method != "GET"):
            return NOT_YOURS
        given = request.match_info.get("token", "").encode("utf-8", "surrogateescape")
        return None if hmac.compare_digest(given, self.token.encode()) else NO_TOKEN

    def _deed(self, kind: type[D], do: Callable[[D], Awaitable[None]]) -> Handler:
        async def handler(request: web.Request) -> web.Response:
            try:
                deed = kind.model_validate_json(await request.read())
            except ValidationError:
                return web.Response(status=400, text=WRONG, headers=HEADERS)
            await do(deed)
            return web.Response(status=204, headers=HEADERS)

        return handler

    async def _speak(self, deed: Speaks) -> None:
        self._adapter.speak(deed.who, deed.language)

    async def _nothing(self, _request: web.Request) -> web.Response:
        return web.Response(status=404, text=WRONG, headers=HEADERS)

    async def _page(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", "index.html")
        file = next((file for file in PAGE.iterdir() if file.name == name), None)
        if file is None:
            return await self._nothing(request)
        text = file.read_text(encoding="utf-8")
        return web.Response(text=text, content_type=TYPES[file.suffix], headers=HEADERS)

    async def _file(self, request: web.Request) -> web.Response:
        found = self._adapter.transcript.files.get(request.match_info["key"])
        if found is None:
            return await self._nothing(request)
        name, data = found
        attached = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return web.Response(
            body=data, content_type="application/octet-stream", headers={**HEADERS, **attached}
        )

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """All that there is, and then what happens, until the page is closed."""
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        with self._adapter.transcript.page() as told, contextlib.suppress(ConnectionError):
            what: Mapping[str, Any] | None = self._adapter.state()
            while what is not None:
                await response.write(f"data: {json.dumps(what)}\n\n".encode())
                what = await _next(told, response)
        return response

    async def _statements(self, _request: web.Request) -> web.Response:
        previews = self._adapter.previews
        found = previews.statements() if previews is not None else ()
        return web.json_response(
            [{"id": id_, "title": title, "languages": tongues} for id_, title, tongues in found],
            headers=HEADERS,
        )

    async def _pages(self, request: web.Request) -> web.Response:
        """Of a statement in a language, on each platform."""
        asked = [request.query.get(name, "") for name in ("statement", "language", "part")]
        drawn = await asyncio.to_thread(self._draw, *asked)
        return web.json_response(drawn, headers=HEADERS)

    def _draw(self, statement: str, language: str, part: str) -> dict[str, object]:
        previews = self._adapter.previews
        if previews is None:
            return {}
        return {
            name: {
                "unit": look.unit,
                "limit": look.fit.limit,
                "pages": [
                    {"used": look.fit.measure(text), **look.draw(text, rows, look.prefix)}
                    for text, rows in previews.pages(
                        statement, language, part, look.fit, look.prefix
                    )
                ],
            }
            for name, look in self._adapter.looks.items()
        }


async def _next(
    told: asyncio.Queue[dict[str, Any] | None], response: web.StreamResponse
) -> Mapping[str, Any] | None:
    """What there is to tell next; meanwhile the connection is kept, or found to be gone."""
    while True:
        try:
            async with asyncio.timeout(STILL_THERE):
                return await told.get()
        except TimeoutError:
            await response.write(b":\n\n")
