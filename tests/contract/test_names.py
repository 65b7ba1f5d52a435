"""Names are found by their words on every database, wherever those words are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain import lifecycle
from bot.domain.endorsement import Details, Endorsement, Given, Kind, Route, Status, Visibility
from bot.domain.ids import AdapterName, ChatRef, Country, Language, Number, StatementId, UserRef
from bot.domain.selection import Selection
from bot.storage.database import Database
from bot.storage.tables import name_words
from bot.storage.unit import Unit
from tests.contract.test_storage import CONSOLE, DIGEST, NOON, PORT, prepare

CHAT = ChatRef(AdapterName("console"), "12345")


async def sign(unit: Unit, name: str) -> Endorsement:
    """A first endorsement, findable, by an account of its own."""
    total = await unit.endorsements.total()
    tag = await unit.statements.signer_tag(Kind.PERSON, UserRef(CONSOLE, str(total)), PORT)
    route = Route(CHAT, Language("en"))
    given = Given(
        *(PORT, Kind.PERSON, Language("en"), DIGEST, name, Country("TN"), Visibility.PUBLIC),
        *(Details(), route),
    )
    record = await unit.endorsements.add(lifecycle.sign(tag, given, NOON).record)
    assert record is not None
    await unit.name_index.put(None, record)
    return record


async def change(unit: Unit, before: Endorsement, **values: Any) -> Endorsement:
    after = await unit.endorsements.save(before, replace(before, **values))
    assert after is not None
    await unit.name_index.put(before, after)
    return after


async def found(unit: Unit, typed: str, *, public: bool = False) -> list[Number]:
    return await unit.name_index.find([StatementId("port")], typed, public=public)


@pytest.fixture
async def names(database: Database) -> Database:
    """Ready to be used."""
    await prepare(database)
    async with database.unit() as unit:
        assert await unit.name_index.read_on()
    return database


async def test_who_comes_meanwhile_is_resembled_by_the_next_one_of_a_batch(names: Database) -> None:
    async with names.unit() as unit:
        assert await unit.name_index.resembling(PORT, "Amal Haddad", Number(0)) == []
        one = await sign(unit, "Amal Haddad")
        assert await unit.name_index.resembling(PORT, "Amal Haddad", Number(0)) == [one.number]


async def test_public_and_hidden_names_are_found_together(names: Database) -> None:
    async with names.unit() as unit:
        one = await sign(unit, "Amal Haddad")
        other = await sign(unit, "Amal Khalil")
        await sign(unit, "Nour Aziz")
        # What a message puts here the next one of the same batch finds.
        assert await found(unit, "amal") == [one.number, other.number]
    async with names.unit() as unit:
        await change(unit, one, status=Status.VERIFIED, listed=True)
        assert await found(unit, "amal") == [one.number, other.number]
        assert await found(unit, "amal", public=True) == [one.number]
        alike = await unit.name_index.resembling(PORT, "Amal Haddad", other.number)
        assert alike == [one.number]
        assert await unit.name_index.spread(PORT, "Amal Saleh", Number(0)) == (3, 0, [2, 0])
        stored = set(await unit._connection.scalars(sa.select(name_words.c.number)))
    assert stored == {one.number}


async def test_the_queue_is_filtered_by_words(names: Database) -> None:
    async with names.unit() as unit:
        for number in range(3):
            await sign(unit, f"Amal Haddad {number}")
        other = await sign(unit, "Nour Aziz")
        await change(unit, other, status=Status.VERIFIED, listed=True)
        assert (await unit.queue.waiting(Selection(name="amal"))).total == 3
        assert (await unit.queue.waiting(Selection(name="amal haddad 2"))).total == 1
        assert (await unit.queue.waiting(Selection(name="nour"))).total == 0
        assert (await unit.queue.waiting(Selection(name="nobody"))).total == 0


async def test_what_is_not_committed_leaves_nothing_in_memory(names: Database) -> None:
    async with names.unit() as unit:
        one = await sign(unit, "Amal Haddad")
        two = await sign(unit, "Nadia Khalil")
        three = await sign(unit, "Rami Mansour")
        three = await change(unit, three, status=Status.VERIFIED, listed=True)
        size = await held(names)

    async def fail() -> None:
        async with names.unit() as unit:
            await sign(unit, "Somebody Else")
            await change(unit, one, name="Nour Aziz")
            await change(unit, two, status=Status.VERIFIED, listed=True)
            await change(unit, three, visibility=Visibility.ORGANISERS)
            assert await found(unit, "nour") == [one.number]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with names.unit() as unit:
        # One that finds nothing has read nothing anew.
        assert unit.queue is not None
    async with names.unit() as unit:
        assert await found(unit, "somebody") == []
        assert await found(unit, "nour") == []
        assert await found(unit, "haddad") == [one.number]
        assert await found(unit, "khalil") == [two.number]
        assert await found(unit, "mansour") == [three.number]
        assert await found(unit, "mansour", public=True) == [three.number]
    assert await held(names) == size


async def held(database: Database) -> int:
    """How many words there are in memory, which is what is counted to bound them."""
    rows = await (await database._hidden.connection()).execute(sa.select(name_words))
    number = len(rows.all())
    assert number == database._hidden._held
    return number
