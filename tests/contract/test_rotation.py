"""Everything sealed anew under a new key: resumable at any point, and complete."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.bootstrap.rotating import rotate_key
from bot.config import Settings
from bot.domain.admin import Admin
from bot.domain.bulk import Bulk
from bot.domain.ids import AdapterName, ChatRef, UserRef
from bot.domain.memo import Memo
from bot.domain.priority import Priority
from bot.domain.selection import Selection
from bot.privacy import Keyring, make_key, put_in_front, read_keys
from bot.storage import rotation
from bot.storage.database import Database
from bot.storage.engines import sqlite_file
from bot.storage.errors import StorageFault
from bot.storage.inbox import NewEvent
from bot.storage.opening import open_database
from bot.storage.rotation import Rotation, sealed_columns
from bot.storage.tables import metadata
from tests.support.dialogue import Dialogue, settings_in, signing
from tests.unit.domain.test_mandate import PROPOSAL

SEED = 7
CONSOLE = AdapterName("console")
CHAT = ChatRef(CONSOLE, "1")
ZAID = Admin("zaid", UserRef(CONSOLE, "2"))
BULK = Bulk("verify", ZAID, CHAT, dt.datetime(2026, 3, 1, tzinfo=dt.UTC), Selection())


class Killed(BaseException):
    """At a statement or a commit, and nothing after it."""


def ids_in(file: Path) -> list[str]:
    """Of the keys in a key file, the first first."""
    return [Keyring([base64.b64decode(line)]).id for line in file.read_text().split()]


@pytest.fixture
async def settings(tmp_path: Path, port: Path, blank: str) -> Settings:
    """Of a bot with something in nearly every table."""
    settings = settings_in(tmp_path, port, UNDERSIGNED_DATABASE=blank)
    make_key(settings.key_file)
    d = Dialogue(settings)
    await d.start()
    names = {"amal": "Amal Haddad", "rami": "Rami Mansour", "lina": "Lina"}
    # Of a file there are copies.
    say = d.say if sqlite_file(blank) is None else d.already
    await say(
        *(line for who, name in names.items() for line in signing(who, name, "organisers")),
        *("zaid@admins: /verify 1", "zaid@admins: /ask 2 Which school?", "%advance 1m"),
        *("zaid@admins: /pending", "zaid@admins: /verify 1 2", "nour: /sign port"),
        "lina: /news on",
    )
    await d.stop()
    async with _opened(settings) as database, database.unit() as unit:
        await unit.memos.write(AdapterName("matrix"), [Memo("secret", "token", "a secret")])
        await unit.proposals.add(PROPOSAL)
        await unit.inbox.move_cursor(AdapterName("matrix"), "12")
        await unit.inbox.add(CONSOLE, [NewEvent("unreadable", CHAT, b"an event")])
        (row,) = await unit.inbox.after(0, 10)
        await unit.inbox.bury(row, "error", dt.date(2026, 3, 1))
        unit.outbox.add(CHAT, b"a message", slot=None, priority=Priority.ANSWER)
        await unit.outbox.flush()
        for given_up in unit.outbox.added:
            await unit.letters.keep(given_up, "error", dt.date(2026, 3, 1))
            await unit.outbox.done([given_up])
    return settings


class _opened:  # noqa: N801 - as a function
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def __aenter__(self) -> Database:
        settings = self._settings
        keys = read_keys({}, "", settings.key_file)
        url = settings.database.url
        self._database = await open_database(url, keys, key_place="the test", state=settings.state)
        return self._database

    async def __aexit__(self, *_: object) -> None:
        await self._database.close()


async def values(database: Database) -> dict[tuple[object, ...], tuple[str, bytes]]:
    """All that is sealed, as it opens, with the id of the key that it is sealed under."""
    found: dict[tuple[object, ...], tuple[str, bytes]] = {}
    async with database.unit() as unit:
        for sealed in sealed_columns():
            for row in await unit._connection.execute(sa.select(sealed.table)):
                value = getattr(row, sealed.column.name)
                name = getattr(row, "name", "")
                is_mark = sealed.table.name == "meta" and name.startswith(("key", "retired"))
                if not value or value[:4].hex() not in database.keys.ids or is_mark:
                    continue
                place = (sealed.name, *(getattr(row, c.name) for c in sealed.table.primary_key))
                opened = database.keys.open(value, sealed.context(row))
                found[place] = (Keyring.id_of(value), opened)
    return found


async def open_values(settings: Settings) -> dict[tuple[object, ...], tuple[str, bytes]]:
    async with _opened(settings) as database:
        return await values(database)


def test_every_sealed_column_is_known() -> None:
    """A new one needs what binds its values to their rows; and each binds as its codec does."""
    named = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary)
        and not column.name.endswith(("_tag", "_key"))
        and table.name != "entrusted"  # under a key that is not here
        and column.name not in {"ref", "commitment", "hashes"}  # for everybody to see
    } | {("statements", "sealed_key")}
    assert {(s.table.name, s.column.name) for s in sealed_columns()} == named
    assert {table for table, _ in named} == rotation.PLACES.keys()


async def test_there_is_something_of_every_table_and_it_opens(settings: Settings) -> None:
    async with _opened(settings) as database:
        async with database.unit() as unit:
            await unit.inbox.add(CONSOLE, [NewEvent("x", CHAT, b"an event")])
            unit.outbox.add(CHAT, b"a message", slot=None, priority=Priority.ANSWER)
            await unit.bulks.add(BULK)
        tables = {str(place[0]).partition(".")[0] for place in await values(database)}
    assert tables == rotation.PLACES.keys()


async def test_killed_at_ten_random_points(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Must show 4: readable at each, finished in the end, the old key opens nothing then."""
    monkeypatch.setattr(rotation, "AT_ONCE", 2)
    old = ids_in(settings.key_file)[0]
    before = {place: data for place, (_, data) in (await open_values(settings)).items()}
    put_in_front(settings.key_file)
    chance = random.Random(SEED)
    seen = set()
    for _ in range(10):
        await _killed(settings, chance.randrange(1, 60))
        now = await open_values(settings)
        assert {p: data for p, (_, data) in now.items() if p[1] != "checkpoint"} == before
        seen.add(sum(key == old for key, _ in now.values()))
    assert len(seen) > 3  # it went on each time
    async with _opened(settings) as database:
        await _finish(database, Rotation())
        now = await values(database)
        assert {place: data for place, (_, data) in now.items()} == before
        assert old not in {key for key, _ in now.values()}
    settings.key_file.write_text(settings.key_file.read_text().splitlines()[0])
    assert {p: data for p, (_, data) in (await open_values(settings)).items()} == before
    file = sqlite_file(settings.database.url)
    if file is not None:
        assert not any(bytes.fromhex(old) in each.read_bytes() for each in file.parent.iterdir())


async def _killed(settings: Settings, after: int) -> None:
    async with _opened(settings) as database:
        left = after

        def point(*_: object) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed

        engine = database._engine.sync_engine
        sa.event.listen(engine, "before_cursor_execute", point)
        sa.event.listen(engine, "commit", point)
        with contextlib.suppress(Killed):
            await _finish(database, Rotation())
        sa.event.remove(engine, "before_cursor_execute", point)
        sa.event.remove(engine, "commit", point)


async def _finish(database: Database, turning: Rotation) -> None:
    goes_on = True
    while goes_on:
        async with database.unit() as unit:
            goes_on = await unit.seal_anew(turning)


async def test_what_was_rolled_back_is_done_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the disk is full for a while: the program goes on, and nothing is left out."""
    monkeypatch.setattr(rotation, "AT_ONCE", 2)
    old = ids_in(settings.key_file)[0]
    put_in_front(settings.key_file)
    async with _opened(settings) as database:
        turning = Rotation()
        for _ in range(10):
            with contextlib.suppress(Killed):
                async with database.unit() as unit:
                    await unit.seal_anew(turning)
                    raise Killed
        await _finish(database, turning)
        assert turning.retired == {old}
        assert old not in {key for key, _ in (await values(database)).values()}


async def test_what_admins_did_is_sealed_anew_and_nothing_else(settings: Settings) -> None:
    async with _opened(settings) as database:
        await _refused(database, "UPDATE admin_actions SET sealed_actor = sealed_actor")
    put_in_front(settings.key_file)
    async with _opened(settings) as database:
        for change in (
            "action = 'x'",
            "number_tag = NULL",
            "sealed_actor = sealed_actor, action = 'x'",
        ):
            await _refused(database, f"UPDATE admin_actions SET {change}")
        await _refused(database, "DELETE FROM admin_actions")
        await _finish(database, Rotation())
        await _refused(database, "UPDATE admin_actions SET sealed_actor = sealed_actor")


async def _refused(database: Database, change: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        async with database.unit() as unit:
            await unit._connection.execute(sa.text(change))


async def test_the_bot_does_it_while_it_runs(settings: Settings) -> None:
    old = ids_in(settings.key_file)[0]
    put_in_front(settings.key_file)
    d = Dialogue(settings)
    await d.start()
    await d.say("amal: /mine")
    await d.bot.resealing.idle.wait()
    assert d.bot.resealing.rotation.retired == {old}
    assert "#1" in (await d.say("amal: /mine"))[0].text
    await d.stop()
    assert old not in {key for key, _ in (await open_values(settings)).values()}


async def test_the_command(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    old = ids_in(settings.key_file)[0]
    d = Dialogue(settings)
    await d.start()
    await rotate_key(settings)
    assert "restart it" in capfd.readouterr().err
    await d.stop()
    # A second time it makes no third key, and goes on with the second.
    await rotate_key(settings)
    assert len(ids_in(settings.key_file)) == 2
    assert settings.key_file.stat().st_mode & 0o777 == 0o600
    assert old not in {key for key, _ in (await open_values(settings)).values()}
    await (again := Dialogue(settings)).start()
    assert "Take them out" in capfd.readouterr().err
    await again.stop()
    settings.key_file.write_text(settings.key_file.read_text().splitlines()[0])
    await again.start()
    assert capfd.readouterr().err == ""
    assert "#1" in (await again.say("amal: /mine"))[0].text
    # What is found by a mark of the host is found by it without the old key, too.
    async with again.database.unit() as unit:
        assert await unit.memos.one(AdapterName("matrix"), "secret", "token") == "a secret"
    await again.stop()


async def test_a_value_that_does_not_open_keeps_the_old_key(settings: Settings) -> None:
    async with _opened(settings) as database, database.unit() as unit:
        broken = sa.text("UPDATE conversations SET sealed_state = substr(sealed_state, 1, 20)")
        await unit._connection.execute(broken)
    put_in_front(settings.key_file)
    async with _opened(settings) as database:
        await _finish(database, turning := Rotation())
        assert not turning.retired
    settings.key_file.write_text(settings.key_file.read_text().splitlines()[0])
    with pytest.raises(Exception, match="lacks a key"):
        await open_values(settings)


@pytest.mark.parametrize("order", ["behind", "between"])
async def test_a_new_key_at_the_wrong_place(settings: Settings, order: str) -> None:
    text = settings.key_file.read_text().strip()
    new = base64.b64encode(b"n" * 32).decode()
    if order == "between":
        put_in_front(settings.key_file)
        await (d := Dialogue(settings)).start()
        await d.stop()
        first, last = settings.key_file.read_text().split()
        settings.key_file.write_text(f"{first}\n{new}\n{last}\n")
    else:
        settings.key_file.write_text(f"{text}\n{new}\n")
    with pytest.raises(StorageFault, match="behind the first"):
        await open_values(settings)


async def test_a_retired_key_in_front(settings: Settings) -> None:
    old = settings.key_file.read_text().strip()
    await rotate_key(settings)
    new = settings.key_file.read_text().split()[0]
    settings.key_file.write_text(f"{old}\n{new}\n")
    with pytest.raises(StorageFault, match="taken out of use"):
        await open_values(settings)


async def test_every_subkey_of_tags_is_read_as_it_was_written(url: str) -> None:
    """Also one that ends with the byte that sealed values are filled up with, as one in 256 does:
    else nobody would be recognised after the next start."""
    keys = next(
        found
        for found in (Keyring([number.to_bytes(32, "big")]) for number in range(1, 10_000))
        if found.tags.endswith(b" ")
    )
    for _ in range(2):
        database = await open_database(url, keys, key_place="the test")
        assert database.keys.tags == keys.tags
        await database.close()
