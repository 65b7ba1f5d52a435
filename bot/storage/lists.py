"""The public lists in pages. A page is found by the key of the name that it stands beside: it costs
the same however many there are, and none is lost or repeated when names come in meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Kind
from bot.domain.ids import Country, Digest, Number, StatementId
from bot.storage.endorsements import PUBLIC, PublicEndorsement, is_among, read_public
from bot.storage.tables import endorsements
from bot.storage.tallies import LISTED, Of, Tallies, except_of
from bot.text.collation import LETTER, SCRIPTS

_T = endorsements.c
_LAST = bytes([len(SCRIPTS) + 1])


@dataclass(frozen=True, slots=True)
class Order:
    """Whose names are listed, and how: organisations before persons, among each the script that the
    reader reads (`bot.text.collation.script_place`) first. `country`: only of there."""

    statement: StatementId
    script: int = 0
    country: Country | None = None

    @property
    def parts(self) -> Sequence[tuple[Kind, bytes, bytes]]:
        """The ranges of keys that stand behind each other; the end is no part of a range."""
        first, second = bytes([self.script]), bytes([self.script + 1])
        ranges = ((first, second), (b"", first), (second, _LAST))
        return [(kind, *found) for kind in (Kind.ORGANISATION, Kind.PERSON) for found in ranges]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A name on the list, beside which a page stands."""

    number: Number
    kind: Kind
    key: bytes


class Lists:
    """Reads what is public, and nothing else."""

    def __init__(self, connection: AsyncConnection, tallies: Tallies) -> None:
        self._connection = connection
        self._tallies = tallies

    async def anchor(self, statement: StatementId, number: Number) -> Anchor | None:
        """Where the name of that number stands; None where it is not on the list any more."""
        query = sa.select(_T.kind, _T.sort_key).where(
            _T.statement == statement, _T.number == number, _T.sort_key.is_not(None)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else Anchor(number, Kind(row.kind), row.sort_key)

    async def page(
        self, order: Order, most: int, anchor: Anchor | None = None, *, back: bool = False
    ) -> list[PublicEndorsement]:
        """The names behind the anchor (None: from the beginning), or the last ones before it; in
        the order of the list."""
        parts = list(order.parts)
        if anchor is not None:
            at = next(i for i, part in enumerate(parts) if _holds(part, anchor))
            parts = parts[at::-1] if back else parts[at:]
        found: list[PublicEndorsement] = []
        for part in parts:
            beside = anchor if anchor is not None and _holds(part, anchor) else None
            query = _part(order, part, beside, back=back).limit(most - len(found))
            found += [read_public(row) for row in await self._connection.execute(query)]
            if len(found) == most:
                break
        return found[::-1] if back else found

    async def countries(self, statement: StatementId) -> dict[Country, int]:
        """How many names are listed of each country that is given with one."""
        found = await self._tallies.counts(Of.COUNTRY, "country", statement=statement)
        return {Country(country): count for (country,), count in found.items()}

    async def counts(
        self, statement: StatementId, country: Country | None = None
    ) -> dict[Kind, int]:
        """How many names of each kind are listed."""
        of = Of.RECORD if country is None else Of.COUNTRY
        state = LISTED if country is None else None
        found = await self._tallies.counts(
            of, "kind", statement=statement, country=country, state=state
        )
        return {Kind(kind): count for (kind,), count in found.items()}

    async def on_paper(self, statement: StatementId) -> dict[Kind, int]:
        """How many names of each kind that are listed came on paper."""
        found = await self._tallies.counts(Of.PAPER, "kind", statement=statement, state=LISTED)
        return {Kind(kind): count for (kind,), count in found.items()}

    async def excepted(self, statement: StatementId, digests: Collection[Digest]) -> Counter[str]:
        """How many names that are listed under one of these texts except which demand."""
        found = Counter[str]()
        counts = await self._tallies.counts(Of.EXCEPT, "key", statement=statement)
        for (key,), count in counts.items():
            digest, demand = except_of(key)
            if digest in digests:
                found[demand] += count
        return found

    async def letters(self, order: Order, most: int) -> list[PublicEndorsement]:
        """The first person's name with each first letter, `most` at the most, in the order of the
        list: one look into the index for each."""
        found: list[PublicEndorsement] = []
        for kind, start, end in order.parts:
            key = start
            while kind is Kind.PERSON and len(found) < most:
                query = _part(order, (kind, key, end), None).add_columns(_T.sort_key)
                row = (await self._connection.execute(query.limit(1))).one_or_none()
                if row is None:
                    break
                found.append(read_public(tuple(row)[:-1]))
                key = _behind(row.sort_key)
        return found

    async def named(
        self, statement: StatementId, numbers: Sequence[Number], most: int
    ) -> list[PublicEndorsement]:
        """Those of `numbers` that are listed, `most` at the most, the persons last."""
        # By their numbers: no index of a statement's list is to be gone through for them.
        is_its = sa.func.coalesce(_T.statement, "") == statement
        query = sa.select(*PUBLIC, _T.sort_key).where(
            is_among(self._connection, numbers), is_its, _T.sort_key.is_not(None)
        )
        rows = list(await self._connection.execute(query))
        rows.sort(key=lambda row: (row.kind, row.sort_key))
        return [read_public(tuple(row)[:-1]) for row in rows[:most]]


def _holds(part: tuple[Kind, bytes, bytes], anchor: Anchor) -> bool:
    kind, start, end = part
    return anchor.kind is kind and start <= anchor.key < end


def _part(
    order: Order, part: tuple[Kind, bytes, bytes], beside: Anchor | None, *, back: bool = False
) -> sa.Select[tuple[object, ...]]:
    kind, start, end = part
    query = sa.select(*PUBLIC).where(
        _T.statement == order.statement, _T.kind == kind, _T.sort_key.is_not(None)
    )
    if order.country is not None:
        query = query.where(_T.country == order.country)
    if beside is not None:
        place = sa.tuple_(_T.sort_key, _T.number)
        other = sa.tuple_(sa.literal(beside.key), sa.literal(beside.number))
        query = query.where(place < other if back else place > other)
    # A second bound on the same side would be the one that the index is searched by.
    if beside is None or back:
        query = query.where(_T.sort_key >= start)
    if beside is None or not back:
        query = query.where(_T.sort_key < end)
    keys = (_T.sort_key, _T.number)
    return query.order_by(*(key.desc() for key in keys) if back else keys)


def _behind(key: bytes) -> bytes:
    """The first key of another letter."""
    return (int.from_bytes(key[:LETTER].ljust(LETTER, b"\0"), "big") + 1).to_bytes(LETTER, "big")
