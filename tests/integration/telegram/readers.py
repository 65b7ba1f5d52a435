"""People who read a long text and turn its pages, and how long each waits for the next one."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.botapi import BotApiServer, Call, CallbackQuery, Chat, Message, Person
from tests.support.statements import write_long

PAGES = 24
DEMANDS = 100
COMMAND = "/read long"
PATIENCE = 60.0
"""Real seconds to wait for a crowd's answers, beyond what the limits take."""


def write_text(folder: Path) -> None:
    write_long(folder, pages=PAGES, demands=DEMANDS)


def ask(number: int) -> str:
    return f"/demands long {number}"


@dataclass(frozen=True)
class Turn:
    """One press, and the seconds of server time until the page was turned and until the wait on
    the screen ended."""

    page: float
    notice: float


class Readers:
    """Each has one message with the text. Nobody waits here: whoever wants to know whether all is
    answered asks `waiting`."""

    def __init__(self, server: BotApiServer, people: Sequence[Person]) -> None:
        self.server = server
        self.people = people
        self._presses: dict[int, list[CallbackQuery]] = defaultdict(list)

    async def open(self) -> None:
        """All at once; returns when each has the opening."""
        for person in self.people:
            await person.say(COMMAND)
        within = len(self.people) / 20 + PATIENCE
        await self.server.wait_for(lambda: all(map(self._text, self.people)), within)

    async def press(self, person: Person) -> None:
        message = self._text(person)
        assert message is not None
        self._presses[person.id].append(await person.press(message, "Next"))

    async def press_every(self, seconds: float, until: asyncio.Event) -> None:
        """One after the other, whatever becomes of it: a bot that is late gets no rest. Asserts
        that whoever comes next has been answered."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for count, person in enumerate(itertools.cycle(self.people)):
            await asyncio.sleep(began + count * seconds - loop.time())
            if until.is_set():
                return
            assert not self._waits(person), f"after {count} presses a reader waits"
            await self.press(person)

    def waiting(self) -> int:
        """How many wait for a page or for the end of a press."""
        return sum(map(self._waits, self.people))

    def turns(self) -> list[Turn]:
        """Every press so far; each must have been answered, by the pages in their order."""
        turns = []
        edits = by_chat(self.server.calls("editMessageText", ok=True))
        for person in self.people:
            presses, shown = self._presses[person.id], edits[person.id]
            pages = [page_of(str(call.parameters["text"])) for call in shown]
            assert pages == list(range(1, len(presses) + 1)), (person, pages)
            for press, call in zip(presses, shown, strict=True):
                assert press.answered_at is not None
                assert call.ended is not None
                turns.append(Turn(call.ended - press.at, press.answered_at - press.at))
        return turns

    def _waits(self, person: Person) -> bool:
        presses, message = self._presses[person.id], self._text(person)
        if message is None:
            return True
        turned = page_of(message.text or "") == len(presses)
        return not turned or not all(press.answered for press in presses)

    def _text(self, person: Person) -> Message | None:
        """The message that the pages are turned on."""
        own = (m for m in person.private.messages.values() if m.from_bot and m.buttons)
        return next(own, None)


@dataclass(frozen=True)
class Asking:
    """Somebody who asks for many demands in one chat, one by one and all at once."""

    server: BotApiServer
    person: Person
    chat: Chat
    count: int

    async def ask(self) -> None:
        for number in range(1, self.count + 1):
            await self.person.send(self.chat, ask(number))

    def answers(self) -> list[int]:
        """The demands that were sent, in the order in which they came."""
        texts = (message.text or "" for message in self.server.sent(self.chat))
        return [int(n) for text in texts for n in re.findall(r"promise number (\d+)\.$", text)]

    def is_answered(self) -> bool:
        return len(self.answers()) >= self.count

    def in_order(self) -> bool:
        return self.answers() == list(range(1, self.count + 1))


def page_of(text: str) -> int:
    """The number of the page that a message shows; 0 for the opening."""
    found = re.search(r"\n(\d+)/\d+$", text)
    return int(found[1]) if found else 0


def by_chat(calls: Sequence[Call]) -> dict[int, list[Call]]:
    """In the order in which the server took them."""
    found: dict[int, list[Call]] = defaultdict(list)
    for call in calls:
        found[int(call.parameters["chat_id"])].append(call)
    return found


def busiest(calls: Sequence[Call], seconds: float) -> int:
    """The most of these calls in any so many seconds, as the server saw them arrive."""
    times = sorted(call.at for call in calls)
    most = first = 0
    for last, time in enumerate(times):
        while times[first] <= time - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
