"""How many presses of `next` a second each bot answers, by polling, on the same server.

People press again as soon as the press before was answered and the page turned. The server and
the people are in this process, each bot in one of its own; they take turns, so that whatever else
the machine does meets all of them.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.found import Found, median, rounded, table
from benchmarks.plots import bars
from benchmarks.processes import AIOGRAM, ROOT, Program, bot, processor_time, running
from bot.adapters.telegram.rendering import FIT
from bot.services.pages import Paginator, whole_text
from bot.statements.loader import load
from bot.wording.reading import page
from tests.support.botapi import BotApiServer, Message, Person, fast
from tests.support.botapi.journal import Call

PAGES = 16

PARAGRAPH = "We ask for what was promised to all who live here, in writing and with a date. " * 17

STATEMENT = """\
id: long
original_language: en
endorsement: {persons: true, organisations: true}
"""

CONFIG = """\
database: sqlite:///data/bench.db
statements: statements
languages: [en]
"""


@dataclass(frozen=True)
class Measured:
    """Presses answered a second, and the processor time of the bot for each, in milliseconds."""

    rate: float
    processor: float


OURS = bot("undersigned", "undersigned")
OTHERS = {
    "ptb": bot("python-telegram-bot", "bare_ptb"),
    # It asks for other versions of our libraries, and has an environment of its own.
    "aiogram": Program("aiogram", (str(AIOGRAM), str(ROOT / "benchmarks/bots/bare_aiogram.py"))),
    "aiohttp": bot("a loop on aiohttp", "bare_aiohttp"),
}


async def measure(rounds: int, people: int, presses: int = 8) -> Found:
    """All of them, in turns."""
    compared = [OURS, *OTHERS.values()]
    measured = await compare(compared, rounds=rounds, people=people, presses=presses)
    return found(measured)


async def compare(
    compared: Sequence[Program], *, rounds: int, people: int, presses: int
) -> Mapping[str, list[Measured]]:
    """One measurement of each program in each round, all on one server."""
    of_each: dict[str, list[Measured]] = {program.name: [] for program in compared}
    async with BotApiServer(rules=fast(), journal_limit=1000) as server:
        crowd = Crowd(server, people)
        for _ in range(rounds):
            for program in compared:
                of_each[program.name].append(await once(crowd, program, presses))
    return of_each


async def once(crowd: Crowd, program: Program, presses: int) -> Measured:
    """One measurement, with nothing kept from any before."""
    with TemporaryDirectory() as folder:
        prepare(Path(folder))
        async with running(program, crowd.server, Path(folder)) as process:
            return await crowd.measure(presses, process.pid)


def found(measured: Mapping[str, Sequence[Measured]]) -> Found:
    """The ratio is this bot's median over the other's."""
    ours = measured[OURS.name]
    rate, spent = _rate(ours), median(each.processor for each in ours)
    results = {"reading.per_second": rounded(rate), "reading.processor_ms": rounded(spent)}
    for key, program in OTHERS.items():
        if program.name in measured:
            results[f"reading.ratio_to_{key}"] = rounded(rate / _rate(measured[program.name]))
    rows, plot = [], {}
    for name, each in measured.items():
        rates = [one.rate for one in each]
        cpu = median(one.processor for one in each)
        span = f"{min(rates):.0f}, {max(rates):.0f}"
        plot[name] = (_rate(each), min(rates), max(rates))
        rows.append([name, _rate(each), span, f"{cpu:.2f}", f"{rate / _rate(each):.2f}"])
    head = ("program", "presses a second", "least, most", "processor, ms a press", "ratio")
    title = "Presses of “next” answered a second (median; line: least to most)"
    return Found(results, table(head, rows), {"reading": bars(title, plot)})


def _rate(measured: Sequence[Measured]) -> float:
    return median(one.rate for one in measured)


def prepare(folder: Path) -> None:
    """The text that is read, for this bot as a statement, for the bare ones as finished pages."""
    package = folder / "statements" / "long"
    package.mkdir(parents=True)
    (package / "statement.yaml").write_text(STATEMENT, encoding="utf-8")
    paragraphs = "\n\n".join(f"{number}. {PARAGRAPH}" for number in range(1, PAGES + 1))
    (package / "en.md").write_text(f"---\ntitle: A long text\n---\n\n{paragraphs}\n", "utf-8")
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    statement = next(iter(load(folder / "statements").library))
    (revision,) = statement.revisions.values()
    pages = Paginator(1500).pages("long", FIT, lambda: whole_text(statement, revision))
    shown = [page(each.strip(), n, len(pages)).plain for n, each in enumerate(pages, 1)]
    (folder / "pages.json").write_text(json.dumps(shown), encoding="utf-8")


class Crowd:
    """People who read. Each has one message with a button that turns its page."""

    def __init__(self, server: BotApiServer, size: int) -> None:
        self.server = server
        self._people = [server.person(f"reader{number}") for number in range(size)]
        self._shown: dict[int, asyncio.Event] = {}
        self._answered: dict[str, asyncio.Event] = {}

    async def measure(self, presses: int, process: int) -> Measured:
        """Everybody presses so often; `process` is the bot to look at."""
        self.server.on_call = self._heard
        messages = await asyncio.gather(*map(self._opened, self._people))
        began, worked = time.perf_counter(), processor_time(process)
        async with asyncio.TaskGroup() as pressing:
            for person, message in zip(self._people, messages, strict=True):
                pressing.create_task(self._press(person, message, presses))
        count = presses * len(self._people)
        took = time.perf_counter() - began
        return Measured(count / took, (processor_time(process) - worked) * 1000 / count)

    async def _opened(self, person: Person) -> Message:
        shown = self._shown[person.id] = asyncio.Event()
        await person.say("/read")
        await shown.wait()
        return self.server.sent(person)[-1]

    async def _press(self, person: Person, message: Message, times: int) -> None:
        for _ in range(times):
            data = next(b.data for b in message.buttons if b.label.startswith("Next"))
            assert data is not None
            turned = self._shown[person.id] = asyncio.Event()
            query = await person.forge(message, data)
            answered = self._answered[query.id] = asyncio.Event()
            await asyncio.gather(turned.wait(), answered.wait())
            del self._answered[query.id]

    def _heard(self, call: Call) -> None:
        if call.method.lower() == "answercallbackquery":
            self._answered[str(call.parameters["callback_query_id"])].set()
        elif call.method.lower() in {"sendmessage", "editmessagetext"}:
            assert call.ok, call
            self._shown[int(call.parameters["chat_id"])].set()
