"""A database that something else has changed is refused when it is opened: every row of every table
that counts inserted, changed, deleted, swapped, put back; triggers dropped; trees forked."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.delivery.looking import Looking
from bot.domain import lifecycle
from bot.domain.admin import Admin
from bot.domain.endorsement import UNDO_WINDOW, Visibility
from bot.domain.ids import Number, StatementId, UserRef
from bot.domain.log import PAD, EntryKind, LifeEvent, State, life_body, record_body
from bot.domain.merkle import Frontier
from bot.domain.revision import RevisionText
from bot.privacy import Keyring
from bot.storage import database as opening
from bot.storage import heads_copy, integrity
from bot.storage.accepting import NOTE
from bot.storage.database import Database
from bot.storage.engines import make_engine, sqlite_file
from bot.storage.errors import DatabaseChanged
from bot.storage.heads_copy import HeadsCopy
from bot.storage.hidden_names import HiddenNames
from bot.storage.integrity import look
from bot.storage.ledger import ID, database_id
from bot.storage.log import ADMINS, Entry
from bot.storage.numbers import Numbers
from bot.storage.opening import open_database
from bot.storage.tables import (
    admin_actions,
    endorsements,
    entries,
    heads,
    meta,
    metadata,
    revisions,
    statements,
    tallies,
    tiles,
)
from bot.storage.trees import LEAF, Tree, read_leaf
from bot.storage.unit import Unit
from tests.contract.conftest import Postgres
from tests.contract.test_storage import CONSOLE, NOON, PORT, given, prepare, tag_of
from tests.contract.test_sums import OPERATIONAL
from tests.support.blank import run_beside, write_file_like
from tests.support.numbers import in_order

KEYS = Keyring([b"k" * 32])
ZAID = Admin("zaid", UserRef(CONSOLE, "77"))
QUAY = StatementId("quay")
COUNT = 6
"""Records: every state, listed and not."""

Tables = Sequence[sa.Table]
COUNTED: Tables = (
    *(endorsements, statements, revisions, admin_actions, entries, tiles, heads, tallies),
)
"""The tables whose rows count, are shown, or say whether the others are right."""


async def opened(url: str, state: Path | None = None, **given: Any) -> Database:
    return await open_database(url, KEYS, key_place="the test", state=state, draw=in_order, **given)


async def fill(database: Database) -> None:
    """Records in every state, with their entries; enough pads for a row of tiles."""
    await prepare(database)
    async with database.unit() as unit:
        await unit.statements.ensure([QUAY])
        await unit.statements.keep_revision(
            RevisionText(QUAY, "fr", "Titre", "Par nous", "Texte", "e" * 64)  # type: ignore[arg-type]
        )
        await unit.log.append(PORT, [Entry(EntryKind.LIFE, life_body(LifeEvent.OPENED))])
        await unit.log.append(
            PORT, [Entry(EntryKind.RECORD, PAD, ref=bytes([n] * 16)) for n in range(1, 255)]
        )
    for who in range(COUNT):
        tag = await tag_of(database, UserRef(CONSOLE, str(who)))
        async with database.unit() as unit:
            seen = Visibility.COUNTED if who == 1 else Visibility.PUBLIC
            record = await unit.endorsements.add(given(tag, f"Name {who}", visibility=seen))
            assert record is not None
        if who < 4:
            await decide(database, record.number, listed=who != 2)


async def decide(database: Database, number: Number, *, listed: bool) -> None:
    async with database.unit() as unit:
        record = await unit.endorsements.get(number)
        assert record is not None
        after = lifecycle.verify(record, "zaid", NOON).record
        ended = lifecycle.end_window(after, NOON + UNDO_WINDOW)
        assert ended is not None
        done = (
            lifecycle.publish(ended.record)
            if listed and ended.record.is_for_lists
            else ended.record
        )
        saved = await unit.endorsements.save(record, done)
        assert saved is not None
        await unit.actions.add(NOON, ZAID, "verify", number)
        if saved.published or saved.visibility is Visibility.COUNTED:
            state = State.LISTED if saved.published else State.COUNTED
            said = Entry(EntryKind.RECORD, record_body(saved, state), number)
            await unit.log.append(PORT, [said])


@pytest.fixture
async def engine(url: str) -> AsyncIterator[AsyncEngine]:
    """Of somebody who has the database and no key."""
    made, _journal = make_engine(url, sqlite_file(url), foreign_keys="OFF")
    yield made
    await made.dispose()


def fill_new(url: str) -> None:
    """Leave an empty database as a bot does, with records in every state."""

    async def filled() -> None:
        database = await opened(url)
        await fill(database)
        await database.close()

    run_beside(filled())


@pytest.fixture
def filled(url: str, engine: AsyncEngine, request: pytest.FixtureRequest) -> AsyncEngine:
    """The same of such a database."""
    file = sqlite_file(url)
    if file is not None:
        write_file_like(file, fill_new)
    else:
        new: Postgres = request.getfixturevalue("postgres")
        assert new(like=fill_new) == url
    return engine


async def is_seen(connection: AsyncConnection) -> bool:
    """Whether a start would refuse what the database is made of in this transaction."""
    unit = Unit(connection, KEYS, {}, HiddenNames(), Numbers(), {}, NOON.date())
    try:
        await look(unit, {})
    except DatabaseChanged:
        return True
    return False


@contextlib.asynccontextmanager
async def without_protection(connection: AsyncConnection) -> AsyncIterator[None]:
    """No trigger and no constraint stands in the way, and afterwards nobody sees that."""
    if connection.dialect.name != "sqlite":
        await connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        query = "SELECT conname FROM pg_constraint WHERE conrelid = 'endorsements'::regclass"
        for name in (await connection.scalars(sa.text(f"{query} AND contype = 'c'"))).all():
            await connection.execute(sa.text(f"ALTER TABLE endorsements DROP CONSTRAINT {name}"))
        yield
        await connection.execute(sa.text("SET LOCAL session_replication_role = origin"))
        return
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    triggers = (await connection.execute(sa.text(query))).all()
    await connection.execute(sa.text("PRAGMA ignore_check_constraints = ON"))
    for name, _sql in triggers:
        await connection.execute(sa.text(f"DROP TRIGGER {name}"))
    yield
    for _name, sql in triggers:
        await connection.exec_driver_sql(sql)


Change = tuple[str, sa.Executable]
"""What it is, and what does it."""


def other(column: sa.Column[Any], value: Any) -> Any:
    """Something else that the column could hold; of days and moments an earlier one."""
    allowed = {
        "kind": ["person", "organisation"],
        "status": ["verified", "pending"],
        "visibility": ["public", "organisers"],
    }
    if column.table is endorsements and column.name in allowed:
        return next(each for each in allowed[column.name] if each != value)
    match value:
        case None if isinstance(column.type, sa.Date):
            return NOON.date()
        case None:
            return b"x" if isinstance(column.type, sa.LargeBinary) else "x"
        case bool():
            return not value
        case int():
            return value + 987_654
        case dt.date():
            return value - dt.timedelta(days=1)
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1])
        case _:
            return f"{value}x"


def is_seen_by_design(column: sa.Column[Any]) -> bool:
    """What counts nothing is not: what serves the work, what is sealed in a record (it opens in no
    other row), and by which number an action is in its order."""
    if column.table is endorsements:
        if column.name == "sealed_window":
            return True
        return column.name not in OPERATIONAL and not column.name.startswith("sealed")
    return column is not admin_actions.c.id


def changes_of(table: sa.Table, rows: Sequence[sa.Row[Any]]) -> Iterator[Change]:
    """Each of the rows changed in each column, deleted, inserted once more, and swapped with the
    next one."""
    for row in rows:
        for column in table.columns:
            value = getattr(row, column.name)
            if is_seen_by_design(column):
                new = [other(column, value)]
                if column.nullable and value is not None and column is not _OPENING:
                    new.append(None)
                for each in new:
                    yield f"{column}", table.update().where(_is(row)).values({column.name: each})
        yield f"{table} deleted", table.delete().where(_is(row))
        again = {key.name: other(key, getattr(row, key.name)) for key in table.primary_key}
        if table is endorsements:
            again["signer_tag"] = None
        yield f"{table} inserted", table.insert().values({**row._mapping, **again})
    for one, two in itertools.pairwise(rows):
        for column in table.columns:
            first, second = (getattr(row, column.name) for row in (one, two))
            is_bound = column.primary_key or column is endorsements.c.signer_tag
            if first != second and not is_bound and is_seen_by_design(column):
                swapped = sa.case(
                    (_is(one), sa.literal(second, column.type)),
                    else_=sa.literal(first, column.type),
                )
                update = table.update().where(_is(one) | _is(two))
                yield f"{column} swapped", update.values({column.name: swapped})


_OPENING = entries.c.sealed_opening


def _is(row: sa.Row[Any]) -> sa.ColumnElement[bool]:
    """Whether it is this row: of the table whose columns it has."""
    table = next(table for table in COUNTED if row._fields == tuple(table.columns.keys()))
    return sa.and_(*(key == getattr(row, key.name) for key in table.primary_key))


async def try_all(engine: AsyncEngine, tables: Tables, most: int | None) -> tuple[int, list[str]]:
    """How many changes were tried, and which were not seen; of the first and the last rows of each
    table, or of all."""
    tried, unseen = 0, []
    async with engine.connect() as connection, connection.begin() as transaction:
        assert not await is_seen(connection)
        for table in tables:
            rows = (await connection.execute(sa.select(table).order_by(*table.primary_key))).all()
            assert rows, table
            chosen = rows if most is None else [*rows[:most], *rows[most:][-most:]]
            for what, change in changes_of(table, chosen):
                async with connection.begin_nested() as point:
                    async with without_protection(connection):
                        await connection.execute(change)
                    tried += 1
                    if not await is_seen(connection):
                        unseen.append(what)
                    await point.rollback()
        await transaction.rollback()
    return tried, unseen


@pytest.mark.sampled(2)
@pytest.mark.parametrize("table", COUNTED, ids=lambda table: table.name)
async def test_row_7_every_change_of_a_row_is_seen(filled: AsyncEngine, table: sa.Table) -> None:
    """Of the first and the last row; the long one tries all."""
    tried, unseen = await try_all(filled, [table], 1)
    assert tried > 0
    assert unseen == []


@pytest.mark.soak
async def test_row_7_every_change_of_every_row_is_seen(filled: AsyncEngine) -> None:
    found = {table.name: await try_all(filled, [table], None) for table in COUNTED}
    for name, (tried, unseen) in found.items():
        print(f"{name}: {tried} changes, each seen")
        assert tried
        assert unseen == []
    assert sum(tried for tried, _ in found.values()) > 1000


@pytest.mark.parametrize("state", ["listed", "counted"])
async def test_a_record_that_the_log_does_not_open_is_seen(
    url: str, engine: AsyncEngine, state: str
) -> None:
    """Without it nobody could verify that it counts; nor is it waiting for a new entry."""
    database = await opened(url)
    await fill(database)
    async with database.unit() as unit:
        last = {each.leaf.ref: each async for each in unit.log.entries(PORT)}
    (found, *_) = [
        each for each in last.values() if each.opening and state in str(each.opening.says)
    ]
    await database.close()
    async with engine.connect() as connection, connection.begin():
        update = entries.update().where(entries.c.position == found.position, entries.c.log == PORT)
        await connection.execute(update.values(sealed_opening=None))
        assert await is_seen(connection)


async def test_row_7_an_entry_that_was_changed_with_its_tiles_is_seen(filled: AsyncEngine) -> None:
    """Hashes need no key; that of the whole stands in the head."""
    c = entries.c
    async with filled.connect() as connection, connection.begin():
        first = sa.and_(c.log == PORT, c.position == 1)
        pad = bytes([9] * 16)
        await connection.execute(entries.update().where(first).values(ref=pad))
        query = sa.select(*LEAF).where(c.log == PORT).order_by(c.position)
        tree = Tree(connection, PORT, Frontier())
        for row in await connection.execute(query):
            tree.append(read_leaf(row).hash)
        await connection.execute(tiles.delete().where(tiles.c.log == PORT))
        await tree.flush()
        assert await is_seen(connection)


async def test_what_a_log_says_of_no_record_is_never_erased(filled: AsyncEngine) -> None:
    async with filled.connect() as connection, connection.begin():
        assert not await is_seen(connection)
        update = entries.update().where(entries.c.kind == EntryKind.LIFE)
        await connection.execute(update.values(sealed_opening=None))
        assert await is_seen(connection)


async def test_a_record_that_was_put_back_is_seen(url: str, engine: AsyncEngine) -> None:
    """All of a row as it once was, by somebody who kept a copy."""
    database = await opened(url)
    await prepare(database)
    tag = await tag_of(database)
    async with database.unit() as unit:
        record = await unit.endorsements.add(given(tag))
        assert record is not None
    async with database._engine.connect() as connection:
        was = (await connection.execute(sa.select(endorsements))).mappings().one()
    await decide(database, record.number, listed=True)
    await database.close()
    async with engine.connect() as connection, connection.begin():
        assert not await is_seen(connection)
        await connection.execute(endorsements.update().values(**was))
        assert await is_seen(connection)


_DROP = {
    "sqlite": ["DROP TRIGGER admin_actions_no_delete"],
    "postgresql": ["DROP TRIGGER admin_actions_append_only ON admin_actions"],
}
_TAME = {
    "sqlite": [
        *_DROP["sqlite"],
        "CREATE TRIGGER admin_actions_no_delete BEFORE DELETE ON admin_actions BEGIN SELECT 1; END",
    ],
    "postgresql": ["ALTER TABLE admin_actions DISABLE TRIGGER admin_actions_append_only"],
}
_ADD = {
    "sqlite": [
        "CREATE TRIGGER x AFTER INSERT ON endorsements BEGIN "
        "UPDATE endorsements SET public_name = 'x'; END"
    ],
    "postgresql": [
        "CREATE FUNCTION x() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "CREATE TRIGGER x AFTER INSERT ON endorsements EXECUTE FUNCTION x()",
    ],
}


@pytest.mark.parametrize("how", [_DROP, _TAME, _ADD], ids=["dropped", "tamed", "added"])
async def test_row_7_another_trigger_is_seen(
    url: str, engine: AsyncEngine, how: dict[str, list[str]]
) -> None:
    await (await opened(url)).close()
    async with engine.connect() as connection, connection.begin() as transaction:
        assert not await is_seen(connection)
        for statement in how[engine.dialect.name]:
            await connection.execute(sa.text(statement))
        assert await is_seen(connection)
        await transaction.rollback()


async def change(engine: AsyncEngine) -> None:
    """A name comes onto the list that nobody verified."""
    async with engine.begin() as connection:
        names = {"public_name": "Amnesty International", "sort_key": b"A"}
        update = endorsements.update().where(endorsements.c.public_name == "Name 0")
        assert (await connection.execute(update.values(**names))).rowcount == 1


async def stored(engine: AsyncEngine) -> dict[str, list[tuple[Any, ...]]]:
    async with engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in await connection.execute(sa.select(table))]
            for table in metadata.sorted_tables
        }


async def test_row_7_what_was_changed_is_refused_and_left_as_it_is(
    url: str, engine: AsyncEngine, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    database = await opened(url, state)
    await fill(database)
    await database.close()
    await change(engine)
    before, files = await stored(engine), {file: file.read_bytes() for file in state.iterdir()}
    for _ in range(2):
        with pytest.raises(DatabaseChanged, match="accept-database --note"):
            await opened(url, state)
    assert DatabaseChanged.exit_code == 1
    assert await stored(engine) == before
    assert {file: file.read_bytes() for file in state.iterdir()} == files


def is_left(database: Database) -> bool:
    """Whether not all has been looked at."""
    return database.integrity is not None


async def rest(database: Database) -> None:
    """The rest of what is to be looked at, as `run` does it beside the work."""
    looking = Looking(database)
    while await looking.work() is not None:
        pass


async def test_of_many_records_the_rest_is_looked_at_beside_the_work(
    url: str, filled: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "WHOLE_UP_TO", COUNT - 1)
    again = await opened(url)
    assert is_left(again)
    await rest(again)
    assert not is_left(again)
    assert again.watchers == []
    await again.close()
    await change(filled)
    with pytest.raises(DatabaseChanged):
        await opened(url, whole=True)
    again = await opened(url)
    with pytest.raises(DatabaseChanged):
        await rest(again)
    await again.close()


async def test_of_many_records_the_ends_of_logs_are_looked_at_first(
    url: str, filled: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is an end that somebody would take away or go on from."""
    monkeypatch.setattr(opening, "WHOLE_UP_TO", 0)
    last = sa.select(sa.func.max(entries.c.position)).where(entries.c.log == PORT)
    async with filled.begin() as connection:
        at_end = sa.and_(entries.c.log == PORT, entries.c.position == await connection.scalar(last))
        await connection.execute(entries.delete().where(at_end))
    with pytest.raises(DatabaseChanged, match="end of a log"):
        await opened(url)


async def test_what_is_committed_meanwhile_is_no_change(
    url: str, filled: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that were looked at already, that were not yet, and new ones; and each still counts."""
    monkeypatch.setattr(opening, "WHOLE_UP_TO", 0)
    monkeypatch.setattr(integrity, "AT_ONCE", 2)
    again = await opened(url)
    looking, numbers = Looking(again), iter([1, 5, 6, 2])
    while await looking.work() is not None:
        if (number := next(numbers, None)) is not None:
            async with again.unit() as unit:
                record = await unit.endorsements.get(Number(number))
                assert record is not None
                gone = replace(lifecycle.forget(record).record, unlogged=True)
                assert await unit.endorsements.save(record, gone) is not None
                await unit.statements.pause(PORT, paused=bool(number % 2))
                await unit.log.append(QUAY, [Entry(EntryKind.LIFE, life_body(LifeEvent.OPENED))])
            tag = await tag_of(again, UserRef(CONSOLE, f"late {number}"))
            async with again.unit() as unit:
                assert await unit.endorsements.add(given(tag)) is not None
                await unit.actions.add(NOON, ZAID, "stats")
    assert next(numbers, None) is None
    await again.close()
    await (await opened(url, whole=True)).close()


async def test_row_17_an_older_copy_of_all_of_it_is_refused(
    url: str, engine: AsyncEngine, tmp_path: Path
) -> None:
    """The rows and the heads of some commits ago, put back as one: only the copy knows better."""
    state = tmp_path / "state"
    database = await opened(url, state)
    await fill(database)
    was = await stored(engine)
    tag = await tag_of(database, UserRef(CONSOLE, "late"))
    async with database.unit() as unit:
        await unit.endorsements.add(given(tag))
    await database.close()
    await put(engine, was)
    with pytest.raises(DatabaseChanged, match="older than their copy"):
        await opened(url, state)
    (tmp_path / "state" / f"{await name_of(engine)}.heads").unlink()
    again = await opened(url, state)
    assert again.copy_is_missing
    await again.close()


async def test_row_17_nor_does_it_pass_under_another_id(
    url: str, engine: AsyncEngine, tmp_path: Path
) -> None:
    """Under which neither ledger nor copy would be found."""
    state = tmp_path / "state"
    database = await opened(url, state)
    await fill(database)
    await database.close()
    async with engine.begin() as connection:
        update = meta.update().where(meta.c.name == ID)
        await connection.execute(update.values(value=b"ab" * 16))
    with pytest.raises(DatabaseChanged, match="the id of the database"):
        await opened(url, state)


async def put(engine: AsyncEngine, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    async with engine.begin() as connection, without_protection(connection):
        for table in reversed(metadata.sorted_tables):
            await connection.execute(table.delete())
        for table in metadata.sorted_tables:
            if rows[table.name]:
                values = [
                    dict(zip(table.columns.keys(), row, strict=True)) for row in rows[table.name]
                ]
                await connection.execute(table.insert(), values)


async def name_of(engine: AsyncEngine) -> str:
    async with engine.connect() as connection:
        name = await database_id(connection)
    assert name is not None
    return name


async def test_row_7_a_forked_log_is_refused(url: str, engine: AsyncEngine, tmp_path: Path) -> None:
    """With the key and from an older copy, another history was written, which is longer."""
    state = tmp_path / "state"
    database = await opened(url, state)
    await fill(database)
    was = await stored(engine)

    async def go_on(database: Database, notes: Sequence[str]) -> None:
        for note in notes:
            async with database.unit() as unit:
                said = Entry(EntryKind.LIFE, life_body(LifeEvent.PAUSED, note))
                await unit.log.append(PORT, [said])
                await unit.statements.pause(PORT, paused=bool(len(note) % 2))

    await go_on(database, ["a", "bb"])
    await database.close()
    await put(engine, was)
    other = await opened(url)
    await go_on(other, ["a", "other", "ones", "and", "more"])
    await other.close()
    with pytest.raises(DatabaseChanged, match="another than its copy"):
        await opened(url, state)


async def test_a_crash_before_the_copy_was_written_is_no_change(url: str, tmp_path: Path) -> None:
    state = tmp_path / "state"
    database = await opened(url, state)
    await fill(database)
    (file,) = state.glob("*.heads")
    was = file.read_bytes()
    await decide(database, Number(5), listed=True)
    assert file.read_bytes() != was
    await database.close()
    file.write_bytes(was)
    again = await opened(url, state)
    assert not again.copy_is_missing
    await again.close()


@pytest.mark.sampled(2)
@pytest.mark.parametrize("spoilt", [b"\nbm90IG9uZQ==", b"\nAAAA", b"\n\0\0", b"\n\xff"])
async def test_a_line_that_a_crash_has_spoilt_is_not_read_and_the_next_one_is(
    url: str, tmp_path: Path, spoilt: bytes
) -> None:
    state = tmp_path / "state"
    database = await opened(url, state)
    await fill(database)
    (file,) = state.glob("*.heads")
    copy = HeadsCopy(state, file.stem)
    was = copy.read(KEYS)
    file.write_bytes(file.read_bytes() + spoilt)
    assert copy.read(KEYS) == was
    await decide(database, Number(5), listed=True)
    assert copy.read(KEYS)["records"] != was["records"]
    await database.close()


def test_the_copy_is_begun_anew_once_it_is_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads_copy, "LARGEST", 4000)
    copy = HeadsCopy(tmp_path, "ab")
    for turn in range(100):
        copy.write(KEYS, {"records": b"%d" % turn})
        assert copy.read(KEYS) == {"records": b"%d" % turn}
        assert copy.file.stat().st_size < 4200
    assert copy.file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [copy.file]


async def test_the_copy_tells_nothing_and_only_its_owner_reads_it(url: str, tmp_path: Path) -> None:
    state = tmp_path / "state"
    database = await opened(url, state)
    await fill(database)
    (file,) = state.glob("*.heads")
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"port" not in file.read_bytes()
    copied = HeadsCopy(state, file.stem).read(KEYS)
    assert {"records", "log port", f"log {ADMINS}"} <= set(copied)
    assert HeadsCopy(state, file.stem).read(Keyring([b"o" * 32])) == {}
    assert [each.suffix for each in state.iterdir() if "new" in each.name] == []
    await database.close()


async def test_a_copy_that_cannot_be_written_stops_nothing(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state = tmp_path / "state"
    database = await opened(url, state)
    (file,) = state.glob("*.heads")
    file.unlink()
    file.mkdir()
    await fill(database)
    assert "cannot be written" in caplog.text
    await database.close()


@pytest.mark.sampled(2)
@pytest.mark.parametrize("table", COUNTED, ids=lambda table: table.name)
async def test_what_is_accepted_is_taken_as_it_is_and_the_log_says_so(
    url: str, engine: AsyncEngine, tmp_path: Path, table: sa.Table
) -> None:
    """A row less and one that is another: from then on a start finds nothing to refuse."""
    state = tmp_path / "state"
    database = await opened(url, state)
    await fill(database)
    await database.close()
    async with engine.begin() as connection:
        rows = (await connection.execute(sa.select(table).order_by(*table.primary_key))).all()
        async with without_protection(connection):
            gone = rows[1] if table is statements else rows[0]
            await connection.execute(table.delete().where(_is(gone)))
            column = next(c for c in table.columns if c.name in CHANGED)
            new = other(column, getattr(rows[-1], column.name))
            update = table.update().where(_is(rows[-1])).values({column.name: new})
            await connection.execute(update)
    with pytest.raises(DatabaseChanged):
        await opened(url, state)
    accepted = await opened(url, state, accepted="A disk was mended.")
    await accepted.close()
    again = await opened(url, state)
    async with again.unit() as unit:
        logged = [each async for each in unit.log.entries(PORT)]
        assert [each.position for each in logged] == list(range(len(logged)))
        said = life_body(LifeEvent.ACCEPTED, "A disk was mended.")
        assert logged[-1].opening is not None
        assert logged[-1].opening.says == said
        assert await unit.meta.get_sealed(NOTE) == b"A disk was mended."
        await unit.log.append(PORT, [Entry(EntryKind.LIFE, life_body(LifeEvent.OPENED))])
        await unit.actions.add(NOON, ZAID, "stats")
    await again.close()
    await (await opened(url, state)).close()


CHANGED = {"withdrawals", "paused", "title", "day", "hashes", "sealed_head", "count"}
"""A column of each table that is changed there."""
