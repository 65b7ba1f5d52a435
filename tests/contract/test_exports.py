"""The public list as a file: in pages, of which each is gone before the next is read."""

from __future__ import annotations

import csv
import gc
import io
import json
import time
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.endorsement import Visibility
from bot.domain.log import EntryKind, LifeEvent, life_body
from bot.services import export
from bot.statements.loader import load
from bot.statements.model import Statement
from bot.storage.database import Database
from bot.storage.lists import Order
from bot.storage.log import Entry
from tests.contract.test_storage import PORT
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.pace import slowness
from tests.support.signed import OnList, list_all, prepare
from tests.support.statements import write_port

KINDS = ("person", "organisation", "person")
NAMES = [OnList(f"{name} {at}", kind=KINDS[at % 3]) for at in range(12) for name in ("Ä", "Z", "ب")]


@pytest.fixture
def port(tmp_path: Path) -> Statement:
    return next(iter(load(write_port(tmp_path), ZoneInfo("UTC")).library))


async def text_of(database: Database, port: Statement, form: str, size: int = 50) -> str:
    return "".join([piece async for piece in export.export(database.unit, port, form, size)])


@pytest.mark.sampled(2)
@pytest.mark.parametrize("size", [1, 7, 12, 36, 500])
async def test_a_page_may_end_anywhere(database: Database, port: Statement, size: int) -> None:
    await prepare(database, "port", "quay")
    await list_all(database, "port", NAMES)
    await list_all(database, "quay", [OnList("Somebody Else")])
    whole = {form: await text_of(database, port, form) for form in ("csv", "json")}
    assert {form: await text_of(database, port, form, size) for form in whole} == whole
    rows = json.loads(whole["json"])
    assert sorted(row["name"] for row in rows) == sorted(one.name for one in NAMES)
    assert [row["kind"] for row in rows] == ["organisation"] * 12 + ["person"] * 24
    assert whole["json"] == json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    lines = csv.DictReader(io.StringIO(whole["csv"].removeprefix("\ufeff"), newline=""))
    assert [line["name"] for line in lines] == [row["name"] for row in rows]


async def test_an_empty_list(database: Database, port: Statement) -> None:
    await prepare(database, "port")
    assert await text_of(database, port, "json") == "[]\n"
    assert len((await text_of(database, port, "csv")).splitlines()) == 1


async def test_a_name_at_the_end_of_a_page_that_goes_takes_none_with_it(
    database: Database, port: Statement
) -> None:
    await prepare(database, "port")
    await list_all(database, "port", NAMES)
    names: list[str] = []
    async for piece in export.export(database.unit, port, "json", 4):
        names += [row["name"] for row in json.loads("[" + piece.strip("[],\n") + "]")]
        if len(names) == 4:
            async with database.unit() as unit:
                listed = {row.name: row for row in await unit.lists.page(Order(PORT), 100)}
                gone = listed[names[-1]].number
            async with database.unit() as unit:
                record = await unit.endorsements.get(gone)
                assert record is not None
                hidden = replace(record, visibility=Visibility.COUNTED, listed=False)
                assert await unit.endorsements.save(record, hidden) is not None
    assert sorted(names) == sorted(one.name for one in NAMES)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("count", [1_500, pytest.param(3_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("form", ["csv", "json"])
async def test_memory_does_not_grow_with_the_list(
    database: Database, port: Statement, form: str, count: int
) -> None:
    await prepare(database, "port")
    peaks, listed = [], 0
    for size in (count // 10, count):
        more = [OnList(f"Amal {at}") for at in range(listed, size)]
        await list_all(database, "port", more, findable=False)
        listed = size
        # What is made once, as compiled statements are, is no part of it.
        await text_of(database, port, form)
        gc.collect()
        gc.freeze()
        tracemalloc.start()
        async for _piece in export.export(database.unit, port, form, 50):
            # What refers to itself is gone when Python looks for it, which is chance.
            gc.collect()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        gc.unfreeze()
    assert peaks[1] < 2 * peaks[0]


async def test_the_newest_of_a_page_are_those_of_all(database: Database) -> None:
    await prepare(database, "port")
    said = life_body(LifeEvent.PAUSED)
    refs = [bytes([at % 5]) * 16 for at in range(23)]
    async with database.unit() as unit:
        await unit.log.append(PORT, [Entry(EntryKind.LIFE, said, ref=ref) for ref in refs])
    async with database.unit() as unit:
        size = await unit.log.size(PORT)
        begun = size - len(refs)
        for end in (size, size - 3):
            found: set[int] = set()
            for start in range(0, end, 4):
                stop = min(start + 4, end)
                found |= await unit.log.newest_between(PORT, start, stop, end)
            last = {ref: begun + at for at, ref in enumerate(refs) if begun + at < end}
            assert {at for at in found if at >= begun} == set(last.values())


@pytest.fixture
async def d(tmp_path: Path) -> AsyncIterator[Dialogue]:
    async with open_dialogue(tmp_path, write_port(tmp_path)) as dialogue:
        yield dialogue


async def test_what_is_too_big_for_a_chat_names_the_command(
    d: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.commands.admin.MOST_IN_CHAT", 20)
    await prepare(d.database, "port")
    await list_all(d.database, "port", [OnList(f"Amal {at}") for at in range(20)])
    (sent,) = [did for did in await d.say("zaid@admins: /export csv") if did.path]
    assert "20 public names" in sent.text
    await list_all(d.database, "port", [OnList("Rami")])
    for form in ("csv", "json"):
        told = await d.answer(f"zaid@admins: /export {form}")
        assert told.path is None
        assert "too big to send here" in told.text
        assert f"undersigned export --statement port --format {form}" in told.text
    assert len(await d.rows("SELECT 1 FROM admin_actions WHERE action = 'export'")) == 1
    monkeypatch.setattr("bot.commands.admin.MOST_IN_CHAT", 0)
    assert "--format signed" in (await d.answer("zaid@admins: /export signed")).text


async def test_a_piece_holds_nobody_up(database: Database, port: Statement) -> None:
    """Between two of them others are answered; a pause of Python's own may come once."""
    await prepare(database, "port")
    await list_all(database, "port", [OnList(f"Amal {at}") for at in range(3_000)], findable=False)
    longest = []
    for _ in range(3):
        took, began = 0.0, time.process_time()
        async for _piece in export.export(database.unit, port, "json"):
            took = max(took, time.process_time() - began)
            began = time.process_time()
        longest.append(took / slowness())
    assert min(longest) < 0.05
