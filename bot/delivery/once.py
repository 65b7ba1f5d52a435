"""Saying something to many so that nobody gets it twice, and so that it can be stopped at any time.

That one of its rows is under way is committed before it goes out. One that was so when the program
ended may have been said: a platform that knows no keys for repeated deliveries could not tell, and
it is left out there. That costs one message at the most, as only one is under way at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from bot.domain.ids import AdapterName
from bot.ports import Adapter
from bot.storage.database import Database
from bot.storage.errors import StorageFault, StorageUnavailable
from bot.storage.outbox import OutboxRow

log = logging.getLogger(__name__)


class Once:
    """Of the rows that are parts of what is said to many; the others are none of its business."""

    def __init__(self, database: Database, adapters: Mapping[AdapterName, Adapter]) -> None:
        self._database = database
        self._adapters = adapters
        self._busy: set[AdapterName] = set()

    def may_go(self, row: OutboxRow) -> bool:
        """Whether no other is under way that could be said twice."""
        return row.many is None or row.adapter not in self._busy

    def goes(self, row: OutboxRow) -> None:
        if row.many is not None and not self._knows_keys(row):
            self._busy.add(row.adapter)

    def ended(self, row: OutboxRow) -> None:
        """What has become of it is written down."""
        if row.many is not None:
            self._busy.discard(row.adapter)

    def is_unsure(self, row: OutboxRow) -> bool:
        """Whether it may have been said before the program ended, and nobody can tell."""
        return row.begun and row.many is not None and not self._knows_keys(row)

    async def begin(self, row: OutboxRow) -> bool:
        """Note that it is under way; False where it is to be said no more."""
        if row.many is None:
            return True
        async with self._database.unit() as unit:
            return await unit.outbox.begin(row.id)

    async def rest(self, row: OutboxRow) -> None:
        """It is tried again, as the platform has not said that it took it; until then it can be
        stopped."""
        if row.many is None:
            return
        try:
            async with self._database.unit() as unit:
                await unit.outbox.rest(row.id)
        except (StorageUnavailable, StorageFault) as error:
            log.warning("what was not delivered cannot be written down: %s", error)

    def _knows_keys(self, row: OutboxRow) -> bool:
        return self._adapters[row.adapter].capabilities.knows_keys
