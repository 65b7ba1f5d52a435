"""A database of the version before migration 0005, with endorsements in every state, opens and
behaves. tests/fixtures/upgrade/make.py says what is in it."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.domain.admin import Action
from bot.domain.counts import Counts
from bot.domain.ids import AdapterName, ChatRef, MessageRef, Number, StatementId
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.privacy import Keyring
from bot.storage import migrate
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.lists import Order
from bot.storage.log import ADMINS
from bot.storage.messages import bound
from bot.storage.opening import open_database
from bot.storage.sealing import SealedBytes
from bot.storage.tables import metadata
from bot.storage.tags import chat_tag, message_tag
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.logs import assert_in_step, log_of
from tests.support.statements import write_port

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
OLD = Path(__file__).parents[1] / "fixtures" / "upgrade"
KEY = (OLD / "key").read_text(encoding="ascii").strip()


@pytest.fixture(params=["sqlite", "postgresql"])
async def d(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Dialogue]:
    """The new version on the old database, at the moment at which it was left."""
    data = tmp_path / "data"
    data.mkdir()
    file = data / "undersigned.db"
    file.write_bytes(gzip.decompress((OLD / "undersigned.db.gz").read_bytes()))
    url = f"sqlite:///{file}"
    if request.param == "postgresql":
        new: Callable[[], str] = request.getfixturevalue("postgres")
        url = new()
        await _copy(file, url.replace("postgresql://", "postgresql+asyncpg://", 1))
    left = dt.datetime.fromisoformat((OLD / "moment").read_text(encoding="ascii").strip())
    console = json.loads((OLD / "console.json").read_text(encoding="utf-8"))
    console["advanced"] = (left - dt.datetime.now(dt.UTC)).total_seconds()
    (data / "console.json").write_text(json.dumps(console), encoding="utf-8")
    statements = write_port(tmp_path)
    async with open_dialogue(
        tmp_path, statements, UNDERSIGNED_DATABASE=url, UNDERSIGNED_KEY=KEY
    ) as dialogue:
        yield dialogue


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSIGNED_KEY", KEY)


async def _copy(file: Path, url: str) -> None:
    """The same rows on PostgreSQL, in the tables of that version."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(_old_tables, "0004")
        with closing(sqlite3.connect(file)) as old:
            old.row_factory = sqlite3.Row
            known = await connection.run_sync(lambda c: set(sa.inspect(c).get_table_names()))
            for table in metadata.sorted_tables:
                if table.name in known:
                    await connection.run_sync(_copy_rows, table, old)
    await engine.dispose()


def _old_tables(connection: sa.Connection, revision: str, keys: Keyring | None = None) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    config.attributes["connection"] = connection
    config.attributes["keys"] = keys
    command.upgrade(config, revision)


def _copy_rows(connection: sa.Connection, table: sa.Table, old: sqlite3.Connection) -> None:
    there = sa.Table(table.name, sa.MetaData(), autoload_with=connection)
    rows = [dict(row) for row in old.execute(f"SELECT * FROM {table.name}")]
    for row in rows:
        for name, value in row.items():
            kind = there.c[name].type.python_type
            if value is not None and kind in {dt.datetime, dt.date, bool}:
                row[name] = _as(kind, value)
    if rows:
        connection.execute(there.insert(), rows)
    for column in there.primary_key:
        if rows and column.autoincrement is True:
            sequence = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
            query = f"SELECT setval({sequence}, (SELECT max({column.name}) FROM {table.name}))"
            connection.execute(sa.text(query))


def _as(kind: type[Any], value: Any) -> object:
    if kind is dt.datetime:
        return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC)
    return dt.date.fromisoformat(value) if kind is dt.date else bool(value)


async def names(d: Dialogue) -> set[str]:
    async with d.database.unit() as unit:
        found = await unit.lists.page(Order(next(iter(d.bot.campaign.library)).id), 1000)
    return {row.name for row in found}


async def test_all_is_there(d: Dialogue) -> None:
    assert await d.counts() == Counts(
        pending=4, verified=5, rejected=3, withdrawn=4, persons=4, organisations=1
    )
    assert await names(d) == {"Lina Haddad", "Club of Tunis"}
    card = (await d.say("zaid@admins: /show 1"))[-1].text
    assert "Amal Haddad" in card
    assert "Teacher" in card
    (_, number), *_ = sorted(await d.actions("verify"))
    audit = (await d.say(f"zaid@admins: /audit {number}"))[-1].text
    assert f"\u2068zaid\u2069 verified #{number}" in audit
    (record,) = (await d.say("amal: /mydata"))[-1].sent["endorsements"]
    assert record["questions"] == [{"question": "Which school?", "answer": "The one in Sfax"}]
    assert "nour" not in str(await d.rows("SELECT * FROM endorsements WHERE number = 6"))


async def test_the_logs_begin_with_all_that_there_is(d: Dialogue) -> None:
    await assert_in_step(d.database)
    found = await log_of(d.database, "port")
    said = [entry.opening.says for entry in found if entry.opening]
    assert len(said) == len(found)
    assert said[0] == {"event": "opened", "note": ""}
    states = [says["state"] for says in said if "state" in says]
    assert sorted(map(str, states)) == ["counted"] * 1 + ["listed"] * 2
    assert await log_of(d.database, ADMINS) != []
    # What the windows that are open lead to comes when they end, and nothing comes twice.
    await d.say("%advance 11m")
    await d.restart()
    await assert_in_step(d.database)
    assert len(await log_of(d.database, "port")) > len(found)


async def test_lists_are_in_order_from_the_first_moment(d: Dialogue) -> None:
    """Names that were public already have their place on the list; no others have one."""
    shown = (await d.answer("amal: /signatories")).text
    assert shown.index("Club of Tunis") < shown.index("Lina Haddad")
    rows = await d.rows("SELECT public_name, sort_key FROM endorsements")
    assert {name for name, key in rows if key is not None} == {"Lina Haddad", "Club of Tunis"}
    assert {name for name, key in rows if key is None} == {None}


async def test_only_public_names_have_words(d: Dialogue, tmp_path: Path) -> None:
    """And nothing is left of the tags that all had, nor of how long the sealed names were."""
    public = "SELECT number FROM endorsements WHERE public_name IS NOT NULL ORDER BY number"
    rows = await d.rows("SELECT DISTINCT number FROM name_words ORDER BY number")
    assert rows == await d.rows(public) != []
    assert "#1 " in (await d.answer("zaid@admins: /find Amal Haddad")).text
    assert "Lina Haddad" in (await d.answer("amal: /signatories Lina")).text
    sealed = "SELECT DISTINCT length(sealed_name) FROM endorsements WHERE sealed_name IS NOT NULL"
    assert len(await d.rows(sealed)) == 1
    if d.settings.database.url.startswith("sqlite"):
        old = tmp_path / "old.db"
        old.write_bytes(gzip.decompress((OLD / "undersigned.db.gz").read_bytes()))
        with closing(sqlite3.connect(old)) as database:
            tags = [tag for (tag,) in database.execute("SELECT word_tag FROM name_words")]
        now = (d.data / "undersigned.db").read_bytes()
        assert tags
        assert [tag for tag in tags if tag in now] == []


async def test_what_was_begun_goes_on(d: Dialogue) -> None:
    asked = await d.answer("amira: أميرة")
    assert asked.language == "ar"
    assert "skip" in asked.names
    # New ones are numbered on.
    await d.sign("yara", "Yara Haddad")
    assert (await d.say("zaid@admins: /show 17"))[-1].text.startswith("#17")


async def test_windows_that_were_open_end(d: Dialogue) -> None:
    await d.say("%advance 11m")
    assert await names(d) == {"Lina Haddad", "Club of Tunis", "Rana Haddad", "Samir Haddad"}
    for number in (2, 5, 6, 11, 15):
        ((name, details),) = await d.rows(
            f"SELECT sealed_name, sealed_details FROM endorsements WHERE number = {number}"
        )
        assert (name, details) == (None, None)
    assert "#10 can't be undone" in (await d.answer("zaid@admins: /undo 10")).text


async def test_what_could_be_undone_still_can(d: Dialogue) -> None:
    before = await d.counts()
    await d.say("zaid@admins: /undo 10", "zaid@admins: /undo 13", "zaid@admins: /undo 14")
    await d.say("fadi: /withdraw undo 11", "karim: /withdraw undo 15")
    assert await d.counts() == Counts(
        pending=before.pending + 3, verified=6, rejected=1, withdrawn=2, persons=5, organisations=1
    )
    # A withdrawal left the decision standing; who had verified 10 is not known any more.
    assert "Verified by \u2068zaid\u2069" in (await d.say("zaid@admins: /show 11"))[-1].text
    async with d.database.unit() as unit:
        ten = await unit.endorsements.get(Number(10))
    assert ten is not None
    assert (ten.decision, ten.rejections) == (None, 0)
    # No name is public sooner than it would have been.
    assert await names(d) == {"Lina Haddad", "Club of Tunis"}
    await d.say("%advance 11m")
    assert {"Dina Haddad", "Fadi Haddad"} <= await names(d)
    assert "Samir Haddad" not in await names(d)


async def test_signed_again_counts_what_was(d: Dialogue) -> None:
    assert "Withdrawn 1 time before" in (await d.say("zaid@admins: /show 7"))[-1].text
    assert "Not accepted once before" in (await d.say("zaid@admins: /show 8"))[-1].text
    await d.say("zaid@admins: /reject 8 again")
    assert "twice" in (await d.answer("mona: /sign port")).text


async def test_what_was_forgotten_is_like_any_other(d: Dialogue) -> None:
    await d.say("yara: /help")
    await d.sign("yara", "Yara Haddad")
    await d.say("yara: /forget", "yara: [confirm]")
    table = metadata.tables["endorsements"]
    kept = {"number", "hour"}
    columns = ", ".join(c.name for c in table.c if c.name not in kept)
    old, new = await d.rows(f"SELECT {columns} FROM endorsements WHERE signer_tag IS NULL")
    assert tuple(old) == tuple(new)


async def test_broadcasts_of_0007_are_announcements(url: str, keys: Keyring) -> None:
    """What waited to be delivered still does, and is as urgent as it was."""
    chat = ChatRef(AdapterName("console"), "1")
    await _wait_in_0007(url, keys, chat)
    database = await open_database(url, keys, key_place="the test")
    async with database.unit() as unit:
        found = {
            priority: await unit.outbox.after(0, 10, chat.adapter, priority)
            for priority in Priority
        }
    await database.close()
    told = {priority: [row.data for row in rows] for priority, rows in found.items()}
    assert told == {
        Priority.ANSWER: [b"0", b"2"],
        Priority.DECISION: [],
        Priority.CARD: [],
        Priority.ANNOUNCEMENT: [b"1", b"3"],
    }


async def _wait_in_0007(url: str, keys: Keyring, chat: ChatRef) -> None:
    """Every second row is a broadcast."""
    rows = []
    for number in range(4):
        key = f"key {number}"
        row = {
            "adapter": chat.adapter,
            "chat_tag": chat_tag(keys, chat),
            "key": key,
            "broadcast": bool(number % 2),
            "sealed_outgoing": SealedBytes("outbox.outgoing").seal(keys, str(number).encode(), key),
        }
        rows.append(row)
    await _insert_in(url, keys, "0007", {"outbox": rows})


async def test_slots_of_0008_are_tags(url: str, keys: Keyring) -> None:
    """A card is still a card, and known under its record; what led from an account to one is
    gone. What waited to be delivered of the card still is that."""
    chat = ChatRef(AdapterName("console"), "1")
    await _live_in_0008(url, keys, chat, ["card:1:console", "mine:1", "undo:2", "talk:ab"])
    database = await open_database(url, keys, key_place="the test")
    async with database.unit() as unit:
        card = Slot.of(SlotKind.CARD, Number(1), "console")
        live = await unit.messages.in_slot(card)
        assert live is not None
        assert (live.chat, live.message) == (chat, "m card:1:console")
        assert await unit.messages.token(card) == "t card:1:console"
        assert await unit.messages.by_token("t card:1:console") == live
        assert await unit.messages.showing(Number(1)) == [live]
        assert await unit.messages.in_slot(Slot(SlotKind.PROMPT, "ab")) is not None
        assert await unit.messages.by_token("t mine:1") is None
        (row,) = await unit.outbox.waiting(bound(keys, card, "t card:1:console"))
        assert row.data == b"card:1:console"
        count = sa.select(sa.func.count()).select_from(metadata.tables["live_messages"])
        assert await unit._connection.scalar(count) == 2
    await database.close()


async def _live_in_0008(url: str, keys: Keyring, chat: ChatRef, slots: list[str]) -> None:
    def seal(column: str, value: object, slot: str) -> bytes:
        return keys.seal(json.dumps(value).encode(), f"live_messages.{column}:{slot}")

    live, waiting = [], []
    for slot in slots:
        tag = hashlib.sha256(f"t {slot}".encode()).digest()
        row = {
            "slot": slot,
            "chat_tag": chat_tag(keys, chat),
            "sealed_chat": seal("chat", {"adapter": chat.adapter, "key": chat.key}, slot),
            "sealed_message": seal("message", f"m {slot}", slot),
            "message_tag": message_tag(keys, chat, MessageRef(f"m {slot}")),
            "sealed_token": seal("token", f"t {slot}", slot),
            "token_tag": tag,
        }
        live.append(row)
        waits = {
            "adapter": chat.adapter,
            "chat_tag": chat_tag(keys, chat),
            "key": slot,
            "priority": 0,
            "slot": f"{slot} {tag.hex()}",
            "sealed_outgoing": SealedBytes("outbox.outgoing").seal(keys, slot.encode(), slot),
        }
        waiting.append(waits)
    await _insert_in(url, keys, "0008", {"live_messages": live, "outbox": waiting})


async def test_texts_that_0013_had_signed_are_known(url: str, keys: Keyring) -> None:
    """A text that was replaced was replaced by another: nobody had called it a correction."""
    revisions = [
        {"statement": "port", "language": language, "digest": digest}
        | dict.fromkeys(("title", "attribution", "text"), digest)
        for language, digest in (("en", "b"), ("en", "a"), ("ar", "x"), ("fr", "q"))
    ]
    in_use = json.dumps({"port en": "a", "port ar": "y", "quay en": "z"}).encode()
    meta = {"name": "texts", "value": in_use}
    rows: dict[str, list[dict[str, Any]]] = {"revisions": [*revisions], "meta": [meta]}
    await _insert_in(url, keys, "0013", rows)
    database = await open_database(url, keys, key_place="the test")
    async with database.unit() as unit:
        found = await unit.texts.histories()
        assert await unit.meta.get("texts") is None
    await database.close()
    told = {
        name: [(a.language, a.digest, a.change, a.of, a.day) for a in history.adoptions]
        for name, history in found.items()
    }
    assert told == {
        "port": [
            ("ar", "x", "first", None, None),
            ("ar", "y", "new", "x", None),
            ("en", "b", "first", None, None),
            ("en", "a", "new", "b", None),
            ("fr", "q", "first", None, None),
        ],
        "quay": [("en", "z", "first", None, None)],
    }
    assert found[StatementId("port")].earlier == {"b", "x"}


def _engine(url: str) -> AsyncEngine:
    driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    scheme, rest = url.split(":", 1)
    if scheme == "sqlite":
        Path(rest.removeprefix("///")).parent.mkdir()
    return create_async_engine(f"{driver[scheme]}:{rest}")


async def test_what_0008_kept_tells_less(url: str, keys: Keyring) -> None:
    """Actions and due jobs are sealed anew, also those of the first versions, which note no
    account; what is decided for good has a day and no hour."""
    engine = _engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(_old_tables, "0008", keys)
        old = await connection.run_sync(_reflected)
        await _fill_0008(connection, old, keys)
    await engine.dispose()
    database = await open_database(url, keys, key_place="the test")
    job = Job(JobKey(JobKind.WINDOW, "7"), NOON, "200")
    async with database.unit() as unit:
        assert await unit.actions.about(Number(7), 10) == [
            Action(NOON, "undo", Number(7), "zaid", "aeaq"),
            Action(NOON, "verify", Number(7), "omar", None),
        ]
        assert await unit.jobs.due(NOON, 10, frozenset()) == [job]
        await unit.jobs.end(job.key)
        assert await unit.jobs.due(NOON, 10, frozenset()) == []
        hours = [(await unit.endorsements.get(Number(n))) for n in (7, 8)]
        assert [record and record.hour.hour for record in hours] == [0, 12]
        desk = await unit.desks.get(bytes([1]) * 32)
        assert desk is not None
        assert (desk.admin.name, desk.number) == ("zaid", 8)
        assert await unit.desks.holding(b"", NOON) == []
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            await unit._connection.execute(sa.text("UPDATE admin_actions SET action = 'x'"))
        await unit._connection.rollback()
    await database.close()


def _reflected(connection: sa.Connection) -> sa.MetaData:
    found = sa.MetaData()
    found.reflect(connection)
    return found


async def _fill_0008(connection: AsyncConnection, old: sa.MetaData, keys: Keyring) -> None:
    """Two actions, a job, and a record that is decided beside one that waits."""
    at, tag = NOON.isoformat(), bytes([1]) * 32
    for action, by, place in (
        ("verify", ("omar", None), f"{at} verify"),
        ("undo", ("zaid", tag), f"{at} undo 7 {tag.hex()}"),
    ):
        sealed = keys.seal(json.dumps(by[0]).encode(), f"admin_actions.actor:{place}")
        row = {"at": NOON, "action": action, "number": 7, "actor_tag": by[1]}
        await connection.execute(
            old.tables["admin_actions"].insert(), row | {"sealed_actor": sealed}
        )
    payload = keys.seal(b"200", "due_jobs.payload:window:7")
    row = {"key": "window:7", "kind": "window", "due": NOON, "sealed_payload": payload}
    await connection.execute(old.tables["due_jobs"].insert(), row)
    row = {"id": "port", "sealed_key": keys.new_statement_key("port")[1], "paused": False}
    await connection.execute(old.tables["statements"].insert(), row)
    for number, status in ((7, "verified"), (8, "pending")):
        row = dict.fromkeys(("language", "visibility"), "counted")
        row |= {"number": number, "statement": "port", "kind": "person", "status": status}
        row |= {"consent": 2, "hour": NOON, "withdrawals": 0, "rejections": 0}
        await connection.execute(old.tables["endorsements"].insert(), row)
    account = {"adapter": "console", "key": "1"}
    desk = {"chat": account, "admin": {"name": "zaid", "account": account}, "at": at, "number": 8}
    sealed = keys.seal(json.dumps(desk).encode(), f"desks.desk:{tag.hex()}")
    row = {"desk_tag": tag, "number": 8, "until": NOON, "sealed_desk": sealed}
    await connection.execute(old.tables["desks"].insert(), row)


async def _insert_in(
    url: str, keys: Keyring, revision: str, rows: dict[str, list[dict[str, Any]]]
) -> None:
    """Rows in a database of that revision."""
    engine = _engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(_old_tables, revision, keys)
        old = await connection.run_sync(_reflected)
        for name, values in rows.items():
            await connection.execute(old.tables[name].insert(), values)
    await engine.dispose()
