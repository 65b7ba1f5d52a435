"""How many there are of what: counted as records change, in the same transaction, so that nothing
ever counts rows up.

A tally says nothing that the columns in clear of the records do not; a start holds it against them
(`bot.storage.integrity`). None of nothing is kept: it would tell of what was there once.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Endorsement, Status, Visibility
from bot.domain.excepting import as_text, of_text
from bot.domain.ids import Digest, Number
from bot.privacy import Keyring
from bot.storage.engines import insert_new
from bot.storage.sealing import Sealed
from bot.storage.tables import endorsements, tallies

_T = tallies.c
_E = endorsements.c
_NONE = sa.text("count = 0")
"""As the index says it: a bound value would not let SQLite use that."""

LISTED, UNLISTED = "listed", "unlisted"
"""States of what is verified and public; of all else it is the status."""

VERIFIED = (Status.VERIFIED, LISTED, UNLISTED)
"""The states of what is verified."""

MARKED = Sealed(bool, "endorsements.marked")
_AT_ONCE = 1000

TALLIED = (
    *("statement", "kind", "status", "visibility", "language", "digest", "country", "hour"),
    *("public_name", "public_excepts", "wave", "carded", "aside", "paper"),
)
"""The columns of a record that it is counted by."""


class Of(enum.StrEnum):
    """What is counted; the other columns of a tally are empty where it is not counted by them."""

    RECORD = "record"
    """All records, by statement, kind, state and digest (`key`)."""
    DAY = "day"
    """All records but those that another stands for, by statement and the day (UTC) on which they
    were given."""
    COUNTRY = "country"
    """Names on a list, by statement, kind and country, where one is given."""
    EXCEPT = "except"
    """Demands that names on a list except, by statement, digest and demand (`except_key`)."""
    PAPER = "paper"
    """Those that came on paper, as all records."""
    WAITING = "waiting"
    """What is pending, by statement, kind, country, language, and how it waits."""


class Tally(NamedTuple):
    """The key of a row of the table, in the order of its columns."""

    of: Of
    statement: str
    kind: str = ""
    state: str = ""
    key: str = ""
    country: str = ""
    language: str = ""
    wave: bool = False
    carded: bool = False
    aside: bool = False


_KEYS = [_T[name] for name in Tally._fields]


def except_key(digest: str, demand: str) -> str:
    """Of one demand of a text."""
    return f"{digest} {demand}"


def except_of(key: str) -> tuple[Digest, str]:
    """What `except_key` was given."""
    digest, _, demand = key.partition(" ")
    return Digest(digest), demand


def tallied(row: Mapping[str, Any]) -> Iterator[Tally]:
    """What a record counts in, given its columns `TALLIED`."""
    statement, kind, status = row["statement"], row["kind"], row["status"]
    digest, country = row["digest"] or "", row["country"] or ""
    state = status
    if row["public_name"] is not None:
        state = LISTED
        if country:
            yield Tally(Of.COUNTRY, statement, kind, country=country)
        for demand in of_text(row["public_excepts"] or ""):
            yield Tally(Of.EXCEPT, statement, key=except_key(digest, demand))
    elif status == Status.VERIFIED and row["visibility"] == Visibility.PUBLIC:
        state = UNLISTED
    yield Tally(Of.RECORD, statement, kind, state, digest)
    if row["paper"]:
        yield Tally(Of.PAPER, statement, kind, state, digest)
    if status != Status.LINKED:
        day = row["hour"].astimezone(dt.UTC).date().isoformat()
        yield Tally(Of.DAY, statement, key=day)
    if status == Status.PENDING:
        how = row["wave"], row["carded"], row["aside"] is not None
        yield Tally(Of.WAITING, statement, kind, "", "", country, row["language"], *how)


class Tallies:
    """Of one unit, which sees in them what it has changed itself."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._unwritten = Counter[Tally]()
        self.marked = 0
        """How many more wait without a card and with a mark, which is sealed (`sums.Kept`)."""
        self.moves: list[tuple[Number, Counter[Tally]]] = []
        """What each change of a record has changed in them."""

    def record(self, before: Endorsement | None, after: Endorsement) -> None:
        """A record was stored, in the place of the one before."""
        self.row(after.number, None if before is None else _row(before), _row(after))

    def row(
        self, number: Number, before: Mapping[str, Any] | None, after: Mapping[str, Any]
    ) -> None:
        """The same, of its columns `TALLIED` and whether it is `marked`."""
        move = Counter(tallied(after))
        move.subtract([] if before is None else tallied(before))
        self.marked += _is_marked(after) - (before is not None and _is_marked(before))
        if any(move.values()):
            self.moves.append((number, move))
            self._unwritten.update(move)

    async def flush(self) -> None:
        """Write what has changed."""
        moves, self._unwritten = self._unwritten, Counter[Tally]()
        rows = [{**tally._asdict(), "count": count} for tally, count in moves.items() if count]
        if not rows:
            return
        insert = insert_new(self._connection, tallies)
        add = {"count": _T["count"] + insert.excluded["count"]}
        upsert = insert.on_conflict_do_update(index_elements=_KEYS, set_=add)
        await self._connection.execute(upsert, rows)
        if any(count < 0 for count in moves.values()):
            await self._connection.execute(tallies.delete().where(_NONE))

    async def counts(
        self, of: Of, *by: str, **wanted: str | bool | Collection[str] | None
    ) -> dict[tuple[Any, ...], int]:
        """How many there are for each of the values of the columns `by`, of those with the
        `wanted` ones: any of a collection; None stands for any at all."""
        await self.flush()
        columns = [_T[name] for name in by]
        query = sa.select(*columns, sa.func.sum(_T["count"])).where(_T.of == of)
        for name, value in wanted.items():
            if isinstance(value, str | bool):
                query = query.where(_T[name] == value)
            elif value is not None:
                query = query.where(_T[name].in_(value))
        rows = await self._connection.execute(query.group_by(*columns))
        # A sum over no group at all is one row, of nothing.
        return {tuple(key): int(count) for *key, count in rows if count is not None}

    async def total(self, of: Of, **wanted: str | bool | Collection[str] | None) -> int:
        """How many there are altogether."""
        return sum((await self.counts(of, **wanted)).values())


def _row(record: Endorsement) -> dict[str, Any]:
    """The columns `TALLIED` of its row."""
    excepts = record.details.excepts if record.published and record.details else ()
    return {
        **{name: getattr(record, name) for name in _SAME},
        "public_name": record.name if record.published else None,
        "public_excepts": as_text(excepts),
    }


def _is_marked(row: Mapping[str, Any]) -> bool:
    waits = row["status"] == Status.PENDING and row["aside"] is None and not row["carded"]
    return bool(waits and row["marked"])


_SAME = ["marked", *(name for name in TALLIED if not name.startswith("public_"))]


async def all_tallies(connection: AsyncConnection) -> dict[Tally, int]:
    """As they are written, of whatever may stand there."""
    rows = await connection.execute(sa.select(*_KEYS, _T["count"]))
    return {Tally(*row[:-1]): row[-1] for row in rows}


async def marked_waiting(connection: AsyncConnection, keys: Keyring) -> int:
    """How many wait without a card and with a mark, by opening all of them."""
    query = (
        sa.select(_E.number, _E.signer_tag, _E.sealed_marked).order_by(_E.number).limit(_AT_ONCE)
    )
    query = query.where(_E.status == Status.PENDING, _E.aside.is_(None), _E.carded.is_(False))
    total, rows = 0, (await connection.execute(query)).all()
    while rows:
        for _number, signer, sealed in rows:
            total += bool(MARKED.open(keys, sealed, signer.hex() if signer else ""))
        rows = (await connection.execute(query.where(_E.number > rows[-1].number))).all()
    return total


async def set_anew(connection: AsyncConnection) -> None:
    """Count all records up: after a migration, and when admins accept what there is."""
    listed = sa.case((_E.public_name.is_not(None), "")).label("public_name")
    by = [listed if name == "public_name" else _E[name] for name in TALLIED]
    found = Counter[Tally]()
    for row in (await connection.execute(sa.select(*by, sa.func.count()).group_by(*by))).all():
        values = dict(zip(TALLIED, row, strict=False))
        found.update(dict.fromkeys(tallied(values), row[-1]))
    await connection.execute(tallies.delete())
    if found:
        rows = [{**tally._asdict(), "count": count} for tally, count in found.items()]
        await connection.execute(tallies.insert(), rows)
