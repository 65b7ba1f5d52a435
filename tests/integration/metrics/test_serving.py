"""`/healthz` and `/metrics`: to strangers one word, to whoever has the token all of it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import pytest

from bot.delivery.counts import Outcome
from bot.delivery.health import Seen
from bot.domain.faults import OperatorFault
from bot.domain.ids import AdapterName
from bot.metrics.program import Program, Stage
from bot.metrics.serving import served
from tests.support import bot_process
from tests.support.elsewhere import Elsewhere
from tests.support.listening import TOKEN, asked, free_port, samples, scraped

STUCK = "the outbox is stuck"
WRONG: tuple[Mapping[str, str], ...] = (
    {},
    {"Authorization": TOKEN},
    {"Authorization": f"bearer {TOKEN}"},
    {"Authorization": f"Bearer {TOKEN[:-1]}"},
    {"Authorization": f"Bearer {TOKEN}x"},
    {"Authorization": "Bearer \udcff"},
)
HERE = AdapterName("elsewhere")


@pytest.fixture
def program() -> Program:
    """One that works, on one platform."""
    there = Elsewhere()
    return Program(adapters={there.name: there}, stage=Stage.WORKING)


@contextlib.asynccontextmanager
async def serving(program: Program, token: str | None = TOKEN) -> AsyncIterator[str]:
    port = free_port()
    async with served(program, "127.0.0.1", port, token):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("headers", WRONG)
async def test_strangers_are_told_up_or_down(program: Program, headers: Mapping[str, str]) -> None:
    async with serving(program) as url, aiohttp.ClientSession() as session:
        assert await asked(f"{url}/healthz", headers) == (200, "up")
        program.health.note("outbox", STUCK)
        assert await asked(f"{url}/healthz?verbose=1", headers) == (503, "down")
        for method, path in (("GET", "/metrics"), ("GET", "/"), ("POST", "/healthz")):
            async with session.request(method, f"{url}{path}", headers=headers) as answer:
                names = {name.lower() for name in answer.headers}
                known = {"content-type", "content-length", "date", "allow", "www-authenticate"}
                assert names <= known
                assert answer.status == {"/metrics": 401, "/": 404, "/healthz": 405}[path]
                assert "undersigned" not in await answer.text()


async def test_whoever_has_the_token_is_told_why(program: Program) -> None:
    async with serving(program) as url:
        assert await asked(f"{url}/healthz") == (200, "up")
        program.health.note("outbox", STUCK)
        assert await asked(f"{url}/healthz") == (503, f"down\n{STUCK}")
        program.health.note("outbox", None)
        assert await asked(f"{url}/healthz") == (200, "up")


async def test_without_a_token_nobody_is_told_why_and_all_can_count(program: Program) -> None:
    program.health.note("outbox", STUCK)
    async with serving(program, None) as url:
        assert await asked(f"{url}/healthz", {}) == (503, "down")
        assert (await asked(f"{url}/metrics", {}))[0] == 200


async def test_before_the_database_is_open_and_while_standing_by(program: Program) -> None:
    program.stage = Stage.OPENING
    async with serving(program) as url:
        assert await asked(f"{url}/healthz") == (503, "down\nthe database is being opened")
        program.stage = Stage.STANDING_BY
        status, said = await asked(f"{url}/healthz")
        assert (status, said.splitlines()[0]) == (200, "up")
        assert "standing by" in said
        assert await asked(f"{url}/healthz", {}) == (200, "up")
        found = await scraped(url)
        assert (found["standby"], found["healthy"]) == (1, 1)
        assert "backup_age_seconds" not in found


async def test_an_address_in_use_is_told_with_the_remedy(program: Program) -> None:
    async with serving(program) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(OperatorFault, match=r"change listen\.address or stop"):
            async with served(program, "127.0.0.1", port, None):
                pass


async def test_what_was_counted_is_what_is_told(program: Program) -> None:
    counted = program.counts[HERE]
    counted.received, counted.handled, counted.limited, counted.set_aside = 7, 5, 1, 2
    counted.tries.update({outcome: number for number, outcome in enumerate(Outcome, 10)})
    counted.pauses = 3
    for seconds in (0.0009, 0.002, 0.3, 60.0):
        program.commits.took(seconds)
    program.blocks.count, program.blocks.seconds = 2, 0.5
    now = dt.datetime.now(dt.UTC)
    program.health.seen = Seen(1.5, 2.5, 4, now - dt.timedelta(hours=3), 6)
    program.last_backup = lambda: now - dt.timedelta(days=1)
    async with serving(program) as url:
        found = await scraped(url)
    of, aside = 'platform="elsewhere"', 'deliveries_total{outcome="%s",platform="elsewhere"}'
    events = [found[f"events_{e}_total{{{of}}}"] for e in ("received", "handled", "limited")]
    assert events == [7, 5, 1]
    assert found[f"events_failed_total{{{of}}}"] == 2
    ended = [found[aside % how] for how in ("sent", "unreachable", "refused", "failed", "left_out")]
    assert ended == [10, 11, 12, 13, 14]
    retries = [found[f"delivery_{each}_total{{{of}}}"] for each in ("retries", "pauses")]
    assert retries == [15, 3]
    buckets = [found[f'commit_seconds_bucket{{le="{le}"}}'] for le in ("0.001", "0.5", "+Inf")]
    assert (buckets, found["commit_seconds_count"]) == ([1, 3, 4], 4)
    assert found["commit_seconds_sum"] == pytest.approx(60.3029)
    assert (found["loop_blocks_total"], found["loop_blocked_seconds_total"]) == (2, 0.5)
    assert (found["inbox_age_seconds"], found["outbox_age_seconds"]) == (1.5, 2.5)
    assert (found["waiting"], found["dead_letters"]) == (4, 6)
    assert found["waiting_age_seconds"] == pytest.approx(3 * 3600, abs=60)
    assert found["backup_age_seconds"] == pytest.approx(86400, abs=60)
    assert found[f"platform_healthy{{{of}}}"] == 1
    assert found["process_resident_memory_bytes"] > 0


async def test_a_backup_that_was_never_made_is_infinitely_old(program: Program) -> None:
    async with serving(program) as url:
        assert (await scraped(url))["backup_age_seconds"] == float("inf")


async def test_a_time_that_cannot_be_read_keeps_nothing_else_back(program: Program) -> None:
    def unreadable() -> dt.datetime:
        raise PermissionError

    program.last_backup = unreadable
    async with serving(program) as url:
        found = await scraped(url)
        assert "backup_age_seconds" not in found
        assert found["healthy"] == 1


def test_no_label_names_anything_but_platforms(program: Program) -> None:
    from bot.metrics.collector import exposition  # noqa: PLC0415 - as the program does

    program.health.seen = Seen(0.0, 0.0, 0, None, 0)
    text = exposition(program, lambda: dt.datetime.now(dt.UTC))().decode()
    labels = set(re.findall(r'[{,](\w+)="', text))
    assert labels == {"platform", "outcome", "le", "version"}
    assert samples(text)["waiting_age_seconds"] == 0


def health_of(folder: Path, address: str, token: str | None = TOKEN) -> tuple[int, str]:
    """What the command says, and its exit code."""
    secret = f", token: {token}" if token else ""
    (folder / "config.yaml").write_text(f"listen: {{address: '{address}'{secret}}}\n")
    ended = bot_process.run("health", folder=folder)
    assert not ended.error
    return ended.code, ended.out


async def test_the_command_asks(program: Program, tmp_path: Path) -> None:
    async with serving(program) as url:
        address = url.removeprefix("http://")
        port = address.rpartition(":")[2]
        assert await asyncio.to_thread(health_of, tmp_path, address) == (0, "up\n")
        everywhere = await asyncio.to_thread(health_of, tmp_path, f"0.0.0.0:{port}")
        assert everywhere == (0, "up\n")
        program.health.note("outbox", STUCK)
        assert await asyncio.to_thread(health_of, tmp_path, address) == (1, f"down\n{STUCK}\n")
        code, said = await asyncio.to_thread(health_of, tmp_path, address, None)
        assert (code, said.splitlines()[0]) == (1, "down")
        assert "with listen.token" in said
    code, said = await asyncio.to_thread(health_of, tmp_path, address)
    assert code == 1
    assert said.startswith(f"The bot does not answer on {address} (")


async def test_the_command_where_something_else_listens(tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n<html>nginx</html>")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        code, said = await asyncio.to_thread(health_of, tmp_path, f"127.0.0.1:{port}")
    assert code == 1
    assert "is not the bot" in said


def test_the_command_without_the_section(tmp_path: Path) -> None:
    ended = bot_process.run("health", folder=tmp_path)
    assert ended.code == 2
    assert ended.error.startswith("The section listen is not in config.yaml")
