"""`kill -9` at random moments while updates flow: each is handled once and answered, and what comes
twice says so by its number."""

from __future__ import annotations

import asyncio
import json
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from telegram import User

from bot.adapters.telegram.intake import Intake
from bot.adapters.telegram.parsing import Parser
from tests.integration.telegram.crowd import Crowd
from tests.integration.telegram.test_whole_dialogue import write_config
from tests.support import bot_process
from tests.support.botapi import BotApiServer, Chat
from tests.support.mortal import SEED, Mortal, is_quiet, rows

SETTLED = 180.0


@dataclass(frozen=True)
class Size:
    kills: int
    signers: int
    groups: int
    readers: int


SHORT = Size(kills=5, signers=4, groups=1, readers=3)
LONG = Size(kills=200, signers=40, groups=8, readers=25)
CARDS = "verification: {cards: 50}\n"
"""So that everybody gets one: the admin decides by them."""


class Updates:
    """Every update that the server ever made."""

    def __init__(self, server: BotApiServer) -> None:
        self.raw: dict[int, Any] = {}
        self._server = server
        self._passed_on = server.updates.on_new
        server.updates.on_new = self._note

    def _note(self) -> None:
        for update in self._server.updates.pending:
            self.raw.setdefault(update.id, json.loads(update.text))
        self._passed_on()

    def events(self) -> int:
        """How many of them mean something to the bot."""
        bot = self._server.bot
        me = User(bot.id, bot.first_name, is_bot=True, username=bot.username)
        intake = Intake(Parser(me, lambda _: False))
        return len(intake.take(self.raw.values()).events)


def repeats(server: BotApiServer) -> dict[tuple[str, str], int]:
    """What was sent more than once: chat, text (a card by its number) and how often too often.
    Everything that the bot sends in these dialogues is different from all else in its chat."""
    sent: Counter[tuple[str, str]] = Counter()
    for call in server.calls("sendMessage", ok=True):
        text = str(call.parameters["text"])
        card = re.match(r"#\d+ · ", text)
        sent[str(call.parameters["chat_id"]), card[0] if card else text] += 1
    return {what: count - 1 for what, count in sent.items() if count > 1}


async def kill_while_it_flows(folder: Path, mode: str, size: Size) -> None:
    chance = random.Random(SEED)
    print(f"CRASH_SEED={SEED}")
    async with BotApiServer() as server:
        updates = Updates(server)
        zaid = server.person("zaid")
        admins = server.group("Admins", creator=zaid, kind="supergroup", bot="member")
        write_config(folder, server, admins.id, mode)
        with (folder / "config.yaml").open("a", encoding="utf-8") as config:
            config.write(CARDS)
        crowd = Crowd(server, zaid, admins)
        with Mortal(folder, chance) as program:
            people = start_all(crowd, program, size, chance)
            died_at_work = 0
            while program.kills < size.kills:
                died_at_work += any(not person.done() for person in people)
                await program.live_and_die()
            program.start()
            await asyncio.gather(*people)
            deadline = time.monotonic() + SETTLED
            while server.updates.pending or not is_quiet(folder):
                assert time.monotonic() < deadline, (server.updates.pending, "or inbox, outbox")
                await asyncio.sleep(0.3)
            assert program.end(signal.SIGTERM) == 0
        check_repeats(server, admins, size, crowd)
        assert all(query.answered for query in server.world.callbacks.values())
        handled = rows(folder, "SELECT count(*) FROM handled")[0][0]
        print(f"{mode}: {size.kills} kills, {len(updates.raw)} updates, {handled} handled")
        assert handled == updates.events()
        assert died_at_work == size.kills
    counted = json.loads(bot_process.run("stats", "--json", folder=folder).out)
    assert counted["open-library"] == {
        name: getattr(crowd.expected, name)
        for name in ("pending", "verified", "rejected", "withdrawn", "persons", "organisations")
    }
    numbers = [number for (number,) in rows(folder, "SELECT number FROM endorsements ORDER BY 1")]
    assert len(numbers) == crowd.expected.records
    assert set(crowd.numbers) == set(numbers)
    assert rows(folder, "SELECT * FROM dead_letters") == []


def start_all(
    crowd: Crowd, program: Mortal, size: Size, chance: random.Random
) -> list[asyncio.Task[None]]:
    """Everybody, each beginning after another kill, so that updates flow until the last one."""
    todo: list[Coroutine[None, None, None]] = [
        *map(crowd.sign, range(size.signers)),
        *map(crowd.endorse, range(size.groups)),
        *map(crowd.read, range(size.readers)),
    ]
    chance.shuffle(todo)

    async def from_kill(first: int, work: Coroutine[None, None, None]) -> None:
        await program.until_kill(first)
        await work

    return [
        asyncio.create_task(from_kill(size.kills * place // len(todo), work))
        for place, work in enumerate(todo)
    ]


def check_repeats(server: BotApiServer, admins: Chat, size: Size, crowd: Crowd) -> None:
    """At most one for each kill; of a card that came twice both name the same record."""
    found = repeats(server)
    print(f"{sum(found.values())} repeats: {sorted(text[:30] for _, text in found)}")
    assert sum(found.values()) <= size.kills, found
    cards = Counter(
        match[1]
        for message in server.sent(admins)
        if (match := re.match(r"#(\d+) · ", message.text or ""))
    )
    assert len(cards) == crowd.expected.records


@pytest.mark.parametrize("mode", ["polling", pytest.param("webhook", marks=pytest.mark.soak)])
async def test_a_few_kills(tmp_path: Path, mode: str) -> None:
    await kill_while_it_flows(tmp_path, mode, SHORT)


@pytest.mark.soak
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_two_hundred_kills(tmp_path: Path, mode: str) -> None:
    await kill_while_it_flows(tmp_path, mode, LONG)
