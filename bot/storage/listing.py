"""What waits to become public: names for the lists, and records for the log."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Endorsement, Kind, Status
from bot.domain.ids import Digest, Number, StatementId
from bot.privacy import Keyring
from bot.storage.endorsements import is_among, read_record
from bot.storage.tables import endorsements
from bot.storage.tallies import LISTED, UNLISTED, Of, Tallies

_T = endorsements.c
# Written out as in the indexes, which SQLite would not use otherwise.
_UNLISTED = sa.text(
    "status = 'verified' AND visibility = 'public' AND public_name IS NULL "
    "AND sealed_window IS NULL AND sealed_name IS NOT NULL"
)
# Unasked, SQLite would go over all that are verified and hidden, which is another index.
_BY_UNLISTED = "INDEXED BY ix_endorsements_unlisted"
_UNLOGGED = sa.text("unlogged")


class Listing:
    """Public names that are not on a list: their window is open, or they wait for the others."""

    def __init__(self, connection: AsyncConnection, keys: Keyring, tallies: Tallies) -> None:
        self._connection = connection
        self._keys = keys
        self._tallies = tallies

    async def waiting(self, limit: int) -> list[Endorsement]:
        """Those whose window is over, in no order that means anything."""
        query = sa.select(endorsements).with_hint(endorsements, _BY_UNLISTED, "sqlite")
        query = query.where(_UNLISTED).order_by(_T.number).limit(limit)
        return [read_record(self._keys, row) for row in await self._connection.execute(query)]

    async def verified_under(self, digests: Collection[Digest]) -> dict[tuple[Kind, bool], int]:
        """How many of each kind are verified, signed one of these texts and are listed (True), or
        are not listed and do not wait for it."""
        wanted = (Status.VERIFIED, LISTED)
        found = await self._tallies.counts(Of.RECORD, "kind", "state", key=digests, state=wanted)
        return {(Kind(kind), state == LISTED): count for (kind, state), count in found.items()}

    async def counts(self, statement: StatementId) -> dict[Kind, int]:
        """How many of each kind are verified and not listed yet."""
        found = await self._tallies.counts(Of.RECORD, "kind", statement=statement, state=UNLISTED)
        return {Kind(kind): count for (kind,), count in found.items()}

    async def on_paper(self, statement: StatementId) -> dict[Kind, int]:
        """How many of those came on paper."""
        found = await self._tallies.counts(Of.PAPER, "kind", statement=statement, state=UNLISTED)
        return {Kind(kind): count for (kind,), count in found.items()}

    async def unlogged(self, limit: int, statement: StatementId | None = None) -> list[Endorsement]:
        """Those whose newest entry in the log may not be what it should be, of one statement or of
        all, in no order that means anything."""
        query = sa.select(endorsements).where(_UNLOGGED).order_by(_T.statement, _T.number)
        if statement is not None:
            query = query.where(_T.statement == statement)
        rows = await self._connection.execute(query.limit(limit))
        return [read_record(self._keys, row) for row in rows]

    async def with_affiliation(
        self, statement: StatementId, after: Number, limit: int
    ) -> list[Endorsement]:
        """Those that gave one to be shown with their name on the list, from behind that number."""
        query = sa.select(endorsements).where(
            _T.statement == statement, _T.public_affiliation.is_not(None), _T.number > after
        )
        rows = await self._connection.execute(query.order_by(_T.number).limit(limit))
        return [read_record(self._keys, row) for row in rows]

    async def set_logged(self, numbers: Sequence[Number]) -> None:
        """Of these it is."""
        update = endorsements.update().where(is_among(self._connection, numbers), _UNLOGGED)
        await self._connection.execute(update.values(unlogged=False))
