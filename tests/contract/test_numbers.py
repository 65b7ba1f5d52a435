"""The numbers of records tell nobody's turn."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.domain.endorsement import Kind
from bot.domain.ids import UserRef
from bot.privacy import Keyring
from bot.storage.database import Database
from bot.storage.numbers import Draw, at_random
from bot.storage.opening import open_database
from tests.contract.test_storage import CONSOLE, PORT, given, prepare


async def numbers(url: str, keys: Keyring, draw: Draw, count: int) -> list[int]:
    """Of so many, in the order of signing."""
    database = await open_database(url, keys, key_place="the test", draw=draw)
    try:
        await prepare(database)
        return [await sign(database, n) for n in range(count)]
    finally:
        await database.close()


async def sign(database: Database, n: int) -> int:
    async with database.unit() as unit:
        tag = await unit.statements.signer_tag(Kind.PERSON, UserRef(CONSOLE, str(n)), PORT)
        record = await unit.endorsements.add(given(tag))
        assert record is not None
        assert await unit.endorsements.total() == n + 1
        return record.number


async def test_two_accounts_of_an_attacker_do_not_frame_the_number_between(
    url: str, keys: Keyring
) -> None:
    """Whoever signs in between has a number between theirs in one case of three."""
    found = await numbers(url, keys, at_random, 40)
    framed = [a < b < c for a, b, c in zip(found, found[1:], found[2:], strict=False)]
    assert sum(framed) < 30
    assert any(later < earlier for earlier, later in pairwise(found))
    assert len(set(found)) == 40


@pytest.mark.parametrize("records", [0, 1, 999, 1000, 54_321])
def test_the_range_is_at_least_ten_times_the_count(records: int) -> None:
    drawn = [at_random(records) for _ in range(2_000)]
    assert min(drawn) >= 1
    assert len(str(max(drawn))) >= max(4, len(str(10 * records)))
    # Of numbers between 1 and ten times the count a tenth would be below the count.
    assert sum(number <= records for number in drawn) < 400


async def test_a_number_that_is_taken_is_drawn_again(url: str, keys: Keyring) -> None:
    drawn = iter([5, 5, 5, 9, 9, 5, 7])
    assert await numbers(url, keys, lambda _: next(drawn), 3) == [5, 9, 7]


async def test_nobody_draws_for_ever(url: str, keys: Keyring) -> None:
    with pytest.raises(RuntimeError):
        await numbers(url, keys, lambda _: 5, 2)


async def test_each_is_told_how_many_there_are(url: str, keys: Keyring) -> None:
    """Nobody draws as if there were none."""
    told: list[int] = []

    def draw(records: int) -> int:
        told.append(records)
        return 100 + records

    await numbers(url, keys, draw, 4)
    assert told == [0, 1, 2, 3]
