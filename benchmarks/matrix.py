"""How soon the bot answers on Matrix, and how often a second, beside a bare echo on nio.

Both are there at the same time, on a real homeserver of their own (Synapse on SQLite), and are
asked in turns, in rooms that are not encrypted and in rooms that are. Once more with Synapse's own
limits on messages as they are: then both wait for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.found import Found, median, rounded, table
from benchmarks.plots import bars
from benchmarks.processes import ROOT, processor_time, started
from tests.support.statements import write_port
from tests.support.synapse import Homeserver, Person

ASKED = "!demands port 2"
PATIENCE = 120.0
CONFIG = """\
database: sqlite:///data/bench.db
statements: statements
languages: [en]
matrix:
  homeserver: {homeserver}
  user_id: "{user}"
  password: {password}
"""
OURS, ECHO = "undersigned", "echo on nio"
NAMES = (OURS, ECHO)
IN_ENCRYPTED = ", encrypted rooms"


@dataclass(frozen=True)
class Size:
    """So many people each ask so often at once; `alone` one of them, waiting each time. With limits
    only so many answers are waited for."""

    people: int = 8
    each: int = 10
    alone: int = 15
    limited: int = 12


@dataclass
class Asked:
    """A program, and the room that each person has with it."""

    user: str
    process: int
    rooms: dict[Person, str]

    def answers(self, person: Person) -> int:
        """How many it has given that person."""
        return len(person.said_in(self.rooms[person], self.user))

    async def ask(self, person: Person, times: int = 1) -> None:
        """One after the other, each once the one before was answered."""
        for _ in range(times):
            before = self.answers(person)
            await person.say(self.rooms[person], ASKED)
            await person.wait_for(lambda: self.answers(person) > before, PATIENCE)  # noqa: B023


@dataclass(frozen=True)
class Measured:
    """Milliseconds until an answer (median), answers a second, the processor's milliseconds for
    each."""

    latency: float
    rate: float
    processor: float


async def measure(rounds: int, size: Size = Size()) -> Found:
    """Both in turns."""
    measured: dict[str, list[Measured]] = {}
    for encrypted in (False, True):
        async with both(size.people, encrypted=encrypted) as asked:
            for _ in range(rounds):
                for name in NAMES:
                    into = measured.setdefault(name + IN_ENCRYPTED * encrypted, [])
                    into.append(await _once(asked[name], size))
    async with both(4, limited=True) as asked:
        slow = await asyncio.gather(*(_limited(asked[name], size.limited) for name in NAMES))
    return found(measured, slow)


async def _once(asked: Asked, size: Size) -> Measured:
    people = list(asked.rooms)
    taken = []
    worked = processor_time(asked.process)
    for _ in range(size.alone):
        began = time.perf_counter()
        await asked.ask(people[0])
        taken.append((time.perf_counter() - began) * 1000)
    began = time.perf_counter()
    await asyncio.gather(*(asked.ask(person, size.each) for person in people))
    took = time.perf_counter() - began
    count = size.each * len(people)
    worked = (processor_time(asked.process) - worked) * 1000 / (count + size.alone)
    return Measured(median(taken), count / took, worked)


async def _limited(asked: Asked, count: int) -> float:
    """Answers a minute, of the program that hears so many questions at once."""
    each = count // len(asked.rooms)
    wanted = {person: asked.answers(person) + each for person in asked.rooms}
    began = time.perf_counter()
    for _ in range(each):
        for person, room in asked.rooms.items():
            await person.say(room, ASKED)
    for person, least in wanted.items():
        await person.wait_for(lambda: asked.answers(person) >= least, 3 * PATIENCE)  # noqa: B023
    return count * 60 / (time.perf_counter() - began)


@contextlib.asynccontextmanager
async def both(
    people: int, *, limited: bool = False, encrypted: bool = False
) -> AsyncIterator[dict[str, Asked]]:
    """The two programs, known to everybody."""
    async with contextlib.AsyncExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory()))
        homeserver = Homeserver(place / "synapse", limited=limited)
        homeserver.start()
        stack.callback(homeserver.stop)
        crowd = []
        for number in range(people):
            account = await homeserver.register(f"person{number}")
            person = Person(homeserver, account, place / f"person{number}")
            crowd.append(await stack.enter_async_context(person))
        yield {
            name: await stack.enter_async_context(
                _running(name, homeserver, place, crowd, encrypted=encrypted)
            )
            for name in NAMES
        }


@contextlib.asynccontextmanager
async def _running(
    name: str, homeserver: Homeserver, place: Path, crowd: Sequence[Person], *, encrypted: bool
) -> AsyncIterator[Asked]:
    account = await homeserver.register(name.split(maxsplit=1)[0])
    folder = place / name.replace(" ", "-")
    write_port(folder)
    login = (homeserver.url, account.user, account.device, account.token)
    command = ["bot", "run"]
    if name == ECHO:
        command = ["benchmarks.bots.bare_nio", *login, *([str(folder)] if encrypted else [])]
    config = CONFIG.format(homeserver=login[0], user=account.user, password=account.password)
    (folder / "config.yaml").write_text(config, "utf-8")
    environ = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    async with started((sys.executable, "-m", *command), folder, environ) as process:
        rooms = {person: await person.chat(account.user, encrypted=encrypted) for person in crowd}
        asked = Asked(account.user, process.pid, rooms)
        for person in crowd:
            await asked.ask(person)
        yield asked


def found(measured: dict[str, list[Measured]], limited: Sequence[float]) -> Found:
    """By the medians."""
    latency = {name: median(one.latency for one in each) for name, each in measured.items()}
    rate = {name: median(one.rate for one in each) for name, each in measured.items()}
    worked = {name: median(one.processor for one in each) for name, each in measured.items()}
    results = {"matrix.limited_answers_per_minute": rounded(limited[0])}
    for prefix, kind in (("matrix", ""), ("matrix.encrypted", IN_ENCRYPTED)):
        ours, echo = OURS + kind, ECHO + kind
        results |= {
            f"{prefix}.latency_ratio": rounded(latency[ours] / latency[echo]),
            f"{prefix}.latency_ms": rounded(latency[ours]),
            f"{prefix}.answers_per_second": rounded(rate[ours]),
            f"{prefix}.answers_ratio": rounded(rate[ours] / rate[echo]),
            f"{prefix}.processor_ms": rounded(worked[ours]),
            f"{prefix}.processor_ratio": rounded(worked[ours] / worked[echo]),
        }
    head = ("program", "until the answer, ms", "answers a second", "processor, ms an answer")
    rows = [(name, latency[name], rate[name], worked[name]) for name in measured]
    told = zip(NAMES, limited, strict=True)
    beside = "; ".join(f"{name} {slow:.1f}" for name, slow in told)
    plot = {
        name: (latency[name], min(o.latency for o in each), max(o.latency for o in each))
        for name, each in measured.items()
    }
    drawn = bars("Milliseconds until an answer on Matrix (median; line: least to most)", plot)
    with_limits = f"\n\nAnswers a minute with Synapse's limits as they are: {beside}."
    return Found(results, table(head, rows) + with_limits, {"matrix": drawn})
