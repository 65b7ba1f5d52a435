"""Finding and comparing among 100,000 names in six scripts, hidden and public ones: how long, how
much is decrypted."""

import gc
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TypeVar

import pytest
import pytest_asyncio

from bot.domain.ids import Number
from bot.domain.likeness import Likeness
from bot.privacy import Keyring
from bot.services.find import PAGE, Found, find
from bot.services.likeness import likeness_of
from bot.storage.database import Database
from bot.storage.name_index import MOST_OPENED
from bot.storage.opening import open_database
from bot.text.alike import ALIKE, Compared, name_keys
from tests.support.names import SCRIPTS, made_up, mistyped
from tests.support.signed import OnList, list_all, names_opened, prepare, sign_all

pytestmark = pytest.mark.soak

COUNT = 100_000
IN_ONE = 10_000
ASKED = 600
LIMIT = 0.05
T = TypeVar("T")


def common(count: int) -> list[str]:
    """The worst that could be: every word is in tens of thousands of names."""
    return [
        *(f"Union of Workers of City{number % 3000}" for number in range(count // 2)),
        *(f"Union of Teachers Local {number}" for number in range(count // 4)),
        *(["Mohammed Ali"] * (count // 4)),
    ]


CAMPAIGNS = {
    "one statement": ("a", made_up, False),
    "five statements": ("abcde", made_up, False),
    "common words": ("ab", common, False),
    "public names": ("a", made_up, True),
}
"""The statements, who makes the names, and whether these are public."""


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=CAMPAIGNS)
async def campaign(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Database, list[str]]]:
    statements, made, public = CAMPAIGNS[request.param]
    names = made(COUNT)
    file = tmp_path_factory.mktemp("names") / "bot.db"
    database = await open_database(f"sqlite:///{file}", Keyring([bytes(32)]), key_place="a test")
    await prepare(database, *statements)
    began = time.perf_counter()
    for at in range(0, COUNT, IN_ONE):
        some = names[at : at + IN_ONE]
        if public:
            await list_all(database, statements, map(OnList, some), findable=True)
        else:
            await sign_all(database, some)
    seconds = time.perf_counter() - began
    print(
        f"\n{request.param}: {COUNT} names written in {seconds:.1f} s, "
        f"{file.stat().st_size / 1e6:.0f} MB"
    )
    # What only this test keeps in memory must not be searched for garbage meanwhile.
    gc.collect()
    gc.freeze()
    yield database, names
    gc.unfreeze()
    await database.close()


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one search: seconds it took, and of all threads on the processor, which are the same on
    a machine that does nothing else; names decrypted."""

    waited: float
    worked: float
    opened: int


async def measured(search: Callable[[], Awaitable[T]]) -> tuple[T, Cost]:
    with names_opened() as opened:
        began, worked = time.perf_counter(), time.process_time()
        found = await search()
        waited, worked = time.perf_counter() - began, time.process_time() - worked
    return found, Cost(waited, worked, len(opened))


def told(what: str, costs: list[Cost]) -> None:
    opened = max(cost.opened for cost in costs)
    print(f"{what}, {len(costs)} times; names decrypted: most {opened}")
    for kind, seconds in (
        ("worked", [cost.worked for cost in costs]),
        ("waited", [cost.waited for cost in costs]),
    ):
        ms = sorted(1000 * one for one in seconds)
        late = ms[int(0.99 * len(ms))]
        print(f"  {kind}: median {median(ms):.1f} ms, 99 % {late:.1f} ms, most {ms[-1]:.1f} ms")


@pytest.mark.asyncio(loop_scope="module")
async def test_find_is_quick_and_opens_a_page(campaign: tuple[Database, list[str]]) -> None:
    database, names = campaign
    chance = random.Random(2)
    asked = chance.sample(names, ASKED)
    asked += [chance.choice(name.split()) for name in chance.sample(names, ASKED)]
    asked += ["Maria", "王", "สมชาย", "Maria García", "ali union", "union of workers", "of union"]
    costs = []

    async def search() -> Found:
        async with database.unit() as unit:
            return await find(unit, typed)

    for typed in asked:
        found, cost = await measured(search)
        assert found.total or typed not in names
        costs.append(cost)
    told("find", costs)
    assert max(cost.opened for cost in costs) <= PAGE
    assert max(cost.worked for cost in costs) < LIMIT


@pytest.mark.asyncio(loop_scope="module")
async def test_similar_names_come_quickly(campaign: tuple[Database, list[str]]) -> None:
    database, names = campaign
    chance = random.Random(3)
    costs, marked = [], 0

    async with database.unit() as unit:

        async def compare() -> Likeness:
            return await likeness_of(unit, record)

        for number in chance.sample(range(1, COUNT + 1), ASKED):
            known = await unit.endorsements.get(Number(number))
            assert known is not None
            assert known.name == names[number - 1]
            record = known
            likeness, cost = await measured(compare)
            marked += bool(likeness.similar)
            costs.append(cost)
    told(f"similar names ({marked} with a mark)", costs)
    assert max(cost.opened for cost in costs) <= MOST_OPENED
    assert max(cost.worked for cost in costs) < LIMIT


def test_where_names_begin_to_be_alike() -> None:
    """What `ALIKE` was chosen by."""
    chance, everybody = random.Random(5), made_up(COUNT)
    for at, script in enumerate(SCRIPTS):
        names = sorted(set(everybody[at :: len(SCRIPTS)]))
        slips = [(n, s) for n in chance.sample(names, 1000) if (s := mistyped(n, chance)) != n]
        sharing: dict[str, list[str]] = defaultdict(list)
        for name in names:
            for word in name_keys(name).words:
                sharing[word].append(name)
        others = [
            pair
            for word in chance.sample(sorted(w for w in sharing if len(sharing[w]) > 1), 100)
            for pair in pairwise(chance.sample(sharing[word], min(10, len(sharing[word]))))
        ]
        rows = []
        for least in (80.0, ALIKE, 90.0):
            slipped, different = _share(slips, least), _share(others, least)
            rows.append(f"{least:.0f}: {slipped:.1%} / {different:.1%}")
            if least == ALIKE and script != "Chinese":
                assert slipped > 0.98
                assert different < 0.04
        print(f"\n{script}: alike with a slip / though different; {'; '.join(rows)}", end="")


def _share(pairs: list[tuple[str, str]], least: float) -> float:
    alike = sum(Compared.of(one).likeness(Compared.of(other)) >= least for one, other in pairs)
    return alike / len(pairs)
