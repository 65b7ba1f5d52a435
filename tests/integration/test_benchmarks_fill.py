"""That a filled database is one that the bot could have written: a start looks at all of it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.fill import STATEMENT, NotEmpty, fill
from bot.bootstrap.opening import open_storage, read_settings
from bot.domain.log import State
from bot.storage.lists import Order
from tests.support.dialogue import SHIPPED

COUNT = 150


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config = "database: sqlite:///data/filled.db\nstatements: statements\nlanguages: [en, ar]\n"
    (tmp_path / "config.yaml").write_text(config, "utf-8")
    shutil.copytree(SHIPPED, tmp_path / "statements")
    return tmp_path


async def test_a_start_finds_all_of_it_as_it_was_left(folder: Path) -> None:
    await fill(folder, COUNT)
    async with open_storage(read_settings(folder / "config.yaml"), whole=True) as database:
        assert database.integrity is None
        async with database.unit() as unit:
            (counts,) = (await unit.endorsements.counts([STATEMENT])).values()
            listed = await unit.lists.page(Order(STATEMENT), 1000)
            said = [
                e.opening.says.get("state") async for e in unit.log.entries(STATEMENT) if e.opening
            ]
            found = await unit.name_index.find([STATEMENT], listed[0].name, public=True)
    assert counts.pending + counts.verified + counts.rejected + counts.withdrawn == COUNT
    assert min(counts.pending, counts.rejected, counts.withdrawn) > 0
    assert counts.verified > len(listed) > COUNT / 2
    assert Counter(said)[State.LISTED] == len(listed)
    assert listed[0].number in found


async def test_what_is_there_stays(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "kept.json").write_text(json.dumps("kept"), "utf-8")
    with pytest.raises(NotEmpty):
        await fill(folder, COUNT)
