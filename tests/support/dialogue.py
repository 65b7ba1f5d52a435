"""The whole bot, spoken to line by line: in this process, so that a test reads as a dialogue.

    said = await d.say("amal: /read")
    assert said[0].names == ("next", "demands", "share", "signatories", "sign")

`bot_process.py` beside it speaks to the same bot as a program of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.adapters.console import ConsoleAdapter, Platform
from bot.adapters.console.adapter import NAME
from bot.adapters.simulated_adapter import Shown
from bot.adapters.simulated_platform import ADMINS
from bot.bootstrap.opening import open_storage
from bot.bootstrap.wiring import Bot, build
from bot.config import Settings, load_settings
from bot.domain.counts import Counts
from bot.domain.ids import ChatRef, Language, MessageRef, UserRef
from bot.ports import Button, Event, Message, Origin, Outgoing, Place, Press, Send
from bot.storage.database import Database
from bot.storage.integrity import look
from bot.storage.numbers import Draw
from bot.storage.tables import admin_actions
from bot.wording.voice import available_languages
from tests.support.blank import write_blank
from tests.support.numbers import in_order
from tests.support.statements import files_in, library_of

SHIPPED = Path(__file__).parents[2] / "statements"
"""The statements that the project ships."""


COPIED = ("undersigned.key", "data/undersigned.db", "data/console.json")
"""What a bot keeps, below its folder."""


class BotStopped(Exception):
    """The bot ended, or was ended by `at_point`, while a line waited for its answer."""


@dataclass(frozen=True, slots=True)
class Did:
    """One thing that the bot did. `data` is what each of its buttons carries, by its name."""

    action: str
    chat: str
    message: int | None
    text: str
    names: tuple[str, ...]
    labels: tuple[str, ...]
    data: dict[str, str]
    language: str
    path: str | None = None
    pinned: bool = False

    @property
    def number(self) -> int:
        """The message's number, where there must be one."""
        assert self.message is not None
        return self.message

    @property
    def content(self) -> bytes | None:
        """What is in the file that it sent, if it sent one."""
        return None if self.path is None else Path(self.path).read_bytes()

    @property
    def sent(self) -> Any:
        """The same as JSON."""
        assert self.content is not None
        return json.loads(self.content)


def _did(shown: Shown) -> Did:
    buttons: list[Button] = [button for row in shown.buttons for button in row]
    return Did(
        shown.action,
        shown.chat,
        shown.message,
        shown.text.plain,
        tuple(button.name for button in buttons),
        tuple(button.label for button in buttons),
        {button.name: button.data for button in buttons},
        shown.language,
        shown.path,
        shown.pinned,
    )


class _Lines:
    """The lines that the adapter asks for; None ends them."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[str | None] = asyncio.Queue()

    def __aiter__(self) -> _Lines:
        return self

    async def __anext__(self) -> str:
        line = await self.queue.get()
        if line is None:
            raise StopAsyncIteration
        return line


class _ListingPrinter:
    """Collects what the bot does."""

    def __init__(self, point: Callable[[str], None]) -> None:
        self.all: list[Did] = []
        self.finished = asyncio.Event()
        self._point = point

    def show(self, shown: Shown) -> None:
        self._point("before showing")
        self.all.append(_did(shown))
        self._point("after showing")

    def done(self, line: int) -> None:
        self.finished.set()

    def hint(self, text: str) -> None:
        self.all.append(Did("notice", "", None, text, (), (), {}, "en"))


class _HeardAdapter(ConsoleAdapter):
    """Notes what calls the admins with a sound."""

    def __init__(self, platform: Platform, lines: _Lines, printer: _ListingPrinter) -> None:
        super().__init__(platform, lines, printer)
        self.heard: list[str] = []

    async def deliver(self, outgoing: Outgoing, key: str) -> MessageRef | None:
        if isinstance(outgoing, Send) and outgoing.chat == self.admin_chat and not outgoing.quiet:
            self.heard.append(outgoing.text.plain)
        return await super().deliver(outgoing, key)


class _ObservedPlatform(Platform):
    _stands_at: dt.datetime | None = None

    def now(self) -> dt.datetime:
        if self._stands_at is None:
            return super().now()
        return self._stands_at + dt.timedelta(seconds=self._advanced)

    def stand_still(self) -> None:
        """From here on only what is advanced passes: however busy the machine is, what is said
        comes in one moment."""
        self._stands_at = dt.datetime.now(dt.UTC)

    def __init__(self, file: Path, point: Callable[[str], None]) -> None:
        super().__init__(file)
        self._point = point

    def save(self) -> None:
        self._point("saving the platform")
        super().save()


@dataclass(frozen=True)
class _Past:
    """What a dialogue left behind: its files, all that it did, and when it ended."""

    files: dict[str, bytes]
    did: tuple[Did, ...]
    said: tuple[Did, ...]
    ended: float


_PAST: dict[tuple[object, ...], _Past] = {}


class Dialogue:
    """The bot on one data folder. `at_point` is called at every step on which a process could die:
    each statement to the database, each commit, each thing shown, each save of the platform."""

    def __init__(self, settings: Settings, draw: Draw = in_order) -> None:
        self.settings = settings
        self._draw = draw
        self.folder = settings.base
        self.data = settings.base / "data"
        self.at_point: Callable[[str], None] | None = None
        self._past: list[Did] = []
        self._is_open = False
        self._was_started = False
        self.is_changed = False
        """Whether the test has changed rows that count behind the bot's back."""
        self._copies = itertools.count(1)

    async def start(self) -> None:
        self._stack = contextlib.AsyncExitStack()
        self.database: Database = await self._stack.enter_async_context(
            open_storage(self.settings, draw=self._draw)
        )
        self._is_open = True
        self._observe(self.database)
        self.platform = _ObservedPlatform(self.data / "console.json", self._point)
        self._lines = _Lines()
        self._printer = _ListingPrinter(self._point)
        self.adapter = _HeardAdapter(self.platform, self._lines, self._printer)
        self.bot: Bot = await build(
            self.settings,
            library_of(self.settings),
            self.database,
            {self.adapter.name: self.adapter},
            self.platform,
        )
        self._dead = asyncio.Event()
        self._running = asyncio.create_task(self.bot.run())
        self._was_started = True

    async def stop(self) -> None:
        """End as at the end of the input."""
        if not self._was_started:
            return
        self._lines.queue.put_nowait(None)
        try:
            await self._running
        finally:
            await self._end()

    async def kill(self) -> None:
        """End as a killed process does: nothing more is written or said."""
        if not self._was_started:
            return
        self._dead.set()
        tasks = {self._running, *self.bot.outbox._tasks, *self.bot.dispatcher._tasks}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._end()

    async def _end(self) -> None:
        self._past += self._printer.all
        self._printer.all = []
        if self._is_open and not self.is_changed:
            await self._look()
        self._is_open = False
        await self._stack.aclose()

    async def _look(self) -> None:
        """Whatever was said and done, the next start has nothing to refuse."""
        at_point, self.at_point = self.at_point, None
        async with self.database._engine.begin() as connection:
            if self.database._doubted is not None:
                self.database._heads.clear()  # as the next unit would
            await look(self.database._unit(connection), {})
        self.at_point = at_point

    @property
    def did(self) -> list[Did]:
        """Everything since the very first start, over all restarts."""
        return self._past + (self._printer.all if self._was_started else [])

    async def be_there(self) -> None:
        """Start, where nobody has yet."""
        if not self._was_started:
            await self.start()

    async def restart(self) -> None:
        await self.be_there()
        await self.stop()
        await self.start()

    async def say(self, *lines: str) -> list[Did]:
        """What the bot did in answer to the last of the lines, when it has done all of it."""
        await self.be_there()
        said: list[Did] = []
        for line in lines:
            before = len(self._printer.all)
            self._printer.finished.clear()
            self._lines.queue.put_nowait(f"{line}\n")
            await self._until(self._printer.finished.wait())
            said = self._printer.all[before:]
        return said

    async def already(self, *lines: str) -> list[Did]:
        """As `say` at the very beginning, for what stands before that which a test is about: with
        the same bot it is said once in a test process, and others go on from a copy of what it
        left. The bot's clock goes on from there too."""
        said = await self.left_by(*lines)
        await self.start()
        return said

    async def left_by(self, *lines: str) -> list[Did]:
        """As `already`, but the bot runs only once more is said."""
        assert not self.did, "something has been said already"
        settings = repr(self.settings).replace(str(self.folder), "")
        bot = (settings, files_in(self.settings.statements), self._draw)
        if (bot, lines) not in _PAST:
            known = next((n for n in range(len(lines), 0, -1) if (bot, lines[:n]) in _PAST), 0)
            if known:
                await self._go_on_from(_PAST[bot, lines[:known]])
            said = await self.say(*lines[known:])
            await self.stop()
            files = {name: (self.folder / name).read_bytes() for name in COPIED}
            _PAST[bot, lines] = _Past(files, tuple(self.did), tuple(said), time.time())
            self._was_started = False
        else:
            await self._go_on_from(_PAST[bot, lines])
        return list(_PAST[bot, lines].said)

    async def _go_on_from(self, past: _Past) -> None:
        await self.kill()
        self.data.mkdir(exist_ok=True)
        for name, data in past.files.items():
            (self.folder / name).write_bytes(data)
        self._past = list(past.did)
        self._was_started = False
        Platform(self.data / "console.json").advance(dt.timedelta(seconds=past.ended - time.time()))

    async def answer(self, line: str) -> Did:
        """As `say`, where the bot must do exactly one thing."""
        said = await self.say(line)
        assert len(said) == 1, said
        return said[0]

    async def receive(self, *events: Event) -> list[Did]:
        """Hand events over as a platform does; what came of them."""
        await self.be_there()
        before = len(self._printer.all)
        await self._until(self._receive(events))
        return self._printer.all[before:]

    async def _receive(self, events: Collection[Event]) -> None:
        await self.bot.inbox.receive(NAME, list(events))
        await self.bot.inbox.settled()

    def press(
        self, who: str, message: int, data: str, where: str | None = None, *, id_: str | None = None
    ) -> Press:
        """A press as the platform would report it, whoever presses what on which message."""
        origin = self.origin(who, where, id_=id_)
        return Press(origin, origin.id, MessageRef(str(message)), data)

    def message(self, who: str, text: str, where: str | None = None) -> Message:
        return Message(self.origin(who, where), text)

    def origin(self, who: str, where: str | None = None, *, id_: str | None = None) -> Origin:
        """Who and where. Nobody enters a group or gets a right by this."""
        person = self.platform.person(who)
        place, chat = Place.PRIVATE, person.id
        if where is not None:
            place = Place.ADMIN if where == ADMINS else Place.GROUP
            chat = self.platform.group(where).id
        return Origin(
            id_ or f"injected {next(self._copies)}",
            ChatRef(NAME, str(chat)),
            place,
            UserRef(NAME, str(person.id)),
            who,
            Language(person.language),
            self.platform.now(),
        )

    def newest(self, chat: str, button: str | None = None) -> Did:
        """The newest message of a chat as it was last shown (with that button on it)."""
        seen: set[int] = set()
        for did in sorted(self._shown_in(chat), key=lambda d: d.number, reverse=True):
            if did.number in seen:
                continue
            seen.add(did.number)
            if button is None or button in did.names:
                return did
        raise AssertionError(f"no such message in {chat}")

    def now_showing(self, chat: str, message: int) -> Did:
        """A message as it was last shown."""
        return next(d for d in self._shown_in(chat) if d.message == message)

    def _shown_in(self, chat: str) -> list[Did]:
        """The newest state of each message first."""
        return [d for d in reversed(self.did) if d.chat == chat and d.message is not None]

    async def counts(self, statement: str = "port") -> Counts:
        await self.be_there()
        async with self.database.unit() as unit:
            found = await unit.endorsements.counts(s.id for s in self.bot.campaign.library)
        return {str(name): counts for name, counts in found.items()}[statement]

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Straight from the tables."""
        await self.be_there()
        async with self.database.unit() as unit:
            return [tuple(row) for row in await unit._connection.execute(sa.text(query))]

    async def actions(self, *wanted: str) -> list[tuple[str, int | None]]:
        """What admins did (of these kinds alone, where they are named) and to which records, the
        first first."""
        async with self.database.unit() as unit:
            rows = await unit._connection.execute(
                sa.select(admin_actions).order_by(admin_actions.c.id)
            )
            found = [unit.actions._read(row) for row in rows]
        return [(each.action, each.number) for each in found if each.action in wanted or not wanted]

    async def sign(
        self,
        who: str,
        name: str,
        visibility: str = "public",
        *,
        statement: str = "port",
        country: str = "[skip]",
    ) -> int:
        """The whole conversation; the number on the receipt."""
        lines = signing(who, name, visibility, statement=statement, country=country)
        said = await (self.say(*lines) if self.did else self.already(*lines))
        (receipt,) = [did for did in said if did.chat == who]
        return number_in(receipt.text)

    async def _until(self, wanted: Any) -> None:
        """Wait for it, or raise what ended the bot before it came."""
        waiting = asyncio.ensure_future(wanted)
        dead = asyncio.ensure_future(self._dead.wait())
        try:
            await asyncio.wait({waiting, dead, self._running}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                waiting.result()
                return
        finally:
            for task in (waiting, dead):
                task.cancel()
        if self._running.done():
            self._running.result()
        raise BotStopped

    def _observe(self, database: Database) -> None:
        engine = database._engine.sync_engine

        def statement(*_: object) -> None:
            self._point("a statement")

        def commit(_: object) -> None:
            self._point("a commit")

        sa.event.listen(engine, "before_cursor_execute", statement)
        sa.event.listen(engine, "commit", commit)

    def _point(self, what: str) -> None:
        if self.at_point is not None:
            self.at_point(what)

    def die(self) -> None:
        """Wake whoever waits for an answer: there will be none (called from `at_point`)."""
        self._dead.set()


def number_in(text: str) -> int:
    """The first `#N` in a text."""
    found = "".join(itertools.takewhile(str.isdigit, text.partition("#")[2]))
    return int(found)


def signing(
    who: str,
    name: str,
    visibility: str = "public",
    *,
    statement: str = "port",
    country: str = "[skip]",
) -> tuple[str, ...]:
    """What somebody says who signs."""
    answers = ("[confirm]", name, "[skip]", country, f"[{visibility}]", "[confirm]")
    return tuple(f"{who}: {line}" for line in (f"/sign {statement}", *answers))


def settings_in(folder: Path, statements: Path = SHIPPED, **environ: str) -> Settings:
    """The settings of a bot that lives in that folder; its key lies beside its data."""
    values = {
        "UNDERSIGNED_DATABASE": f"sqlite:///{folder / 'data' / 'undersigned.db'}",
        "UNDERSIGNED_STATEMENTS": str(statements),
    } | environ
    return load_settings(None, values, available_languages(), folder)


@contextlib.asynccontextmanager
async def open_dialogue(
    folder: Path, statements: Path = SHIPPED, **environ: str
) -> AsyncIterator[Dialogue]:
    """The bot in that folder, started; on a database of its own unless one is named. Numbers are in
    the order of signing."""
    async with dialogue_in(folder, statements, **environ) as dialogue:
        await dialogue.start()
        yield dialogue


@contextlib.asynccontextmanager
async def dialogue_in(
    folder: Path, statements: Path = SHIPPED, **environ: str
) -> AsyncIterator[Dialogue]:
    """As `open_dialogue`, but the bot starts with what is said to it first."""
    if "UNDERSIGNED_DATABASE" not in environ:
        write_blank(folder)
    dialogue = Dialogue(settings_in(folder, statements, **environ))
    try:
        yield dialogue
    finally:
        await dialogue.kill()
