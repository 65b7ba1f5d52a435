"""Whether the database can be written and what waits in it moves on."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.delivery.worker import Worker, in_one_piece
from bot.domain.ids import AdapterName
from bot.ports import Adapter, MayFallSilent
from bot.storage.database import Database
from bot.storage.errors import StorageUnavailable
from bot.storage.meta import LOOKED
from bot.storage.unit import Unit

log = logging.getLogger(__name__)

LOOK_EVERY = 20.0
"""Seconds between two looks."""

DATABASE_PATIENCE = 30.0
INBOX_PATIENCE = 60.0
OUTBOX_PATIENCE = 300.0
"""Seconds after which something has taken too long: a look at the database, the oldest message
that waits to be handled, the oldest answer that waits to be delivered."""

MOST_MARKS = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at the database has found. Ages are in seconds, at the least."""

    inbox_age: float
    """Of the oldest message that waits to be handled."""
    outbox_age: float
    """Of the oldest answer that waits to be delivered."""
    waiting: int
    """Endorsements that wait to be decided, without those that admins have set aside."""
    oldest_waiting: dt.datetime | None
    """The hour in which the first of them was signed."""
    letters: int
    """Events that failed each time, and messages that nobody could deliver."""


class Health:
    """What is wrong with the core just now, for whoever reports it: facts about the program and its
    queues, nothing about people. What begins and what is over is logged once each."""

    def __init__(self) -> None:
        self._wrong: dict[str, str] = {}
        self.seen: Seen | None = None
        """By the last look that succeeded."""
        self.looking_since: float | None = None
        """The loop's time when a look at the database began that has not ended."""

    def problems(self) -> list[str]:
        """A sentence each; nothing when all is well."""
        hangs = self.database_hangs
        found = [] if hangs is None else [f"the database has not answered for {hangs:.0f} s"]
        return [*self._wrong.values(), *found]

    @property
    def database_hangs(self) -> float | None:
        """For how many seconds, where that is too long."""
        if self.looking_since is None:
            return None
        taken = asyncio.get_running_loop().time() - self.looking_since
        return taken if taken > DATABASE_PATIENCE else None

    def note(self, what: str, sentence: str | None) -> None:
        """Say what is wrong with `what` in a sentence; None: nothing is, or not any more."""
        if sentence is None:
            if self._wrong.pop(what, None) is not None:
                log.warning("%s: all is well again", what)
            return
        if what not in self._wrong:
            log.error("%s", sentence)
        self._wrong[what] = sentence


class Ages:
    """How long the oldest row of a table has waited, at the least. Rows have no time of their own,
    which would say when somebody wrote: what counts is since when a number as high was seen."""

    def __init__(self) -> None:
        self._marks: list[tuple[int, float]] = []
        """The newest number at a moment, and the moment in seconds; both rise."""

    def age(self, span: tuple[int, int] | None, now: float) -> float:
        """Seconds; `span` are the numbers of the oldest and the newest row, None for no rows."""
        if span is None:
            self._marks.clear()
            return 0.0
        oldest, newest = span
        if not self._marks or newest > self._marks[-1][0]:
            self._marks.append((newest, now))
        if len(self._marks) > MOST_MARKS:
            del self._marks[1:-1:2]
        while self._marks[0][0] < oldest:
            del self._marks[0]
        return now - self._marks[0][1]


Silent = Callable[[Unit, AdapterName, dt.datetime], Awaitable[None]]
"""Called at each look for a platform that wants the bot to be silent until then."""


class Watch(Worker):
    """Looks at the database now and then, by writing to it: a full disk can still be read. Also at
    the platforms, for what has to be told on another one."""

    def __init__(
        self,
        health: Health,
        database: Database,
        adapters: Mapping[AdapterName, Adapter],
        silent: Silent,
    ) -> None:
        """`adapters` are those that run; what waits for another one waits for its return."""
        super().__init__()
        self._health = health
        self._database = database
        self._adapters = dict(adapters)
        self._silent = silent
        self._inbox = Ages()
        self._outbox = Ages()

    async def work(self) -> float:
        await in_one_piece(self._look())
        return LOOK_EVERY

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        self._health.looking_since = loop.time()
        try:
            async with self._database.unit() as unit:
                now = loop.time()
                inbox = self._inbox.age(await unit.inbox.span(self._adapters), now)
                outbox = self._outbox.age(await unit.outbox.span(self._adapters), now)
                await unit.meta.put(LOOKED, self._looked(inbox, outbox))
                waiting, oldest = await unit.cards.oldest() or (0, None)
                letters = await unit.letters.count()
                for name, adapter in self._adapters.items():
                    until = adapter.silent_until() if isinstance(adapter, MayFallSilent) else None
                    if until is not None:
                        await self._silent(unit, name, until)
        except StorageUnavailable as error:
            # Its words are those of the database's library and go to the log only.
            log.warning("the database cannot be used: %s", error)
            self._health.note(
                "database",
                "the database cannot be written; look at the free space and at the log",
            )
        else:
            self._health.note("database", None)
            self._health.seen = Seen(inbox, outbox, waiting, oldest, letters)
            self._note_ages(inbox, outbox)
        finally:
            self._health.looking_since = None

    def _looked(self, inbox: float, outbox: float) -> bytes:
        """For who looks from beside (`undersigned doctor`). In whole minutes, as the ages would say
        when somebody wrote."""
        at = self._database.now().astimezone(dt.UTC).isoformat(timespec="seconds")
        ages = {"inbox": int(inbox // 60), "outbox": int(outbox // 60)}
        return json.dumps({"at": at} | ages).encode()

    def _note_ages(self, inbox: float, outbox: float) -> None:
        received = (
            f"the oldest message that was received has waited for {inbox:.0f} s to be handled"
        )
        answer = f"the oldest answer has waited for {outbox:.0f} s to be delivered"
        self._health.note("inbox", received if inbox > INBOX_PATIENCE else None)
        self._health.note("outbox", answer if outbox > OUTBOX_PATIENCE else None)
