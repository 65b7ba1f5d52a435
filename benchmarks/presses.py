"""How many presses of `next` a second each bot answers, by polling, on the same server.

People press again as soon as the press before was answered and the page turned. The server and
the people are in this process, each bot in one of its own; they take turns, so that whatever else
the machine does meets all of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.adapters.telegram.rendering import FIT
from bot.services.pages import Paginator, whole_text
from bot.statements.loader import load
from bot.wording.reading import page
from tests.support.botapi import BotApiServer, Message, Person, fast
from tests.support.botapi.journal import Call

ROOT = Path(__file__).parents[1]
PAGES = 16
START_TIME = 30.0
"""Seconds for a bot to begin."""

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
class Program:
    """One bot to be measured: `command` is followed by the server's address, a token and a folder;
    `flags` come last."""

    name: str
    command: Sequence[str]
    flags: Sequence[str] = ()


@dataclass(frozen=True)
class Measured:
    """Presses answered a second, and the processor time of the bot for each, in milliseconds."""

    rate: float
    processor: float


def programs(aiogram_python: Path) -> list[Program]:
    """This bot and those it is compared with; `aiogram_python` has aiogram installed, which asks
    for other versions of our libraries."""
    ours, bare = (
        (sys.executable, "-m", f"benchmarks.bots.{name}") for name in ("undersigned", "bare_ptb")
    )
    aiogram = (str(aiogram_python), str(ROOT / "benchmarks" / "bots" / "bare_aiogram.py"))
    return [
        Program("undersigned", ours),
        Program("python-telegram-bot", bare),
        Program("python-telegram-bot, concurrent updates", bare, ["--concurrent"]),
        Program("aiogram", aiogram),
    ]


async def compare(
    compared: Sequence[Program], *, rounds: int, people: int, presses: int
) -> Mapping[str, list[Measured]]:
    """One measurement of each program in each round, all on one server."""
    found: dict[str, list[Measured]] = {program.name: [] for program in compared}
    async with BotApiServer(rules=fast(), journal_limit=1000) as server:
        crowd = Crowd(server, people)
        for _ in range(rounds):
            for program in compared:
                with TemporaryDirectory() as folder:
                    prepare(Path(folder))
                    async with running(program, server, folder) as process:
                        found[program.name].append(await crowd.measure(presses, process.pid))
    return found


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


@contextlib.asynccontextmanager
async def running(
    program: Program, server: BotApiServer, folder: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program, from when it asks for updates."""
    before = server.journal.total
    process = await asyncio.create_subprocess_exec(
        *(*program.command, server.url, server.token, folder, *program.flags),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
    )
    try:
        await server.wait_for(lambda: _asks(server, after=before), within=START_TIME)
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()


def _asks(server: BotApiServer, after: int) -> bool:
    """Whether updates were asked for since the call of that number."""
    return any(c.number > after for c in server.calls("getUpdates"))


class Crowd:
    """People who read. Each has one message with a button that turns its page."""

    def __init__(self, server: BotApiServer, size: int) -> None:
        self._server = server
        self._people = [server.person(f"reader{number}") for number in range(size)]
        self._shown: dict[int, asyncio.Event] = {}
        self._answered: dict[str, asyncio.Event] = {}
        server.on_call = self._heard

    async def measure(self, presses: int, bot: int) -> Measured:
        """Everybody presses so often; `bot` is the process to look at."""
        messages = await asyncio.gather(*map(self._opened, self._people))
        began, worked = time.perf_counter(), processor_time(bot)
        async with asyncio.TaskGroup() as pressing:
            for person, message in zip(self._people, messages, strict=True):
                pressing.create_task(self._press(person, message, presses))
        count = presses * len(self._people)
        took = time.perf_counter() - began
        return Measured(count / took, (processor_time(bot) - worked) * 1000 / count)

    async def _opened(self, person: Person) -> Message:
        shown = self._shown[person.id] = asyncio.Event()
        await person.say("/read")
        await shown.wait()
        return self._server.sent(person)[-1]

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


def processor_time(process: int) -> float:
    """Seconds that the process has computed, in user and system mode (proc(5), fields 14, 15)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    ticks = os.sysconf("SC_CLK_TCK")
    return (int(fields[11]) + int(fields[12])) / ticks
