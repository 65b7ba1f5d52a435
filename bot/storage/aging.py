"""Records of which something must go: they may be older than they are kept, or are finished."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Endorsement, Status
from bot.domain.ids import Number, StatementId
from bot.domain.retention import NOTICE, Retention
from bot.privacy import Keyring
from bot.storage.endorsements import read_record
from bot.storage.tables import endorsements

_T = endorsements.c
# Written out as in the index, which SQLite would not use otherwise. Of a name in public nothing is
# erased here.
_HOLDS_A_NAME = sa.text(
    "(sealed_name IS NOT NULL OR entrusted) AND public_name IS NULL AND sealed_window IS NULL"
)

Behind = tuple[Status, dt.datetime, Number]
"""Where a look went to: in the order of the states, of the hours, of the numbers."""


class Aging:
    """Old ones go by the day on which they were given, which stands in clear: when they were
    decided, which is later, is sealed, and looked at by `bot.domain.retention`."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def after(
        self, behind: Behind | None, rules: Retention, now: dt.datetime, limit: int
    ) -> list[Endorsement]:
        """Those of which something may be due, from behind that one."""
        found: list[Endorsement] = []
        for status, since in _kept(rules, NOTICE):
            if behind is not None and status < behind[0]:
                continue
            query = _old(status, now - since)
            if behind is not None and status == behind[0]:
                place = (sa.literal(behind[1], _T.hour.type), sa.literal(behind[2]))
                query = query.where(sa.tuple_(_T.hour, _T.number) > sa.tuple_(*place))
            query = query.order_by(_T.hour, _T.number).limit(limit - len(found))
            found += [read_record(self._keys, row) for row in await self._connection.execute(query)]
            if len(found) == limit:
                break
        return found

    async def count(self, rules: Retention, now: dt.datetime) -> int:
        """How many may be erased, and not fewer than will be."""
        total = 0
        for status, since in _kept(rules, dt.timedelta()):
            query = _old(status, now - since).with_only_columns(sa.func.count())
            total += await self._connection.scalar(query) or 0
        return total

    async def recognised(self, statement: StatementId, limit: int) -> list[Endorsement]:
        """Those of a statement that something leads from to their signers."""
        query = sa.select(endorsements).where(_T.statement == statement, _T.signer_tag.is_not(None))
        rows = await self._connection.execute(query.order_by(_T.signer_tag).limit(limit))
        return [read_record(self._keys, row) for row in rows]


def _kept(rules: Retention, notice: dt.timedelta) -> list[tuple[Status, dt.timedelta]]:
    return [
        (Status.PENDING, rules.pending - notice),
        (Status.REJECTED, rules.rejected),
        (Status.VERIFIED, rules.hidden),
    ]


def _old(status: Status, until: dt.datetime) -> sa.Select[tuple[object, ...]]:
    """Those of a state that were given until then."""
    return sa.select(endorsements).where(_HOLDS_A_NAME, _T.status == status, _T.hour <= until)
