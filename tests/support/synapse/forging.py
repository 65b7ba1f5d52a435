"""A homeserver that lies to the bot about what happens in a room: `Forger` stands between them."""

from __future__ import annotations

import copy
import json
import re
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from bot.adapters.matrix.cross_signing import _key_object, _sign
from bot.adapters.matrix.keys import SigningKey
from tests.support.synapse.homeserver import Homeserver
from tests.support.synapse.proxy import Proxy

Event = dict[str, Any]
Change = Callable[[Event], None]

SYNC = "GET .*/sync$"
KEYS = "POST .*/keys/query$"


class Forger(Proxy):
    """`key_changes` are made to each answer about people's keys. `changes` are made to each answer
    of /sync; `answers` are those answers as they were given,
    in order. While `repeated` holds any, those are given instead of new ones."""

    def __init__(self, homeserver: Homeserver) -> None:
        super().__init__(homeserver)
        self.changes: list[Change] = []
        self.answers: list[Event] = []
        self.repeated: list[Event] = []
        self._since = ""
        self.key_changes: list[Change] = []
        self.fail(SYNC, self._sync, times=sys.maxsize)
        self.fail(KEYS, self._keys, times=sys.maxsize)

    async def __aenter__(self) -> Forger:
        await super().__aenter__()
        return self

    def add(self, room: str, *events: Event) -> None:
        """With the next news of the room come these events, before all others; and again if the
        bot asks for the same once more."""
        given: set[str] = set()

        def change(answer: Event) -> None:
            joined = answer.get("rooms", {}).get("join", {})
            if room in joined and (not given or self._since in given):
                joined[room]["timeline"]["events"][:0] = events
                given.add(self._since)

        self.changes.append(change)

    def paths(self, pattern: str) -> list[str]:
        """What was asked for that matches, as `POST /_matrix/...`."""
        names = (f"{method} {path}" for _, method, path, _ in self.seen)
        return [name for name in names if re.search(pattern, name)]

    async def _sync(self, request: web.Request) -> web.StreamResponse:
        if self.repeated:
            return web.json_response(self.repeated.pop(0))
        response = await self.forward(request)
        assert isinstance(response, web.Response)
        if response.status != 200 or not isinstance(response.body, bytes):
            return response
        answer = json.loads(response.body)
        self._since = request.query.get("since", "")
        for change in list(self.changes):
            change(answer)
        self.answers.append(copy.deepcopy(answer))
        return web.json_response(answer)

    async def _keys(self, request: web.Request) -> web.StreamResponse:
        response = await self.forward(request)
        assert isinstance(response, web.Response)
        assert isinstance(response.body, bytes)
        answer = json.loads(response.body)
        for change in list(self.key_changes):
            change(answer)
        return web.json_response(answer)


def without_signing_keys(user: str) -> Change:
    """As if the account signed no devices."""

    def change(answer: Event) -> None:
        for use in ("master", "self_signing"):
            answer.get(f"{use}_keys", {}).pop(user, None)

    return change


def with_other_keys(
    user: str, keys: Mapping[str, SigningKey], *, of: tuple[str, ...] = ("master", "self_signing")
) -> Change:
    """As if the account had these keys `of` its own, and had signed all its devices with them."""

    def change(answer: Event) -> None:
        if user not in answer.get("device_keys", {}):
            return
        for use in of:
            answer[f"{use}_keys"][user] = _key_object(user, use, keys[use].public)
        _sign(answer["self_signing_keys"][user], user, keys["master"])
        for device in answer["device_keys"][user].values():
            unsigned = device.pop("unsigned", None)
            _sign(device, user, keys["self_signing"])
            device["unsigned"] = unsigned or {}

    return change


def forged(sender: str, kind: str, content: Event, **more: Any) -> Event:
    """An event that nobody sent."""
    return {
        "type": kind,
        "sender": sender,
        "content": content,
        "event_id": f"${secrets.token_urlsafe(32)}",
        "origin_server_ts": int(time.time() * 1000),
        **more,
    }


async def raw_event(homeserver: Homeserver, token: str, room: str, event: str) -> Event:
    """As the server keeps it: what is encrypted is."""
    path = f"/_matrix/client/v3/rooms/{room}/event/{event}"
    status, answer = await homeserver.ask("GET", path, token)
    assert status == 200, answer
    found: Event = answer
    return found
