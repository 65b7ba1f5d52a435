"""The sum of what counts is moved by each unit to what the rows then are."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.domain import lifecycle
from bot.domain.endorsement import UNDO_WINDOW, Endorsement, Visibility
from bot.domain.errors import Refusal
from bot.domain.ids import Country, Number, StatementId, UserRef
from bot.domain.lifecycle import Outcome
from bot.storage import sums
from bot.storage.database import Database
from bot.storage.tables import endorsements
from tests.contract.test_storage import CONSOLE, NOON, PORT, given, prepare, tag_of

OPERATIONAL = {
    "sort_key",
    "wants_updates",
    "version",
    "wave",
    "carded",
    "fresh",
    "aside",
    "unlogged",
}
"""What counts nothing and shows nothing to the public, or follows from what does."""


def test_every_column_counts_is_sealed_or_is_known_not_to_count() -> None:
    clear = {column.name for column in endorsements.c if not column.name.startswith("sealed")}
    assert clear == {*sums.RECORD} | OPERATIONAL


async def rows(database: Database) -> int:
    async with database.unit() as unit:
        return await sums.of_all(unit._connection, unit.keys)


STEPS: Sequence[Callable[[Endorsement], Outcome | None]] = (
    lambda record: lifecycle.verify(record, "zaid", NOON),
    lambda record: lifecycle.reject(record, "zaid", "why", NOON),
    lambda record: lifecycle.undo(record, NOON),
    lambda record: lifecycle.withdraw(record, NOON),
    lambda record: lifecycle.show_to(record, Visibility.COUNTED, NOON),
    lambda record: lifecycle.restate(record, Country("FR"), record.details),
    lambda record: lifecycle.end_window(record, NOON + UNDO_WINDOW),
    lambda record: lifecycle.end_window(record, NOON + UNDO_WINDOW),
    lifecycle.forget,
)


async def step(database: Database, number: Number, chance: random.Random) -> int:
    """Anything that a record may go through next; by how much that moves the sum."""
    async with database.unit() as unit:
        record = await unit.endorsements.get(number)
        assert record is not None
        with contextlib.suppress(Refusal):
            outcome = chance.choice(STEPS)(record)
            after = record if outcome is None else outcome.record
            if after.is_for_lists:
                after = lifecycle.publish(after)
            await unit.endorsements.save(record, after)
        return unit.sum.move


@pytest.mark.sampled(2)
@pytest.mark.parametrize("seed", range(3))
async def test_it_is_moved_to_what_the_rows_are(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    assert await rows(database) == 0
    await prepare(database)
    known = await rows(database)
    async with database.unit() as unit:
        await unit.statements.ensure([PORT, StatementId("quay")])
        known += unit.sum.move
    numbers = []
    for who in range(8):
        tag = await tag_of(database, UserRef(CONSOLE, str(who)))
        async with database.unit() as unit:
            seen = chance.choice(list(Visibility))
            added = await unit.endorsements.add(given(tag, visibility=seen))
            assert added is not None
            numbers.append(added.number)
            await unit.statements.pause(PORT, paused=bool(who % 2))
            known += unit.sum.move
    moved = [await step(database, chance.choice(numbers), chance) for _ in range(60)]
    assert sum(map(bool, moved)) >= 10
    known += sum(moved)
    assert known % sums.MODULUS == await rows(database)


async def test_a_unit_that_changes_nothing_that_counts_moves_nothing(database: Database) -> None:
    await prepare(database)
    tag = await tag_of(database)
    async with database.unit() as unit:
        record: Endorsement | None = await unit.endorsements.add(given(tag))
    assert record is not None
    async with database.unit() as unit:
        await unit.endorsements.save(record, replace(record, wave=True, route=None))
        await unit.statements.pause(PORT, paused=False)
        await unit.statements.pause(StatementId("unknown"), paused=True)
        assert unit.sum.moves == []


async def test_many_rows_that_were_changed_at_once_are_counted_anew(database: Database) -> None:
    await prepare(database)
    tag = await tag_of(database)
    async with database.unit() as unit:
        record = await unit.endorsements.add(given(tag))
        assert record is not None
    async with database.unit() as unit:
        await unit.endorsements.save(record, lifecycle.withdraw(record, NOON).record)
        update = endorsements.update().values(signer_tag=None)
        await unit._connection.execute(update)
        unit.sum.is_anew = True
    async with database.unit() as unit:
        kept = await sums.Kept.of(unit.heads)
    assert kept is not None
    assert kept.sum == await rows(database)
