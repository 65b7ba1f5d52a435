"""A campaign on a machine of its own: the program, the server double, people who go on with what
they came for, and whatever happens to the program meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bootstrap.opening import read_settings
from bot.config import Settings
from bot.storage.engines import make_engine, sqlite_file
from tests.faults import clock
from tests.faults.audit import Heard, audited
from tests.faults.clock import ClockHand
from tests.faults.people import People
from tests.faults.tally import Outcome
from tests.support.altered import ALTERED
from tests.support.blank import write_blank
from tests.support.bot_process import environment
from tests.support.botapi import BotApiServer, fast
from tests.support.dialogue import SHIPPED
from tests.support.hurry import FACTOR
from tests.support.nursery import nursery

BOTH = ("sqlite", "postgresql")

PATIENCE = 60.0
"""Seconds in which the program begins, or everything that waits is done."""

LOOK_EVERY = 0.03

JOURNAL = 2_000
"""So many calls are remembered."""

CONFIG = """\
telegram:
  token: "{token}"
  api_url: {url}
  admin_chat: {admins}
{more}statements: {statements}
verification: {{cards: 50}}
"""

WAITING = "SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM outbox)"


class Host:
    """`database` is the address of a PostgreSQL database; None keeps a SQLite file in `folder`."""

    def __init__(self, folder: Path, server: BotApiServer, database: str | None = None) -> None:
        self.folder = folder
        self.server = server
        self.kind = BOTH[database is not None]
        self.alterations: Sequence[str] = ()
        self.statements = SHIPPED
        self.pid = 0
        self._database = database
        self._engine: AsyncEngine | None = None
        zaid = server.person("zaid")
        self.admins = server.group("Admins", creator=zaid, kind="supergroup", bot="member")
        self.crowd = People(server, zaid, self.admins)
        write_blank(folder)
        self.heard = Heard(self.admins.id)
        server.on_call = self.heard.call
        self.configure()

    def configure(self, more: str = "", telegram: str = "") -> None:
        """Write the configuration, with further lines, also of the section `telegram`."""
        config = CONFIG.format(
            token=self.server.token,
            url=self.server.url,
            admins=self.admins.id,
            statements=self.statements,
            more=telegram,
        )
        if self._database is not None:
            config += f"database: {self._database}\n"
        (self.folder / "config.yaml").write_text(config + more, encoding="utf-8")

    @property
    def settings(self) -> Settings:
        return read_settings(self.folder / "config.yaml")

    @property
    def log(self) -> str:
        return (self.folder / "log.txt").read_text(encoding="utf-8")

    async def logged(self, words: str, times: int) -> None:
        """Until the program has said so that often."""
        async with asyncio.timeout(PATIENCE):
            while self.log.count(words) < times:  # noqa: ASYNC110
                await asyncio.sleep(LOOK_EVERY)

    def begin(self) -> int:
        """Start a program beside whatever runs; its process id."""
        with (
            (self.folder / "log.txt").open("ab") as log,
            (self.folder / "nothing.txt").open("w+b") as nothing,
        ):
            files = (nothing.fileno(), log.fileno(), log.fileno())
            environ = environment(self.statements) | {FACTOR: "20"}
            environ[ALTERED] = " ".join(self.alterations)
            environ[clock.FILE] = str(self.folder / "clock")
            return nursery().start(("run",), self.folder, environ, files)

    def break_with(self, broken: Callable[[], None] | None) -> None:
        """From the next start on the program is that of tests/faults/broken.py."""
        if broken is not None:
            self.alterations = [f"{broken.__module__}:{broken.__name__}"]

    def clock_hand(self) -> ClockHand:
        """From the next start on the program's time is what this says."""
        self.alterations = [*self.alterations, f"{clock.__name__}:{clock.as_set.__name__}"]
        return ClockHand(self.folder / "clock")

    async def start(self) -> None:
        """Until it asks for updates."""
        assert not self.pid
        before = self.server.journal.total
        self.pid = self.begin()
        await self.server.wait_for(lambda: self._has_asked(before), PATIENCE)

    def _has_asked(self, before: int) -> bool:
        calls = itertools.takewhile(lambda c: c.number > before, reversed(self.server.journal))
        return any(call.method.lower() in {"getupdates", "setwebhook"} for call in calls)

    def kill(self) -> None:
        assert self.end(signal.SIGKILL) == -signal.SIGKILL

    def end(self, number: signal.Signals) -> int:
        os.kill(self.pid, number)
        pid, self.pid = self.pid, 0
        return nursery().wait(pid)

    async def stop(self) -> None:
        """As an operator does."""
        os.kill(self.pid, signal.SIGTERM)
        await self.ended()
        assert self.buried() == 0, self.log

    def buried(self) -> int:
        """The exit code of the program, which has ended."""
        pid, self.pid = self.pid, 0
        return nursery().wait(pid)

    async def recovered(self) -> Outcome:
        """Once all that waits is done the program ends, and what it leaves is looked at."""
        is_quiet = await self.quiet()
        await self.stop()
        outcome = await audited(self.settings, self.heard)
        assert is_quiet or outcome.unsent, self.log
        return outcome

    async def ended(self, pid: int | None = None) -> None:
        """Returns once the program, or that one, is no more, whyever."""
        over = asyncio.Event()
        descriptor = os.pidfd_open(pid or self.pid)
        loop = asyncio.get_running_loop()
        loop.add_reader(descriptor, over.set)
        try:
            await over.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)

    async def quiet(self, within: float = PATIENCE) -> bool:
        """Whether everything that came was handled and everything decided delivered, in the end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self.server.updates.pending or await self.waiting():  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_EVERY)
                return True
        return False

    async def waiting(self) -> int:
        """Rows of inbox and outbox."""
        if self._engine is None:
            url = self.settings.database.url
            self._engine, _ = make_engine(url, sqlite_file(url))
        async with self._engine.connect() as connection:
            driver = await connection.execution_options(isolation_level="AUTOCOMMIT")
            return int(await driver.scalar(sa.text(WAITING)) or 0)


@contextlib.asynccontextmanager
async def campaign(folder: Path, database: str | None = None) -> AsyncIterator[Host]:
    """Nothing runs yet, and nothing outlives the block."""
    async with BotApiServer(rules=fast(), journal_limit=JOURNAL) as server:
        host = Host(folder, server, database)
        try:
            yield host
        finally:
            if host.pid:
                host.end(signal.SIGKILL)
            if host._engine is not None:
                await host._engine.dispose()
