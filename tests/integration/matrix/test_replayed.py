"""What the server shows again, out of order, or from before the bot came (row 11)."""

from __future__ import annotations

import asyncio
import copy
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.matrix.sync import FILTER
from bot.storage.tables import conversations, dead_letters, outbox
from tests.integration.matrix.whole import Whole, whole_bot
from tests.support.synapse import Account, Homeserver, Person
from tests.support.synapse.forging import Forger

ROOM: Any = FILTER["room"]
SHOWN = ROOM["timeline"]
"""How many events of a room an answer holds at most."""


@pytest.fixture
async def forger(homeserver: Homeserver) -> AsyncIterator[Forger]:
    async with Forger(homeserver) as between:
        yield between


async def state(w: Whole) -> object:
    """What the bot has in its database of people, decisions and messages on their way."""
    await w.bot.inbox.settled()
    async with w.database.unit() as unit:
        rest = [
            (await unit._connection.execute(sa.select(sa.func.count()).select_from(table))).scalar()
            for table in (outbox, conversations, dead_letters)
        ]
    return await w.decided(), rest


def shuffled(answers: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """The answers in another order, and each room's events too."""
    chance = random.Random(seed)
    mixed = copy.deepcopy(answers)
    for answer in mixed:
        for room in answer.get("rooms", {}).get("join", {}).values():
            chance.shuffle(room["timeline"]["events"])
    chance.shuffle(mixed)
    return mixed


async def shown_again(
    forger: Forger, answers: list[dict[str, Any]], seed: int, person: Person, room: str
) -> None:
    """The bot, which asks for what comes after this word, is told this instead."""
    forger.repeated[:] = shuffled(answers, seed)
    await person.say(room, "Good morning")
    async with asyncio.timeout(30):
        while forger.repeated:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)


async def test_row_11_the_same_news_three_times_shuffled_and_after_a_restart(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Account,
    zaid: Person,
    amal: Person,
    omar: Person,
    forger: Forger,
) -> None:
    options: dict[str, Any] = {"url": forger.url, "admins": [zaid.id]}
    async with whole_bot(tmp_path, homeserver, account, **options) as w:
        room = await w.sign(amal, "Amal Haddad")
        group = await omar.create([w.id], name="Readers of the Port")
        await omar.hear(group, "!endorse")
        await w.ask(omar, group, "!endorse")
        await omar.say(group, "!confirm")
        await zaid.hear(w.admins, "#2 ·")
        await w.hears(zaid, w.admins, "!verify 1", "10 minutes left to undo")
        await w.hears(zaid, w.admins, "!undo 1", "Undone: #1")
        await w.hears(zaid, w.admins, "!verify 2", "10 minutes left to undo")
        rooms = {zaid: w.admins, amal: room, omar: group}
        news = list(forger.answers)
        before = await state(w)
        told = {who: len(who.said_in(where, w.id)) for who, where in rooms.items()}
        for seed in range(2):
            await shown_again(forger, news, seed, zaid, w.admins)
    async with whole_bot(tmp_path, homeserver, account, **options) as w:
        await shown_again(forger, news, 2, zaid, w.admins)
        assert await state(w) == before
        for who, where in rooms.items():
            await w.ask(who, where, "!help")
            assert len(who.said_in(where, w.id)) == told[who] + 1


@pytest.mark.parametrize(
    ("shown", "earlier"),
    [(10, 3), (10, 15), pytest.param(SHOWN["limit"], 60, marks=pytest.mark.soak)],
)
async def test_row_11_what_was_said_before_the_bot_came(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Account,
    zaid: Person,
    omar: Person,
    monkeypatch: pytest.MonkeyPatch,
    shown: int,
    earlier: int,
) -> None:
    """Whether it fits in the server's answer or not."""
    monkeypatch.setitem(SHOWN, "limit", shown)
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as w:
        group = await omar.create([], name="Readers of the Port", encrypted=False)
        for number in range(earlier):
            await omar.say(group, f"!demands port {1 + number % 3}")
        await omar.say(group, "!endorse")
        await omar.invite(group, w.id)
        await omar.hear(group, "!endorse")
        answer = await w.ask(omar, group, "!demands port 1")
        assert answer.text.startswith("1. ")
        await w.bot.inbox.settled()
        assert len(omar.said_in(group, w.id)) == 2
