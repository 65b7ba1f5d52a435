"""How many people a minute sign, from the command to the receipt, each bot on the same server.

Seven updates make a signature: the command, three texts, three presses. Everybody does as fast as
they are answered. What counts is what is in the database afterwards. Pages are turned beside it, in
the same rounds, so that the one can be told in terms of the other.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import reading
from benchmarks.found import Found, median, rounded, table
from benchmarks.plots import bars
from benchmarks.processes import Program, bot, processor_time, running
from tests.support.botapi import BotApiServer, Message, Person, fast
from tests.support.botapi.journal import Call
from tests.support.names import made_up

PTB = bot("python-telegram-bot, aiosqlite", "signing_ptb")
MINUTE = 60
PATIENCE = 120.0
"""Seconds to wait for one answer."""

NAMES = 500

STEPS = (
    ("say", "/sign {statement}", "Confirm"),
    ("press", "Confirm", "What's your name"),
    ("say", "{name}", "profession"),
    ("say", "Workshop of the port", "country"),
    ("say", "Tunisia", "Public"),
    ("press", "Public", "Confirm"),
    ("press", "Confirm", "Recorded. Your number is"),
)
"""What somebody does, and what is then in the answer."""


@dataclass(frozen=True)
class Measured:
    """Signatures a minute, and the processor time of the bot for each, in milliseconds."""

    rate: float
    processor: float


async def measure(rounds: int, people: int) -> Found:
    """Both bots, in turns."""
    ours, other, pages = list[Measured](), list[Measured](), list[reading.Measured]()
    async with BotApiServer(rules=fast(), journal_limit=1000) as server:
        readers = reading.Crowd(server, people)
        for at in range(rounds):
            for program, into in ((reading.OURS, ours), (PTB, other)):
                into.append(await once(server, program, people, f"{at}"))
            pages.append(await reading.once(readers, reading.OURS, 8))
    return found(ours, other, pages)


async def once(server: BotApiServer, program: Program, people: int, name: str) -> Measured:
    """One measurement, of people who have signed nothing yet."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        reading.prepare(folder)
        async with running(program, server, folder) as process:
            signers = Signers(server, "long")
            crowd = [server.person(f"signer{name}x{number}") for number in range(people)]
            # What is read or imported for the first one is not what a signature takes.
            await signers.sign(server.person(f"signer{name}"))
            began, worked = time.perf_counter(), processor_time(process.pid)
            await asyncio.gather(*map(signers.sign, crowd))
            took = time.perf_counter() - began
            worked = processor_time(process.pid) - worked
        signed = count(folder / "data" / "bench.db") - 1
    assert signed == people, f"{program.name}: {signed} of {people} are stored"
    return Measured(signed / took * MINUTE, worked * 1000 / signed)


def count(database: Path, status: str = "%") -> int:
    """How many endorsements are stored."""
    with sqlite3.connect(database) as connection:
        query = "SELECT count(*) FROM endorsements WHERE status LIKE ?"
        return int(connection.execute(query, (status,)).fetchone()[0])


class Signers:
    """People who go through `STEPS`."""

    def __init__(self, server: BotApiServer, statement: str) -> None:
        self._server = server
        self._statement = statement
        self._names = made_up(NAMES)
        self._awaited: dict[int, tuple[str, asyncio.Event]] = {}
        server.on_call = self._heard

    async def sign(self, person: Person, until: int = len(STEPS)) -> None:
        """The first steps, or all of them."""
        for step in STEPS[:until]:
            await self.step(person, *step)

    def name_of(self, person: Person) -> str:
        """What they sign with."""
        return self._names[person.id % len(self._names)]

    async def step(self, person: Person, how: str, what: str, answer: str) -> None:
        """Do that, and wait for an answer with these words in it, or on a button."""
        answered = asyncio.Event()
        self._awaited[person.id] = answer, answered
        if how == "say":
            name = self.name_of(person)
            await person.say(what.format(statement=self._statement, name=name))
        else:
            message = self._newest_with(person, what)
            await person.press(message, what)
        async with asyncio.timeout(PATIENCE):
            await answered.wait()

    def _newest_with(self, person: Person, label: str) -> Message:
        return next(
            message
            for message in reversed(self._server.sent(person))
            if any(button.label == label for button in message.buttons)
        )

    def _heard(self, call: Call) -> None:
        if call.method.lower() not in {"sendmessage", "editmessagetext"}:
            return
        assert call.ok, call
        words, answered = self._awaited.get(int(call.parameters["chat_id"]), ("", None))
        shown = f"{call.parameters['text']} {call.parameters.get('reply_markup', '')}"
        if answered is not None and words in shown:
            answered.set()


def found(
    ours: Sequence[Measured], other: Sequence[Measured], pages: Sequence[reading.Measured]
) -> Found:
    """Beside the other bot, and beside pages."""
    rates = [median(one.rate for one in each) for each in (ours, other)]
    presses = median(one.rate for one in pages)
    results = {
        "signing.per_minute": rounded(rates[0]),
        "signing.per_reading": rounded(rates[0] / presses),
        "signing.ratio_to_ptb": rounded(rates[0] / rates[1]),
        "signing.processor_ms": rounded(median(one.processor for one in ours)),
    }
    rows, plot = [], {}
    for name, each in ((reading.OURS.name, ours), (PTB.name, other)):
        one = [measured.rate for measured in each]
        spent = median(measured.processor for measured in each)
        plot[name] = (median(one), min(one), max(one))
        span = f"{min(one):,.0f}, {max(one):,.0f}"
        rows.append([name, median(one), span, f"{spent:.1f}", f"{rates[0] / median(one):.2f}"])
    head = ("program", "signatures a minute", "least, most", "processor, ms each", "ratio")
    beside = (
        f"\n\nIn the same run {presses:,.0f} pages a second were turned: "
        f"{rates[0] / presses:.2f} signatures a minute for each page a second."
    )
    title = "Complete signatures a minute, each stored for good (median; line: least to most)"
    return Found(results, table(head, rows) + beside, {"signing": bars(title, plot)})
