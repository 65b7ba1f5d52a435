"""The signs that people press: put on the bot's messages, and taken away with their buttons.

Each is an event of its own, so that a message with five buttons is six of them. They are placed one
by one, while nothing is being said: nobody waits for an answer behind the signs of another's. What
is not placed can be typed, or put there by the person, and works as well.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from bot.adapters.matrix.buttons import Keyboard
from bot.adapters.matrix.client import Client, Refused
from bot.adapters.matrix.faults import UNREACHED, reason_of
from bot.adapters.matrix.store import Memory
from bot.ports import DeliveryFault, TryLater

log = logging.getLogger(__name__)

SPARED = 60.0
"""Seconds after a refusal for want of room in which no reactions are placed: a server that lets a
message through every five seconds has none to spare."""

MOST_PLACED = 60
WINDOW = 20.0
"""Reactions of a room in so many seconds: whoever presses them needs fewer, and whoever sends
messages in swarms gets the words to type."""

MOST_WAITING = 500
"""Messages whose signs are still to be placed; of more, the oldest go without."""


@dataclass(slots=True)
class _Work:
    """What is still to be done at a message: reactions to take away, and signs to place."""

    keyboard: Keyboard
    key: str
    gone: deque[str]
    signs: deque[str] = field(init=False)
    tries: int = 3
    """Calls more than there are signs, for those that fail."""

    def __post_init__(self) -> None:
        buttons = self.keyboard.buttons
        self.signs = deque(b.sign for b in buttons if b.sign and b.event is None)

    def note(self, sign: str, event: str) -> None:
        buttons = self.keyboard.buttons
        placed = tuple(replace(b, event=event) if b.sign == sign else b for b in buttons)
        self.keyboard = replace(self.keyboard, buttons=placed)


class Reactions:
    def __init__(self, client: Client, memory: Memory) -> None:
        self._client = client
        self._memory = memory
        self._work: OrderedDict[str, _Work] = OrderedDict()
        self._step = asyncio.Lock()
        self._saying = 0
        self._may_go_on = asyncio.Event()
        self._ended = False
        self._spared_until = 0.0
        self.wait_until = 0.0
        """On `time.monotonic`: the server wants nothing at all until then."""
        self._placed: Counter[str] = Counter()
        """By room, since the window began."""
        self._window_ends = 0.0

    @contextlib.asynccontextmanager
    async def give_way(self) -> AsyncIterator[None]:
        """Something is said meanwhile, once the reaction on its way is there: the server refuses
        the two one by one."""
        self._saying += 1
        self._may_go_on.clear()
        try:
            async with self._step:
                pass
            yield
        finally:
            self._saying -= 1
            self._look()

    def note_limit(self, later: TryLater) -> None:
        """A server that has refused one asks for a pause before the next, reaction or message."""
        if later.whole_platform:
            now = time.monotonic()
            self._spared_until = now + SPARED
            self.wait_until = now + (later.after or 0.0)

    async def there(self, message: str) -> Keyboard | None:
        """The message's buttons as they are now; nothing more is done to them."""
        work = self._work.pop(message, None)
        async with self._step:
            if work is None:
                return await self._memory.keyboard(message)
            await self._memory.note_keyboard(message, work.keyboard)
            return work.keyboard

    def place(self, message: str, keyboard: Keyboard, key: str, before: Keyboard) -> None:
        """Show these buttons at a message that had others `before`; `key` is that of what was
        sent."""
        kept = {button.sign for button in keyboard.buttons}
        gone = (b.event for b in before.buttons if b.event is not None and b.sign not in kept)
        work = _Work(keyboard, key, deque(gone))
        if work.gone or work.signs:
            self._work[message] = work
            if len(self._work) > MOST_WAITING:
                self._work.popitem(last=False)
            self._look()

    def _look(self) -> None:
        if self._work and not self._saying:
            self._may_go_on.set()

    def end(self) -> None:
        """Let `run` end behind what it is doing."""
        self._ended = True
        self._may_go_on.set()

    async def run(self) -> None:
        """Until `end`."""
        while True:
            await self._may_go_on.wait()
            if self._ended:
                return
            async with self._step:
                message, work = next(iter(self._work.items()), (None, None))
                if message is not None and work is not None and not self._saying:
                    await self._try(message, work)
            if not self._work:
                self._may_go_on.clear()

    async def _try(self, message: str, work: _Work) -> None:
        try:
            await self._go_on(message, work)
        except Exception:
            # The boundary of this loop: the others' signs are placed.
            log.exception("the signs of a message are left as they are")
            self._work.pop(message, None)

    async def _go_on(self, message: str, work: _Work) -> None:
        if work.gone:
            await self._take_away(work.keyboard.room, work.gone.popleft(), work.key)
        elif work.signs:
            sign = work.signs.popleft()
            if self._may_place(work.keyboard.room):
                await self._react(message, work, sign)
        # Unless it has become another message's buttons in the meantime.
        if not work.gone and not work.signs and self._work.get(message) is work:
            del self._work[message]
            await self._memory.note_keyboard(message, work.keyboard)

    def _may_place(self, room: str) -> bool:
        """Whether the server and the room have one more to spare."""
        now = time.monotonic()
        if now >= self._window_ends:
            self._placed.clear()
            self._window_ends = now + WINDOW
        self._placed[room] += 1
        return now >= self._spared_until and self._placed[room] <= MOST_PLACED

    async def _react(self, message: str, work: _Work, sign: str) -> None:
        relation = {"rel_type": "m.annotation", "event_id": message, "key": sign}
        content = {"m.relates_to": relation}
        try:
            tx_id = transaction(work.key, f"react:{sign}")
            work.note(sign, await self._client.react(work.keyboard.room, content, tx_id))
        except TryLater as later:
            self.note_limit(later)
            if work.tries and not later.whole_platform:
                work.tries -= 1
                work.signs.append(sign)
        except (DeliveryFault, Refused) as fault:
            # There already, or reactions are not allowed here.
            log.debug("a reaction is not placed: %s", type(fault).__name__)

    async def _take_away(self, room: str, reaction: str, key: str) -> None:
        try:
            await redact(self._client, room, reaction, transaction(key, reaction))
        except (DeliveryFault, Refused) as fault:
            log.debug("left as it is: %s", type(fault).__name__)


async def redact(client: Client, room: str, event: str, tx_id: str) -> None:
    """Take an event away; gone already is as good. Raises a `DeliveryFault`, or `Refused`."""
    try:
        await client.ask("PUT", ["rooms", room, "redact", event, tx_id], {})
    except Refused as refused:
        if refused.status not in {403, 404}:
            raise refused.meaning() from None
        if refused.status == 403:
            log.warning("the bot may not take away what it has sent to a room")
    except UNREACHED as error:
        log.warning("Matrix is not there: %s", reason_of(error))
        raise TryLater from None


def transaction(key: str, part: str) -> str:
    """The id under which a part of what has that key is sent, the same each time."""
    return hashlib.sha256(f"undersigned\0{key}\0{part}".encode()).hexdigest()[:40]
