"""Floods against the server's limits: nothing is refused, nothing is lost, nobody waits for long.

All of it takes real time: the program's pacing and the server's limits each have their own clock.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.telegram.adding_up import add_up, scraping
from tests.integration.telegram.program import broadcast, program, subscribe
from tests.integration.telegram.readers import Asking, Readers, busiest, write_text
from tests.support.botapi import BotApiServer, Call, Person
from tests.support.listening import address_in
from tests.support.statements import write_port

CHANGED = "which you signed as"
LATE = 2.0
"""Seconds within which 95 of 100 readers are answered during a broadcast."""

READING_RATE = 30 / 4
"""Presses a second: a quarter of the server's limit."""

LEFT_FREE = 10
"""Sends in any second that a broadcast leaves to answers."""


@dataclass(frozen=True)
class Flood:
    """`messages` are those to each group, `each` what every person asks beside turning a page."""

    people: int
    each: int
    groups: int
    messages: int


@dataclass(frozen=True)
class Broadcast:
    signers: int
    readers: int


SHORT_FLOOD, LONG_FLOOD = Flood(60, 2, 1, 12), Flood(300, 2, 3, 100)
SHORT_BROADCAST, LONG_BROADCAST = Broadcast(120, 30), Broadcast(2000, 80)


def sends(server: BotApiServer) -> list[Call]:
    """What the server's limits count."""
    return [*server.calls("sendMessage"), *server.calls("editMessageText")]


def refused(server: BotApiServer) -> list[Call]:
    return server.journal.find(lambda call: call.status == 429)


def people(server: BotApiServer, count: int, name: str) -> list[Person]:
    return [server.person(f"{name}{number}") for number in range(count)]


def percentile(values: Sequence[float], part: float) -> float:
    return sorted(values)[int(part * (len(values) - 1))]


async def flood(folder: Path, size: Flood) -> None:
    write_text(folder)
    async with (
        BotApiServer() as server,
        program(folder, server),
        scraping(server, address_in(folder)) as scrapes,
    ):
        readers = Readers(server, people(server, size.people, "reader"))
        await readers.open()
        asking = [Asking(server, each, each.private, size.each) for each in readers.people]
        for number in range(size.groups):
            person = server.person(f"omar{number}")
            group = server.group(f"Readers {number}", creator=person)
            asking.append(Asking(server, person, group, size.messages))
        began = time.monotonic()
        for person in readers.people:
            await readers.press(person)
        for each in asking:
            await each.ask()
        minutes = 1 + size.messages // 20
        await server.wait_for(lambda: not readers.waiting(), 60)
        turned = time.monotonic() - began
        await server.wait_for(lambda: all(each.is_answered() for each in asking), 70 * minutes)
        took = time.monotonic() - began
        print(
            f"{size}: pages turned in {turned:.1f} s, all answered in {took:.1f} s; "
            f"busiest second {busiest(sends(server), 1.0)}, refused {len(refused(server))}"
        )
        assert not refused(server)
        assert len(readers.turns()) == size.people
        assert all(each.in_order() for each in asking)
        last = await add_up(server, address_in(folder))
        counted = {name: value for name, value in last.items() if "platform=" in name}
        print(f"{len(scrapes)} scrapes, the last: {counted}")
        assert len(scrapes) >= took


async def tell_everybody(folder: Path, size: Broadcast) -> None:
    write_port(folder)
    write_text(folder)
    async with BotApiServer() as server:
        signers = people(server, size.signers, "signer")
        await subscribe(folder, server, signers, "port")
        async with program(folder, server) as pid:
            readers = Readers(server, signers[:: size.signers // size.readers])
            await readers.open()
            told, began = told_of_change(server), time.monotonic()
            ended = asyncio.Event()
            pressing = asyncio.create_task(readers.press_every(1 / READING_RATE, ended))
            await broadcast(folder, server, pid, "port")
            await server.wait_for(lambda: len(told_of_change(server)) >= size.signers, 300)
            took = time.monotonic() - began
            ended.set()
            await pressing
            await server.wait_for(lambda: not readers.waiting(), 30)
            assert not told
            report(server, size, readers, took)


def told_of_change(server: BotApiServer) -> list[Call]:
    calls = server.calls("sendMessage", ok=True)
    return [call for call in calls if CHANGED in call.parameters["text"]]


def report(server: BotApiServer, size: Broadcast, readers: Readers, took: float) -> None:
    turns = readers.turns()
    pages = [turn.page for turn in turns]
    notices = [turn.notice for turn in turns]
    told = told_of_change(server)
    print(f"{size} in {took:.1f} s, {len(told) / took:.1f}/s beside {len(turns)} presses")
    for name, waits in (("page", pages), ("notice", notices)):
        found = ", ".join(f"{part:.0%} {percentile(waits, part):.3f} s" for part in (0.5, 0.95, 1))
        print(f"  {name}: {found}")
    print(f"  busiest second {busiest(sends(server), 1.0)}, of the broadcast {busiest(told, 1.0)}")
    assert not refused(server)
    assert set(Counter(int(call.parameters["chat_id"]) for call in told).values()) == {1}
    assert len(told) == size.signers
    assert percentile(pages, 0.95) <= LATE
    assert percentile(notices, 0.95) <= LATE
    assert busiest(told, 1.0) <= 30 - LEFT_FREE


async def test_many_at_once(tmp_path: Path) -> None:
    await flood(tmp_path, SHORT_FLOOD)


async def test_readers_during_a_broadcast(tmp_path: Path) -> None:
    await tell_everybody(tmp_path, SHORT_BROADCAST)


@pytest.mark.soak
async def test_three_hundred_people_and_three_groups_at_once(tmp_path: Path) -> None:
    await flood(tmp_path, LONG_FLOOD)


@pytest.mark.soak
async def test_readers_during_a_broadcast_to_two_thousand(tmp_path: Path) -> None:
    await tell_everybody(tmp_path, LONG_BROADCAST)
