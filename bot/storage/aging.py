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
_HOLDS_A_NAME = sa.and_(sa.or_(_T.sealed_name.is_not(None), _T.entrusted), _T.public_name.is_(None))
"""Of a name in public nothing is erased here."""


class Aging:
    """Old ones go by the day on which they were given, which stands in clear: when they were
    decided, which is later, is sealed, and looked at by `bot.domain.retention`."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def after(
        self, number: Number, rules: Retention, now: dt.datetime, limit: int
    ) -> list[Endorsement]:
        """Those of which something may be due, in the order of their numbers, behind that one."""
        query = sa.select(endorsements).where(_T.number > number, _old(rules, now, NOTICE))
        rows = await self._connection.execute(query.order_by(_T.number).limit(limit))
        return [read_record(self._keys, row) for row in rows]

    async def count(self, rules: Retention, now: dt.datetime) -> int:
        """How many may be erased, and not fewer than will be."""
        query = sa.select(sa.func.count()).where(_old(rules, now, dt.timedelta()))
        return await self._connection.scalar(query) or 0

    async def recognised(self, statement: StatementId, limit: int) -> list[Endorsement]:
        """Those of a statement that something leads from to their signers."""
        query = sa.select(endorsements).where(_T.statement == statement, _T.signer_tag.is_not(None))
        rows = await self._connection.execute(query.order_by(_T.number).limit(limit))
        return [read_record(self._keys, row) for row in rows]


def _old(rules: Retention, now: dt.datetime, notice: dt.timedelta) -> sa.ColumnElement[bool]:
    kept = (
        (Status.PENDING, rules.pending - notice),
        (Status.REJECTED, rules.rejected),
        (Status.VERIFIED, rules.hidden),
    )
    either = (sa.and_(_T.status == status, _T.hour <= now - length) for status, length in kept)
    return sa.and_(_HOLDS_A_NAME, _T.sealed_window.is_(None), sa.or_(*either))
