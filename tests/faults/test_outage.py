"""A platform that is away for two days; Telegram forgets what is not fetched within one."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web

from bot.bootstrap.opening import read_settings
from tests.faults import clock
from tests.faults.audit import Heard, audited
from tests.faults.clock import ClockHand
from tests.faults.host import Host
from tests.faults.sizes import tries
from tests.faults.tally import Outcome, Record
from tests.integration.matrix.conftest import Meet, meet, unique
from tests.integration.matrix.crowd import Crowd
from tests.integration.matrix.test_crashes import until_quiet
from tests.integration.matrix.test_program import configure
from tests.integration.telegram.crowd import STATEMENT
from tests.support.altered import ALTERED
from tests.support.mortal import Life, Mortal
from tests.support.statements import write_long
from tests.support.synapse import Homeserver, Proxy

__all__ = ["meet", "unique"]

HOUR = 3600.0
STEPS = 8
"""Of six hours each."""

NOTICED = 0.15
"""Seconds in which the program tries again and again."""


async def two_days(*hands: Callable[[float], None]) -> None:
    for _ in range(STEPS):
        for advance in hands:
            advance(48 * HOUR / STEPS)
        await asyncio.sleep(NOTICED)


async def test_telegram_is_away(host: Host, record: Record) -> None:
    hand, crowd, server = host.clock_hand(), host.crowd, host.server
    outcome = Outcome("Telegram away for 48 h", host.kind)
    await host.start()
    for turn in range(0, 100 * tries(1, 5), 100):
        await crowd.sign(turn)
        half = await crowd.to_preview(turn + 2)
        early, late = server.person(f"early{turn}"), server.person(f"late{turn}")
        async with server.down():
            await early.say(f"/sign {STATEMENT}")
            await two_days(hand.pass_, server.clock.advance)
            await late.say(f"/sign {STATEMENT}")
        await server.wait_for(lambda: crowd.newest(late.private))  # noqa: B023
        # Telegram has forgotten it, and the draft has come to its end: both begin again.
        assert not crowd.newest(early.private)
        await crowd.say(half, half.private, "/cancel")
        await crowd.sign(turn + 4)
        outcome.tried += 1
    outcome.add(await host.recovered())
    record(outcome)


async def _refused(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.mark.soak
async def test_matrix_is_away(
    tmp_path: Path,
    homeserver: Homeserver,
    meet: Meet,
    unique: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
    record: Record,
) -> None:
    hand = ClockHand(tmp_path / "clock")
    monkeypatch.setenv(ALTERED, f"{clock.__name__}:{clock.as_set.__name__}")
    monkeypatch.setenv(clock.FILE, str(hand.file))
    account, zaid = await homeserver.register(unique("bot")), await meet("zaid")
    statements = write_long(tmp_path, pages=1, demands=1)
    chance = random.Random(1)
    async with Proxy(homeserver) as proxy:
        configure(tmp_path, proxy, account, zaid, "verification: {cards: 50}\n")
        with Mortal(tmp_path, chance, statements=statements, life=Life()) as program:
            program.start()
            crowd = Crowd(homeserver, meet, account, zaid, program, chance)
            await crowd.sign(0)
            proxy.fail(".*", _refused, times=1_000_000)
            meanwhile = asyncio.create_task(crowd.sign(1))
            await two_days(hand.pass_)
            assert not meanwhile.done()
            proxy._faults.clear()
            await two_days(hand.pass_)
            await meanwhile
            await crowd.sign(2)
            await until_quiet(tmp_path)
            assert program.end(signal.SIGTERM) == 0
    heard = Heard(0)
    for place, number in enumerate(crowd.numbers):
        heard.receipts[place].add(number)
    outcome = Outcome("Matrix away for 48 h", tried=1)
    monkeypatch.setenv("UNDERSIGNED_STATEMENTS", str(statements))
    outcome.add(await audited(read_settings(tmp_path / "config.yaml"), heard, "long"))
    record(outcome)
