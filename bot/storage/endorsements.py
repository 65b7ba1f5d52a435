"""Endorsements: reading them, and storing a change only over the version it was made from."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.counts import Counts
from bot.domain.endorsement import (
    Decision,
    Details,
    Endorsement,
    Kind,
    Route,
    Status,
    Visibility,
    Window,
)
from bot.domain.erasure import Erased, erased
from bot.domain.excepting import of_text
from bot.domain.ids import Country, Digest, Number, StatementId
from bot.privacy import KeyFault, Keyring
from bot.storage.engines import insert_if_new
from bot.storage.numbers import MOST_DRAWS, Numbers
from bot.storage.sealing import Sealed
from bot.storage.sums import Sum, counted
from bot.storage.tables import endorsements
from bot.storage.tallies import VERIFIED, Of, Tallies
from bot.text import collation

_T = endorsements.c
_TOLD = sa.text("status IN ('pending', 'verified') AND sealed_route IS NOT NULL")
"""As the index says it: bound values would not let SQLite use that."""

_GET = sa.select(endorsements).where(_T.number == sa.bindparam("wanted"))
_BY_SIGNER = sa.select(endorsements).where(
    _T.statement == sa.bindparam("of"), _T.signer_tag == sa.bindparam("tag")
)
_SAVE = endorsements.update().where(
    _T.number == sa.bindparam("read_number"), _T.version == sa.bindparam("read_version")
)

_SEALED: Mapping[str, Sealed[Any]] = {
    "name": Sealed(str, "endorsements.name"),
    "details": Sealed(Details, "endorsements.details"),
    "decision": Sealed(Decision, "endorsements.decision"),
    "window": Sealed(Window, "endorsements.window"),
    "route": Sealed(Route, "endorsements.route"),
    "marked": Sealed(bool, "endorsements.marked"),
}
"""The fields of a record that nobody may read in the database."""


@dataclass(frozen=True, slots=True)
class PublicEndorsement:
    """What is on a public list: verified, public, its window over."""

    number: Number
    kind: Kind
    name: str
    country: Country | None
    digest: Digest
    day: dt.date
    affiliation: str | None = None
    place: str | None = None
    excepts: tuple[str, ...] = ()
    mandate: str | None = None
    """How many members of a group agreed, as `Mandate.figures` has it."""
    paper: bool = False


PUBLIC = (
    *(_T.number, _T.kind, _T.public_name, _T.country, _T.digest, _T.hour),
    *(_T.public_affiliation, _T.public_place, _T.public_excepts, _T.public_mandate, _T.paper),
)
"""The columns that `read_public` reads."""

_KINDS = {kind.value: kind for kind in Kind}
"""A look is quicker than a call of `Kind`, which is one for each of a million names."""


class Endorsements:
    """The records: what changes one is stored only over the version that it was made from."""

    def __init__(
        self,
        connection: AsyncConnection,
        keys: Keyring,
        numbers: Numbers,
        total: Sum,
        tallies: Tallies,
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._numbers = numbers
        self._sum = total
        self._tallies = tallies
        self._total = numbers.records
        self.erased: list[tuple[Erased, StatementId, Number]] = []
        """What was taken away here: no older copy of the database may bring it back."""

    async def get(self, number: Number) -> Endorsement | None:
        return await self._one(_GET, {"wanted": number})

    async def each(self, numbers: Sequence[Number]) -> dict[Number, Endorsement | None]:
        """The record of each number, in their order; None where there is none."""
        query = sa.select(endorsements).where(is_among(self._connection, numbers))
        rows = await self._connection.execute(query) if numbers else ()
        found = {row.number: read_record(self._keys, row) for row in rows}
        return {number: found.get(number) for number in numbers}

    async def by_signer(self, statement: StatementId, signer_tag: bytes) -> Endorsement | None:
        """The record of one signer, whose tag is under this statement's key; None without one."""
        return await self._one(_BY_SIGNER, {"of": statement, "tag": signer_tag})

    async def of_signer(self, tags: Mapping[StatementId, bytes]) -> list[Endorsement]:
        """All records of one signer, given their tag under each statement's key; the oldest first,
        as far as is known."""
        its = (sa.and_(_T.statement == of, _T.signer_tag == tag) for of, tag in tags.items())
        query = sa.select(endorsements).where(sa.or_(sa.false(), *its))
        query = query.order_by(_T.hour, _T.number)
        return [read_record(self._keys, row) for row in await self._connection.execute(query)]

    async def linked_to(self, number: Number) -> list[Endorsement]:
        """Those that this record stands for, in the order of their numbers."""
        query = sa.select(endorsements).where(_T.linked_to == number, _T.linked_to.is_not(None))
        rows = await self._connection.execute(query.order_by(_T.number))
        return [read_record(self._keys, row) for row in rows]

    async def waiting(self) -> int:
        """How many are pending, over all statements."""
        return await self._tallies.total(Of.RECORD, state=Status.PENDING)

    async def counts(self, statements: Iterable[StatementId]) -> dict[StatementId, Counts]:
        """For each statement asked for, also where nobody has endorsed it."""
        wanted = list(statements)
        by = ("statement", "state", "kind")
        counts = await self._tallies.counts(Of.RECORD, *by, statement=wanted)
        found = {statement: Counter[str]() for statement in wanted}
        on_paper = await self._tallies.counts(
            Of.PAPER, "statement", statement=wanted, state=VERIFIED
        )
        for (statement,), count in on_paper.items():
            found[statement]["paper"] = count
        for (statement, state, kind), count in counts.items():
            is_verified = state in VERIFIED
            found[statement][Status.VERIFIED if is_verified else state] += count
            if is_verified:
                found[statement][f"{kind}s"] += count
        return {statement: Counts(**found[statement]) for statement in wanted}

    async def verified_apart(self, statement: StatementId) -> Counts:
        """How many persons and organisations are verified, and of them on paper; other states are
        left out."""
        counts = await self._apart(statement=statement, state=VERIFIED)
        return replace(counts, paper=sum((await self.verified_on_paper(statement)).values()))

    async def verified_on_paper(self, statement: StatementId) -> dict[Kind, int]:
        """How many of each kind are verified and came on paper."""
        found = await self._tallies.counts(Of.PAPER, "kind", statement=statement, state=VERIFIED)
        return {Kind(kind): count for (kind,), count in found.items()}

    async def asked_for(self) -> list[Endorsement]:
        """Organisations' that are not decided for good, and may tell yet who asked."""
        query = sa.select(endorsements).where(
            _T.kind == Kind.ORGANISATION,
            sa.or_(_T.status.in_([Status.PENDING, Status.LINKED]), _T.sealed_window.is_not(None)),
        )
        return [read_record(self._keys, row) for row in await self._connection.execute(query)]

    async def add(self, record: Endorsement) -> Endorsement | None:
        """Store a first endorsement and give it its number; None when this signer has a record of
        the statement already. Raises `RuntimeError` where every number that is drawn is taken."""
        assert record.signer is not None
        values = self._values(None, record) | {"fresh": True}
        total = await self.total()
        insert = insert_if_new(self._connection, endorsements).returning(_T.number)
        for more in range(MOST_DRAWS):
            # The unique constraints decide, about the number as about the signer.
            drawn = self._numbers.draw(total + more)
            if await self._connection.scalar(insert, values | {"number": drawn}) is not None:
                self._total = total + 1
                added = replace(record, number=Number(drawn))
                self._sum.record(None, added)
                self._tallies.record(None, added)
                return added
            if await self.by_signer(record.statement, record.signer) is not None:
                return None
        raise RuntimeError("every number that was drawn is taken")

    async def save(self, before: Endorsement, after: Endorsement) -> Endorsement | None:
        """Compare and set: store `after` in the place of `before`, as a new version; None, and
        nothing changed, if the row is not the version that was read."""
        # How often it changed must not tell one forgotten record from another.
        version = before.version + 1 if after.signer is not None else 0
        saved = replace(after, version=version)
        if saved.published:
            await collation.ready()
        read = {"read_number": before.number, "read_version": before.version}
        result = await self._connection.execute(_SAVE, self._values(before, saved) | read)
        if result.rowcount != 1:
            return None
        self._sum.record(before, saved)
        self._tallies.record(before, saved)
        if (what := erased(before, saved)) is not None:
            self.erased.append((what, saved.statement, saved.number))
        return saved

    async def to_be_told(
        self, digests: Collection[Digest], after: Number, limit: int
    ) -> list[Endorsement]:
        """Who signed one of these texts and can be told something, in the order of their numbers,
        from behind the number `after`. Whom the admins do not accept, and who has withdrawn, is
        left alone."""
        found: list[Any] = []
        for digest in digests:
            query = sa.select(endorsements).where(_T.digest == digest, _TOLD, _T.number > after)
            found += await self._connection.execute(query.order_by(_T.number).limit(limit))
        found.sort(key=lambda row: row.number)
        return [read_record(self._keys, row) for row in found[:limit]]

    async def standing(self, digests: Collection[Digest]) -> Counts:
        """How many persons and organisations signed one of these texts, and wait or are
        verified."""
        return await self._apart(key=digests, state=(Status.PENDING, *VERIFIED))

    async def verified_under(self, digests: Collection[Digest]) -> Counts:
        """As `verified_apart`, of those who signed one of these texts."""
        return await self._apart(key=digests, state=VERIFIED)

    async def total(self) -> int:
        """How many records there are in any state."""
        if self._total is None:
            self._total = await self._tallies.total(Of.RECORD)
        return self._total

    def keep(self) -> None:
        """Remember for later units how many there are, once this one has been committed."""
        self._numbers.records = self._total

    async def by_day(self, statement: StatementId) -> list[tuple[dt.date, int]]:
        """How many were given on each day (UTC), the days in order."""
        found = await self._tallies.counts(Of.DAY, "key", statement=statement)
        return sorted((dt.date.fromisoformat(day), count) for (day,), count in found.items())

    async def _apart(self, **wanted: str | Collection[str]) -> Counts:
        counts = await self._tallies.counts(Of.RECORD, "kind", **wanted)
        found = {f"{kind}s": count for (kind,), count in counts.items()}
        return Counts(verified=sum(found.values()), **found)

    def _values(self, before: Endorsement | None, record: Endorsement) -> dict[str, Any]:
        """The row; what is sealed is sealed anew only where it has changed since `before`."""
        place = place_of(record.signer)
        moved = before is None or before.signer != record.signer
        sealed = {
            f"sealed_{name}": column.seal(self._keys, _of(record, name), place)
            for name, column in _SEALED.items()
            if moved or getattr(before, name) != getattr(record, name)
        }
        return sealed | clear_of(record)

    async def _one(self, query: sa.Select[Any], wanted: Mapping[str, Any]) -> Endorsement | None:
        row = (await self._connection.execute(query, wanted)).one_or_none()
        return None if row is None else read_record(self._keys, row)


def clear_of(record: Endorsement) -> dict[str, Any]:
    """What of its row is not sealed, but for the number, which it keeps."""
    clear = counted(record)
    del clear["number"]
    shown = clear["public_name"]
    beside = {
        "sort_key": None if shown is None else collation.sort_key(shown),
        "wants_updates": record.wants_updates,
        "wave": record.wave,
        "carded": record.carded,
        "aside": record.aside,
        "unlogged": record.unlogged,
        "version": record.version,
    }
    return clear | beside


def _of(record: Endorsement, name: str) -> Any:
    """A field that is sealed. Marks are those of what may wait: of a record without a signer there
    are none, so that each is like any other."""
    return None if record.signer is None and name == "marked" else getattr(record, name)


def place_of(signer_tag: bytes | None) -> str:
    """What binds the sealed values of a row to it."""
    return signer_tag.hex() if signer_tag else ""


def read_record(keys: Keyring, row: Any) -> Endorsement:
    """Of all columns of the table."""
    place = place_of(row.signer_tag)
    opened: dict[str, Any] = {
        name: column.open(keys, getattr(row, f"sealed_{name}"), place)
        for name, column in _SEALED.items()
    }
    window: Window | None = opened.pop("window")
    return Endorsement(
        number=row.number,
        statement=row.statement,
        signer=row.signer_tag,
        kind=Kind(row.kind),
        visibility=Visibility(row.visibility),
        language=row.language,
        digest=row.digest or Digest(""),
        consent=row.consent,
        country=row.country,
        hour=row.hour,
        status=Status(row.status),
        undo_until=None if window is None else window.until,
        before=None if window is None else window.before,
        listed=row.public_name is not None,
        wants_updates=row.wants_updates,
        withdrawals=row.withdrawals,
        rejections=row.rejections,
        marked=bool(opened.pop("marked")),
        wave=row.wave,
        carded=row.carded,
        aside=row.aside,
        entrusted=row.entrusted,
        paper=row.paper,
        appealed=row.appealed,
        unlogged=row.unlogged,
        linked_to=row.linked_to,
        version=row.version,
        **opened,
    )


def closed_in(keys: Keyring, row: sa.Row[Any]) -> dict[str, None]:
    """The sealed columns that do not open in this row."""
    closed: dict[str, None] = {}
    for name, column in _SEALED.items():
        try:
            column.open(keys, getattr(row, f"sealed_{name}"), place_of(row.signer_tag))
        except KeyFault:
            closed[f"sealed_{name}"] = None
    return closed


def read_public(row: Iterable[Any]) -> PublicEndorsement:
    """Of the columns in `PUBLIC`."""
    number, kind, name, country, digest, hour, affiliation, place, excepts, mandate, paper = row
    beside = (affiliation, place, of_text(excepts or ""), mandate, paper)
    return PublicEndorsement(number, _KINDS[kind], name, country, digest, hour.date(), *beside)


def is_among(
    connection: AsyncConnection,
    numbers: Sequence[Number],
    number: sa.ColumnElement[Any] = _T.number,
) -> sa.ColumnElement[bool]:
    """Whether a number is one of these: in one value, since there may be more of them than a
    statement takes values."""
    if connection.dialect.name == "sqlite":
        each = sa.func.json_each(json.dumps(numbers)).table_valued("value")
        return number.in_(sa.select(each.c.value))
    return number == sa.any_(sa.literal(numbers, sa.ARRAY(sa.BigInteger)))
