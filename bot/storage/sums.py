"""The sum of what counts: what tells at a start that a row was changed behind the bot's back.

Each row has a term, an HMAC of its columns that count; the sum of all terms modulo 2^256 stands
sealed among the heads. A change moves it by the difference of two terms, so that a commit reads no
other row; and a row keeps nothing of it that could be put back together with the row.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Details, Endorsement
from bot.domain.ids import Number
from bot.privacy import Keyring
from bot.storage.tables import endorsements, revisions, statements

MODULUS = 1 << 256

AT_ONCE = 1000
"""Records that are read with one statement, for which all else waits some milliseconds."""

RECORD = (
    *("number", "statement", "kind", "status", "visibility", "language", "digest", "consent"),
    *("country", "hour", "signer_tag", "public_name", "public_affiliation", "public_place"),
    *("withdrawals", "rejections", "entrusted"),
)
"""The columns of a record that count. What is sealed opens in its own row alone."""

_T = endorsements.c
_RECORD = (
    *(_T[name] for name in RECORD),
    _T.sealed_window.is_not(None).label("in_window"),
    _T.sort_key.is_not(None).label("is_listed"),
)
_SMALL = {
    table.name: [column for column in table.columns if not column.name.startswith("sealed")]
    for table in (statements, revisions)
}
"""The columns of the other tables, of which there are few rows."""


class Sum:
    """What one unit changes of it."""

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys
        self.moves: list[tuple[Number | None, int]] = []
        """By how much it moves, and the record whose row that is because of, if it is one."""

    @property
    def move(self) -> int:
        """By how much it moves altogether."""
        return sum(move for _number, move in self.moves) % MODULUS

    def record(self, before: Endorsement | None, after: Endorsement) -> None:
        """A record was stored, in the place of the one before."""
        gone = 0 if before is None else record_term(self._keys, before)
        if move := record_term(self._keys, after) - gone:
            self.moves.append((after.number, move))

    def small(
        self, table: sa.Table, before: Mapping[str, Any] | None, after: Mapping[str, Any]
    ) -> None:
        """A row of another table that counts was stored; values by the names of its columns."""
        columns = _SMALL[table.name]
        gone, new = (
            0 if row is None else _term(self._keys, table.name, [row[c.name] for c in columns])
            for row in (before, after)
        )
        if move := new - gone:
            self.moves.append((None, move))


def record_term(keys: Keyring, record: Endorsement) -> int:
    """Of one record, as it should stand in its row."""
    values = counted(record)
    flags = (record.undo_until is not None, values["public_name"] is not None)
    return _term(keys, endorsements.name, [*values.values(), *flags])


def counted(record: Endorsement) -> dict[str, Any]:
    """The values of its row that count, in the order of `RECORD`."""
    details = (record.published and record.details) or Details()
    return {
        "number": record.number,
        "statement": record.statement,
        "kind": record.kind,
        "status": record.status,
        "visibility": record.visibility,
        "language": record.language,
        "digest": record.digest or None,
        "consent": record.consent,
        "country": record.country,
        "hour": record.hour,
        "signer_tag": record.signer,
        # What everybody may see of it.
        "public_name": record.name if record.published else None,
        "public_affiliation": details.affiliation if details.affiliation_shown else None,
        "public_place": details.place,
        "withdrawals": record.withdrawals,
        "rejections": record.rejections,
        "entrusted": record.entrusted,
    }


async def of_records(
    connection: AsyncConnection, keys: Keyring, behind: int | None, limit: int
) -> tuple[int, int | None]:
    """The sum of the next records behind a number, and the last number; None where there are none.
    Raises `ValueError` for values that nothing here ever wrote."""
    query = sa.select(*_RECORD).order_by(_T.number).limit(limit)
    if behind is not None:
        query = query.where(_T.number > behind)
    rows = (await connection.execute(query)).all()
    total = sum(_term(keys, endorsements.name, row) for row in rows)
    return total % MODULUS, rows[-1].number if rows else None


async def of_small(connection: AsyncConnection, keys: Keyring) -> int:
    """The sum of all rows of the other tables that count."""
    total = 0
    for name, columns in _SMALL.items():
        for row in await connection.execute(sa.select(*columns)):
            total += _term(keys, name, row)
    return total % MODULUS


async def of_all(connection: AsyncConnection, keys: Keyring) -> int:
    """The sum as the rows are now. Raises as `of_records` does."""
    total, last = await of_records(connection, keys, None, AT_ONCE)
    while last is not None:
        more, last = await of_records(connection, keys, last, AT_ONCE)
        total += more
    return (total + await of_small(connection, keys)) % MODULUS


def _term(keys: Keyring, table: str, values: Iterable[Any]) -> int:
    return int.from_bytes(keys.tag("sum", f"{table}\0{_encode([*values])}"), "big")


def _plain(value: object) -> Sequence[str] | str:
    match value:
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat()
        case bytes() | memoryview():
            # No text of a row is the same.
            return [bytes(value).hex()]
    raise ValueError(f"a {type(value).__name__} is in no row")


_encode = json.JSONEncoder(separators=(",", ":"), default=_plain).encode
