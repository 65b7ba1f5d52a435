"""A crowd that means harm (row 9), in rooms of a homeserver: as on Telegram, and smaller."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.counts import Counts
from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.whole import Whole, whole_bot
from tests.integration.telegram.test_attack import LATE, PAUSED, RECORDED, WAVE
from tests.integration.telegram.test_flood import percentile
from tests.support.synapse import Homeserver, Person

STEPS = ("!sign port", "!confirm", "{name}", "!skip", "!skip", "!public", "!confirm")


async def sign(w: Whole, person: Person, room: str, name: str) -> list[float]:
    """How long each answer took, in seconds."""

    def seen() -> int:
        return sum(1 + heard.edits for heard in person.said_in(room, w.id))

    waits = []
    for step in STEPS:
        before, began = seen(), time.monotonic()
        await person.say(room, step.format(name=name))
        await person.wait_for(lambda: seen() > before)  # noqa: B023
        waits.append(time.monotonic() - began)
    return waits


async def attack(w: Whole, meet: Meet, zaid: Person, accounts: int, each: int) -> None:
    """So many accounts in rooms without encryption, `each` of them at once, and one honest signer
    beside each of these crowds."""
    campaign = w.bot.campaign
    campaign.verification = replace(campaign.verification, wave=min(10, accounts))
    waits: list[float] = []
    honest = []
    for first in range(0, accounts, each):
        people = await asyncio.gather(*(meet("robot", signs=False) for _ in range(each)))
        rooms = await asyncio.gather(*(person.chat(w.id, encrypted=False) for person in people))
        amal = await meet("amal")
        room = await amal.chat(w.id)
        crowd = [
            sign(w, person, at, f"Robot Number {first + number}")
            for number, (person, at) in enumerate(zip(people, rooms, strict=True))
        ]
        among, *_ = await asyncio.gather(sign(w, amal, room, f"Amal Number {first}"), *crowd)
        waits += among
        honest.append((amal, room))
    people = await asyncio.gather(*(meet("robot", signs=False) for _ in range(each)))
    rooms = await asyncio.gather(*(person.chat(w.id, encrypted=False) for person in people))
    for person, at in zip(people, rooms, strict=True):
        await person.say(at, "!sign port")
    began = time.monotonic()
    await zaid.say(w.admins, "!close")
    await zaid.hear(w.admins, PAUSED)
    closing = time.monotonic() - began
    told = [heard.text for heard in zaid.said_in(w.admins, w.id) if PAUSED not in heard.text]
    print(
        f"{accounts} accounts, {each} at once: a step in {percentile(waits, 0.5):.2f} s, "
        f"95 of 100 in {percentile(waits, 0.95):.2f} s; !close in {closing:.2f} s; "
        f"{len(told)} messages to the admins"
    )
    assert percentile(waits, 0.95) <= LATE
    assert closing <= LATE
    for person, at in honest:
        await person.hear(at, RECORDED)
    assert await w.counts() == Counts(pending=accounts + len(honest))
    assert len([text for text in told if WAVE in text]) == 1


async def meet_the_attack(
    folder: Path,
    homeserver: Homeserver,
    meet: Meet,
    unique: Callable[[str], str],
    accounts: int,
    each: int,
) -> None:
    account = await homeserver.register(unique("bot"))
    zaid = await meet("zaid")
    async with whole_bot(folder, homeserver, account, admins=[zaid.id]) as w:
        await zaid.wait_until_there(w.admins, zaid.id)
        await attack(w, meet, zaid, accounts, each)


@pytest.mark.parametrize(
    ("accounts", "each"),
    [(6, 3), *(pytest.param(*size, marks=pytest.mark.soak) for size in ((12, 6), (100, 10)))],
)
async def test_a_crowd(
    tmp_path: Path,
    homeserver: Homeserver,
    meet: Meet,
    unique: Callable[[str], str],
    accounts: int,
    each: int,
) -> None:
    await meet_the_attack(tmp_path, homeserver, meet, unique, accounts, each)
