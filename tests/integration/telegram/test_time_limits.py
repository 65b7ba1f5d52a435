"""Servers that let a call hang, over real sockets: each call ends in its time, and all goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from telegram.error import TimedOut

from bot.adapters.telegram import adapter as adapters
from bot.adapters.telegram import request
from bot.adapters.telegram.request import AiohttpRequest, Upload
from bot.ports import SendFile, TryLater
from bot.text.rich import RichText
from tests.integration.telegram.conftest import EN, Rig, Rigs
from tests.support.botapi import BotApiServer, Person, faults

DRIP = 0.02
LIMIT = 0.3
"""Seconds; many drips long."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n"


async def _drip(writer: asyncio.StreamWriter, what: bytes) -> None:
    for place in range(len(what)):
        await asyncio.sleep(DRIP)
        writer.write(what[place : place + 1])
        await writer.drain()


async def _headers(writer: asyncio.StreamWriter) -> None:
    await _drip(writer, HEAD * 50)


async def _body(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD)
    await _drip(writer, b" " * 9000)


async def _chunks(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    await _drip(writer, b"1\r\n \r\n" * 3000)


async def _nothing(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


WAYS: dict[str, Callable[[asyncio.StreamWriter], Awaitable[None]]] = {
    "nothing": _nothing,
    "headers drip": _headers,
    "the body drips": _body,
    "chunks drip": _chunks,
}


@pytest.fixture
async def stuck(way: str) -> AsyncIterator[str]:
    """The address of a server that answers in that way."""
    talks: set[asyncio.Task[None]] = set()

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await WAYS[way](writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/method"
    listening.close()
    for task in talks:
        task.cancel()
    await asyncio.gather(*talks, return_exceptions=True)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("file", [None, Upload("document", "a.csv", b"a,b")], ids=["call", "file"])
async def test_a_call_ends_in_its_time(stuck: str, file: Upload | None) -> None:
    calls = AiohttpRequest("1:token")
    began, turns = time.monotonic(), 0

    async def beside() -> None:
        """On a busy machine what waits takes longer too."""
        nonlocal turns
        while True:
            await asyncio.sleep(LIMIT / 10)
            turns += 1

    watching = asyncio.create_task(beside())
    try:
        with pytest.raises(TimedOut):
            async with asyncio.timeout(100 * LIMIT):
                await calls.ask(stuck, {}, file=file)
    finally:
        watching.cancel()
        await calls.shutdown()
    assert time.monotonic() - began > LIMIT * 0.9
    assert 5 < turns < 50


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is given up after a moment."""
    monkeypatch.setattr(adapters, "LONG_POLL", 0)
    for name in ("ANSWER_TIME", "UPLOAD_TIME"):
        monkeypatch.setattr(request, name, LIMIT)


@pytest.mark.usefixtures("impatient")
async def test_polling_goes_on(
    server: BotApiServer, rigs: Rigs, amal: Person, quick: list[float]
) -> None:
    server.fail("getUpdates", faults.drip(DRIP))
    rig = rigs()
    await amal.say("/start")
    assert (await rig.message()).text == "/start"
    assert server.faults.left == 0


@pytest.mark.usefixtures("impatient")
async def test_a_chat_goes_on(server: BotApiServer, rig: Rig, amal: Person) -> None:
    await amal.say("/start")
    await rig.message()
    file = SendFile(rig.chat(amal), "list.csv", b"a", RichText("List"), EN)
    server.fail("sendMessage", faults.drip(DRIP))
    with pytest.raises(TryLater):
        await rig.send(amal)
    server.fail("sendDocument", faults.drip(DRIP))
    with pytest.raises(TryLater):
        await rig.adapter.deliver(file, "k")
    await rig.send(amal)
    assert [message.text for message in server.sent(amal)] == ["Hello"]
