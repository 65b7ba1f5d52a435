"""A campaign's database moves: killed at any statement it goes on, and no two can be started."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.bootstrap.migrating import migrate_database, undo
from bot.bootstrap.opening import open_storage
from bot.config import Settings
from bot.privacy import make_key
from bot.storage import database_copy, migrate
from bot.storage.engines import make_engine, sqlite_file
from bot.storage.errors import DatabaseChanged, DatabaseInUse, StorageFault
from bot.storage.sums import Kept
from bot.storage.tables import bulks, endorsements, handled, heads, meta, metadata
from tests.contract.conftest import Postgres
from tests.support.blank import write_blank_file
from tests.support.dialogue import Dialogue, settings_in
from tests.support.logs import assert_in_step

FIRST = 300
"""Statements and commits, roughly, before the first row is there; going on takes as many to its
end."""

KILLS = (range(FIRST), range(FIRST, FIRST + 100), *(range(FIRST + 50) for _ in range(4)))
"""Among which of them somebody comes."""


class Killed(BaseException):
    """Nothing catches it but the test."""


@pytest.fixture
async def source(tmp_path: Path, port: Path) -> Settings:
    """A campaign in SQLite with something in many tables, whose bot was stopped."""
    settings = settings_in(tmp_path, port)
    d = Dialogue(settings)
    await d.start()
    for who, name in (("amal", "Amal Haddad"), ("rami", "Rami Mansour"), ("lina", "Lina Saidi")):
        lines = ("/sign port", "[confirm]", name, "[skip]", "[skip]", "[public]", "[confirm]")
        await d.say(*(f"{who}: {line}" for line in lines))
    numbers = [number for (number,) in await d.rows("SELECT number FROM endorsements")]
    await d.say(*(f"zaid@admins: /verify {number}" for number in numbers[:2]), "%advance 11m")
    await d.say(f"zaid@admins: /ask {numbers[2]} Who?", "dina: /sign port", "lina: /language ar")
    await d.say("zaid@admins: /sources add uni", "dina: /start r_port__uni")
    await d.stop()
    return settings


def elsewhere(settings: Settings, url: str) -> Settings:
    return settings_in(settings.base, settings.statements, UNDERSIGNED_DATABASE=url)


async def move(source: Settings, target: Settings) -> None:
    await migrate_database(source, target, lambda _what, _done, _total: None)


@contextlib.asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Any]:
    url = settings.database.url
    engine, _ = make_engine(url, sqlite_file(url))
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


async def revision(settings: Settings) -> str | None:
    file = sqlite_file(settings.database.url)
    if file is not None and not file.exists():
        return None
    async with connected(settings) as connection:
        found: str | None = await connection.run_sync(migrate.revision_of)
    return found


async def content(settings: Settings) -> dict[str, list[str]]:
    """All rows, but for what an instance leaves of itself, and how often the heads have moved."""
    found: dict[str, list[str]] = {}
    async with connected(settings) as connection:
        for table in metadata.sorted_tables:
            query = sa.select(table)
            if table is meta:
                query = query.where(meta.c.name != "instance")
            if table is heads:
                query = query.where(heads.c.name != "records")
            found[table.name] = sorted(repr(tuple(row)) for row in await connection.execute(query))
    return found


async def kept(settings: Settings) -> Kept | None:
    async with open_storage(settings, reader=True) as database, database.unit() as unit:
        return await Kept.of(unit.heads)


@contextlib.contextmanager
def killed_after(statements: int) -> Iterator[None]:
    left = statements

    def step(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed

    for event in ("before_cursor_execute", "commit"):
        sa.event.listen(sa.Engine, event, step)
    try:
        yield
    finally:
        for event in ("before_cursor_execute", "commit"):
            sa.event.remove(sa.Engine, event, step)


async def move_and_be_killed(source: Settings, target: Settings, chance: random.Random) -> None:
    for moments in KILLS:
        try:
            with killed_after(chance.choice(moments)):
                await move(source, target)
        except (Killed, sa.exc.PendingRollbackError):
            # The latter where alembic cleans up behind it, which no kill would do.
            startable = {await revision(source), await revision(target)}
            assert [*startable].count(migrate.HEAD) <= 1
            if await revision(target) is not None:
                with pytest.raises(StorageFault, match="migrate-database FROM TO"):
                    await open_storage(target).__aenter__()
        else:
            return
    await move(source, target)


@pytest.mark.parametrize("seed", [1, *(pytest.param(s, marks=pytest.mark.soak) for s in range(9))])
async def test_killed_anywhere_it_goes_on(
    source: Settings, postgres: Postgres, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """To PostgreSQL and back: every row, the log, the counts, and what a start looks at."""
    monkeypatch.setattr(database_copy, "AT_ONCE", 2)
    chance = random.Random(seed)
    server = elsewhere(source, postgres())
    back = elsewhere(source, f"sqlite:///{source.base / 'back' / 'undersigned.db'}")
    before, known = await content(source), await kept(source)
    await move_and_be_killed(source, server, chance)
    assert await content(server) == before
    await move_and_be_killed(server, back, chance)
    assert await content(back) == before
    moved = await kept(back)
    assert known is not None
    assert moved is not None
    assert replace(moved, turn=known.turn) == known
    assert moved.turn > known.turn
    assert (source.base / "back" / "undersigned.db").stat().st_mode & 0o077 == 0
    d = Dialogue(back)
    await d.start()
    try:
        assert (await d.counts()).verified == 2
        await d.say("omar: /help")
        await assert_in_step(d.database)
    finally:
        await d.stop()


async def test_what_has_moved_says_so_and_can_stay(source: Settings) -> None:
    before = await content(source)
    other = elsewhere(source, f"sqlite:///{source.base / 'other' / 'undersigned.db'}")
    await move(source, other)
    assert await content(source) == before
    with pytest.raises(StorageFault, match="migrate-database FROM --undo"):
        await open_storage(source).__aenter__()
    with pytest.raises(StorageFault, match="has moved"):
        await move(source, elsewhere(source, f"sqlite:///{source.base / 'x' / 'x.db'}"))
    await undo(source)
    with pytest.raises(StorageFault, match="nothing to undo"):
        await undo(source)
    async with open_storage(source):
        pass
    # Two of one campaign: the ledger tells which is the older one.
    with pytest.raises(StorageFault, match="older copy"):
        await open_storage(other).__aenter__()


async def test_what_was_used_is_no_more_to_be_undone(source: Settings) -> None:
    other = elsewhere(source, f"sqlite:///{source.base / 'other' / 'undersigned.db'}")
    await move(source, other)
    async with open_storage(other):
        pass
    with pytest.raises(StorageFault, match="older copy"):
        await undo(source)


async def test_a_copy_of_what_went_on_meanwhile_is_not_finished(
    source: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_copy, "AT_ONCE", 2)
    other = elsewhere(source, f"sqlite:///{source.base / 'other' / 'undersigned.db'}")
    with pytest.raises(Killed), killed_after(FIRST + 60):
        await move(source, other)
    async with open_storage(source):
        pass
    with pytest.raises(StorageFault, match="FROM has been used since"):
        await move(source, other)


async def test_what_is_there_is_not_overwritten(
    source: Settings, url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    target = elsewhere(source, url)
    if (file := sqlite_file(url)) is not None:
        target = elsewhere(source, f"sqlite:///{tmp_path / 'other' / 'undersigned.db'}")
        file = sqlite_file(target.database.url)
        assert file is not None
        write_blank_file(file)
    else:
        new: Postgres = request.getfixturevalue("postgres")
        new(blank=True)
    before = await content(target)
    with pytest.raises(StorageFault, match="nothing is overwritten"):
        await move(source, target)
    assert (await content(target), await revision(source)) == (before, migrate.HEAD)
    with pytest.raises(StorageFault, match="same database"):
        await move(source, source)
    with pytest.raises(StorageFault, match="no database at FROM"):
        await move(elsewhere(source, f"sqlite:///{tmp_path / 'none' / 'none.db'}"), target)


async def test_no_number_is_given_twice(source: Settings, postgres: Postgres) -> None:
    """Also of what is gone: a button may still carry it."""
    async with open_storage(source) as database, database.unit() as unit:
        for _ in range(3):
            await unit._connection.execute(
                bulks.insert().values(day=dt.date(2026, 3, 1), sealed_bulk=b"x")
            )
        await unit._connection.execute(bulks.delete())
    server = elsewhere(source, postgres())
    back = elsewhere(source, f"sqlite:///{source.base / 'back' / 'undersigned.db'}")
    for left, made, number in ((source, server, 4), (server, back, 5)):
        await move(left, made)
        async with open_storage(made) as database, database.unit() as unit:
            insert = bulks.insert().values(day=dt.date(2026, 3, 1), sealed_bulk=b"x")
            assert await unit._connection.scalar(insert.returning(bulks.c.id)) == number
            await unit._connection.execute(bulks.delete())


async def test_a_running_instance_keeps_its_database(source: Settings) -> None:
    other = elsewhere(source, f"sqlite:///{source.base / 'other' / 'undersigned.db'}")
    async with open_storage(source):
        with pytest.raises(DatabaseInUse):
            await move(source, other)
    async with connected(source) as connection:
        # Something else has written there: what arrives is looked at as a start does.
        update = endorsements.update().where(endorsements.c.public_name.is_not(None))
        changed = await connection.execute(update.values(public_name="Somebody Else"))
        assert changed.rowcount
        await connection.commit()
    with pytest.raises(DatabaseChanged):
        await move(source, other)
    assert await revision(source) == migrate.HEAD
    assert await revision(other) == migrate.COPYING + migrate.HEAD


async def test_a_row_that_did_not_arrive_is_missed(source: Settings) -> None:
    other = elsewhere(source, f"sqlite:///{source.base / 'other' / 'undersigned.db'}")
    gone = False

    def show(what: str, done: int, total: int) -> None:
        nonlocal gone
        if what == "Rows copied" and done == total and not gone:
            gone = True
            file = sqlite_file(other.database.url)
            engine = sa.create_engine(f"sqlite:///{file}")
            with engine.begin() as connection:
                connection.execute(sa.text("DELETE FROM languages"))
            engine.dispose()

    with pytest.raises(StorageFault, match="rows of languages are not the same"):
        await migrate_database(source, other, show)
    assert await revision(source) == migrate.HEAD


async def test_a_full_disk_costs_a_piece(source: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    other = elsewhere(source, f"sqlite:///{source.base / 'other' / 'undersigned.db'}")
    before = await content(source)
    file = sqlite_file(source.database.url)
    assert file is not None
    pages = file.stat().st_size // 4096 - 3

    def limit(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count={pages}")
        cursor.close()

    sa.event.listen(sa.pool.Pool, "connect", limit)
    try:
        with pytest.raises(StorageFault, match="full; mend that, and run the same command again"):
            await move(source, other)
    finally:
        sa.event.remove(sa.pool.Pool, "connect", limit)
    await move(source, other)
    assert await content(other) == before


@pytest.mark.parametrize("few", [500, pytest.param(2_000, marks=pytest.mark.soak)])
async def test_memory_does_not_grow_with_the_rows(
    tmp_path: Path, port: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(database_copy, "AT_ONCE", few // 8)
    peaks = {}
    for count in (few, 10 * few):
        folder = tmp_path / str(count)
        folder.mkdir()
        settings = settings_in(folder, port)
        make_key(settings.key_file)
        async with open_storage(settings) as database, database.unit() as unit:
            days = [
                {"event_tag": at.to_bytes(16, "big"), "day": dt.date(2026, 3, 1)}
                for at in range(count)
            ]
            await unit._connection.execute(handled.insert(), days)
        tracemalloc.start()
        await move(settings, elsewhere(settings, f"sqlite:///{folder / 'other' / 'u.db'}"))
        peaks[count] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peaks[10 * few] < 1.5 * peaks[few]
