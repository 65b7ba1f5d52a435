"""SIGTERM while a message is on its way: Telegram would show again what is not written down."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.integration.telegram.test_process import Program, configure, running, start
from tests.integration.telegram.whole import WITHIN
from tests.support.botapi import BotApiServer, Call, Person, fast, faults
from tests.support.mortal import rows

HELD = 0.4
"""Seconds for which the server keeps its answer: the message is there at the end of them."""


async def begun(server: BotApiServer, person: Person) -> Call:
    """The call that brings them an answer, and that the server has not answered."""

    def found() -> Call | None:
        calls = server.calls("sendMessage")
        return next((c for c in calls if str(c.parameters["chat_id"]) == str(person.id)), None)

    call = await server.wait_for(found, WITHIN)
    assert call is not None
    assert call.ended is None
    return call


async def stopped_while_it_sends(folder: Path, times: int) -> None:
    async with BotApiServer(rules=fast()) as server:
        configure(folder, server, "polling", "WARNING")
        people = [server.person(f"amal{number}") for number in range(times)]
        for person in people:
            program = start(folder)
            server.fail("sendMessage", faults.slow(HELD))
            await person.say("/read port")
            await begun(server, person)
            assert await program.end() == 0
            assert not rows(folder, "SELECT id FROM outbox")
        async with running(folder):
            last = server.person("zaid")
            await last.say("/read port")
            await server.next_message(last, within=WITHIN)
        for person in people:
            assert len(server.sent(person)) == 1, server.sent(person)


async def test_what_is_on_its_way_is_shown_once(tmp_path: Path) -> None:
    await stopped_while_it_sends(tmp_path, 2)


@pytest.mark.soak
async def test_what_is_on_its_way_is_shown_once_ten_times(tmp_path: Path) -> None:
    await stopped_while_it_sends(tmp_path, 10)


async def ask_to_end(server: BotApiServer, program: Program) -> None:
    os.kill(program.pid, signal.SIGTERM)
    await server.wait_for(lambda: "a second signal ends at once" in program.written(), WITHIN)


async def test_nothing_new_is_begun_once_it_ends(tmp_path: Path) -> None:
    async with BotApiServer(rules=fast()) as server:
        configure(tmp_path, server, "polling", "INFO")
        program = start(tmp_path)
        amal, omar = server.person("amal"), server.person("omar")
        server.fail("sendMessage", faults.slow(1.0))
        await amal.say("/read port")
        await begun(server, amal)
        await ask_to_end(server, program)
        await omar.say("/read port")
        assert await program.end(None) == 0
        assert len(server.sent(amal)) == 1
        assert not server.sent(omar)
        async with running(tmp_path):
            await server.next_message(omar, within=WITHIN)
        assert (len(server.sent(amal)), len(server.sent(omar))) == (1, 1)


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_ends_it_at_once(tmp_path: Path, second: signal.Signals) -> None:
    async with BotApiServer(rules=fast()) as server:
        configure(tmp_path, server, "polling", "INFO")
        program = start(tmp_path)
        amal = server.person("amal")
        server.fail("sendMessage", faults.slow(60))
        await amal.say("/read port")
        await begun(server, amal)
        await ask_to_end(server, program)
        async with asyncio.timeout(2):
            assert await program.end(second) == -second
