"""Requests to the Bot API over aiohttp, with errors that name what went wrong and no secret."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote, urlsplit

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

from bot.adapters.downloads import read_at_most

ANSWER_TIME = 20.0
"""Seconds for an ordinary call, from the connection to the last byte of its answer; a long poll and
an upload say their own."""

UPLOAD_TIME = 300.0
CONNECT_TIME = 10.0
CONNECTIONS = 64

FLOOD_PAUSE = 5.0
"""Seconds to wait after a 429 that does not say how long."""

MOST_PAUSE = 86_400.0
"""Seconds; whoever is told to wait for longer asks again after a day."""

LONGEST_STEP = 600.0
"""Seconds between two careful tries within a wait that the server asks for."""

MISREAD = (TypeError, KeyError, ValueError, AttributeError, OverflowError, OSError)
"""What the library raises when an answer does not have the documented shape."""

# How the official server begins what it carried out. The body is then parsed once, not twice.
_OK = re.compile(rb'\s*\{\s*"ok"\s*:\s*true\b')
_RETRY_AFTER = re.compile(r"retry after (\d{1,9})", re.IGNORECASE)
_TYPED: Mapping[int, type[TelegramError]] = {
    400: BadRequest,
    401: InvalidToken,
    403: Forbidden,
    404: EndPointNotFound,
    409: Conflict,
}


class Upload(NamedTuple):
    """A file beside the parameters of a call, `field` being the name of its own."""

    field: str
    name: str
    data: bytes


class Ask(Protocol):
    """One call, by the method's name, whose result is wanted as it came: where the library makes an
    object of it, it insists on every field that the newest Bot API has. Raises `TelegramError`."""

    async def __call__(
        self, method: str, parameters: Mapping[str, object], /, *, file: Upload | None = None
    ) -> object: ...


class TooManyRequests(TelegramError):
    """A flood limit, said to last for `after` seconds. (The library's `RetryAfter` warns of its own
    future when it is made.)"""

    def __init__(self, after: float) -> None:
        super().__init__(f"Too many requests, to be tried again after {after:g} s")
        self.after = after
        self.pause = min(after, LONGEST_STEP)
        """Seconds until it is tried again."""


class AiohttpRequest(BaseRequest):
    """One session for everything, opened by the first call. `answered` is the monotonic time of
    the last call that the server carried out."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self.answered: float | None = None
        self.date: str | None = None
        """When the last answer was given, by the server's clock as its header has it."""

    @property
    def read_timeout(self) -> float:
        return ANSWER_TIME

    async def initialize(self) -> None:
        """The session opens by itself."""

    async def shutdown(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()

    async def ask(
        self,
        url: str,
        parameters: Mapping[str, object],
        held: float = 0.0,
        file: Upload | None = None,
    ) -> object:
        """A call whose result is wanted as it came; `held` are the seconds for which the server may
        hold it before it answers. Raises `TelegramError`."""
        if file is None:
            _, payload = await self._answer(url, _json(parameters), ANSWER_TIME + held)
        else:
            _, payload = await self._answer(url, _form(parameters, file), UPLOAD_TIME)
        return self.parse_json_payload(payload)["result"]

    async def download(self, files: str, path: str, most: int) -> bytes:
        """A file of somebody's, at most `most` bytes of it; `files` is how the addresses of all
        begin. Raises `TelegramError`, or `TooLarge` as soon as there is more."""
        url = f"{files}/{quote(path)}"
        limits = aiohttp.ClientTimeout(total=UPLOAD_TIME, sock_connect=CONNECT_TIME)
        try:
            async with self._open(url).get(url, timeout=limits, allow_redirects=False) as response:
                if response.status != 200:
                    raise self._fault(response.status, None)
                return await read_at_most(response, most)
        except TimeoutError:
            raise TimedOut("The server did not answer in time") from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(f"No exchange with the server: {type(error).__name__}") from None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Called by the library. What is returned has succeeded, everything else is raised here:
        the library would quote the body of an answer that it cannot read."""
        # All are POSTs with one limit.
        del method, read_timeout, write_timeout, connect_timeout, pool_timeout
        body = _json({} if request_data is None else request_data.parameters)
        return await self._answer(url, body, ANSWER_TIME)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Called by the library for what `do_request` returned."""
        body = _read(payload)
        if not isinstance(body, dict) or "result" not in body:
            raise NetworkError("The server's answer cannot be read")
        return body

    async def _answer(
        self, url: str, body: bytes | aiohttp.FormData, within: float
    ) -> tuple[int, bytes]:
        # One limit over all: bytes that come one by one keep every wait for the next one short.
        limits = aiohttp.ClientTimeout(total=within, sock_connect=CONNECT_TIME)
        headers = {"Content-Type": "application/json"} if isinstance(body, bytes) else None
        try:
            async with self._open(url).post(
                url, data=body, headers=headers, timeout=limits, allow_redirects=False
            ) as response:
                status, payload = response.status, await response.read()
                after = response.headers.get("Retry-After", "")
                self.date = response.headers.get("Date")
        except TimeoutError:
            raise TimedOut("The server did not answer in time") from None
        except (aiohttp.ClientError, OSError) as error:
            # Its words may hold the address, and that holds the token.
            raise NetworkError(f"No exchange with the server: {type(error).__name__}") from None
        if 200 <= status < 300 and _succeeded(payload):
            self.answered = time.monotonic()
            return status, payload
        raise self._fault(status, _read(payload), after)

    def _fault(self, status: int, body: object, after: str = "") -> TelegramError:
        """`after` is what the header Retry-After says: a proxy before the server may know limits
        of its own, and does not speak as the Bot API does."""
        if not isinstance(body, dict) or body.get("ok") is not False:
            if status == 429:
                return TooManyRequests(_pause(None, f"retry after {after}"))
            return NetworkError(f"The answer with status {status} is not one of the Bot API")
        said = body.get("error_code")
        code = said if isinstance(said, int) else status
        described = str(body.get("description") or f"error {code}").replace(self._token, "[token]")
        parameters = body.get("parameters")
        if not isinstance(parameters, dict):
            parameters = {}
        moved = parameters.get("migrate_to_chat_id")
        if isinstance(moved, int):
            return ChatMigrated(moved)
        if code == 429:
            return TooManyRequests(_pause(parameters.get("retry_after"), described))
        return _TYPED.get(code, NetworkError)(described)

    def _open(self, url: str) -> aiohttp.ClientSession:
        if self._closed:
            raise NetworkError("The adapter has been stopped")
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            self._session = aiohttp.ClientSession(connector=connector, proxy=_proxy(url))
        return self._session


def _succeeded(payload: bytes) -> bool:
    """Nothing says in which order a server writes the fields of its answer."""
    if _OK.match(payload):
        return True
    body = _read(payload)
    return isinstance(body, dict) and body.get("ok") is True


def _read(payload: bytes) -> object:
    """The JSON in a body; None where it is none."""
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None


def _pause(said: object, described: str) -> float:
    found = _RETRY_AFTER.search(described)
    if isinstance(said, int | float) and said > 0:
        return float(min(said, MOST_PAUSE))
    return min(float(found[1]), MOST_PAUSE) if found else FLOOD_PAUSE


def _json(parameters: Mapping[str, object]) -> bytes:
    return json.dumps(parameters, ensure_ascii=False).encode("utf-8", "replace")


def _form(parameters: Mapping[str, object], file: Upload) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    for name, value in parameters.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    form.add_field(file.field, file.data, filename=file.name)
    return form


def _proxy(url: str) -> str | None:
    """The proxy that the environment names (HTTPS_PROXY), for places where Telegram is blocked."""
    parts = urlsplit(url)
    if parts.hostname is None or urllib.request.proxy_bypass(parts.hostname):
        return None
    return urllib.request.getproxies().get(parts.scheme)
