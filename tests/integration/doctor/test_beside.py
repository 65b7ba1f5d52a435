"""`doctor` beside a bot that runs, and one that does not go on."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.doctor import examination, platforms
from bot.domain.findings import Verdict
from bot.domain.ids import AdapterName, ChatRef
from bot.storage.database import Database
from bot.storage.inbox import NewEvent
from bot.storage.meta import LOOKED
from tests.integration.doctor.setup import SetUp, amiss, said_of

TELEGRAM = AdapterName("telegram")


async def looked(setup: SetUp, database: Database, ago: dt.timedelta, **minutes: int) -> None:
    """The bot has, so long before whoever asks, however slow this machine is."""
    setup.now = dt.datetime.now(dt.UTC)
    at = (setup.now - ago).isoformat()
    async with database.unit() as unit:
        ages = {"at": at, "inbox": 0, "outbox": 0} | minutes
        await unit.meta.put(LOOKED, json.dumps(ages).encode())
        event = NewEvent("1", ChatRef(TELEGRAM, "1"), b"an event")
        await unit.inbox.add(TELEGRAM, [event])


async def test_beside_a_bot_that_works_all_is_well(setup: SetUp) -> None:
    async with setup.opened() as database:
        await looked(setup, database, dt.timedelta(seconds=3))
        found = await setup.findings()
    assert amiss(found) == []
    (said,) = said_of(found, "bot")
    assert said.startswith("ok              bot: it runs, and looked at its database 3 s ago")
    assert said_of(found, "inbox") == ["ok              inbox: 1 wait, the oldest for 0 min"]


async def test_while_the_bot_writes(setup: SetUp) -> None:
    """Neither waits for the other: a transaction that is open holds nothing up."""
    async with setup.opened() as database, database.unit() as unit:
        await unit.meta.put("mark", b"1")
        found = await asyncio.wait_for(setup.findings(), 5)
    assert {each.verdict for each in found} <= {Verdict.OK, Verdict.NOTE}


async def test_a_bot_that_hangs(setup: SetUp) -> None:
    async with setup.opened() as database:
        await looked(setup, database, dt.timedelta(minutes=10))
        (said,) = said_of(await setup.findings(), "bot")
    assert said == (
        "wrong           bot: it runs, and looked at its database 600 s ago. "
        "It hangs, or cannot write: read its log, and start it again"
    )


async def test_a_queue_that_does_not_go_on(setup: SetUp) -> None:
    async with setup.opened() as database:
        await looked(setup, database, dt.timedelta(seconds=3), inbox=12)
        found = await setup.findings()
    assert said_of(found, "inbox") == [
        "wrong           inbox: 1 wait, the oldest for 12 min. "
        "Read the bot's log: what does not go on is said there"
    ]
    assert [each.what for each in amiss(found)] == ["inbox"]


async def test_what_waits_while_the_bot_is_stopped(setup: SetUp) -> None:
    async with setup.opened() as database:
        await looked(setup, database, dt.timedelta(seconds=3), inbox=12)
    found = await setup.findings()
    assert said_of(found, "inbox") == ["note            inbox: 1 wait for the next start"]


def certificate(folder: Path, days: int) -> ssl.SSLContext:
    """Of a server on this machine, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=90))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize(
    ("days", "is_trusted", "said"),
    [
        (
            60,
            False,
            "wrong           Telegram webhook certificate: it is not accepted (self-signed "
            "certificate). Renew it; it must come with its intermediate certificates",
        ),
        (
            -1,
            True,
            "wrong           Telegram webhook certificate: it is not accepted (certificate has "
            "expired). Renew it; it must come with its intermediate certificates",
        ),
        (5, True, "note            Telegram webhook certificate: good until <day>. Renew it"),
        (60, True, "ok              Telegram webhook certificate: good until <day>"),
    ],
)
async def test_the_certificate_of_the_webhook(
    setup: SetUp, monkeypatch: pytest.MonkeyPatch, days: int, is_trusted: bool, said: str
) -> None:
    async def end(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    context = certificate(setup.folder, days)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(setup.folder / "cert.pem"))
    async with await asyncio.start_server(end, "localhost", 0, ssl=context) as listening:
        port = listening.sockets[0].getsockname()[1]
        secret = "a-secret-of-thirty-two-characters"
        hook = f"\n    url: https://localhost:{port}/hook\n    secret: {secret}"
        setup.telegram |= {"mode": "webhook", "webhook": f"{hook}\n    listen: 127.0.0.1:8080"}
        setup.write()
        now = examination.system_time
        found = await platforms.platforms(setup.settings(), now, is_readable=True)
    day = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    (line,) = said_of(found, "Telegram webhook certificate")
    assert line.replace(f"{day:%Y-%m-%d}", "<day>") == said
