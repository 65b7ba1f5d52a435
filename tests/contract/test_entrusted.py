"""What is sealed to the organisers, on every database."""

from __future__ import annotations

from bot.domain.endorsement import Status
from bot.domain.ids import Number
from bot.storage.database import Database
from bot.storage.entrusted import SealedPart
from bot.storage.tables import endorsements
from tests.contract.test_storage import PORT
from tests.support.signed import prepare, sign_all


async def test_parts_are_read_in_pages_and_erased_together(database: Database) -> None:
    await prepare(database, PORT, "other")
    first, second, third = await sign_all(
        database, ["A", "B", "C"], PORT, PORT, "other", status=Status.REJECTED
    )
    async with database.unit() as unit:
        for number, age in [(second, b"b0"), (first, b"a0"), (third, b"c0"), (first, b"a1")]:
            await unit.entrusted.add(number, age)

    async def pages() -> list[list[SealedPart]]:
        found, last = [], (0, -1)
        async with database.unit() as unit:
            while page := await unit.entrusted.of_statement(PORT, last, 2):
                found.append(page)
                last = page[-1].number, page[-1].part
        return found

    ages = [[(part.number, part.age) for part in page] for page in await pages()]
    assert ages == [[(first, b"a0"), (first, b"a1")], [(second, b"b0")]]
    async with database.unit() as unit:
        await unit.entrusted.erase(first)
    assert [[part.age for part in page] for page in await pages()] == [[b"b0"]]


async def test_what_is_left_is_decided_and_not_sealed(database: Database) -> None:
    await prepare(database, PORT)
    decided = await sign_all(database, ["A", "B", "C", "D"], PORT, status=Status.REJECTED)
    await sign_all(database, ["Waits"], PORT)
    sealed, emptied, *left = decided
    c = endorsements.c
    async with database.unit() as unit:
        change = endorsements.update()
        await unit._connection.execute(change.where(c.number == sealed).values(entrusted=True))
        erase = change.values(sealed_name=None, sealed_details=None, sealed_decision=None)
        await unit._connection.execute(erase.where(c.number == emptied))
        found = await unit.entrusted.left(Number(0), 10)
        assert [record.number for record in found] == left
        assert len(await unit.entrusted.left(Number(0), 1)) == 1
        assert [r.number for r in await unit.entrusted.left(left[0], 10)] == left[1:]
