"""What a database says to whoever only looks: beside the bot, without its keys, without a trace."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.doctor.database import first_look
from bot.domain.findings import Verdict
from bot.domain.ids import AdapterName, ChatRef
from bot.privacy import Keyring
from bot.storage import migrate
from bot.storage.engines import sqlite_file
from bot.storage.errors import StorageFault
from bot.storage.inbox import NewEvent
from bot.storage.inspecting import looked_at, read_id, see
from bot.storage.opening import open_database
from bot.storage.tables import meta
from tests.support.dialogue import settings_in

CONSOLE = AdapterName("console")


async def test_of_a_new_one(url: str) -> None:
    found = await see(url)
    assert found is None or found.revision is None
    assert await read_id(url) is None


async def test_beside_the_bot_and_after_it(blank: str, keys: Keyring, tmp_path: Path) -> None:
    state = tmp_path / "state"
    database = await open_database(blank, keys, key_place="here", state=state)
    async with database.unit() as unit:
        await unit.inbox.add(CONSOLE, [NewEvent("1", ChatRef(CONSOLE, "1"), b"an event")])
    beside = await see(blank)
    async with database.unit() as unit:
        await unit.meta.put("mark", b"")
        within = await see(blank)
    await database.close()
    after = await see(blank)
    for seen, is_worked_on in ((beside, True), (within, True), (after, False)):
        assert seen is not None
        assert (seen.revision, seen.is_worked_on) == (migrate.HEAD, is_worked_on)
        assert seen.rows == {"inbox": 1, "outbox": 0, "dead_letters": 0, "given_up": 0}
        assert seen.id == await read_id(blank)
        assert (state / f"{seen.id}.ledger").exists()


async def test_nothing_can_be_written(blank: str, keys: Keyring) -> None:
    async def write() -> None:
        async with looked_at(blank) as connection:
            assert connection is not None
            await connection.execute(meta.insert().values(name="mark", value=b""))

    with pytest.raises(StorageFault, match=r"read-?only"):
        await write()
    reader = await open_database(blank, keys, key_place="here")
    await reader.close()
    reader = await open_database(blank, keys, key_place="here", reader=True)

    async def put() -> None:
        async with reader.unit() as unit:
            await unit.meta.put("mark", b"")

    with pytest.raises(Exception, match=r"read-?only"):
        await put()
    await reader.close()


async def test_a_server_that_waits_for_no_disk(blank: str, tmp_path: Path) -> None:
    """The server of these tests does not, to be quick."""
    settings = settings_in(tmp_path, UNDERSIGNED_DATABASE=blank)
    looked = await first_look(settings, dt.datetime.now(dt.UTC))
    (journal,) = [each for each in looked.findings if each.what == "journal"]
    if sqlite_file(blank) is not None:
        assert journal.verdict in {Verdict.OK, Verdict.NOTE}
        return
    assert journal.verdict is Verdict.WRONG
    assert "fsync is off, so that a power cut loses what was confirmed" in journal.said
