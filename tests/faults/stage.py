"""A program whose updates are brought by a courier, and people who sign as far as they can."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from pathlib import Path

import aiohttp

from tests.faults.courier import Courier, webhook_lines
from tests.faults.host import Host, campaign
from tests.integration.telegram import crowd
from tests.support.botapi import Call, Person

SCRIPT = (
    "/sign open-library",
    "[confirm]",
    "Signer Number {}",
    "[skip]",
    "[skip]",
    "[public]",
    "[confirm]",
)


class Said:
    """How often the program said what, in each chat: nothing of a dialogue is said twice."""

    def __init__(self, host: Host) -> None:
        self.texts: Counter[tuple[int, str]] = Counter()
        self.total = 0
        """Messages, and answers to presses."""
        heard = host.heard.call

        def call(call: Call) -> None:
            heard(call)
            self.total += call.method.lower() in {"sendmessage", "answercallbackquery"}
            if call.method.lower() == "sendmessage" and call.ok:
                text = str(call.parameters["text"])
                card = re.match(r"#\d+ · ", text)
                self.texts[int(call.parameters["chat_id"]), card[0] if card else text] += 1

        host.server.on_call = call

    @property
    def repeats(self) -> int:
        return sum(count - 1 for count in self.texts.values())


class Stage:
    """The loop, the program and the courier, which all sequences share."""

    def __init__(self, loop: asyncio.AbstractEventLoop, host: Host, courier: Courier) -> None:
        self._loop = loop
        self.host = host
        self.courier = courier
        self.said = Said(host)
        self.names = itertools.count()
        self.sequences = 0

    def do(self, work: Coroutine[None, None, None]) -> None:
        """From outside of the loop."""
        self._loop.run_until_complete(work)

    async def bring(self, places: Sequence[int], times: int, *, again: bool = False) -> None:
        """Those of what waits, or of what was brought, so often, and until all that follows is
        done."""
        known = self.courier.brought if again else self.courier.bag
        chosen = [known[place % len(known)] for place in places]
        unique = list({update.id: update for update in chosen}.values())
        await self.courier.bring(unique * times)
        assert await self.host.quiet()


class Signing:
    """Somebody at the next line of the script; who can't go on yet does nothing."""

    def __init__(self, stage: Stage, index: int) -> None:
        self._stage = stage
        self._index = index
        self._at = 0
        self._person: Person = stage.host.server.person(f"signer{index}")

    async def act(self) -> None:
        if self._at == len(SCRIPT):
            return
        line = SCRIPT[self._at]
        if not line.startswith("["):
            self._at += 1
            await self._person.say(line.format(self._index))
            return
        button = line.strip("[]")
        message = self._stage.host.crowd.with_button(self._person.private, button, "")
        if message is not None:
            self._at += 1
            data = crowd._data(message, button)
            assert data is not None
            await self._person.press(message, data)


@contextlib.asynccontextmanager
async def staged(
    folder: Path, address: str | None, less: Callable[[], None] | None = None
) -> AsyncIterator[Stage]:
    async with campaign(folder, address) as host, aiohttp.ClientSession() as session:
        lines, url = webhook_lines()
        host.configure(telegram=lines)
        host.break_with(less)
        await host.start()
        yield Stage(asyncio.get_running_loop(), host, Courier(host, session, url))
