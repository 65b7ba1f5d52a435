"""The names that wait to come onto the lists."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Endorsement, Kind
from bot.domain.ids import Digest, StatementId
from bot.privacy import Keyring
from bot.storage.endorsements import read_record
from bot.storage.tables import endorsements

_T = endorsements.c
# Written out as in the index, which SQLite would not use otherwise.
_VERIFIED = sa.text("status = 'verified'")
_UNLISTED = sa.text("status = 'verified' AND visibility = 'public' AND public_name IS NULL")
_NOT_WAITING = sa.text("(visibility <> 'public' OR public_name IS NOT NULL)")


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

    async def verified_under(self, digests: Collection[Digest]) -> dict[tuple[Kind, bool], int]:
        """How many of each kind are verified, signed one of these texts and are listed (True), or
        are not listed and do not wait for it."""
        is_listed = _T.public_name.is_not(None)
        query = sa.select(_T.kind, is_listed, sa.func.count()).where(
            _VERIFIED, _T.digest.in_(digests), _NOT_WAITING
        )
        rows = await self._connection.execute(query.group_by(_T.kind, is_listed))
        return {(Kind(kind), bool(listed)): count for kind, listed, count in rows}

    async def counts(self, statement: StatementId) -> dict[Kind, int]:
        """How many of each kind are verified and not listed yet."""
        query = sa.select(_T.kind, sa.func.count()).where(_UNLISTED, _T.statement == statement)
        rows = await self._connection.execute(query.group_by(_T.kind))
        return {Kind(kind): count for kind, count in rows}
