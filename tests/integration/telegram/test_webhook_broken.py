"""Deliveries to the webhook that are broken on their way: each is refused with one line in the log,
and the next one is taken."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import Mapping

import pytest

from bot.adapters.telegram import Webhook, receiving
from bot.adapters.telegram.receiving import MOST_BYTES, SECRET_HEADER
from bot.ports import Message
from tests.contract.inbox import WITHIN
from tests.integration.telegram.conftest import SECRET, Rig, Rigs
from tests.integration.telegram.test_webhook import update
from tests.support.botapi import BotApiServer

CANARY = "canary-of-what-a-person-wrote"
GOOD = json.dumps(update(text=CANARY)).encode()
ZIPPED = gzip.compress(GOOD)
CHUNK = b"%x\r\n%b\r\n" % (len(GOOD), GOOD)
BOMB = gzip.compress(b"[" + b" " * (4 * MOST_BYTES) + b"]")
CHUNKED = {"Transfer-Encoding": "chunked"}

Fields = dict[str, str]


def sized(body: bytes, **more: str) -> tuple[Fields, bytes]:
    """With its own length; an underscore in a field's name stands for a hyphen."""
    fields = {name.replace("_", "-"): value for name, value in more.items()}
    return fields | {"Content-Length": str(len(body))}, body


BROKEN: Mapping[str, tuple[int, tuple[Fields, bytes]]] = {
    "cut off": (400, ({"Content-Length": str(len(GOOD) + 9)}, GOOD)),
    "longer than it says": (400, ({"Content-Length": str(len(GOOD) - 9)}, GOOD)),
    "no length": (400, ({}, b"")),
    "empty": (400, sized(b"")),
    "a length that is no number": (400, ({"Content-Length": "many"}, GOOD)),
    "a negative length": (400, ({"Content-Length": "-5"}, GOOD)),
    "two lengths": (400, ({"Content-Length": "5, 7"}, GOOD)),
    "chunks of no size": (400, (CHUNKED, b"xyz\r\n" + GOOD + b"\r\n0\r\n\r\n")),
    "chunks that end too early": (400, (CHUNKED, CHUNK)),
    "chunks cut off": (400, (CHUNKED, CHUNK[:-20])),
    "chunks longer than they say": (400, (CHUNKED, b"5\r\n" + GOOD + b"\r\n0\r\n\r\n")),
    "chunks and a length": (400, (CHUNKED | {"Content-Length": "5"}, CHUNK + b"0\r\n\r\n")),
    "an unknown transfer": (400, ({"Transfer-Encoding": "rot13"}, GOOD)),
    "gzip that is none": (400, sized(GOOD, Content_Encoding="gzip")),
    "gzip cut off": (400, sized(ZIPPED[:-12], Content_Encoding="gzip")),
    "gzip with a wrong sum": (400, sized(ZIPPED[:-8] + b"\0" * 8, Content_Encoding="gzip")),
    "deflate that is none": (400, sized(GOOD, Content_Encoding="deflate")),
    "deflate cut off": (400, sized(zlib.compress(GOOD)[:-9], Content_Encoding="deflate")),
    "a packing nobody knows": (400, sized(ZIPPED, Content_Encoding="zstd-of-tomorrow")),
    "no JSON": (400, sized(b"update")),
    "bad characters": (400, sized(b'{"update_id": 1, "x": "\xff\xfe"}')),
    "half of a character": (400, sized(GOOD + b"\xc3")),
    "too large": (413, sized(b" " * (MOST_BYTES + 1))),
    "too large in chunks": (413, (CHUNKED, b"%x\r\n" % (2 * MOST_BYTES) + b" " * (2 * MOST_BYTES))),
    "too large once unpacked": (413, sized(BOMB, Content_Encoding="gzip")),
    "no HTTP": (400, ({"no colon\r\nX": "y"}, GOOD)),
}


async def sent(hook: Webhook, fields: Fields, body: bytes, *, cut: bool = False) -> int:
    """The status of the answer; with `cut` nobody waits for one."""
    reader, writer = await asyncio.open_connection(hook.host, hook.port)
    lines = [f"{name}: {value}" for name, value in ({SECRET_HEADER: SECRET} | fields).items()]
    try:
        writer.write(
            "\r\n".join([f"POST {hook.path} HTTP/1.1", "Host: here", *lines, "", ""]).encode()
            + body
        )
        if cut:
            await writer.drain()
            return 0
        async with asyncio.timeout(WITHIN):
            return int((await reader.readline()).split()[1])
    finally:
        writer.close()


@pytest.fixture
async def hooked(server: BotApiServer, rigs: Rigs, hook: Webhook) -> Rig:
    rig = rigs(mode="webhook", webhook=hook)
    await server.wait_for(lambda: server.webhook.target)
    return rig


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "BODY_TIME", 0.2)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says of it: lines, and nothing of what was sent."""
    assert not any(record.exc_info for record in caplog.records)
    assert CANARY not in caplog.text
    mine = ("bot.adapters.telegram.receiving", "bot.listening", "aiohttp")
    return [record.getMessage() for record in caplog.records if record.name.startswith(mine)]


async def goes_on(hook: Webhook, rig: Rig) -> None:
    fields, body = sized(json.dumps(update(2, "/help")).encode())
    assert await sent(hook, fields, body) == 200
    assert [event.text for event in rig.inbox.events if isinstance(event, Message)] == ["/help"]


@pytest.mark.parametrize("kind", BROKEN)
async def test_it_is_refused_with_a_line(
    hooked: Rig, hook: Webhook, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    caplog.clear()
    status, (fields, body) = BROKEN[kind]
    assert await sent(hook, fields, body) == status
    await goes_on(hook, hooked)
    assert len(told(caplog)) == 1


@pytest.mark.parametrize("kind", ["cut off", "chunks that end too early", "chunks cut off"])
async def test_a_connection_that_ends_in_the_body(
    hooked: Rig, hook: Webhook, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    """There is nobody to answer to."""
    caplog.clear()
    _, (fields, body) = BROKEN[kind]
    await sent(hook, fields, body, cut=True)
    await hooked.server.wait_for(lambda: told(caplog))
    await goes_on(hook, hooked)
    assert len(told(caplog)) == 1


async def test_nobody_without_the_secret_fills_the_log(
    hooked: Rig, hook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even with a body that is broken, which the library reads behind the answer."""
    caplog.clear()
    fields, body = sized(
        GOOD,
        Content_Encoding="gzip",
    )
    assert await sent(hook, {SECRET_HEADER: "wrong"} | fields, body) == 403
    assert told(caplog) == []
