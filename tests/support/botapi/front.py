"""From an HTTP request to a method and back: paths, tokens, faults, the journal."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.support.botapi.core import Answer, Core, Encoded
from tests.support.botapi.errors import ApiError
from tests.support.botapi.faults import Fault, Faults
from tests.support.botapi.journal import Call, Journal
from tests.support.botapi.methods import METHODS
from tests.support.botapi.methods.files import file_at
from tests.support.botapi.parameters import Raw, collect, take
from tests.support.botapi.shapes import thinned
from tests.support.botapi.state import Json

_PATH = re.compile(r"/bot([^/]*)/([^/]*)")
_FILE = re.compile(r"/file/bot([^/]*)/(.+)")
_TOKEN = re.compile(r"\d{1,19}:[A-Za-z0-9_-]{20,}")


class Front:
    """Answers the calls of one bot. `on_call` hears of every end of a call."""

    def __init__(self, core: Core, token: str, journal: Journal, faults: Faults) -> None:
        self.core = core
        self.token = token
        self.journal = journal
        self.faults = faults
        self.on_call: Callable[[Call], None] = lambda _: None
        self.control: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]] | None = None

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith("/control/") and self.control is not None:
            return await self.control(request)
        if (file := _FILE.fullmatch(request.path)) is not None:
            return await self._file(request, file[1], file[2])
        found = _PATH.fullmatch(request.path)
        if found is None or not _TOKEN.fullmatch(found[1]):
            return _refused(ApiError(404, "Not Found"))
        if found[1] != self.token:
            return _refused(ApiError(401, "Unauthorized"))
        try:
            raw = await collect(request)
        except ApiError as error:
            return _refused(error)
        call = self.journal.begin(self.core.clock.now(), found[2], raw)
        try:
            return await self._answer(request, call, raw)
        finally:
            call.ended = self.core.clock.now()
            self.on_call(call)

    async def _file(self, request: web.BaseRequest, token: str, path: str) -> web.StreamResponse:
        """A download, which is in the journal as `file`."""
        if token != self.token:
            return _refused(ApiError(401, "Unauthorized"))
        call = self.journal.begin(self.core.clock.now(), "file", {"path": path})
        fault = self.faults.next(call)
        try:
            if fault is not None:
                call.fault, call.status = fault.name, fault.status
                return _broken(request, fault)
            data = file_at(self.core, path).data
            call.status = 200
            return web.Response(body=data, content_type="application/octet-stream")
        except ApiError as error:
            call.status = error.code
            return _refused(error)
        finally:
            call.ended = self.core.clock.now()
            self.on_call(call)

    async def call(self, method: str, raw: Json) -> object:
        """A call that came in the answer of a webhook; its result goes nowhere."""
        call = self.journal.begin(self.core.clock.now(), method, raw)
        call.status, call.answer, _ = await self._run(method, raw)
        call.ended = self.core.clock.now()
        self.on_call(call)
        return call.answer

    async def _answer(self, request: web.BaseRequest, call: Call, raw: Raw) -> web.StreamResponse:
        fault = self.faults.next(call)
        if fault is None:
            call.status, call.answer, text = await self._run(call.method, raw)
            return _response(call.status, text, call.answer)
        call.fault = fault.name
        if fault.delay:
            await asyncio.sleep(fault.delay)
        text = ""
        if fault.effect:
            call.status, call.answer, text = await self._run(call.method, raw)
            if fault.alter is not None and call.status == 200:
                text = json.dumps({"ok": True, "result": fault.alter(json.loads(text)["result"])})
        if fault.status is not None:
            call.status = fault.status
        if fault.drip:
            return await _dripping(request, fault, text.encode() or fault.body)
        if fault.status is None:
            return _response(call.status or 200, text, call.answer)
        return _broken(request, fault)

    async def _run(self, name: str, raw: Raw) -> tuple[int, Json | None, str]:
        """Status, the answer for the journal, the answer's text."""
        try:
            return _success(await self._do(name, raw), sparse=self.core.rules.sparse)
        except ApiError as error:
            body = _refusal(error)
            return error.code, body, json.dumps(body)

    async def _do(self, name: str, raw: Raw) -> Any:
        core = self.core
        if core.profile.logged_out_until > core.clock.now():
            raise ApiError(401, "Unauthorized")
        method = METHODS.get(name.lower())
        if method is None:
            raise ApiError(404, "Not Found: method not found")
        result = method.do(core, take(raw, method.parameters, strict=core.rules.strict))
        return await result if inspect.isawaitable(result) else result


def _success(result: Any, *, sparse: bool) -> tuple[int, Json | None, str]:
    if isinstance(result, Encoded):
        text = f'{{"result":{result.text},"ok":true}}' if sparse else ""
        return 200, None, text or f'{{"ok":true,"result":{result.text}}}'
    body: Json = {"ok": True, "result": result}
    if isinstance(result, Answer):
        body = {"ok": True, "result": result.result, "description": result.description}
    if sparse:
        body = dict(reversed(thinned(body).items()))
    return 200, body, json.dumps(body, ensure_ascii=False)


def _refusal(error: ApiError) -> Json:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    return body | ({"parameters": error.parameters} if error.parameters else {})


def _refused(error: ApiError) -> web.Response:
    body = _refusal(error)
    return _response(error.code, json.dumps(body), body)


def _response(status: int, text: str, answer: Json | None) -> web.Response:
    response = web.Response(
        status=status, body=text.encode(), headers={"Content-Type": "application/json"}
    )
    retry_after = ((answer or {}).get("parameters") or {}).get("retry_after")
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


async def _dripping(request: web.BaseRequest, fault: Fault, body: bytes) -> web.StreamResponse:
    body = b" " * 5000 + body
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(body)
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        for place in range(len(body)):
            await asyncio.sleep(fault.drip)
            await response.write(body[place : place + 1])
    return response


def _broken(request: web.BaseRequest, fault: Fault) -> web.Response:
    if not fault.status and request.transport is not None:
        request.transport.abort()
    return web.Response(
        status=fault.status or 200, body=fault.body, headers={"Content-Type": fault.content_type}
    )
