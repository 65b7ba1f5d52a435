"""What everybody may see as of one checkpoint, whatever comes in while it is read."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import pytest

from bot.domain.counts import PublicCounts
from bot.domain.ids import Country
from bot.domain.log import EntryKind, State
from bot.services import signed_export
from bot.services.campaign import Publication
from bot.services.snapshot import Snapshot, snapshot
from bot.statements.model import Statement
from bot.storage.database import Database
from bot.storage.endorsements import PublicEndorsement
from bot.storage.lists import Order
from bot.storage.log import Entry
from bot.text.collation import sort_key
from bot.verify import verify
from bot.verify.exports import tally
from bot.verify.files import Export, read
from tests.contract.test_signed_export import MANY, filled, listed, port

__all__ = ["port"]

NAMES = ("Zoë Haddad", "أمل حداد", "Øyvind", "Amal", "Иван", "عمر", "amal", "王芳")


@pytest.fixture(autouse=True)
def _in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signed_export, "AT_ONCE", 7)


async def names_of(found: Snapshot, order: Order) -> list[PublicEndorsement]:
    return [name async for page in found.names(order) for name in page]


async def test_it_says_what_the_export_says(
    database: Database, port: Statement, tmp_path: Path
) -> None:
    await filled(database, port)
    file = tmp_path / "log.txt"
    with file.open("w", encoding="utf-8") as out:
        async with snapshot(database.unit, port, Publication(), proof=out.write) as found:
            assert found is not None
            names = await names_of(found, Order(port.id))
    out_of_file = read(file)
    assert isinstance(out_of_file, Export)
    assert verify(file, found.vkey).faults == []
    counts = tally(out_of_file)
    assert {name.number for name in names} == {says["number"] for says in counts.listed}
    assert len(names) == len(counts.listed) == found.counts.persons == MANY - 2
    assert (found.counts.organisations, found.counts.hidden) == (2, 2)
    assert found.countries == {Country("TN"): PublicCounts(MANY - 2)}
    assert [(day.date.isoformat(), day.persons) for day in found.days] == [("2025-03-01", MANY - 2)]
    today = database.now().date()
    assert [(day.date, day.organisations, day.persons) for day in found.came] == [
        (today, 2, MANY - 2)
    ]
    assert [(event.date, event.kind) for event in found.events] == [
        *[(today, EntryKind.TEXT)] * 2,
        (today, EntryKind.LIFE),
    ]
    assert found.as_of == dt.datetime.combine(today, dt.time(), dt.UTC)
    assert {name.affiliation for name in names if name.number == 5} == {"Port & Co"}


async def test_names_are_read_in_the_order_that_was_asked_for(
    database: Database, port: Statement
) -> None:
    async with database.unit() as unit:
        await unit.statements.ensure([port.id])
        lines = [listed(port, at, name=name) for at, name in enumerate(NAMES, 1)]
        lines.append(listed(port, 100, name="Union", kind="organisation", country="FR"))
        await unit.log.append(port.id, lines)
    arabic = sort_key("ع")[0]
    async with snapshot(database.unit, port, Publication()) as found:
        assert found is not None
        read = [name.name for name in await names_of(found, Order(port.id, arabic))]
        assert read == [
            "Union",
            "أمل حداد",
            "عمر",
            *sorted((each for each in NAMES if sort_key(each)[0] != arabic), key=sort_key),
        ]
        there = await names_of(found, Order(port.id, arabic, Country("FR")))
        assert [(name.name, name.kind.value) for name in there] == [("Union", "organisation")]


async def test_of_a_statement_that_was_not_opened_there_is_none(
    database: Database, port: Statement
) -> None:
    async with snapshot(database.unit, port, Publication()) as found:
        assert found is None


async def test_it_is_of_one_checkpoint_while_signers_come_and_go(
    database: Database, port: Statement, tmp_path: Path
) -> None:
    """Each piece of the log is read in a transaction of its own, between which others commit."""
    await filled(database, port)
    number, is_read = MANY + 10, asyncio.Event()
    committed = 0

    async def others() -> None:
        nonlocal number, committed
        while not is_read.is_set():
            async with database.unit() as unit:
                gone = await unit.log.ref(port.id, listed(port, 1 + number % MANY).number or 0)  # type: ignore[arg-type]
                unit.log.erase_openings(port.id, gone)
                out = Entry(EntryKind.RECORD, {"state": State.OUT}, ref=gone)
                await unit.log.append(port.id, [listed(port, number), out])
            number, committed = number + 1, committed + 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    for at in range(4):
        file = tmp_path / f"{at}.txt"
        before = committed
        with file.open("w", encoding="utf-8") as out:
            async with snapshot(database.unit, port, Publication(), proof=out.write) as found:
                assert found is not None
                names = await names_of(found, Order(port.id))
        assert committed > before
        export = read(file)
        assert isinstance(export, Export)
        assert verify(file, found.vkey).faults == []
        counts = tally(export)
        assert sorted(name.number for name in names) == sorted(
            int(str(says["number"])) for says in counts.listed
        )
        kinds = [name.kind.value for name in names]
        kinds += [str(says["kind"]) for says in counts.counted]
        assert found.counts.persons == kinds.count("person")
        assert found.counts.organisations == kinds.count("organisation")
        assert found.size == len(export.entries)
    is_read.set()
    await beside
