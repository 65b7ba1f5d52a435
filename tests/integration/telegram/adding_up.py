"""What the metrics of the program say, beside the journal of the server."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator

from tests.integration.telegram.whole import WITHIN
from tests.support.botapi import BotApiServer, Call
from tests.support.listening import Samples, scraped

DELIVERING = (
    "sendMessage",
    "editMessageText",
    "deleteMessage",
    "answerCallbackQuery",
    "answerInlineQuery",
)
"""The calls that carry out what the program decided, one for each delivery."""

SCRAPED_EVERY = 0.25
LIMIT = 429
PASSING = {0, LIMIT, 500, 502}
"""The answers after which the same is tried again; 0: there was none."""
PLATFORM = 'platform="telegram"'


def delivering(server: BotApiServer) -> list[Call]:
    """Those of them that the server has answered, well or not."""
    return [c for method in DELIVERING for c in server.calls(method) if c.status is not None]


def service(server: BotApiServer) -> int:
    """Messages beside the changes of a group, which are no events; every other update is one."""
    chats = server.world.chats.values()
    return sum(message.service for chat in chats for message in chat.messages.values())


def in_journal(server: BotApiServer) -> dict[str, int]:
    """The metrics that the server knows, as it knows them; what it refuses is in none of them."""
    statuses = Counter(call.status for call in delivering(server))
    passing = sum(count for status, count in statuses.items() if status in PASSING)
    return {
        f"events_received_total{{{PLATFORM}}}": (
            server.updates.last - server.updates.first + 1 - service(server)
        ),
        f'deliveries_total{{outcome="sent",{PLATFORM}}}': statuses[200],
        f"delivery_pauses_total{{{PLATFORM}}}": statuses[LIMIT],
        f"delivery_retries_total{{{PLATFORM}}}": passing,
    }


def differences(found: Samples, expected: dict[str, int]) -> dict[str, tuple[float, int]]:
    """Where they differ: what the program says, and the server."""
    beside = {name: (found[name], count) for name, count in expected.items()}
    return {name: pair for name, pair in beside.items() if pair[0] != pair[1]}


async def add_up(server: BotApiServer, url: str) -> Samples:
    """Once all is done: each counter is what the server saw, and every event was handled."""
    async with asyncio.timeout(WITHIN):
        while True:
            expected, found = in_journal(server), await scraped(url)
            received = found[f"events_received_total{{{PLATFORM}}}"]
            ended = sum(found[f"events_{how}_total{{{PLATFORM}}}"] for how in ("handled", "failed"))
            apart = differences(found, expected)
            if received == ended and not apart and expected == in_journal(server):
                return found
            assert all(said <= seen for said, seen in apart.values()), apart
            await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def scraping(server: BotApiServer, url: str) -> AsyncIterator[list[Samples]]:
    """Scrape all the while; no counter ever falls, or is ahead of the server."""
    found: list[Samples] = []

    async def scrape() -> None:
        while True:
            new = await scraped(url)
            seen = in_journal(server)
            assert all(new[name] <= count for name, count in seen.items())
            for name, value in found[-1].items() if found else ():
                assert "_total" not in name or new[name] >= value, name
            found.append(new)
            await asyncio.sleep(SCRAPED_EVERY)

    task = asyncio.create_task(scrape())
    try:
        yield found
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
