"""The tree of one log: what appending to it writes, and the hashes that proofs are made of.

Hashes of single entries are made of the entries; those of 256, 65,536 … are kept in `tiles`, as in
C2SP tlog-tiles (https://c2sp.org/tlog-tiles), so that a proof reads a few rows of each level.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import merkle
from bot.domain.log import EntryKind, Leaf
from bot.domain.merkle import Frontier, Node, Range
from bot.storage.engines import upsert
from bot.storage.tables import entries, tiles

BITS = 8
IN_A_ROW = 1 << BITS
"""Hashes in a row of `tiles`, and how many of a level make one of the next."""

HASH_BYTES = 32
_E, _T = entries.c, tiles.c

LEAF = (_E.kind, _E.day, _E.ref, _E.commitment)
"""The columns that `read_leaf` reads."""


def read_leaf(row: Iterable[Any]) -> Leaf:
    """Of the columns in `LEAF`."""
    kind, day, ref, commitment = row
    return Leaf(EntryKind(kind), day, bytes(ref), bytes(commitment))


class Tree:
    """As it is with what one unit appends; rows of `tiles` are written by `flush`."""

    def __init__(self, connection: AsyncConnection, log: str, frontier: Frontier) -> None:
        self._connection = connection
        self._log = log
        self.frontier = frontier
        self._complete: dict[tuple[int, int], bytes] = {}

    def append(self, leaf: bytes) -> int:
        """One more entry, given its hash; where it stands."""
        before = self.frontier
        self.frontier = before.append(leaf)
        level, count = 1, self.frontier.size
        while count % IN_A_ROW == 0:
            count //= IN_A_ROW
            whole = merkle.fold([*before.hashes[-BITS * level :], leaf])
            self._complete[level, count - 1] = whole
            level += 1
        return before.size

    def tiles(self) -> dict[tuple[int, int], bytes]:
        """The rows of a tree that was made here from its first entry on, by level and position."""
        rows: dict[tuple[int, int], bytes] = {}
        for (level, index), whole in self._complete.items():
            place = level, index // IN_A_ROW
            rows[place] = rows.get(place, b"") + whole
        return rows

    async def flush(self) -> None:
        """Write the hashes of the subtrees that have become complete."""
        rows: dict[tuple[int, int], bytes] = {}
        for (level, index), whole in self._complete.items():
            place = level, index // IN_A_ROW
            if place not in rows:
                rows[place] = await self._row(*place) if index % IN_A_ROW else b""
            rows[place] += whole
        self._complete.clear()
        if rows:
            values = [
                {"log": self._log, "level": level, "position": position, "hashes": hashes}
                for (level, position), hashes in rows.items()
            ]
            await self._connection.execute(upsert(self._connection, tiles), values)

    async def proof(self, ranges: list[Range]) -> list[bytes]:
        """The hashes of these ranges of the tree, all of which is written."""
        nodes = {each: await self._node(each) for of in ranges for each in merkle.subtrees(of)}
        return merkle.proof(ranges, lambda level, index: nodes[level, index])

    async def _node(self, node: Node) -> bytes:
        level, index = node
        above, below = divmod(level, BITS)
        first = index << below
        if above == 0:
            return merkle.root(await self._leaves(first, first + (1 << below)))
        hashes = await self._row(above, first // IN_A_ROW)
        start = first % IN_A_ROW
        return merkle.root(
            hashes[HASH_BYTES * at : HASH_BYTES * (at + 1)]
            for at in range(start, start + (1 << below))
        )

    async def _leaves(self, start: int, stop: int) -> list[bytes]:
        query = sa.select(*LEAF).where(
            _E.log == self._log, _E.position >= start, _E.position < stop
        )
        rows = await self._connection.execute(query.order_by(_E.position))
        return [read_leaf(row).hash for row in rows]

    async def _row(self, level: int, position: int) -> bytes:
        query = sa.select(_T.hashes).where(
            _T.log == self._log, _T.level == level, _T.position == position
        )
        return bytes(await self._connection.scalar(query) or b"")
