"""What the metrics say where not all goes well: faults of every kind, and a kill."""

from __future__ import annotations

import asyncio
import random
import signal
from functools import partial
from pathlib import Path

from tests.integration.telegram.adding_up import PLATFORM, add_up, delivering, scraping, service
from tests.integration.telegram.program import program
from tests.integration.telegram.test_hostile import UNKNOWN
from tests.integration.telegram.test_whole_dialogue import write_config
from tests.support.botapi import BotApiServer, Call, Person, fast, faults
from tests.support.listening import WITHIN, Samples, address_in, let_listen, until
from tests.support.mortal import Mortal, is_quiet, rows
from tests.support.statements import write_port

BLOCKED = faults.refusal(403, "Forbidden: bot was blocked by the user")
TOO_LATE = faults.refusal(400, "Bad Request: query is too old and response timeout expired")


def ended(found: Samples, outcome: str) -> float:
    return found[f'deliveries_total{{outcome="{outcome}",{PLATFORM}}}']


def events(found: Samples, what: str) -> float:
    return found[f"events_{what}_total{{{PLATFORM}}}"]


def to(person: Person, call: Call) -> bool:
    return str(call.parameters.get("chat_id")) == str(person.id)


async def quiet(folder: Path) -> None:
    async with asyncio.timeout(WITHIN):
        while not is_quiet(folder):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)


async def test_faults_of_every_kind(tmp_path: Path) -> None:
    write_port(tmp_path)
    async with BotApiServer(rules=fast()) as server, program(tmp_path, server):
        amal, omar, *others = (server.person(f"person{number}") for number in range(14))
        passing = [faults.too_many(1), faults.drop(effect=True), faults.server_error()]
        for fault, person in zip(passing, others, strict=False):
            server.fail("sendMessage", fault, when=partial(to, person))
        server.fail("sendMessage", BLOCKED, when=partial(to, amal))
        server.fail("sendMessage", UNKNOWN, times=2, when=partial(to, omar))
        async with scraping(server, address_in(tmp_path)):
            for person in (amal, omar, *others):
                await person.say("/read port")
            await server.wait_for(lambda: all(server.sent(each) for each in others))
            server.fail("answerCallbackQuery", TOO_LATE)
            (message,) = server.sent(others[-1])
            await others[-1].press(message, "Next")
            await quiet(tmp_path)
            found = await add_up(server, address_in(tmp_path))
        assert found[f"delivery_retries_total{{{PLATFORM}}}"] == len(passing)
        assert found[f"delivery_pauses_total{{{PLATFORM}}}"] == 1
        outcomes = [ended(found, each) for each in ("unreachable", "refused", "failed", "left_out")]
        assert outcomes == [1, 1, 0, 1]
        # One of them came twice, as the first answer was lost.
        assert len(server.sent(others[1])) == 2
        assert ended(found, "sent") == sum(call.ok for call in delivering(server))


async def test_a_kill_in_the_middle(tmp_path: Path) -> None:
    """The new process counts what it received itself, and handles what the old one left as well."""
    write_port(tmp_path)
    async with BotApiServer(rules=fast()) as server:
        admins = server.group("Admins", creator=server.person("zaid"))
        write_config(tmp_path, server, admins.id, "polling")
        url = let_listen(tmp_path)
        with Mortal(tmp_path, random.Random(0), statements=tmp_path / "statements") as mortal:
            mortal.start()
            await until(url, lambda found: found["healthy"] == 1)
            people = [server.person(f"person{number}") for number in range(60)]
            for person in people[:40]:
                await person.say("/help")
            await until(url, lambda found: events(found, "handled") >= 10)
            assert mortal.end(signal.SIGKILL) == -signal.SIGKILL
            ((left, done),) = rows(
                tmp_path, "SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM handled)"
            )
            for person in people[40:]:
                await person.say("/help")
            mortal.start()
            new = server.updates.last - server.updates.first + 1 - service(server) - left - done
            found = await until(url, lambda found: events(found, "handled") >= left + new)
            await quiet(tmp_path)
            found = await until(url, lambda found: ended(found, "sent") > 0)
            assert (events(found, "received"), events(found, "handled")) == (new, left + new)
            assert mortal.end(signal.SIGTERM) == 0
        assert all(server.sent(person) for person in people)
