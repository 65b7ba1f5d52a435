"""The queue of updates: getUpdates with its offsets, expiry and conflicts, and what the webhook
takes from it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass

from tests.support.botapi.clock import Clock
from tests.support.botapi.errors import TERMINATED, ApiError
from tests.support.botapi.rules import Rules
from tests.support.botapi.shapes import thinned
from tests.support.botapi.state import Json

KINDS = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "message_reaction",
        "message_reaction_count",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "purchased_paid_media",
    ]
)
DEFAULT = KINDS - {"chat_member", "message_reaction", "message_reaction_count"}
FUTURE = 10
"""An offset further ahead than this is taken as a mistake and confirms nothing."""
CONFLICT_PAUSE = 3.0
GATHER = 0.001


@dataclass(frozen=True)
class Update:
    id: int
    kind: str
    text: str
    expires: float
    lane: str


class Updates:
    """Keeps every update until it is confirmed or too old. `last` is the newest id."""

    def __init__(self, clock: Clock, rules: Rules, first: int = 874_000_001) -> None:
        self.clock = clock
        self.rules = rules
        self.first = first
        self.last = first - 1
        self.confirmed = first - 1
        self.dropped = 0
        self.allowed: frozenset[str] = frozenset(DEFAULT)
        self.on_new: Callable[[], None] = lambda: None
        self._waiting: dict[int, Update] = {}
        self._poll: asyncio.Future[ApiError | None] | None = None
        self._conflicts_from = 0.0
        self._previous = (0, -1e9)

    def push(self, kind: str, body: Json, life: float, lane: str) -> None:
        assert kind in KINDS, kind
        if kind not in self.allowed:
            return
        self._add(kind, {kind: thinned(body) if self.rules.sparse else body}, life, lane)

    def inject(self, fields: Json, life: float = 86_400.0) -> int:
        """An update with any content, also one that no library can read. Its id."""
        self._add("injected", fields, life, "injected")
        return self.last

    def _add(self, kind: str, fields: Json, life: float, lane: str) -> None:
        self.last += 1
        text = json.dumps({"update_id": self.last} | fields, ensure_ascii=False)
        self._waiting[self.last] = Update(self.last, kind, text, self.clock.now() + life, lane)
        self._wake(None)
        self.on_new()

    def repeat(self, update: Update) -> None:
        """Puts an update back that was confirmed, as a server may do that lost its memory."""
        self._waiting = {update.id: update} | self._waiting
        self._wake(None)
        self.on_new()

    @property
    def pending(self) -> list[Update]:
        """What was neither confirmed nor too old."""
        now = self.clock.now()
        old = [u.id for u in self._waiting.values() if u.expires <= now]
        self.dropped += len(old)
        for number in old:
            del self._waiting[number]
        return list(self._waiting.values())

    def forget(self, number: int) -> None:
        """The webhook took it, or it expired there."""
        if self._waiting.pop(number, None) is not None:
            self.confirmed = max(self.confirmed, number)

    def clear(self) -> None:
        self._waiting.clear()

    def allow(self, kinds: list[str] | None) -> bool:
        """None keeps what was said before; an empty list restores the default."""
        if kinds is None:
            return False
        new = frozenset(kinds) & KINDS or DEFAULT
        changed, self.allowed = new != self.allowed, new
        return changed

    # -- getUpdates ----------------------------------------------------------------------------

    async def get(self, offset: int, limit: int, wait: float) -> list[Update]:
        """Raises the 409 that ends a poll when a later one begins."""
        now = self.clock.now()
        if self.rules.pauses and offset == self._previous[0]:
            wait = 3.0 if wait < 3 and now < self._previous[1] + 3 else wait
            limit = 1 if now < self._previous[1] + 0.5 else limit
        self._previous = (offset, now)
        found = self._take(offset, limit)
        if found or not wait:
            return found
        await self._until_new(wait)
        return self._take(offset, limit)

    def _take(self, offset: int, limit: int) -> list[Update]:
        pending = self.pending
        if offset < 0:
            keep = {u.id for u in pending[offset:]}
            self._confirm([u for u in pending if u.id not in keep])
        elif 0 < offset <= self.last + FUTURE:
            self._confirm([u for u in pending if u.id < offset])
        return list(self._waiting.values())[:limit]

    def _confirm(self, updates: list[Update]) -> None:
        for update in updates:
            del self._waiting[update.id]
            self.confirmed = max(self.confirmed, update.id)
        if updates:
            self.on_new()

    async def _until_new(self, wait: float) -> None:
        self.end_poll(TERMINATED)
        mine = self._poll = asyncio.get_running_loop().create_future()
        timer = asyncio.ensure_future(self.clock.sleep(wait))
        try:
            await asyncio.wait({mine, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            if self._poll is mine:
                self._poll = None
        refusal = mine.result() if mine.done() else None
        if refusal is not None:
            await self.conflict_pause()
            raise refusal
        if mine.done():
            await asyncio.sleep(GATHER)

    async def conflict_pause(self) -> None:
        """The first conflict is told at once, those within three seconds after it late."""
        now = self.clock.now()
        if now >= self._conflicts_from:
            self._conflicts_from = now + CONFLICT_PAUSE
        elif self.rules.pauses:
            await self.clock.sleep(CONFLICT_PAUSE)

    def end_poll(self, description: str) -> None:
        self._wake(ApiError(409, description))

    @property
    def polling(self) -> bool:
        """Whether somebody waits in getUpdates just now."""
        return self._poll is not None

    def _wake(self, refusal: ApiError | None) -> None:
        poll, self._poll = self._poll, None
        if poll is not None and not poll.done():
            poll.set_result(refusal)
