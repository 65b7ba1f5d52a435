"""A server that does not take the keys of the bot's device, or takes them without saying so."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from nio.crypto.sessions import InboundSession, OlmAccount, OutboundSession

from bot.adapters.matrix.client import LONGEST_PAUSE, Client


class Server:
    """`statuses` are its next answers to an upload, 200 behind them; `sent` is what came."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.sent: list[dict[str, Any]] = []

    async def upload(self, request: web.Request) -> web.Response:
        self.sent.append(await request.json())
        status = self.statuses.pop(0) if self.statuses else 200
        refused = {"errcode": "M_UNKNOWN", "error": "No"}
        answer = {"one_time_key_counts": {"signed_curve25519": 50}}
        return web.json_response(answer if status == 200 else refused, status=status)

    def keys(self, kind: str) -> list[frozenset[str]]:
        """What each upload had of that kind."""
        return [frozenset(map(repr, sent.get(kind, {}).items())) for sent in self.sent]


@pytest.fixture
async def server() -> Server:
    return Server()


@pytest.fixture
async def client(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    app = web.Application()
    app.router.add_post("/_matrix/client/v3/keys/upload", server.upload)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    client = Client(f"http://{host}:{port}", "@bot:test", tmp_path, "a key")
    client.restore_login("@bot:test", "DEVICE", "token")
    client._needs_fallback = True
    yield client
    await client.close()
    await runner.cleanup()


@pytest.mark.parametrize("status", [400, 429, 502])
async def test_keys_that_were_not_taken_are_not_sent_again(
    client: Client, server: Server, status: int
) -> None:
    """The server may have them all the same, and two people would be given the same."""
    server.statuses = [status, status]
    assert client.olm is not None
    shared = []
    for _ in range(3):
        await client.keys_upload()
        shared.append(client.olm.account.shared)
    assert shared == [False, False, True]
    first, second, third = server.keys("one_time_keys")
    assert len(first) == len(second) == len(third) == 50
    assert not first & second
    assert not third & (first | second)
    # Of the fallback key only the last two are kept, so that it is no new one each time.
    assert len(set(server.keys("fallback_keys"))) == 1
    assert len(set(server.keys("device_keys"))) == 1
    assert not client.should_upload_keys


async def test_the_other_halves_of_keys_that_were_not_taken_are_kept(
    client: Client, server: Server
) -> None:
    server.statuses = [502]
    await client.keys_upload()
    await client.keys_upload()
    assert client.olm is not None
    (key, *_) = server.sent[0]["one_time_keys"].values()
    ours = client.olm.account.identity_keys["curve25519"]
    stranger = OlmAccount()
    message = OutboundSession(stranger, ours, key["key"]).encrypt("Good morning")
    theirs = stranger.identity_keys["curve25519"]
    session = InboundSession(client.olm.account, message, theirs)
    assert session.decrypt(message) == "Good morning"


async def test_a_server_that_takes_none_is_not_asked_at_each_look(
    client: Client, server: Server
) -> None:
    server.statuses = [400] * 20
    pauses = []
    for _ in range(20):
        await client.keys_upload()
        assert not client.should_upload_keys
        pauses.append(client._uploads_from - time.monotonic())
        client._uploads_from = time.monotonic()
        assert client.should_upload_keys
    assert pauses[0] < 1
    assert LONGEST_PAUSE / 3 < pauses[-1] < LONGEST_PAUSE
    await client.keys_upload()
    client._needs_fallback = True
    assert client.should_upload_keys
