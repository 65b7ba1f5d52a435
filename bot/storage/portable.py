"""The rows of a database as lines of JSON, which are the same for SQLite and PostgreSQL.

The first line is `{"undersigned": 1, "revision": "0008"}`, the last one `{"rows": 12}`; between
them each row is `["table", {"column": value}]`. A value that JSON has no kind for is an object with
one key: `b` for bytes in base64, `t` for a moment, `d` for a day.
"""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from io import BufferedIOBase
from typing import Any

import sqlalchemy as sa

from bot.domain.memo import VOTED
from bot.privacy import Keyring
from bot.storage import migrate
from bot.storage.errors import StorageFault

FORMAT = 1
AT_ONCE = 500

LEFT_OUT = frozenset(
    (
        *("alembic_version", "inbox", "outbox", "dead_letters", "given_up"),
        *("conversations", "languages", "desks", "news", "proposals", "votes"),
    )
)
"""Besides what alembic writes itself: what was under way, and what nobody could erase from a copy
afterwards, as it is known under no record."""

OF_ACCOUNTS = frozenset(("handled", "cursors", "adapter_memos", "live_messages", "shown"))
"""What is known of the bot's own accounts, and of no use to another one."""

_FORMS: Mapping[str, Any] = {
    "b": base64.b64decode,
    "t": dt.datetime.fromisoformat,
    "d": dt.date.fromisoformat,
}


def dump(connection: sa.Connection, out: BufferedIOBase, without: Collection[str] = ()) -> None:
    """Write what there is but for the tables `without`, in the transaction that the connection is
    in. Raises `StorageFault` for a database of another program or version, or half of one."""
    revision = migrate.revision_of(connection)
    if revision is None:
        raise StorageFault("this is no database of this program")
    migrate.refuse_unknown(revision)
    count = 0
    out.write(_line({"undersigned": FORMAT, "revision": revision}))
    for table in _tables(connection):
        if table.name in without:
            continue
        query = sa.select(table).where(*_kept(table)).execution_options(yield_per=AT_ONCE)
        for row in connection.execute(query).mappings():
            values = {name: encode(value) for name, value in row.items() if value is not None}
            out.write(_line([table.name, values]))
            count += 1
    out.write(_line({"rows": count}))


def load(connection: sa.Connection, keys: Keyring, lines: Iterable[bytes]) -> None:
    """Make the tables of the version that wrote the lines, and put the rows there. Raises
    `StorageFault` for lines that are cut off, or of a newer version."""
    rest = map(json.loads, lines)
    head = next(rest, None)
    if not isinstance(head, dict) or head.get("undersigned") != FORMAT:
        raise StorageFault("this is no backup that this version of the program reads")
    if not migrate.is_known(head["revision"]):
        raise StorageFault("this backup was made by a newer version of the program; update it")
    migrate.upgrade(connection, keys, head["revision"])
    tables = {table.name: table for table in _tables(connection)}
    count = 0
    for name, rows in itertools.groupby(rest, key=_table_of):
        if name is None:
            if next(rows) != {"rows": count}:
                break
            _set_sequences(connection, tables.values())
            return
        for part in _parts(rows, AT_ONCE):
            columns = tables[name].columns.keys()
            values = [{column: decode(row[1].get(column)) for column in columns} for row in part]
            connection.execute(tables[name].insert(), values)
            count += len(values)
    raise StorageFault("this backup is cut off; take another one")


def _tables(connection: sa.Connection) -> list[sa.Table]:
    """As they are in the database, whichever version made it; what is referred to comes first."""
    found = sa.MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in LEFT_OUT]


def _kept(table: sa.Table) -> list[sa.ColumnElement[bool]]:
    """Drafts are left out with all that belongs to them."""
    columns = table.columns
    if table.name == "due_jobs":
        return [columns.kind.not_in(["draft", "mandate"])]
    if table.name == "live_messages":
        # Only what is known under a record; earlier versions did not keep that.
        shown = table.metadata.tables.get("shown")
        return [
            sa.false() if shown is None else columns.token_tag.in_(sa.select(shown.c.token_tag))
        ]
    if table.name == "adapter_memos":
        # How often a record was changed in the last day; and no vote goes on where one is restored.
        return [columns.kind.not_in(["changes", VOTED])]
    return []


def _set_sequences(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """SQLite keeps count of rows that bring their number, PostgreSQL does not."""
    if connection.dialect.name == "sqlite":
        return
    for table in tables:
        for column in table.primary_key:
            named = sa.func.pg_get_serial_sequence(table.name, column.name)
            sequence = connection.scalar(sa.select(named))
            highest = connection.scalar(sa.select(sa.func.max(column))) if sequence else None
            if highest is not None:
                connection.execute(sa.select(sa.func.setval(sequence, highest)))


def _table_of(line: Any) -> str | None:
    return line[0] if isinstance(line, list) else None


def _parts(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(rows)
    while part := list(itertools.islice(rest, size)):
        yield part


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def encode(value: object) -> object:
    """As JSON has it."""
    match value:
        case bytes() | memoryview():
            return {"b": base64.b64encode(value).decode()}
        case dt.datetime():
            # SQLite gives a moment back without its zone, which is UTC.
            zone = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
            return {"t": zone.astimezone(dt.UTC).isoformat()}
        case dt.date():
            return {"d": value.isoformat()}
        case _:
            return value


def decode(value: object) -> object:
    """What `encode` gave."""
    if not isinstance(value, dict):
        return value
    ((form, text),) = value.items()
    return _FORMS[form](text)
