"""What waits with a card and without, on both databases, however much waits."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from bot.adapters.console.adapter import NAME
from bot.domain.calling import Uncarded
from bot.domain.endorsement import Endorsement, Kind
from bot.domain.ids import ChatRef, Number, UserRef
from bot.storage.database import Database
from bot.storage.jobs import Job, JobKey, JobKind
from tests.contract.test_storage import NOON, PORT, given, prepare

LOOK = JobKey(JobKind.CALL)
AGES_AGO = NOON.replace(year=1970)


async def add(database: Database, key: str, kind: Kind = Kind.PERSON, **is_: bool) -> Number:
    signer = ChatRef(NAME, key) if kind is Kind.ORGANISATION else UserRef(NAME, key)
    async with database.unit() as unit:
        tag = await unit.statements.signer_tag(kind, signer, PORT)
        record = replace(given(tag, kind=kind), marked=is_.get("marked", False))
        record = replace(record, wave=is_.get("wave", False), carded=is_.get("carded", False))
        added: Endorsement | None = await unit.endorsements.add(record)
        assert added is not None
        await unit.name_index.put(None, added)
    return added.number


async def test_counts_and_numbers(database: Database) -> None:
    await prepare(database)
    async with database.unit() as unit:
        assert await unit.cards.oldest() is None
        assert await unit.cards.uncarded() == Uncarded()
    await add(database, "1", carded=True)
    await add(database, "2", Kind.ORGANISATION, carded=True)
    await add(database, "3")
    await add(database, "4", marked=True)
    await add(database, "5", wave=True)
    await add(database, "6", Kind.ORGANISATION, wave=True, marked=True)
    await add(database, "7", Kind.ORGANISATION)
    async with database.unit() as unit:
        cards = unit.cards
        assert await cards.standing() == {Kind.PERSON: 1, Kind.ORGANISATION: 1}
        assert await cards.open(5) == [2, 1]
        assert await cards.fresh(5) == [7, 3, 4]
        assert await cards.fresh(1) == [7]
        assert await cards.looked_at()
        assert await cards.fresh(5) == []
        assert not await cards.looked_at()
        assert await cards.uncarded() == Uncarded(5, organisations=2, marked=2, wave=2)
        assert await cards.oldest() == (7, NOON)
    await add(database, "8", carded=True)
    await add(database, "9")
    async with database.unit() as unit:
        assert await unit.cards.fresh(5) == [9]
        assert await unit.cards.looked_at()


async def test_open_cards_are_no_rows_that_are_counted(database: Database) -> None:
    """Not among ten thousand that wait."""
    asked: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        asked.append(statement)

    engine = database._engine.sync_engine
    if engine.dialect.name != "sqlite":
        return
    sa.event.listen(engine, "before_cursor_execute", note)
    async with database.unit() as unit:
        asked.clear()
        await unit.cards.standing()
        (query,) = asked
        assert "endorsements" not in query
    sa.event.remove(engine, "before_cursor_execute", note)


async def test_a_job_that_is_ensured_is_not_moved(database: Database) -> None:
    async with database.unit() as unit:
        await unit.jobs.ensure(Job(LOOK, NOON))
        assert unit.jobs.soonest == NOON
    async with database.unit() as unit:
        await unit.jobs.ensure(Job(LOOK, AGES_AGO))
        assert unit.jobs.soonest is None, "so nobody looks for what is due"
        assert await unit.jobs.due(AGES_AGO, 10, ()) == []
        assert [job.key for job in await unit.jobs.due(NOON, 10, ())] == [LOOK]
