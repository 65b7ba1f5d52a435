"""The logs as they are kept: what is appended can be proven, what a unit took back is not there."""

from __future__ import annotations

import datetime as dt
import random

import pytest
import sqlalchemy as sa

from bot.domain import merkle
from bot.domain.ids import Number, StatementId
from bot.domain.log import NOBODY, EntryKind, State, commitment, encode
from bot.domain.merkle import Frontier
from bot.notes import Checkpoint, open_note
from bot.privacy import Keyring
from bot.storage import trees
from bot.storage.database import Database
from bot.storage.log import ADMINS, Entry, Logged
from bot.storage.tables import entries, tiles
from bot.storage.trees import IN_A_ROW, Tree

PORT = StatementId("port")
DAY = dt.date(2025, 3, 1)


@pytest.fixture
async def database(database: Database) -> Database:
    database.now = lambda: dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
    async with database.unit() as unit:
        await unit.statements.ensure([PORT])
    return database


def counted(number: int) -> Entry:
    body = {"state": State.COUNTED, "kind": "person", "digest": "d" * 64}
    return Entry(EntryKind.RECORD, body, Number(number))


async def append(database: Database, *new: Entry, log: str = PORT) -> None:
    async with database.unit() as unit:
        await unit.log.append(log, new)


async def read(database: Database, log: str = PORT) -> list[Logged]:
    async with database.unit() as unit:
        return [entry async for entry in unit.log.entries(log)]


async def test_entries_stand_in_the_order_in_which_they_came(database: Database) -> None:
    await append(database, counted(7), counted(8))
    await append(database, counted(7))
    found = await read(database)
    assert [entry.position for entry in found] == [0, 1, 2]
    assert {entry.leaf.day for entry in found} == {DAY}
    first, second, third = (entry.leaf.ref for entry in found)
    assert first == third != second
    for entry in found:
        assert entry.opening is not None
        assert entry.leaf.commitment == commitment(entry.opening)
        assert entry.opening.body == encode(counted(7).body)
    assert len({entry.opening.salt for entry in found if entry.opening}) == 3


async def test_a_checkpoint_is_signed_and_of_all_that_was_appended(database: Database) -> None:
    await append(database, *map(counted, range(5)))
    hashes = [entry.leaf.hash for entry in await read(database)]
    async with database.unit() as unit:
        key, note = await unit.log.key(), await unit.log.checkpoint(PORT)
        await unit.log.append(PORT, [counted(9)])
        later = await unit.log.checkpoint(PORT)
    origin = f"{key.name}/port"
    found = Checkpoint.parse(open_note(note, [key.verifier]))
    assert found == Checkpoint(origin, 5, merkle.root(hashes))
    assert Checkpoint.parse(open_note(later, [key.verifier])).size == 6
    async with database.unit() as unit:
        assert await unit.log.key() == key
        empty = open_note(await unit.log.checkpoint(ADMINS), [key.verifier])
    assert Checkpoint.parse(empty) == Checkpoint(f"{key.name}/_admins", 0, merkle.EMPTY_ROOT)


async def test_what_a_unit_took_back_is_in_no_log(database: Database) -> None:
    """Nor does the next one go on from it in memory."""
    await append(database, counted(1))

    async def fail() -> None:
        async with database.unit() as unit:
            await unit.log.append(PORT, [counted(2)])
            await unit.log.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await append(database, counted(3))
    found = await read(database)
    assert [entry.position for entry in found] == [0, 1]
    async with database.unit() as unit:
        assert await unit.log.ref(PORT, Number(3)) == found[1].leaf.ref
        note = await unit.log.checkpoint(PORT)
    root = Checkpoint.parse(note.rpartition("\n\n")[0] + "\n").root
    assert root == merkle.root(entry.leaf.hash for entry in found)


async def test_the_head_is_read_again_after_a_restart(database: Database) -> None:
    await append(database, *map(counted, range(3)))
    database._heads.clear()
    await append(database, counted(4))
    async with database.unit() as unit:
        assert await unit.log.size(PORT) == 4
        heads = await unit.heads.all()
    assert set(heads) == {"log port", "records"}


async def test_every_entry_and_every_earlier_size_can_be_proven(database: Database) -> None:
    """Across the end of the first rows of hashes."""
    count = 2 * IN_A_ROW + 3
    for start in range(0, count, 100):
        await append(database, *map(counted, range(start, min(start + 100, count))))
    hashes = [entry.leaf.hash for entry in await read(database)]
    root = merkle.root(hashes)
    drawn = random.Random(1).sample(range(count), 5)
    edges = [0, IN_A_ROW - 1, IN_A_ROW, 2 * IN_A_ROW - 1, 2 * IN_A_ROW, count - 1]
    async with database.unit() as unit:
        for at in [*edges, *drawn]:
            proof = await unit.log.inclusion(PORT, at)
            assert merkle.proves_inclusion(hashes[at], at, count, proof, root)
            older = await unit.log.consistency(PORT, at)
            before = merkle.root(hashes[:at])
            assert merkle.proves_consistency(at, before, count, root, older)
        with pytest.raises(IndexError):
            await unit.log.inclusion(PORT, count)
        with pytest.raises(IndexError):
            await unit.log.consistency(PORT, count + 1)


async def test_rows_of_hashes_over_several_levels(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In rows of 4 instead of 256, so that there are many levels; some in each unit."""
    monkeypatch.setattr(trees, "BITS", 2)
    monkeypatch.setattr(trees, "IN_A_ROW", 4)
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(251)]
    frontier, drawn = Frontier(), random.Random(2)
    while frontier.size < len(leaves):
        async with database.unit() as unit:
            tree = Tree(unit._connection, PORT, frontier)
            for leaf in leaves[frontier.size :][: drawn.randint(1, 60)]:
                tree.append(leaf)
            await tree.flush()
            frontier = tree.frontier
    async with database.unit() as unit:
        rows = await unit._connection.execute(sa.select(tiles))
        found = {(row.level, row.position): row.hashes for row in rows}
    expected: dict[tuple[int, int], bytes] = {}
    for level in (1, 2, 3):
        size = 4**level
        for index in range(len(leaves) // size):
            whole = merkle.root(leaves[index * size :][:size])
            place = level, index // 4
            expected[place] = expected.get(place, b"") + whole
    assert found == expected
    assert len(found) == 16 + 4 + 1


async def test_an_erased_opening_leaves_the_tree_as_it_was(database: Database) -> None:
    await append(database, counted(1), counted(2))
    before = await read(database)
    ref = before[0].leaf.ref
    async with database.unit() as unit:
        unit.log.erase_openings(PORT, ref)
        found = await unit.log.newest(PORT, ref)
        assert found is not None
        assert found.opening is None
        await unit.log.append(PORT, [counted(1)])
    first, second, third = await read(database)
    assert (first.leaf, first.opening) == (before[0].leaf, None)
    assert second == before[1]
    assert third.opening is not None


async def test_openings_of_one_unit_are_erased_too(database: Database) -> None:
    async with database.unit() as unit:
        await unit.log.append(PORT, [counted(1)])
        ref = await unit.log.ref(PORT, Number(1))
        unit.log.erase_openings(PORT, ref)
        await unit.log.append(PORT, [counted(1), counted(2)])
        unit.log.erase_openings(PORT, await unit.log.ref(PORT, Number(2)))
    assert [entry.opening is None for entry in await read(database)] == [True, False, True]


async def test_what_was_looked_for_in_vain_is_erased_once_it_is_written(database: Database) -> None:
    async with database.unit() as unit:
        ref = await unit.log.ref(PORT, Number(1))
        assert await unit.log.newest(PORT, ref) is None
        await unit.log.append(PORT, [counted(1)])
        await unit.log.flush()
        unit.log.erase_openings(PORT, ref)
    assert [entry.opening for entry in await read(database)] == [None]


async def test_the_newest_entry_of_a_record(database: Database) -> None:
    await append(database, counted(1), counted(2), counted(1))
    async with database.unit() as unit:
        ref = await unit.log.ref(PORT, Number(1))
        found = await unit.log.newest(PORT, ref)
        assert found is not None
        assert found.position == 2
        await unit.log.append(PORT, [counted(1)])
        found = await unit.log.newest(PORT, ref)
        assert found is not None
        assert found.position == 3
        of_it = [entry.position async for entry in unit.log.entries(PORT, ref)]
        assert of_it == [0, 2, 3]
        assert await unit.log.newest(PORT, NOBODY) is None
        assert await unit.log.newest(ADMINS, ref) is None


async def test_nothing_of_an_opening_is_in_clear(database: Database, keys: Keyring) -> None:
    body = {"state": State.LISTED, "name": "Amal Haddad"}
    await append(database, Entry(EntryKind.RECORD, body, Number(1)))
    async with database.unit() as unit:
        (row,) = (await unit._connection.execute(sa.select(entries))).all()
    assert b"Amal" not in row.sealed_opening
    assert row.sealed_opening.startswith(bytes.fromhex(keys.id))
