"""The sum of what counts: what tells at a start that a row was changed behind the bot's back.

Each row has a term, an HMAC of its columns that count; the sum of all terms modulo 2^256 stands
sealed among the heads. A change moves it by the difference of two terms, so that a commit reads no
other row; and a row keeps nothing of it that could be put back together with the row.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Details, Endorsement
from bot.domain.excepting import as_text
from bot.domain.ids import Number
from bot.privacy import Keyring
from bot.storage import tallies
from bot.storage.heads import Heads
from bot.storage.tables import endorsements, revisions, statements

MODULUS = 1 << 256
HEAD = "records"

AT_ONCE = 1000

RECORD = (
    *("number", "statement", "kind", "status", "visibility", "language", "digest", "consent"),
    *("country", "hour", "signer_tag", "public_name", "public_affiliation", "public_place"),
    *("public_excepts", "public_mandate"),
    *("withdrawals", "rejections", "entrusted", "paper", "appealed", "linked_to"),
)
"""The columns of a record that count. What is sealed opens in its own row alone."""

ROW = (
    *(endorsements.c[name] for name in RECORD),
    endorsements.c.sealed_window.is_not(None).label("in_window"),
    endorsements.c.sort_key.is_not(None).label("is_listed"),
)
"""What a record's term is made of, as it is read."""

_SMALL = {
    table.name: [column for column in table.columns if not column.name.startswith("sealed")]
    for table in (statements, revisions)
}
"""The columns of the other tables, of which there are few rows."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of the database under one head: the sum, how many commits moved it, a hash of
    the triggers (`triggers_in`), how many actions of admins do not open, as accepted once, the
    database's id, by which its copy and its ledger are found, and how many records with a mark wait
    without a card."""

    sum: int = 0
    turn: int = 0
    triggers: str = ""
    closed: int = 0
    database: str = ""
    marked: int = 0

    @classmethod
    async def of(cls, heads: Heads) -> Kept | None:
        """None in a database that was never used. Raises `KeyFault`."""
        head = await heads.get(HEAD)
        return None if head is None else cls.decoded(head)

    @classmethod
    def decoded(cls, head: bytes) -> Kept:
        """Of what `put` gave."""
        kept = json.loads(head)
        return cls(int(kept.pop("sum"), 16), **kept)

    def put(self, heads: Heads) -> None:
        """In the place of the one before."""
        heads.put(HEAD, json.dumps(asdict(self) | {"sum": f"{self.sum:x}"}).encode())


class Sum:
    """What one unit changes of it."""

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys
        self.moves: list[tuple[Number | None, int]] = []
        """By how much it moves, and the record whose row that is because of, if it is one."""
        self.is_anew = False
        """Set where many rows were changed by one statement: all are counted once more in the
        end."""

    @property
    def move(self) -> int:
        """By how much it moves altogether."""
        return sum(move for _number, move in self.moves) % MODULUS

    async def flush(self, connection: AsyncConnection, heads: Heads, marked: int) -> None:
        """Put it anew among the heads, if it moved, or how many more are `marked`."""
        if self.is_anew:
            await set_anew(connection, self._keys, heads)
        elif self.moves or marked:
            known = await Kept.of(heads) or Kept()
            moved, marked = (known.sum + self.move) % MODULUS, known.marked + marked
            replace(known, sum=moved, turn=known.turn + 1, marked=marked).put(heads)

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
        "public_excepts": as_text(details.excepts) or None,
        "public_mandate": details.figures,
        "withdrawals": record.withdrawals,
        "rejections": record.rejections,
        "entrusted": record.entrusted,
        "paper": record.paper,
        "appealed": record.appealed,
        "linked_to": record.linked_to,
    }


def row_term(keys: Keyring, row: Iterable[Any]) -> int:
    """Of one record, as it stands in the columns `ROW`. Raises `ValueError` for values that nothing
    here ever wrote."""
    return _term(keys, endorsements.name, row)


async def of_small(connection: AsyncConnection, keys: Keyring) -> int:
    """The sum of all rows of the other tables that count."""
    total = 0
    for name, columns in _SMALL.items():
        for row in await connection.execute(sa.select(*columns)):
            total += _term(keys, name, row)
    return total % MODULUS


async def of_all(connection: AsyncConnection, keys: Keyring) -> int:
    """The sum as the rows are now. Raises as `row_term` does."""
    total = await of_small(connection, keys)
    query = sa.select(*ROW).order_by(endorsements.c.number).limit(AT_ONCE)
    rows = (await connection.execute(query)).all()
    while rows:
        total += sum(row_term(keys, row) for row in rows)
        behind = query.where(endorsements.c.number > rows[-1].number)
        rows = (await connection.execute(behind)).all()
    return total % MODULUS


async def set_anew(connection: AsyncConnection, keys: Keyring, heads: Heads) -> None:
    """What is there is what should be: after a migration, and when admins accept it."""
    await tallies.set_anew(connection)
    known = await Kept.of(heads) or Kept()
    total, triggers = await of_all(connection, keys), await triggers_in(connection)
    marked = await tallies.marked_waiting(connection, keys)
    turn = known.turn + 1
    replace(known, sum=total, turn=turn, triggers=triggers, marked=marked).put(heads)


async def go_past(heads: Heads, copied: Mapping[str, bytes]) -> None:
    """Let a database that is older than the copy of its heads not be taken for one that is."""
    known, copy = await Kept.of(heads) or Kept(), copied.get(HEAD)
    last = 0 if copy is None else Kept.decoded(copy).turn
    replace(known, turn=max(known.turn, last) + 1).put(heads)


async def name_it(heads: Heads, database: str) -> None:
    """Bind what is known to the database's id."""
    known = await Kept.of(heads) or Kept()
    if known.database != database:
        replace(known, database=database, turn=known.turn + 1).put(heads)


async def take_triggers(connection: AsyncConnection, heads: Heads) -> None:
    """Those that are there are those that should be."""
    known = await Kept.of(heads) or Kept()
    replace(known, triggers=await triggers_in(connection)).put(heads)


async def triggers_in(connection: AsyncConnection) -> str:
    """A hash of all triggers: those that protect what admins did, and no other."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgname, tgenabled, pg_get_triggerdef(t.oid), prosrc FROM pg_trigger t "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT tgisinternal"
        )
    rows = await connection.execute(sa.text(query))
    found = sorted([str(value) for value in row] for row in rows)
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


def _term(keys: Keyring, table: str, values: Iterable[Any]) -> int:
    return int.from_bytes(keys.tag("sum", f"{table}\0{_encode([*values])}"), "big")


def _plain(value: object) -> Sequence[str] | str:
    match value:
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat()
        case dt.date():
            return value.isoformat()
        case bytes() | memoryview():
            # No text of a row is the same.
            return [bytes(value).hex()]
    raise ValueError(f"a {type(value).__name__} is in no row")


_encode = json.JSONEncoder(separators=(",", ":"), default=_plain).encode
