"""The public lists, page by page: complete, in order, and as fast for many as for few."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.endorsement import Kind
from bot.domain.ids import Country, Digest, Number, StatementId
from bot.storage.database import Database
from bot.storage.endorsements import PublicEndorsement
from bot.storage.lists import Anchor, Order
from bot.text.collation import script_place
from tests.support.signed import DIGEST, OnList, list_all, prepare

PORT = StatementId("port")
LATIN, ARABIC = script_place("a"), script_place("ا")
EVERYBODY = [
    *(OnList(f"{first} {last}", "TN") for first in ("Zoe", "Ana", "Émile") for last in "ABCDEFG"),
    *(OnList(f"{first} حداد", "IQ") for first in ("أمل", "رامي", "نور")),
    OnList("Łucja Nowak", "PL", affiliation="Nurse"),
    OnList("Олена Коваль", place="Kurdistan"),
    OnList("Readers of Sfax", "TN", "organisation"),
    OnList("قراء تونس", None, "organisation"),
    OnList("李华", "CN"),
    OnList("李华", "CN"),
]


async def anchor(database: Database, row: PublicEndorsement) -> Anchor:
    async with database.unit() as unit:
        found = await unit.lists.anchor(PORT, row.number)
    assert found is not None
    return found


async def walk(database: Database, order: Order, size: int) -> list[PublicEndorsement]:
    """All pages, forwards."""
    found: list[PublicEndorsement] = []
    while True:
        at = await anchor(database, found[-1]) if found else None
        async with database.unit() as unit:
            page = await unit.lists.page(order, size, at)
        if not page:
            return found
        found += page


async def listed(database: Database) -> None:
    await prepare(database, "port", "quay")
    await list_all(database, "port", EVERYBODY)
    await list_all(database, "quay", [OnList("Somebody Else", "TN")])


@pytest.mark.parametrize("size", [1, 3, 100])
async def test_every_name_once_whatever_the_size_of_a_page(database: Database, size: int) -> None:
    await listed(database)
    found = [row.name for row in await walk(database, Order(PORT, LATIN), size)]
    assert sorted(found) == sorted(one.name for one in EVERYBODY)
    assert found[:2] == ["Readers of Sfax", "قراء تونس"]
    persons = found[2:]
    assert [name[:3] for name in persons[:21:7]] == ["Ana", "Émi", "Łuc"]
    assert persons[-6:] == ["Олена Коваль", "أمل حداد", "رامي حداد", "نور حداد", "李华", "李华"]


async def test_the_script_of_the_reader_comes_first(database: Database) -> None:
    await listed(database)
    found = [row.name for row in await walk(database, Order(PORT, ARABIC), 4)]
    assert found[:5] == ["قراء تونس", "Readers of Sfax", "أمل حداد", "رامي حداد", "نور حداد"]
    assert found[5].startswith("Ana")
    assert len(found) == len(EVERYBODY)


async def test_backwards_is_forwards_turned_around(database: Database) -> None:
    await listed(database)
    for order in (Order(PORT, ARABIC), Order(PORT, LATIN, Country("TN"))):
        forwards = await walk(database, order, 5)
        for place, row in enumerate(forwards):
            at = await anchor(database, row)
            async with database.unit() as unit:
                before = await unit.lists.page(order, 5, at, back=True)
            assert before == forwards[max(0, place - 5) : place]


async def test_names_that_come_meanwhile_move_nothing(database: Database) -> None:
    """Whoever was there is met once, wherever new names come in between two pages."""
    await listed(database)
    order = Order(PORT, LATIN)
    found: list[PublicEndorsement] = []
    for round_ in range(len(EVERYBODY)):
        at = await anchor(database, found[-1]) if found else None
        async with database.unit() as unit:
            page = await unit.lists.page(order, 4, at)
        if not page:
            break
        found += page
        await list_all(database, "port", [OnList("Aaa New"), OnList(f"Zzz New {round_}")])
    met = [row.name for row in found if "New" not in row.name]
    assert sorted(met) == sorted(one.name for one in EVERYBODY)


async def test_countries_letters_and_counts(database: Database) -> None:
    await listed(database)
    async with database.unit() as unit:
        assert await unit.lists.countries(PORT) == {"TN": 22, "IQ": 3, "PL": 1, "CN": 2}
        assert await unit.lists.counts(PORT) == {Kind.PERSON: 28, Kind.ORGANISATION: 2}
        assert await unit.lists.counts(PORT, Country("TN")) == {
            Kind.PERSON: 21,
            Kind.ORGANISATION: 1,
        }
        firsts = [row.name for row in await unit.lists.letters(Order(PORT, ARABIC), 84)]
        assert len(await unit.lists.letters(Order(PORT, ARABIC), 2)) == 2
    assert [name[0] for name in firsts] == list("أرنAÉŁZО李")
    in_tunisia = await walk(database, Order(PORT, LATIN, Country("TN")), 10)
    assert {row.country for row in in_tunisia} == {"TN"}
    assert len(in_tunisia) == 22


async def test_what_stands_beside_a_name(database: Database) -> None:
    await listed(database)
    rows = {row.name: row for row in await walk(database, Order(PORT, LATIN), 50)}
    assert rows["Łucja Nowak"].affiliation == "Nurse"
    assert rows["Олена Коваль"].place == "Kurdistan"
    assert rows["أمل حداد"].affiliation is None


async def test_what_the_names_on_a_list_except(database: Database) -> None:
    """Counted for each demand, of this statement and these texts alone."""
    await prepare(database, "port", "quay")
    names = [OnList("A", excepts="2, 10"), OnList("B", excepts="10"), OnList("C")]
    await list_all(database, "port", names)
    await list_all(database, "quay", [OnList("D", excepts="2")])
    async with database.unit() as unit:
        assert await unit.lists.excepted(PORT, [Digest(DIGEST)]) == {"2": 1, "10": 2}
        assert await unit.lists.excepted(PORT, [Digest("f" * 64)]) == {}
        rows = {row.name: row.excepts for row in await unit.lists.page(Order(PORT), 1000)}
    assert rows == {"A": ("2", "10"), "B": ("10",), "C": ()}


async def test_a_name_that_is_listed_no_more_is_no_anchor(database: Database) -> None:
    await listed(database)
    async with database._engine.begin() as connection:
        gone = "public_name = NULL, sort_key = NULL, public_affiliation = NULL, public_place = NULL"
        await connection.execute(sa.text(f"UPDATE endorsements SET {gone} WHERE number = 1"))
    async with database.unit() as unit:
        assert await unit.lists.anchor(PORT, Number(1)) is None
        assert await unit.lists.anchor(StatementId("quay"), Number(2)) is None
        assert await unit.lists.named(PORT, [Number(1), Number(2)], 5) != []


def many(count: int) -> list[OnList]:
    chance = random.Random(count)
    letters = ("abcdefghijklmnoprstuvwz", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي")
    return [
        OnList(
            "".join(chance.choices(letters[number % 2], k=12)),
            chance.choice(("TN", "IQ", "FR")) if number != 7 else "MT",
            "organisation" if number % 50 == 0 else "person",
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("count", [5_000, pytest.param(20_000, marks=pytest.mark.soak)])
async def test_a_page_of_many_thousands_costs_what_one_of_two_hundred_does(
    database: Database, count: int
) -> None:
    """Reading all takes far more than ten times as long; a busy machine is no reason to."""
    await prepare(database, "port", "quay")
    await list_all(database, "port", many(count))
    await list_all(database, "quay", many(200))

    async def took(use: Callable[[Any, StatementId], Awaitable[object]]) -> tuple[float, float]:
        """Of many and of few, in seconds: the best of several, each beside the other."""
        best = [9.0, 9.0]
        for _ in range(7):
            for at, statement in enumerate((PORT, StatementId("quay"))):
                async with database.unit() as unit:
                    begin = time.perf_counter()
                    await use(unit.lists, statement)
                    best[at] = min(best[at], time.perf_counter() - begin)
        return best[0], best[1]

    middle = {PORT: Number(count // 2 + 8), StatementId("quay"): Number(count + 108)}

    async def beside(lists: Any, statement: StatementId, *, back: bool) -> None:
        at = await lists.anchor(statement, middle[statement])
        assert len(await lists.page(Order(statement, ARABIC), 21, at, back=back)) == 21

    async def of_a_small_country(lists: Any, statement: StatementId) -> None:
        assert len(await lists.page(Order(statement, LATIN, Country("MT")), 21)) == 1

    for use in (
        lambda lists, statement: lists.page(Order(statement, LATIN), 21),
        lambda lists, statement: beside(lists, statement, back=False),
        lambda lists, statement: beside(lists, statement, back=True),
        of_a_small_country,
    ):
        of_many, of_few = await took(use)
        assert of_many < 10 * of_few
