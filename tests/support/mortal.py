"""The program, started again and again on one folder and killed at random moments."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import bot_process
from tests.support.dialogue import SHIPPED
from tests.support.nursery import nursery

SEED = int(os.environ.get("CRASH_SEED", time.time_ns() % 10_000))
"""What chance begins with; the same again repeats a run as far as clocks allow."""

LONGEST = 3.0
"""Seconds."""

AT_THE_START = 0.2
"""The part of the lives that end while the program begins."""


@dataclass(frozen=True)
class Life:
    """How long one lasts in seconds: `shortest`, and more by chance, `more` on the average."""

    shortest: float = 0.4
    more: float = 0.5


class Mortal:
    """`undersigned run`, again and again on the same folder; as a context it does not outlive a
    test that fails."""

    def __init__(
        self,
        folder: Path,
        chance: random.Random,
        *,
        statements: Path = SHIPPED,
        life: Life = Life(),
    ) -> None:
        self.folder = folder
        self.chance = chance
        self.kills = 0
        self.killed = asyncio.Event()
        self.pid = 0
        self._statements = statements
        self._life = life

    def __enter__(self) -> Mortal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.pid:
            self.end(signal.SIGKILL)

    def start(self) -> None:
        with (
            (self.folder / "log.txt").open("ab") as log,
            (self.folder / "nothing.txt").open("w+b") as nothing,
        ):
            files = (nothing.fileno(), log.fileno(), log.fileno())
            environ = bot_process.environment(self._statements)
            self.pid = nursery().start(("run",), self.folder, environ, files)

    def end(self, number: signal.Signals) -> int:
        os.kill(self.pid, number)
        pid, self.pid = self.pid, 0
        return nursery().wait(pid)

    async def live_and_die(self) -> None:
        """One life of a random length."""
        self.start()
        life = self._life.shortest
        if self.chance.random() < AT_THE_START:
            life = self.chance.uniform(0.0, life)
        else:
            life += self.chance.expovariate(1 / self._life.more)
        await asyncio.sleep(min(life, LONGEST))
        assert self.end(signal.SIGKILL) == -signal.SIGKILL
        self.kills += 1
        killed, self.killed = self.killed, asyncio.Event()
        killed.set()

    async def until_kill(self, number: int) -> None:
        """Returns once it was killed so often."""
        while self.kills < number:
            await self.killed.wait()


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """What the database of the program in that folder holds."""
    database = sqlite3.connect(f"file:{folder / 'data' / 'undersigned.db'}?mode=ro", uri=True)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def is_quiet(folder: Path) -> bool:
    """Whether everything that came was handled, and everything decided delivered."""
    waiting = "SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM outbox)"
    return rows(folder, waiting) == [(0,)]
