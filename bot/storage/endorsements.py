"""Endorsements: reading, recording, and changes that happen only to the state they expect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.counts import Counts
from bot.domain.endorsement import Decision, Details, Endorsement, Kind, Route, Status, Visibility
from bot.domain.ids import Country, Digest, Language, Number, StatementId
from bot.privacy import Keyring
from bot.storage.sealing import Sealed
from bot.storage.statements import StatementKeys
from bot.storage.tables import endorsements

_T = endorsements.c
_NAME = Sealed(str, "endorsements.name")
_DETAILS = Sealed(Details, "endorsements.details")
_DECISION = Sealed(Decision, "endorsements.decision")
_ROUTE = Sealed(Route, "endorsements.route")


@dataclass(frozen=True, slots=True)
class Given:
    """What a signer gives, the first time and each time they sign again."""

    statement: StatementId
    kind: Kind
    visibility: Visibility
    language: Language
    digest: Digest
    consent: int
    country: Country | None
    hour: dt.datetime
    name: str
    details: Details
    route: Route
    wants_updates: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A new status, who brought it about, and until when it can be undone to what."""

    status: Status
    decision: Decision | None
    undo_until: dt.datetime | None
    before_undo: Status | None
    withdrawals: int = 0
    rejections: int = 0
    """How much the record's counters grow (negative when something is undone)."""


@dataclass(frozen=True, slots=True)
class PublicEndorsement:
    """What is on a public list: verified, public, its window over."""

    number: Number
    kind: Kind
    name: str
    country: Country | None
    digest: Digest
    hour: dt.datetime


class Endorsements:
    """The records. What changes one answers False, and changes nothing, where the record is not any
    more as it was read."""

    def __init__(
        self, connection: AsyncConnection, keys: Keyring, statement_keys: StatementKeys
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._statement_keys = statement_keys

    async def get(self, number: Number) -> Endorsement | None:
        return await self._one(_T.number == number)

    async def by_signer(self, statement: StatementId, signer_tag: bytes) -> Endorsement | None:
        """The record of one signer, whose tag is under this statement's key; None without one."""
        return await self._one(sa.and_(_T.statement == statement, _T.signer_tag == signer_tag))

    async def of_signer(self, tags: Mapping[StatementId, bytes]) -> list[Endorsement]:
        """All records of one signer, given their tag under each statement's key."""
        query = sa.select(endorsements).where(_T.signer_tag.in_(tags.values())).order_by(_T.number)
        return [self._read(row) for row in await self._connection.execute(query)]

    async def pending(self, limit: int, offset: int = 0) -> list[Endorsement]:
        """A page of what waits to be decided, over all statements, the oldest first."""
        query = sa.select(endorsements).where(_T.status == Status.PENDING).order_by(_T.number)
        rows = await self._connection.execute(query.limit(limit).offset(offset))
        return [self._read(row) for row in rows]

    async def waiting(self) -> int:
        """How many are pending, over all statements."""
        query = sa.select(sa.func.count()).where(_T.status == Status.PENDING)
        return await self._connection.scalar(query) or 0

    async def counts(self, statements: Iterable[StatementId]) -> dict[StatementId, Counts]:
        """For each statement asked for, also where nobody has endorsed it."""
        query = sa.select(_T.statement, _T.status, _T.kind, sa.func.count()).group_by(
            _T.statement, _T.status, _T.kind
        )
        found: dict[str, dict[str, int]] = {}
        for statement, status, kind, count in await self._connection.execute(query):
            entry = found.setdefault(statement, {})
            entry[status] = entry.get(status, 0) + count
            if status == Status.VERIFIED:
                entry[f"{kind}s"] = count
        return {s: Counts(**found.get(s, {})) for s in statements}

    async def verified(self, statement: StatementId) -> int:
        """How many are counted in public."""
        query = sa.select(sa.func.count()).where(
            _T.statement == statement, _T.status == Status.VERIFIED
        )
        return await self._connection.scalar(query) or 0

    async def published(self, statement: StatementId) -> list[PublicEndorsement]:
        """Everything that may be shown to everybody, in the order it was given."""
        query = (
            sa.select(_T.number, _T.kind, _T.public_name, _T.country, _T.digest, _T.hour)
            .where(_T.statement == statement, _T.public_name.is_not(None))
            .order_by(_T.number)
        )
        return [
            PublicEndorsement(n, Kind(kind), name, country, digest, hour)
            for n, kind, name, country, digest, hour in await self._connection.execute(query)
        ]

    async def add(self, signer_tag: bytes, given: Given) -> Number | None:
        """Record a first endorsement; None when this signer has a record already."""
        values = self._given(signer_tag, given) | {
            "status": Status.PENDING,
            "signer_tag": signer_tag,
            "withdrawals": 0,
            "rejections": 0,
        }
        # Looked up first, because a refused insert would use up a number on PostgreSQL; the unique
        # constraint decides all the same when two come at once.
        if await self.by_signer(given.statement, signer_tag) is not None:
            return None
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        insert = dialect.insert(endorsements).values(values).on_conflict_do_nothing()
        number = await self._connection.scalar(insert.returning(_T.number))
        return None if number is None else Number(number)

    async def renew(self, record: Endorsement, given: Given) -> bool:
        """Make a withdrawn or rejected record pending again; False if it has changed meanwhile."""
        assert record.signer is not None
        values = self._given(record.signer, given) | {
            "status": Status.PENDING,
            "public_name": None,
            "sealed_decision": None,
            "undo_until": None,
            "before_undo": None,
        }
        return await self._update(record, values)

    async def change(self, record: Endorsement, to: Change) -> bool:
        """Compare and set: False, and nothing changed, if the record is not as it was read.

        A name leaves the public list with any change; `publish` brings it back.
        """
        values = {
            "status": to.status,
            "sealed_decision": _DECISION.seal(self._keys, to.decision, _row(record)),
            "undo_until": to.undo_until,
            "before_undo": to.before_undo,
            "public_name": None,
            "withdrawals": record.withdrawals + to.withdrawals,
            "rejections": record.rejections + to.rejections,
        }
        return await self._update(record, values)

    async def end_window(self, record: Endorsement, *, publish: bool, keep: bool) -> bool:
        """Close the window of the last change: put the name onto the public list or not, keep name
        and details or erase them. The route goes, unless the signer wants to be told of changes."""
        values: dict[str, Any] = {"undo_until": None, "before_undo": None}
        if not (keep and record.wants_updates):
            values["sealed_route"] = None
        if publish:
            values["public_name"] = record.name
        if not keep:
            values |= {"sealed_name": None, "sealed_details": None}
        return await self._update(record, values)

    async def mend(self, record: Endorsement, name: str, details: Details, route: Route) -> bool:
        """A new name or affiliation: pending again, as if it had just been given."""
        values = {
            "status": Status.PENDING,
            "public_name": None,
            "sealed_name": _NAME.seal(self._keys, name, _row(record)),
            "sealed_details": _DETAILS.seal(self._keys, details, _row(record)),
            "sealed_decision": None,
            "sealed_route": _ROUTE.seal(self._keys, route, _row(record)),
            "undo_until": None,
            "before_undo": None,
        }
        return await self._update(record, values)

    async def show_to(
        self, record: Endorsement, visibility: Visibility, *, publish: bool, keep: bool
    ) -> bool:
        """Change who may see the name; put it onto the public list now, or erase it now."""
        values: dict[str, Any] = {
            "visibility": visibility,
            "public_name": record.name if publish else None,
        }
        if not keep:
            values |= {"sealed_name": None, "sealed_details": None}
        return await self._update(record, values)

    async def describe(self, record: Endorsement, details: Details) -> bool:
        """Other details of an unchanged record."""
        return await self._update(
            record, {"sealed_details": _DETAILS.seal(self._keys, details, _row(record))}
        )

    async def move(self, record: Endorsement, tag: bytes, route: Route | None) -> bool:
        """The same signer under another tag, with the way there; everything is sealed anew."""
        row = tag.hex()
        values = {
            "signer_tag": tag,
            "sealed_name": _NAME.seal(self._keys, record.name, row),
            "sealed_details": _DETAILS.seal(self._keys, record.details, row),
            "sealed_decision": _DECISION.seal(self._keys, record.decision, row),
            "sealed_route": _ROUTE.seal(self._keys, route, row),
        }
        return await self._update(record, values)

    async def erase(self, record: Endorsement) -> bool:
        """Leave a number, a statement and a day: nothing that leads to the signer."""
        values = {
            "status": Status.WITHDRAWN,
            "signer_tag": None,
            "country": None,
            "hour": record.hour.replace(hour=0),
            "public_name": None,
            "sealed_name": None,
            "sealed_details": None,
            "sealed_decision": None,
            "sealed_route": None,
            "undo_until": None,
            "before_undo": None,
            "wants_updates": False,
        }
        return await self._update(record, values)

    async def to_be_told(
        self, statement: StatementId, language: Language, digest: Digest, after: Number, limit: int
    ) -> list[Endorsement]:
        """Those who want to hear of changes and signed another text than this one, in the order
        of their numbers, from behind the number `after`."""
        query = sa.select(endorsements).where(
            _T.number > after,
            _T.statement == statement,
            _T.language == language,
            _T.digest != digest,
            _T.wants_updates,
            _T.status != Status.WITHDRAWN,
            _T.sealed_route.is_not(None),
        )
        rows = await self._connection.execute(query.order_by(_T.number).limit(limit))
        return [self._read(row) for row in rows]

    async def total(self) -> int:
        """How many records there are in any state."""
        return await self._connection.scalar(sa.select(sa.func.count(_T.number))) or 0

    async def by_day(self, statement: StatementId) -> list[tuple[dt.date, int]]:
        """How many were given on each day (UTC), the days in order."""
        day = sa.func.date(_T.hour)
        query = sa.select(day, sa.func.count()).where(_T.statement == statement)
        rows = await self._connection.execute(query.group_by(day).order_by(day))
        return [(dt.date.fromisoformat(str(found)), count) for found, count in rows]

    async def _update(self, record: Endorsement, values: Mapping[str, Any]) -> bool:
        """Change a record that still has the status and the window it was read with."""
        update = endorsements.update().where(
            _T.number == record.number,
            _T.status == record.status,
            _T.undo_until.is_not_distinct_from(record.undo_until),
        )
        result = await self._connection.execute(update.values(values))
        return result.rowcount == 1

    def _given(self, signer_tag: bytes, given: Given) -> dict[str, Any]:
        row = signer_tag.hex()
        return {
            "statement": given.statement,
            "kind": given.kind,
            "visibility": given.visibility,
            "language": given.language,
            "digest": given.digest,
            "consent": given.consent,
            "country": given.country,
            "hour": given.hour,
            "sealed_name": _NAME.seal(self._keys, given.name, row),
            "sealed_details": _DETAILS.seal(self._keys, given.details, row),
            "sealed_route": _ROUTE.seal(self._keys, given.route, row),
            "wants_updates": given.wants_updates,
        }

    async def _one(self, where: sa.ColumnElement[bool]) -> Endorsement | None:
        row = (await self._connection.execute(sa.select(endorsements).where(where))).one_or_none()
        return None if row is None else self._read(row)

    def _read(self, row: sa.Row[Any]) -> Endorsement:
        place = row.signer_tag.hex() if row.signer_tag else ""
        return Endorsement(
            number=row.number,
            statement=row.statement,
            signer=row.signer_tag,
            kind=Kind(row.kind),
            status=Status(row.status),
            visibility=Visibility(row.visibility),
            language=row.language,
            digest=row.digest,
            consent=row.consent,
            country=row.country,
            hour=row.hour,
            name=_NAME.open(self._keys, row.sealed_name, place),
            published=row.public_name is not None,
            details=_DETAILS.open(self._keys, row.sealed_details, place),
            decision=_DECISION.open(self._keys, row.sealed_decision, place),
            route=_ROUTE.open(self._keys, row.sealed_route, place),
            undo_until=row.undo_until,
            before_undo=None if row.before_undo is None else Status(row.before_undo),
            wants_updates=row.wants_updates,
            withdrawals=row.withdrawals,
            rejections=row.rejections,
        )


def _row(record: Endorsement) -> str:
    return record.signer.hex() if record.signer else ""
