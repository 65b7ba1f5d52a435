"""What an operator sees when the homeserver is away, refuses, or is not who it says."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import random
import ssl
import stat
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.adapters.matrix import Account, MatrixAdapter
from bot.adapters.matrix.login import locked
from bot.adapters.matrix.sync import LONG_POLL
from tests.contract.inbox import MemoryInbox
from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.test_program import configure
from tests.integration.matrix.whole import Whole, whole_bot
from tests.support import bot_process
from tests.support.synapse import Homeserver, Person, Proxy, matrix_error
from tests.support.synapse.storm import Storm

SYNC = "GET .*/sync"
Unique = Callable[[str], str]


@pytest.fixture
async def proxy(homeserver: Homeserver) -> AsyncIterator[Proxy]:
    async with Proxy(homeserver) as between:
        yield between


async def met(whole: Whole, reader: Person, admin: Person) -> str:
    """Both have been greeted, and nothing is on its way; the reader's room."""
    await admin.hear(whole.admins, "Welcome")
    room = await reader.chat(whole.id)
    await reader.hear(room, "Hello")
    await whole.bot.inbox.settled()
    return room


async def test_a_server_that_fails_is_asked_ever_slower_and_nothing_is_lost(
    tmp_path: Path, homeserver: Homeserver, proxy: Proxy, meet: Meet, unique: Unique
) -> None:
    account, amal = await homeserver.register(unique("bot")), await meet("amal")
    async with whole_bot(tmp_path, homeserver, account, url=proxy.url) as w:
        room = await amal.chat(w.id)
        await amal.hear(room, "Hello")
        outage = proxy.fail(SYNC, 502, times=1000)
        before = len(amal.said_in(room, w.id))
        await amal.say(room, "!demands port 1")
        await until(lambda: outage.met >= 4, 60)
        first, *_, fourth = [at for at, *_, status in proxy.seen if status == 502]
        # At the earliest after 0.5, 1, 2 seconds, and so on.
        assert fourth - first > 3
        assert w.adapter.problems() == ["nothing from Matrix: 502 M_UNKNOWN"]
        outage.times = 0
        assert (await w.answer(amal, room, before)).readable
        await until(lambda: w.adapter.problems() == [])


async def test_nobody_is_met_before_they_can_write_to_the_bot(
    tmp_path: Path, homeserver: Homeserver, proxy: Proxy, meet: Meet, unique: Unique
) -> None:
    """As long as the server does not take its keys."""
    account, amal = await homeserver.register(unique("bot")), await meet("amal")
    proxy.fail("POST .*/keys/upload", 503, times=2)
    room = await amal.create([account.user], direct=True, encrypted=True)
    async with whole_bot(tmp_path, homeserver, account, url=proxy.url) as w:
        await amal.hear(room, "Hello")
        await w.ask(amal, room, "!demands port 1")
    _, _, taken, *_ = proxy.asked("POST .*/keys/upload")
    assert taken < proxy.asked("POST .*/join/")[0]


async def test_what_fails_at_a_start_is_tried_again_at_once(
    tmp_path: Path,
    homeserver: Homeserver,
    proxy: Proxy,
    meet: Meet,
    unique: Unique,
) -> None:
    """Not when something new happens, for which the server is asked half a minute long."""
    account = await homeserver.register(unique("bot"))
    amal, zaid = await meet("amal"), await meet("zaid")
    async with whole_bot(tmp_path, homeserver, account, url=proxy.url, admins=[zaid.id]) as w:
        room = await met(w, amal, zaid)
    await amal.say(room, "!demands port 1")
    fault = proxy.fail("GET .*/profile/", 503)
    begun = time.monotonic()
    async with whole_bot(tmp_path, homeserver, account, url=proxy.url, admins=[zaid.id]):
        await amal.hear(room, "Open the port.")
    assert fault.met == 1
    assert time.monotonic() - begun < LONG_POLL / 2000


async def test_what_the_server_never_takes_is_given_up_and_the_admins_know(
    tmp_path: Path, homeserver: Homeserver, proxy: Proxy, meet: Meet, unique: Unique
) -> None:
    account = await homeserver.register(unique("bot"))
    amal, zaid = await meet("amal"), await meet("zaid")
    async with whole_bot(tmp_path, homeserver, account, url=proxy.url, admins=[zaid.id]) as w:
        room = await met(w, amal, zaid)
        refused = proxy.fail(
            f"PUT .*/{room}/send/m.room.encrypted", matrix_error(413, "M_TOO_LARGE")
        )
        await amal.say(room, "!demands port 1")
        await amal.say(room, "!demands port 2")
        await amal.hear(room, "Keep it open.")
        await zaid.hear(w.admins, "Matrix refused it")
    assert refused.met == 1
    assert not any("Open the port." in heard.text for heard in amal.said_in(room))


async def test_what_is_wrong_is_said_for_as_long_as_it_is(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Unique
) -> None:
    """That is what /healthz says of the platform."""
    account, amal = await homeserver.register(unique("bot")), await meet("amal")
    async with (
        Storm(homeserver, random.Random(0), 0.0) as storm,
        whole_bot(tmp_path, homeserver, account, url=storm.url) as w,
    ):
        room = await amal.chat(w.id)
        await amal.hear(room, "Hello")
        for number in (1, 2):
            assert w.adapter.problems() == []
            storm.part = 1.0
            await amal.say(room, f"!demands port {number}")
            await until(lambda: any("nothing from Matrix" in p for p in w.adapter.problems()))
            storm.part = 0.0
            await amal.hear(room, f"{number}. ")
            await until(lambda: not w.adapter.problems())


async def test_a_limit_on_looking_is_waited_out(
    tmp_path: Path, homeserver: Homeserver, proxy: Proxy, meet: Meet, unique: Unique
) -> None:
    account, amal = await homeserver.register(unique("bot")), await meet("amal")
    async with whole_bot(tmp_path, homeserver, account, url=proxy.url) as w:
        room = await amal.chat(w.id)
        await amal.hear(room, "Hello")
        limit = matrix_error(429, "M_LIMIT_EXCEEDED", retry_after_ms=3000)
        refused = proxy.fail(SYNC, limit)
        before = len(amal.said_in(room, w.id))
        await amal.say(room, "!demands port 1")
        await asyncio.wait_for(refused.begun.wait(), 35)
        await w.answer(amal, room, before)
        looks = [(at, status) for at, _, path, status in proxy.seen if path.endswith("/sync")]
        limited = next(number for number, (_, status) in enumerate(looks) if status == 429)
        assert looks[limited + 1][0] - looks[limited][0] >= 3


async def test_a_wrong_password_is_a_sentence(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Unique
) -> None:
    account, zaid = await homeserver.register(unique("bot")), await meet("zaid")
    configure(tmp_path, homeserver, account, zaid)
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text("utf-8").replace(account.password, "mistyped"), "utf-8")
    ended = await asyncio.to_thread(
        bot_process.run, "run", folder=tmp_path, statements=tmp_path / "statements"
    )
    assert ended.code != 0
    assert "does not accept the bot's password (M_FORBIDDEN)" in ended.error
    assert "Correct matrix.user_id or matrix.password." in ended.error
    assert "mistyped" not in ended.error


async def test_a_certificate_that_is_not_accepted_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And tried again: it may be renewed."""
    async with served_with_own_certificate(tmp_path) as url:
        adapter = MatrixAdapter(Account(url, "@bot:test", password="secret"), tmp_path / "matrix")
        with caplog.at_level(logging.WARNING):
            async with running(adapter):
                await until(adapter.problems)
                [problem] = adapter.problems()
    assert "the homeserver's certificate is not accepted" in problem
    assert "matrix.homeserver" in problem
    assert any("certificate" in message for message in caplog.messages)


async def test_a_server_that_is_not_there_is_waited_for(
    tmp_path: Path,
) -> None:
    nobody = Homeserver(tmp_path / "synapse").url
    adapter = MatrixAdapter(Account(nobody, "@bot:test", password="secret"), tmp_path / "matrix")
    async with running(adapter) as ended:
        await until(adapter.problems)
        assert not ended.done()
        assert adapter.problems()[0].startswith("Matrix is not there")


async def test_the_store_is_nobody_elses_and_used_by_one_program(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Unique
) -> None:
    account, zaid = await homeserver.register(unique("bot")), await meet("zaid")
    async with whole_bot(tmp_path, homeserver, account) as w:
        assert stat.S_IMODE(w.adapter.folder.stat().st_mode) == 0o700
        second = tmp_path / "second"
        second.mkdir()
        configure(second, homeserver, account, zaid)
        with (second / "config.yaml").open("a", encoding="utf-8") as config:
            config.write(f"  store: {w.adapter.folder}\n")
        ended = await asyncio.to_thread(
            bot_process.run, "run", folder=second, statements=second / "statements"
        )
        assert ended.code != 0
        assert f"Another program uses {w.adapter.folder}." in ended.error
        assert "matrix.store" in ended.error
    store = next(w.adapter.folder.glob("*.db")).read_bytes()
    assert b"DEFAULT_KEY" not in store
    with locked(w.adapter.folder):
        pass


async def test_a_store_that_is_lost_is_replaced_by_a_new_device(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Unique
) -> None:
    account, amal = await homeserver.register(unique("bot")), await meet("amal")
    async with whole_bot(tmp_path, homeserver, account) as w:
        room = await amal.chat(w.id)
        await amal.hear(room, "Hello")
        first = await device_of(w.adapter)
    for file in w.adapter.folder.iterdir():
        file.unlink()
    async with whole_bot(tmp_path, homeserver, account) as w:
        assert await device_of(w.adapter) != first
        answer = await w.ask(amal, room, "!demands port 1")
        assert answer.readable
        assert answer.encrypted


async def until(found: Callable[[], object], within: float = 30.0) -> None:
    """Look until there is something."""
    async with asyncio.timeout(within):
        while not found():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)


async def device_of(adapter: MatrixAdapter) -> str:
    parts = adapter._parts
    assert parts is not None
    return parts.client.own_device


@contextlib.asynccontextmanager
async def running(adapter: MatrixAdapter) -> AsyncIterator[asyncio.Task[None]]:
    """The adapter alone, with an inbox that is real."""
    task = asyncio.create_task(adapter.run(MemoryInbox()))
    try:
        async with asyncio.timeout(20):
            yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextlib.asynccontextmanager
async def served_with_own_certificate(folder: Path) -> AsyncIterator[str]:
    """An HTTPS server that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "own.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    runner = web.AppRunner(web.Application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"https://{host}:{port}"
    finally:
        await runner.cleanup()
