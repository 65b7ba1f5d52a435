"""Delivery to a webhook: one update at a time for each chat, repeated with growing pauses."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from tests.support.botapi.clock import Clock
from tests.support.botapi.state import Json
from tests.support.botapi.updates import Update, Updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_PAUSE = 60.0
ANSWER_WITHIN = 60.0
REFUSED_METHODS = ("deletewebhook", "setwebhook", "close", "logout")


@dataclass
class Target:
    url: str
    secret: str = ""
    connections: int = 40


@dataclass
class Webhook:
    """Runs between `start` and `stop`; keeps its target over both. `attempts` counts posts."""

    updates: Updates
    clock: Clock
    call: Callable[[str, Json], Awaitable[object]]
    target: Target | None = None
    last_error: str | None = None
    last_error_at: int = 0
    attempts: int = 0
    under_way: int = 0
    most_at_once: int = 0
    _session: aiohttp.ClientSession | None = None
    _lanes: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _queues: dict[str, deque[Update]] = field(default_factory=dict)
    _known: set[int] = field(default_factory=set)
    _free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(40))

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ANSWER_WITHIN))
        self.kick()

    async def stop(self) -> None:
        await self._end_lanes()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def set(self, target: Target | None) -> None:
        await self._end_lanes()
        self.target = target
        self.last_error, self.last_error_at = None, 0
        if target is not None:
            self._free = asyncio.Semaphore(target.connections)
        self.kick()

    def kick(self) -> None:
        """There may be something new to deliver."""
        if self.target is None or self._session is None:
            return
        for update in self.updates.pending:
            if update.id in self._known:
                continue
            self._known.add(update.id)
            self._queues.setdefault(update.lane, deque()).append(update)
            if update.lane not in self._lanes:
                self._lanes[update.lane] = asyncio.ensure_future(self._run(update.lane))

    async def _end_lanes(self) -> None:
        lanes = list(self._lanes.values())
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
        self._lanes, self._queues, self._known = {}, {}, set()
        self.under_way = 0

    async def _run(self, lane: str) -> None:
        queue = self._queues[lane]
        while queue:
            await self._deliver(queue[0])
            done = queue.popleft()
            self.updates.forget(done.id)
            self._known.discard(done.id)
        del self._lanes[lane], self._queues[lane]

    async def _deliver(self, update: Update) -> None:
        """Until it is taken or too old: again at once, then after 2, 4, 8 seconds and so on."""
        delay = 1.0
        for failures in range(1_000_000):
            async with self._free:
                retry_after = await self._post(update)
            if retry_after is None:
                return
            pause = min(retry_after, 3600.0)
            if not pause and failures:
                delay = pause = min(LONGEST_PAUSE, delay * 2)
            if self.clock.now() + pause > update.expires:
                return
            await self.clock.sleep(pause)

    async def _post(self, update: Update) -> float | None:
        """None when it was taken, else the pause that the receiver asked for."""
        assert self._session is not None
        assert self.target is not None
        headers = {"Content-Type": "application/json"}
        if self.target.secret:
            headers[SECRET_HEADER] = self.target.secret
        self.attempts += 1
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            async with self._session.post(
                self.target.url, data=update.text.encode(), headers=headers
            ) as answer:
                body = await answer.read()
                if 200 <= answer.status <= 299:
                    await self._do_what_it_says(answer, body)
                    return None
                wrong = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                after = answer.headers.get("Retry-After", "0")
        except (aiohttp.ClientError, OSError, TimeoutError):
            wrong, after = "Connection failed", "0"
        finally:
            self.under_way -= 1
        self.last_error, self.last_error_at = wrong, int(self.clock.now())
        return float(after) if after.isdigit() else 0.0

    async def _do_what_it_says(self, answer: aiohttp.ClientResponse, body: bytes) -> None:
        """A receiver may name a method in its answer; the result is not told to it."""
        if not body or answer.content_type != "application/json":
            return
        with contextlib.suppress(ValueError):
            said = await answer.json()
            method = str(said.pop("method", "")) if isinstance(said, dict) else ""
            if method and not method.lower().startswith(("get", *REFUSED_METHODS)):
                await self.call(method, said)
