"""One bot on one filled database, and how long people and admins wait for what they ask."""

from __future__ import annotations

import contextlib
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from benchmarks.fill import STATEMENT
from benchmarks.processes import bot, memory, processor_time, running, until_idle
from benchmarks.signing import PATIENCE, Signers
from tests.support.botapi import BotApiServer, Message, Person, fast


class Used:
    """`waited` are milliseconds until each answer, `worked` those of the processor, by what was
    asked."""

    def __init__(self, server: BotApiServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.waited: dict[str, list[float]] = defaultdict(list)
        self.worked: dict[str, list[float]] = defaultdict(list)
        self.memory = 0.0
        """MiB, once it was started and everything was looked at."""
        self.blocks = 0
        """How often the bot held up all else for more than 50 ms, while it was used and before."""
        self._admin = server.person("zaid")
        self._chat = server.group("Admins", creator=self._admin)
        self._people = 0
        self._name = ""
        self._process = 0
        self._page: tuple[Person, Message] | None = None
        self._desk: Message | None = None

    async def start(self, times: int) -> None:
        """So often, until it asks for updates."""
        for _ in range(times):
            began = time.perf_counter()
            async with self._bot():
                self.waited["start"].append((time.perf_counter() - began) * 1000)

    @contextlib.asynccontextmanager
    async def idle(self) -> AsyncIterator[None]:
        """It runs, and has read all that it reads after a start."""
        async with self._bot() as process:
            self._process = process
            began = time.perf_counter()
            ready = await until_idle(process)
            self.waited["all read"].append((ready - began) * 1000)
            self.memory = memory(process)
            yield
        self.blocks = int((self.folder / "blocks").read_text("ascii"))

    @contextlib.asynccontextmanager
    async def _bot(self) -> AsyncIterator[int]:
        program = bot("undersigned", "undersigned", str(self._chat.id))
        async with running(program, self.server, self.folder) as process:
            yield process.pid

    async def use(self) -> None:
        """Everything that is measured, once."""
        await self._measured("signing", self._sign)
        await self._measured("first page", self._first_page)
        await self._to_the_middle()
        await self._measured("middle page", self._next_page)
        await self._measured("desk", self._open_desk)
        await self._measured("decision", self._decide)
        await self._measured("find", lambda: self._ask(f"/find {self._name}", self._name))
        await self._measured("stats", lambda: self._ask("/stats", "verified:"))

    async def _measured(self, what: str, do: Callable[[], Awaitable[None]]) -> None:
        await self.server.settled(PATIENCE)
        began, worked = time.perf_counter(), processor_time(self._process)
        await do()
        self.waited[what].append((time.perf_counter() - began) * 1000)
        await self.server.settled(PATIENCE)
        self.worked[what].append((processor_time(self._process) - worked) * 1000)

    def _somebody(self) -> Person:
        self._people += 1
        return self.server.person(f"person{self._people}")

    async def _sign(self) -> None:
        signers, somebody = Signers(self.server, STATEMENT), self._somebody()
        self._name = signers.name_of(somebody)
        await signers.sign(somebody)

    async def _first_page(self) -> None:
        person = self._somebody()
        await person.say(f"/signatories {STATEMENT}")
        self._page = person, await self.server.next_message(person, within=PATIENCE)

    async def _to_the_middle(self) -> None:
        """By letters: that which is in the middle of those that there are."""
        assert self._page is not None
        person, message = self._page
        await self._press(person, message, "By letter")
        letters = [button.data for button in message.buttons if len(button.label) <= 2]
        await self._press(person, message, letters[len(letters) // 2] or "")

    async def _next_page(self) -> None:
        assert self._page is not None
        await self._press(*self._page, "Next ›")

    async def _press(self, person: Person, message: Message, what: str) -> None:
        """Until the message is another."""
        before = message.text, [button.data for button in message.buttons]
        await person.press(message, what)
        await self.server.wait_for(
            lambda: (message.text, [button.data for button in message.buttons]) != before, PATIENCE
        )

    async def _open_desk(self) -> None:
        self._desk = await self._answered("/pending", lambda text: text.startswith("Waiting"))

    async def _decide(self) -> None:
        assert self._desk is not None
        await self._press(self._admin, self._desk, "Verify")

    async def _ask(self, command: str, words: str) -> None:
        await self._answered(command, lambda text: words in text)

    async def _answered(self, command: str, fits: Callable[[str], bool]) -> Message:
        known = {message.id for message in self.server.sent(self._chat)}
        await self._admin.send(self._chat, command)

        def found() -> Message | None:
            new = (m for m in self.server.sent(self._chat) if m.id not in known)
            return next((m for m in new if fits(m.text or "")), None)

        answer = await self.server.wait_for(found, PATIENCE)
        assert answer is not None
        return answer


@contextlib.asynccontextmanager
async def used(folder: Path) -> AsyncIterator[Used]:
    """On a server of its own."""
    async with BotApiServer(rules=fast(), journal_limit=1000) as server:
        yield Used(server, folder)
