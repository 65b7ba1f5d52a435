"""Finding and comparing among 100,000 names in six scripts: how long, how much is decrypted."""

import random
import statistics
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
import pytest_asyncio

from bot.domain.ids import Number
from bot.privacy import Keyring
from bot.services.find import PAGE, find
from bot.services.likeness import likeness_of
from bot.storage.database import Database, open_database
from bot.storage.names import MOST_OPENED
from bot.text.alike import ALIKE, Compared, name_keys
from tests.support.names import SCRIPTS, made_up, mistyped
from tests.support.signed import names_opened, prepare, sign_all

pytestmark = pytest.mark.soak

COUNT = 100_000
IN_ONE = 10_000
ASKED = 600
LIMIT_MS = 50.0
NAMES = made_up(COUNT)


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=["one statement", "five statements"]
)
async def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Database]:
    folder = tmp_path_factory.mktemp("names")
    keys = Keyring([bytes(32)])
    opened = await open_database(f"sqlite:///{folder / 'bot.db'}", keys, key_place="a test")
    among = ["a"] if request.param == "one statement" else list("abcde")
    await prepare(opened, *among)
    began = time.perf_counter()
    for at in range(0, COUNT, IN_ONE):
        await sign_all(opened, NAMES[at : at + IN_ONE])
    seconds = time.perf_counter() - began
    size = (folder / "bot.db").stat().st_size
    print(f"\n{request.param}: {COUNT} names written in {seconds:.1f} s, {size / 1e6:.0f} MB")
    yield opened
    await opened.close()


def told(what: str, times: list[float], opened: list[int]) -> None:
    milliseconds = sorted(1000 * seconds for seconds in times)
    late = milliseconds[int(0.99 * len(milliseconds))]
    print(
        f"{what}: {len(times)} times, median {statistics.median(milliseconds):.1f} ms, "
        f"99 % {late:.1f} ms, most {milliseconds[-1]:.1f} ms; names decrypted: most {max(opened)}"
    )


@pytest.mark.asyncio(loop_scope="module")
async def test_find_is_quick_and_opens_a_page(database: Database) -> None:
    chance = random.Random(2)
    asked = [*chance.sample(NAMES, ASKED)]
    asked += [chance.choice(name.split()) for name in chance.sample(NAMES, ASKED)]
    asked += ["Maria", "محمد", "Анна", "अमित", "王", "สมชาย", "Maria García", "محمد الأحمد", "伟王"]
    times, counts = [], []
    for typed in asked:
        with names_opened() as opened:
            began = time.perf_counter()
            async with database.unit() as unit:
                result = await find(unit, typed)
            times.append(time.perf_counter() - began)
        counts.append(len(opened))
        assert result.total or typed == "伟王"
    told("find", times, counts)
    assert max(counts) <= PAGE
    assert max(times) * 1000 < LIMIT_MS


@pytest.mark.asyncio(loop_scope="module")
async def test_similar_names_come_quickly(database: Database) -> None:
    chance = random.Random(3)
    times, counts = [], []
    reached = 0
    for number in chance.sample(range(1, COUNT + 1), ASKED):
        async with database.unit() as unit:
            record = await unit.endorsements.get(Number(number))
            assert record is not None
            with names_opened() as opened:
                began = time.perf_counter()
                found = await likeness_of(unit, record)
                times.append(time.perf_counter() - began)
            counts.append(len(opened))
            reached += bool(found.similar)
    told(f"similar names ({reached} with a mark)", times, counts)
    assert max(counts) <= MOST_OPENED
    assert max(times) * 1000 < LIMIT_MS


def test_where_names_begin_to_be_alike() -> None:
    """What `ALIKE` was chosen by."""
    chance = random.Random(5)
    for at, script in enumerate(SCRIPTS):
        names = sorted(set(NAMES[at :: len(SCRIPTS)]))
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
