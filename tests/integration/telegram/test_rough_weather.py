"""A server, or a way to it, that fails at every fifth call: all is done, nothing twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.backoff import Backoff
from tests.integration.telegram import crowd
from tests.integration.telegram.crowd import Crowd
from tests.integration.telegram.whole import whole_bot
from tests.support.botapi import BotApiServer, Call, fast, faults

FAULTS = (
    faults.drop(),
    faults.drop(effect=True),
    faults.bad_gateway(),
    faults.bad_gateway(effect=True),
    faults.garbage(),
    faults.server_error(),
    faults.not_ok_with_200(),
    faults.too_many(),
    faults.too_many(1),
    faults.slow(0.3),
    faults.refusal(401, "Unauthorized"),
    faults.refusal(404, "Not Found"),
    faults.refusal(409, "Conflict: terminated by other getUpdates request"),
)
SHARE = 0.2
SPARED = {"getMe", "getChat", "getChatMember", "answerCallbackQuery"}
"""Where these fail, people have to ask or to press again, which these do not."""

SIGNERS, GROUPS = 12, 4


def weather(chance: random.Random, part: float) -> Callable[[Call], bool]:
    return lambda call: call.method not in SPARED and chance.random() < part


@pytest.mark.parametrize("seed", [1])
async def test_everything_is_done_and_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(crowd, "STATEMENT", "port")
    monkeypatch.setattr(Backoff, "next", lambda _: 0.05)
    monkeypatch.setattr("bot.adapters.telegram.sending.REFUSED_PAUSE", 0.2)
    monkeypatch.setattr("bot.adapters.telegram.request.FLOOD_PAUSE", 0.2)
    async with (
        BotApiServer(rules=fast()) as server,
        whole_bot(tmp_path, server) as w,
    ):
        # The admin decides by cards, and everybody is to have one.
        w.bot.campaign.verification = replace(w.bot.campaign.verification, cards=50)
        people = Crowd(server, w.zaid, w.admins)
        chance = random.Random(seed)
        for fault in FAULTS:
            server.fail("*", fault, times=None, when=weather(chance, SHARE / len(FAULTS)))
        doing = [people.sign(number) for number in range(SIGNERS)]
        doing += [people.endorse(number) for number in range(GROUPS)]
        async with asyncio.timeout(120):
            await asyncio.gather(*doing)
        server.faults.clear()
        await w.settled()
        counts, expected = await w.counts(), people.expected
        for name in ("pending", "verified", "rejected", "withdrawn", "persons", "organisations"):
            assert getattr(counts, name) == getattr(expected, name), name
        assert await w.rows("select count(*) from dead_letters") == [(0,)]
        assert await w.rows("select count(*) from inbox") == [(0,)]
        assert await w.rows("select count(*) from outbox") == [(0,)]
        assert sum(call.fault is not None for call in server.journal) > 30
