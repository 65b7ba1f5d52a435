"""Parameters of a call as they come (query, form, multipart, JSON) and as a method takes them."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import BodyPartReader, web

from tests.support.botapi.errors import ApiError, bad
from tests.support.botapi.state import File, Json

FILE_LIMIT = 50 * 1024 * 1024
REQUEST_LIMIT = 2 * FILE_LIMIT
Raw = dict[str, Any]
Kind = Callable[[str, Any], Any]
Given = Mapping[str, Any]
"""A method's parameters by name; None where the call left one out."""


async def collect(request: web.BaseRequest) -> Raw:
    """Everything that the request carries; what the body says wins over the query."""
    raw: Raw = dict(request.query)
    if request.method != "POST":
        return raw
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            raise bad("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad("request body must be a JSON object")
        return raw | {name: value for name, value in body.items() if value is not None}
    if request.content_type == "multipart/form-data":
        return raw | await _parts(request.clone(client_max_size=REQUEST_LIMIT))
    return raw | dict(await request.post())


async def _parts(request: web.BaseRequest) -> Raw:
    raw: Raw = {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        data = bytes(await part.read())
        name = part.name or ""
        if part.filename is None:
            raw[name] = data.decode()
        elif len(data) > FILE_LIMIT:
            raise ApiError(413, "Request Entity Too Large")
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            raw[name] = File(part.filename, data, kind)
    return raw


def take(raw: Raw, kinds: Mapping[str, Kind], *, strict: bool) -> Given:
    """Raises 400 for what does not fit; unknown ones are refused only in strict mode."""
    files = {name for name, value in raw.items() if isinstance(value, File)}
    if strict and (unknown := set(raw) - set(kinds) - files):
        raise bad(f"unknown parameters: {', '.join(sorted(unknown))}")
    given: dict[str, Any] = dict.fromkeys(kinds)
    for name, kind in kinds.items():
        value = raw.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = raw.get(value.removeprefix("attach://"))
        if value is not None and value != "":
            given[name] = kind(name, value)
    return given


def string(name: str, value: Any) -> str:
    if isinstance(value, bool | dict | list | File):
        raise bad(f'parameter "{name}" must be a String')
    return str(value)


def integer(name: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,19}", value.strip()):
        return int(value)
    raise bad(f'parameter "{name}" must be an Integer')


def flag(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in {"true", "yes", "1"}:
        return True
    if word in {"false", "no", "0"}:
        return False
    raise bad(f'parameter "{name}" must be a Boolean')


def array(name: str, value: Any) -> list[Any]:
    value = _decoded(name, value)
    if not isinstance(value, list):
        raise bad(f'parameter "{name}" must be an Array')
    return value


def json_object(name: str, value: Any) -> Json:
    value = _decoded(name, value)
    if not isinstance(value, dict):
        raise bad(f'parameter "{name}" must be an Object')
    return value


def uploaded(name: str, value: Any) -> File | str:
    """A file of this call, or the id or address of one elsewhere."""
    return value if isinstance(value, File) else string(name, value)


def _decoded(name: str, value: Any) -> Any:
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return json.loads(value)
        raise bad(f'can\'t parse parameter "{name}" as JSON')
    return value
