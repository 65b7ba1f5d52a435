"""What is sealed to the organisers: kept and given out, and opened nowhere here."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Endorsement, Kind, Status, Visibility
from bot.domain.ids import Country, Number, StatementId
from bot.privacy import Keyring
from bot.storage.endorsements import read_record
from bot.storage.tables import endorsements
from bot.storage.tables import entrusted as parts

_T = parts.c
_E = endorsements.c


@dataclass(frozen=True, slots=True)
class SealedPart:
    """One file in the age format, and what the host knows of its record. A record has several where
    more was decided about it later; `part` counts them from 0."""

    number: Number
    part: int
    kind: Kind
    status: Status
    visibility: Visibility
    country: Country | None
    age: bytes


class EntrustedParts:
    """The parts of each record, in their order."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def add(self, number: Number, age: bytes) -> None:
        """Behind the parts that there are already."""
        last = sa.select(sa.func.max(_T.part)).where(_T.number == number)
        part = await self._connection.scalar(last)
        row = {"number": number, "part": 0 if part is None else part + 1, "age": age}
        await self._connection.execute(parts.insert(), row)

    async def erase(self, number: Number) -> None:
        await self._connection.execute(parts.delete().where(_T.number == number))

    async def of_statement(
        self, statement: StatementId, after: tuple[int, int], limit: int
    ) -> list[SealedPart]:
        """In the order of number and part, from behind these."""
        query = (
            sa.select(_T.number, _T.part, _E.kind, _E.status, _E.visibility, _E.country, _T.age)
            .join(endorsements, _E.number == _T.number)
            .where(_E.statement == statement, sa.tuple_(_T.number, _T.part) > sa.tuple_(*after))
            .order_by(_T.number, _T.part)
        )
        return [
            SealedPart(
                row.number,
                row.part,
                Kind(row.kind),
                Status(row.status),
                Visibility(row.visibility),
                row.country,
                row.age,
            )
            for row in await self._connection.execute(query.limit(limit))
        ]

    async def left(self, after: Number, limit: int) -> list[Endorsement]:
        """Decided ones of which nothing has been sealed to the organisers, though something may
        have to be: in the order of their numbers, from behind `after`."""
        is_here = sa.or_(
            *(c.is_not(None) for c in (_E.sealed_name, _E.sealed_details, _E.sealed_decision))
        )
        query = sa.select(endorsements).where(
            _E.number > after,
            ~_E.entrusted,
            _E.status.not_in([Status.PENDING, Status.LINKED]),
            is_here,
        )
        rows = await self._connection.execute(query.order_by(_E.number).limit(limit))
        return [read_record(self._keys, row) for row in rows]
