"""Names that are not public are read into memory at a start, while the bot works already."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from bot.bootstrap.wiring import Bot
from bot.delivery.names import FIRST_STEPS, NameReader
from bot.domain.endorsement import Endorsement
from bot.domain.ids import Language, Number
from bot.privacy import Keyring
from bot.services.find import Found, find
from bot.storage import hidden_names
from bot.storage.database import Database
from bot.storage.hidden_names import MANY, Common
from bot.storage.lists import Order
from bot.storage.name_index import READ_AT_ONCE
from bot.storage.opening import open_database
from bot.storage.unit import Unit
from bot.wording import finding
from bot.wording.voice import Voice
from tests.support.names import made_up
from tests.support.signed import OnList, list_all, prepare, sign_all
from tests.support.still import PORT, sign, still

EN = Voice(Language("en"))
MORE_THAN_AT_FIRST = FIRST_STEPS * READ_AT_ONCE + 10
KEYS = Keyring([bytes(32)])
STEP = 0.05
"""Seconds for which no step may keep the event loop."""


async def nothing(_unit: Unit, _number: Number) -> None:
    """Nobody is compared again."""


async def found(database: Database, typed: str) -> Found:
    async with database.unit() as unit:
        return await find(unit, typed)


async def signed(database: Database, bot: Bot, who: str, name: str) -> Endorsement:
    async with database.unit() as unit:
        number = await sign(unit, bot, who, name)
    return await get(database, number)


async def get(database: Database, number: Number) -> Endorsement:
    async with database.unit() as unit:
        record = await unit.endorsements.get(number)
    assert record is not None
    return record


async def test_few_names_are_there_from_the_first_moment(tmp_path: Path, port: Path) -> None:
    async with still(tmp_path, port) as (database, _):
        await prepare(database)
        await sign_all(database, ["Amal Haddad", *made_up(100)], "port")
    async with still(tmp_path, port) as (database, _):
        assert (result := await found(database, "amal haddad")).complete
        assert result.total == 1


async def test_find_says_while_names_are_still_read(tmp_path: Path, port: Path) -> None:
    async with still(tmp_path, port) as (database, _):
        await prepare(database)
        await sign_all(database, [*made_up(MORE_THAN_AT_FIRST), "Amal Canarybird"], "port")
    async with still(tmp_path, port) as (database, bot):
        before = await found(database, "canarybird")
        assert (before.total, before.complete) == (0, False)
        text = finding.found(EN, [], 0, complete=before.complete).plain
        assert "I've just started and am still reading names." in text
        await bot.names.work()
        after = await found(database, "canarybird")
        assert (after.total, after.complete) == (1, True)


async def test_marks_are_made_good(tmp_path: Path, port: Path) -> None:
    """Who signs before all names have been read is marked until they have been."""
    async with still(tmp_path, port) as (database, _):
        await prepare(database)
        await sign_all(database, [*made_up(MORE_THAN_AT_FIRST), "Karim Canarybird"], "port")
    async with still(tmp_path, port) as (database, bot):
        again = await signed(database, bot, "1", "Karim Canarybird")
        honest = await signed(database, bot, "2", "Zubaida Wintergreen")
        assert (again.marked, honest.marked) == (True, True)
        await bot.names.work()
        assert (await get(database, again.number)).marked
        assert not (await get(database, honest.number)).marked
        assert not (await signed(database, bot, "3", "Ingeborg Sonnleitner")).marked


async def test_where_there_are_too_many_find_says_so(
    tmp_path: Path, port: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hidden_names, "MOST_HELD", 20)
    async with still(tmp_path, port) as (database, bot):
        await prepare(database)
        for number in range(10):
            await signed(database, bot, str(number), f"Amal Haddad {number}")
        result = await found(database, "amal")
        assert 0 < result.total < 10
        assert (result.complete, result.full) == (True, True)
    text = finding.found(EN, [], 0, full=True).plain
    assert "There are too many names for me" in text


async def test_no_step_keeps_the_event_loop(tmp_path: Path) -> None:
    """In this thread's processor time, which others on the machine have no part in."""
    database = await many(tmp_path, 2000)
    longest = 0.0
    reading = asyncio.create_task(NameReader(database, nothing).work())
    while not reading.done():
        began = time.thread_time()
        await asyncio.sleep(0)
        longest = max(longest, time.thread_time() - began)
    await reading
    assert (await found(database, "!")).complete
    assert longest < STEP
    await database.close()


async def many(folder: Path, count: int) -> Database:
    """A database of which nothing has been read yet."""
    url, keys = f"sqlite:///{folder / 'bot.db'}", KEYS
    database = await open_database(url, keys, key_place="a test")
    await prepare(database, "port")
    await sign_all(database, made_up(count))
    await list_all(database, "port", [OnList(name) for name in made_up(100, seed=2)])
    await database.close()
    return await open_database(url, keys, key_place="a test")


async def test_what_is_public_is_not_read(tmp_path: Path) -> None:
    database = await many(tmp_path, 100)
    await NameReader(database, nothing).work()
    async with database.unit() as unit:
        rows = await (await database._hidden.connection()).exec_driver_sql(
            "SELECT count(DISTINCT number), max(number) FROM name_words"
        )
        assert rows.one() == (100, 100)
        assert unit.name_index.complete
    await database.close()


async def test_who_only_reads_the_counts_reads_no_names(tmp_path: Path) -> None:
    await (await many(tmp_path, 10)).close()
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    database = await open_database(url, KEYS, key_place="a test", reader=True)
    async with database.unit() as unit:
        assert (await unit.endorsements.counts([PORT]))[PORT].pending == 10
        assert len(await unit.lists.page(Order(PORT), 1000)) == 100
    assert not database._hidden.opened
    await database.close()


def test_words_that_many_have_are_counted_up_once_in_a_while() -> None:
    common = Common()
    common.learn({1: MANY, 2: MANY - 1})
    assert common.look(2) is None
    assert common.look(3) is None
    looks = MANY // 10
    assert [common.look(1) for _ in range(looks + 1)] == [*[MANY] * looks, None]
    common.learn({1: 2 * MANY})
    assert common.look(1) == 2 * MANY
