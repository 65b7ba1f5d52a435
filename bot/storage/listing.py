"""The names that wait to come onto the lists."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Endorsement, Kind
from bot.domain.ids import StatementId
from bot.privacy import Keyring
from bot.storage.endorsements import read_record
from bot.storage.tables import endorsements

_T = endorsements.c
# Written out as in the index, which SQLite would not use otherwise.
_UNLISTED = sa.text("status = 'verified' AND visibility = 'public' AND public_name IS NULL")


class Listing:
    """Public names that are not on a list: their window is open, or they wait for the others."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def waiting(self, limit: int) -> list[Endorsement]:
        """Those whose window is over, in no order that means anything."""
        query = sa.select(endorsements).where(_UNLISTED, _T.sealed_window.is_(None))
        query = query.where(_T.sealed_name.is_not(None)).order_by(_T.number).limit(limit)
        return [read_record(self._keys, row) for row in await self._connection.execute(query)]

    async def counts(self, statement: StatementId) -> dict[Kind, int]:
        """How many of each kind are verified and not listed yet."""
        query = sa.select(_T.kind, sa.func.count()).where(_UNLISTED, _T.statement == statement)
        rows = await self._connection.execute(query.group_by(_T.kind))
        return {Kind(kind): count for kind, count in rows}
