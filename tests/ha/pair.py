"""Two instances of the program on one database, each on a folder of its own, as two machines have
it; and people who go on with what they came for."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.config import load_settings
from bot.storage.engines import make_engine
from bot.storage.tables import metadata
from tests.integration.telegram.crowd import Crowd
from tests.integration.telegram.test_whole_dialogue import write_config
from tests.support import bot_process
from tests.support.botapi import BotApiServer
from tests.support.nursery import nursery

KEY = base64.b64encode(b"k" * 32).decode()
CARDS = "verification: {cards: 50}\n"
"""So that everybody gets one: the admin decides by them."""

STANDING_BY = "Standing by"
ANOTHER_WORKS = 2
"""The exit code of who finds that another instance has taken over: an operator's fault."""
CANNOT_SAVE = "can't save that right now"
"""Said without the database, while it is away."""

BEGINNING = 30.0
SETTLED = 120.0


class Instance:
    """`undersigned run --standby` on a folder."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self._environ = environ
        self.pid = 0

    def start(self) -> None:
        with (
            (self.folder / "log.txt").open("ab") as log,
            (self.folder / "nothing.txt").open("w+b") as nothing,
        ):
            files = (nothing.fileno(), log.fileno(), log.fileno())
            environ = bot_process.environment() | dict(self._environ)
            self.pid = nursery().start(("run", "--standby"), self.folder, environ, files)

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def ended(self) -> int:
        """The exit code, once it has ended."""
        pid, self.pid = self.pid, 0
        return nursery().wait(pid)

    @property
    def has_ended(self) -> bool:
        """https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: behind the name its state."""
        stat = Path(f"/proc/{self.pid}/stat").read_text()
        return stat.rpartition(") ")[2].startswith("Z")

    @property
    def log(self) -> str:
        file = self.folder / "log.txt"
        return file.read_text(errors="replace") if file.exists() else ""


class Pair:
    """Both instances and the people. `active` is the one that works, `other` waits."""

    def __init__(self, folder: Path, server: BotApiServer, url: str) -> None:
        self.server = server
        self.url = url
        self.kills = 0
        zaid = server.person("zaid")
        admins = server.group("Admins", creator=zaid, kind="supergroup", bot="member")
        self.crowd = Crowd(server, zaid, admins)
        self._people = itertools.count()
        self._probes = itertools.count()
        self._under_way: list[asyncio.Task[None]] = []
        self.instances = []
        for name in ("first", "second"):
            own = folder / name
            own.mkdir()
            write_config(own, server, admins.id, "polling")
            with (own / "config.yaml").open("a", encoding="utf-8") as config:
                config.write(CARDS)
            environ = {"UNDERSIGNED_DATABASE": url, "UNDERSIGNED_KEY": KEY}
            environ["UNDERSIGNED_LOG__LEVEL"] = "INFO"
            self.instances.append(Instance(own, environ))
        self.active, self.other = self.instances

    async def begin(self) -> None:
        self.active.start()
        await self.server.wait_for(lambda: self.server.updates.polling, BEGINNING)
        await self.stand_by(self.other)

    async def stand_by(self, instance: Instance) -> None:
        """Start it, and wait until it waits."""
        before = instance.log.count(STANDING_BY)
        instance.start()
        async with asyncio.timeout(BEGINNING):
            await asyncio.to_thread(_until, lambda: instance.log.count(STANDING_BY) > before)
        # Its first look at the database.
        await asyncio.sleep(1.5)

    async def revive(self) -> None:
        """Start again what has ended, as a supervisor does: with the sentence that the other one
        works, and nothing else."""
        for instance in self.instances:
            if instance.has_ended:
                assert instance.ended() == ANOTHER_WORKS, instance.log
                await self.stand_by(instance)

    def changed(self) -> None:
        """The other one works now."""
        self.active, self.other = self.other, self.active

    async def load(self, people: int, chance: random.Random) -> None:
        """So many begin to sign; returns in the middle of it."""
        for _ in range(people):
            signing = self.crowd.sign(next(self._people))
            self._under_way.append(asyncio.create_task(signing))
        await asyncio.sleep(chance.uniform(0.2, 1.5))

    async def answered(self) -> float:
        """Seconds until somebody who writes now has an answer that takes the database."""
        begun = time.monotonic()
        person = self.server.person(f"probe{next(self._probes)}")
        await person.say("/start")

        def is_answered() -> bool:
            said = [message.text or "" for message in self.server.sent(person.private)]
            return any(CANNOT_SAVE not in text for text in said)

        await self.server.wait_for(is_answered, SETTLED)
        return time.monotonic() - begun

    async def settled(self) -> None:
        """Once everybody has what they came for, and nothing waits any more."""
        await asyncio.gather(*self._under_way)
        self._under_way.clear()
        deadline = time.monotonic() + SETTLED
        waiting = "SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM outbox)"
        while self.server.updates.pending or await self.rows(waiting) != [(0,)]:
            assert time.monotonic() < deadline, "inbox or outbox do not empty"
            await asyncio.sleep(0.3)

    async def audit(self) -> dict[str, int]:
        """What people were told against what is stored: how much of it was lost, is there twice,
        or was never sent."""
        told = self.crowd.numbers
        stored = [number for (number,) in await self.rows("SELECT number FROM endorsements")]
        assert len(stored) == self.crowd.expected.records
        assert await self.rows("SELECT count(*) FROM dead_letters") == [(0,)]
        counts = dict(await self.rows("SELECT status, count(*) FROM endorsements GROUP BY status"))
        expected = self.crowd.expected
        for status in ("pending", "verified", "rejected", "withdrawn"):
            assert counts.get(status, 0) == getattr(expected, status), (status, counts)
        assert max(self._repeats().values(), default=0) <= self.kills
        unsent = (await self.rows("SELECT count(*) FROM outbox"))[0][0]
        return {
            "tried": self.kills,
            "lost": len(set(told) - set(stored)),
            "doubled": len(stored) - len(set(told)),
            "unsent": unsent,
        }

    def _repeats(self) -> dict[tuple[str, str], int]:
        """Telegram knows no keys for repeated messages: what was on its way may come twice."""
        sent: Counter[tuple[str, str]] = Counter()
        for call in self.server.calls("sendMessage", ok=True):
            text = str(call.parameters["text"])
            card = re.match(r"#\d+ · ", text)
            sent[str(call.parameters["chat_id"]), card[0] if card else text] += 1
        return {what: count - 1 for what, count in sent.items() if count > 1}

    async def rows(self, query: str) -> list[Any]:
        engine = self._engine()
        try:
            async with engine.connect() as connection:
                return [tuple(row) for row in await connection.execute(sa.text(query))]
        finally:
            await engine.dispose()

    async def everything(self) -> dict[str, list[Any]]:
        """All rows of all tables."""
        engine = self._engine()
        try:
            async with engine.connect() as connection:
                return {
                    table.name: sorted((await connection.execute(sa.select(table))).all(), key=repr)
                    for table in metadata.sorted_tables
                }
        finally:
            await engine.dispose()

    def _engine(self) -> Any:
        environ = {"UNDERSIGNED_DATABASE": self.url}
        return make_engine(load_settings(None, environ, ("en", "ar")).database.url, None)[0]

    async def end(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        for instance in self.instances:
            if instance.pid:
                instance.send(signal.SIGKILL)
                instance.ended()


@contextlib.asynccontextmanager
async def pair(folder: Path, url: str) -> AsyncIterator[Pair]:
    """Both run; neither outlives the block."""
    async with BotApiServer() as server:
        both = Pair(folder, server, url)
        try:
            await both.begin()
            yield both
        except BaseException:
            for instance in both.instances:
                print(instance.folder.name, instance.log[-3000:])
            raise
        finally:
            await both.end()


def _until(holds: Any) -> None:
    deadline = time.monotonic() + BEGINNING
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
