"""Starts and stops what runs side by side: adapters, dispatcher, outbox, due jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from bot.delivery.inbox import StoredInbox
from bot.delivery.worker import Worker
from bot.domain.ids import AdapterName
from bot.ports import Adapter


async def run(
    adapters: Mapping[AdapterName, Adapter], inbox: StoredInbox, workers: Sequence[Worker]
) -> None:
    """Run until every adapter has nothing more to give, or until cancelled.

    Whatever is cut off here is in the database and goes on at the next start.
    """
    working = [asyncio.create_task(worker.run(), name=type(worker).__name__) for worker in workers]
    receiving = [
        asyncio.create_task(adapter.run(inbox), name=name) for name, adapter in adapters.items()
    ]
    everything = [*working, *receiving]
    try:
        waiting = set(receiving)
        while waiting:
            done, _ = await asyncio.wait({*waiting, *working}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            waiting -= done
        await inbox.settled()
    finally:
        for task in everything:
            task.cancel()
        await asyncio.gather(*everything, return_exceptions=True)
        for worker in workers:
            await worker.close()
