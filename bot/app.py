"""Starts and stops what runs side by side: adapters, dispatcher, outbox, due jobs."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterable, Mapping, Sequence

from bot.delivery.inbox import StoredInbox
from bot.delivery.worker import Worker
from bot.domain.ids import AdapterName
from bot.ports import Adapter, AdapterFault

log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.0005
"""How long a thread that computes keeps the interpreter to itself. While a long text is cut, each
system call of the event loop would wait for Python's own 5 ms, and they add up."""


async def run(
    adapters: Mapping[AdapterName, Adapter], inbox: StoredInbox, workers: Sequence[Worker]
) -> None:
    """Run until every adapter has nothing more to give, or until cancelled. One that cannot go on
    takes no other with it; the last one's `AdapterFault` is raised.

    At the end nothing more is taken from the inbox; the adapters go on until what is under way to
    them is written down. Whatever is cut off is in the database and goes on at the next start.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    working = [asyncio.create_task(worker.run(), name=type(worker).__name__) for worker in workers]
    receiving = [
        asyncio.create_task(adapter.run(inbox), name=name) for name, adapter in adapters.items()
    ]
    try:
        waiting = set(receiving)
        while waiting:
            done, _ = await asyncio.wait({*waiting, *working}, return_when=asyncio.FIRST_COMPLETED)
            waiting -= done
            _look_at(done, others_go_on=bool(waiting))
        await inbox.settled()
    finally:
        await _end(working)
        try:
            for worker in workers:
                await worker.close()
        finally:
            await _end(receiving)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _look_at(ended: Iterable[asyncio.Task[None]], *, others_go_on: bool) -> None:
    """Raise what ended a task, but for a platform without which the bot is of use."""
    for task in ended:
        try:
            task.result()
        except AdapterFault as fault:
            if not others_go_on:
                raise
            log.error("the bot goes on without %s: %s", task.get_name(), fault)  # noqa: TRY400
