"""A commit that seems to have failed and was carried out: the disk could not say that all of it is
there. On PostgreSQL, where a server is lost behind it, all is opened anew (test_lost_servers)."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.ids import AdapterName, ChatRef
from bot.privacy import Keyring
from bot.storage.database import Database
from bot.storage.errors import HandledAlready, StorageUnavailable
from bot.storage.inbox import NewEvent
from bot.storage.opening import open_database
from tests.support.blank import write_blank
from tests.support.dialogue import Dialogue, number_in, settings_in

HERE = AdapterName("here")


class Lost(sa.exc.OperationalError):
    """What a driver says then."""

    def __init__(self) -> None:
        super().__init__("COMMIT", None, OSError("lost"), connection_invalidated=True)


def lose_an_answer(database: Database, monkeypatch: pytest.MonkeyPatch, after: int = 0) -> None:
    """To the next commit, or to one behind it."""
    engine = database._engine.sync_engine
    commit: Any = engine.dialect.do_commit
    left = itertools.count(after, -1)

    def done_and_lost(connection: object) -> None:
        commit(connection)
        if next(left) == 0:
            raise Lost

    monkeypatch.setattr(engine.dialect, "do_commit", done_and_lost)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(
        f"sqlite:///{tmp_path / 'a.db'}", Keyring([b"k" * 32]), key_place="the test"
    )
    yield opened
    await opened.close()


@pytest.fixture
async def dialogue(tmp_path: Path, port: Path) -> AsyncIterator[Dialogue]:
    write_blank(tmp_path)
    talk = Dialogue(settings_in(tmp_path, port))
    await talk.start()
    yield talk
    await talk.stop()


async def test_what_is_known_is_read_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.unit() as unit:
        unit.heads.put("turn", b"1")
    lose_an_answer(database, monkeypatch)
    with pytest.raises(StorageUnavailable):
        async with database.unit() as unit:
            unit.heads.put("turn", b"2")
    async with database.unit() as unit:
        assert await unit.heads.get("turn") == b"2"


async def test_an_event_is_not_handled_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = dt.date(2026, 3, 1)
    async with database.unit() as unit:
        await unit.inbox.add(HERE, [NewEvent("1", ChatRef(HERE, "amal"), b"said")])
    async with database.unit() as unit:
        (row,) = await unit.inbox.after(0, 10)
    lose_an_answer(database, monkeypatch)
    with pytest.raises(StorageUnavailable):
        async with database.unit() as unit:
            unit.inbox.done(row, today)
    with pytest.raises(HandledAlready):
        async with database.unit() as unit:
            unit.inbox.done(row, today)
    async with database.unit() as unit:
        assert await unit.inbox.after(0, 10) == []


@pytest.mark.parametrize("after", range(4))
async def test_what_is_held_in_memory_follows(
    dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Whichever of the commits it is: cards come in the language that was chosen for the admins."""
    await dialogue.say("zaid@admins: /help")
    lose_an_answer(dialogue.database, monkeypatch, after)
    await dialogue.say("zaid@admins: /language ar")
    asked = ("/sign port", "[confirm]", "Amal Haddad", "[skip]", "[skip]", "[public]", "[confirm]")
    said = await dialogue.say(*(f"amal: {line}" for line in asked))
    (card,) = [did.text for did in said if did.chat == "@admins"]
    assert "بانتظار" in card


@pytest.mark.parametrize("after", range(4))
async def test_who_signs_is_told_once_and_the_bot_goes_on(
    dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Whichever of the commits of a signature it is; the next start finds all as it was left."""
    asked = ("/sign port", "[confirm]", "Amal Haddad", "[skip]", "[skip]", "[public]")
    await dialogue.say(*(f"amal: {line}" for line in asked))
    lose_an_answer(dialogue.database, monkeypatch, after)
    said = await dialogue.say("amal: [confirm]")
    told = [did.text for did in said if did.chat == "amal" and "Recorded" in did.text]
    assert len(set(told)) == 1
    assert number_in(told[0]) == 1
    await dialogue.sign("rami", "Rami Mansour")
    await dialogue.restart()
    assert await dialogue.rows("SELECT count(*) FROM dead_letters") == [(0,)]
    assert (await dialogue.counts()).pending == 2
