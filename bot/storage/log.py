"""The logs: Merkle trees that only grow, one for each statement and one of what admins did.

What a unit appends is gathered, and written with the tree's new head by `flush`, once a commit.
`bot.domain.log` says what stands in an entry, docs/log.md what others can check of it.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import Number, StatementId
from bot.domain.log import (
    NOBODY,
    REF_BYTES,
    SALT_BYTES,
    Body,
    EntryKind,
    Leaf,
    Opening,
    State,
    encode,
)
from bot.domain.log import commitment as commitment_of
from bot.domain.merkle import Frontier, consistency_ranges, inclusion_ranges
from bot.privacy import Keyring
from bot.storage.heads import Heads
from bot.storage.meta import Meta
from bot.storage.sealing import SealedBytes
from bot.storage.statements import StatementKeys
from bot.storage.tables import entries
from bot.storage.trees import LEAF, Tree, read_leaf

if TYPE_CHECKING:
    from bot.notes import SigningKey

ADMINS = "_admins"
"""The log of what admins did; no statement can be called so."""

AT_ONCE = 500
_KEY = "log key"
_T = entries.c
_OPENING = SealedBytes("entries.opening")


def place_of(log: str, position: int) -> str:
    """What binds an opening to its entry."""
    return f"{log} {position}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be appended: of the record of a number, or of nobody. `ref` stands in the place of
    the number where there is none, as of a pad."""

    kind: EntryKind
    body: Body
    number: Number | None = None
    ref: bytes = NOBODY


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry as it stands in its log. `opening` is None once it is erased."""

    position: int
    leaf: Leaf
    opening: Opening | None = field(repr=False)


class Log:
    """All logs of a database, by the ids of their statements, and `ADMINS`."""

    def __init__(
        self,
        connection: AsyncConnection,
        keys: Keyring,
        statement_keys: StatementKeys,
        heads: Heads,
        today: dt.date,
    ) -> None:
        """`today` (UTC) is the day that entries carry."""
        self._connection = connection
        self._keys = keys
        self._statement_keys = statement_keys
        self._heads = heads
        self._today = today
        self.is_closed = False
        """Whether the logs of the statements go on elsewhere: they take nothing any more."""
        self._trees: dict[str, Tree] = {}
        self._new: list[tuple[str, Logged]] = []
        self._erased: set[tuple[str, bytes]] = set()
        self._absent: set[tuple[str, bytes]] = set()
        """Of what was looked for, that which no written entry is of."""

    async def size(self, log: str) -> int:
        """How many entries it has, with those of this unit."""
        return (await self._tree(log)).frontier.size

    async def ref(self, log: str, number: Number) -> bytes:
        """What all entries of a record have in common. Raises `KeyError` for a statement without a
        key."""
        key = await self._statement_keys.get(self._connection, StatementId(log))
        return key.tag("log", str(number))[:REF_BYTES]

    async def append(self, log: str, new: Iterable[Entry]) -> None:
        """At the end of the log, in this order. Raises as `ref` does."""
        if self.is_closed and log != ADMINS:
            return
        tree = await self._tree(log)
        for entry in new:
            ref = entry.ref
            if entry.number is not None:
                ref = await self.ref(log, entry.number)
            opening = Opening(secrets.token_bytes(SALT_BYTES), encode(entry.body))
            leaf = Leaf(entry.kind, self._today, ref, commitment_of(opening))
            self._new.append((log, Logged(tree.append(leaf.hash), leaf, opening)))

    async def newest(self, log: str, ref: bytes) -> Logged | None:
        """The last entry with that ref, of this unit too; None where there is none."""
        for name, logged in reversed(self._new):
            if name == log and logged.leaf.ref == ref:
                return logged
        wanted = {"log": log, "ref": ref}
        row = (await self._connection.execute(_NEWEST, wanted)).one_or_none()
        if row is None:
            self._absent.add((log, ref))
            return None
        found = self._read(log, row)
        return replace(found, opening=None) if (log, ref) in self._erased else found

    async def entries(self, log: str, ref: bytes | None = None) -> AsyncIterator[Logged]:
        """All of them, or those with that ref, in their order."""
        await self.flush()
        query = _select(log).order_by(_T.position).limit(AT_ONCE)
        if ref is not None:
            query = query.where(_of(log, [ref]))
        rows = (await self._connection.execute(query)).all()
        while rows:
            for row in rows:
                yield self._read(log, row)
            behind = query.where(_T.position > rows[-1].position)
            rows = (await self._connection.execute(behind)).all()

    async def between(self, log: str, start: int, stop: int) -> list[Logged]:
        """Those at these positions; `entries` in pieces, for whoever must not hold up others."""
        await self.flush()
        query = _select(log).where(_T.position >= start, _T.position < stop)
        rows = await self._connection.execute(query.order_by(_T.position))
        return [self._read(log, row) for row in rows]

    async def newest_between(self, log: str, start: int, stop: int, size: int) -> set[int]:
        """Which of those at these positions are the last of their ref among the first `size`."""
        await self.flush()
        its = entries.alias().c
        last = sa.select(sa.func.max(its.position)).where(its.log == log, its.ref == _T.ref)
        newest = last.where(its.position < size).scalar_subquery()
        query = sa.select(_T.position).where(_T.log == log, _T.position >= start)
        query = query.where(_T.position < stop, _T.position == newest)
        return set(await self._connection.scalars(query))

    async def newest_each(self, log: str, refs: Collection[bytes]) -> dict[bytes, Logged]:
        """The last entry with each ref that has any, as far as they are written."""
        last = sa.select(sa.func.max(_T.position)).where(_T.log == log, _T.ref.in_(refs))
        query = _select(log).where(_T.position.in_(last.group_by(_T.ref)))
        return {row.ref: self._read(log, row) for row in await self._connection.execute(query)}

    def forget(self, log: str) -> None:
        """It is another now than this unit has seen."""
        self._trees.pop(log, None)

    def erase_openings(self, log: str, *refs: bytes) -> None:
        """Nobody can find out any more what these entries said; what is appended after this with
        the same ref is not meant."""
        erased = {(log, ref) for ref in refs}
        self._erased |= erased - self._absent
        self._new = [
            (name, replace(each, opening=None) if (name, each.leaf.ref) in erased else each)
            for name, each in self._new
        ]

    async def shut(self, log: str, behind: int, limit: int, but: Collection[State]) -> int | None:
        """Erase what the next entries say of records, `but` for those in these states, from behind
        that position, `limit` at the most; the last position looked at, None for none."""
        query = _select(log).where(
            _T.position > behind, _T.kind == EntryKind.RECORD, _T.sealed_opening.is_not(None)
        )
        rows = (await self._connection.execute(query.order_by(_T.position).limit(limit))).all()
        found = [self._read(log, row) for row in rows]
        hidden = [
            each.position
            for each in found
            if each.opening is not None and each.opening.says["state"] not in but
        ]
        update = entries.update().where(_T.log == log, _T.position.in_(hidden))
        await self._connection.execute(update.values(sealed_opening=None))
        return found[-1].position if found else None

    async def checkpoint(self, log: str) -> str:
        """How far the log is, as a signed note."""
        from bot.notes import Checkpoint  # noqa: PLC0415 - Ed25519 is needed by few

        key, frontier = await self.key(), (await self._tree(log)).frontier
        return key.sign(str(Checkpoint(f"{key.name}/{log}", frontier.size, frontier.root)))

    async def inclusion(self, log: str, position: int) -> list[bytes]:
        """The proof that the entry is in the tree of the newest checkpoint. Raises `IndexError`
        where there is no such entry."""
        await self.flush()
        tree = await self._tree(log)
        return await tree.proof(inclusion_ranges(position, tree.frontier.size))

    async def consistency(self, log: str, older: int) -> list[bytes]:
        """The proof that the log only grew since it had `older` entries. Raises `IndexError` where
        it never had so many."""
        await self.flush()
        tree = await self._tree(log)
        return await tree.proof(consistency_ranges(older, tree.frontier.size))

    async def key(self) -> SigningKey:
        """That signs checkpoints; made at the first start. Its name is drawn at random, so that it
        tells nothing of the host."""
        from bot.notes import SigningKey  # noqa: PLC0415 - as in `checkpoint`

        meta = Meta(self._connection, self._keys)
        if (kept := await meta.get_sealed(_KEY)) is None:
            kept = f"undersigned/{secrets.token_hex(4)} {secrets.token_hex(32)}".encode()
            await meta.put_sealed(_KEY, kept)
        name, seed = kept.decode().split(" ")
        return SigningKey(name, bytes.fromhex(seed))

    async def flush(self) -> None:
        """Write what was gathered, and put the new heads."""
        for log in {name for name, _ref in self._erased}:
            refs = [ref for name, ref in self._erased if name == log]
            update = entries.update().where(_T.log == log, _of(log, refs))
            await self._connection.execute(update.values(sealed_opening=None))
        if self._new:
            rows = [self._row(log, logged) for log, logged in self._new]
            await self._connection.execute(entries.insert(), rows)
        for log in {name for name, _logged in self._new}:
            tree = self._trees[log]
            await tree.flush()
            self._heads.put(head_of_log(log), encode_head(tree.frontier))
        self._erased.clear()
        self._new.clear()
        self._absent.clear()

    async def _tree(self, log: str) -> Tree:
        if log not in self._trees:
            head = await self._heads.get(head_of_log(log))
            frontier = Frontier() if head is None else decode_head(head)
            self._trees[log] = Tree(self._connection, log, frontier)
        return self._trees[log]

    def _row(self, log: str, logged: Logged) -> dict[str, Any]:
        leaf, opening, at = logged.leaf, logged.opening, logged.position
        return {
            "log": log,
            "position": at,
            "kind": leaf.kind,
            "day": leaf.day,
            "ref": leaf.ref,
            "commitment": leaf.commitment,
            "sealed_opening": opening and seal_opening(self._keys, log, at, opening.data),
        }

    def _read(self, log: str, row: sa.Row[Any]) -> Logged:
        at, opening = row.position, None
        if row.sealed_opening is not None:
            opening = Opening.of(open_opening(self._keys, log, at, row.sealed_opening))
        return Logged(at, read_leaf(row[: len(LEAF)]), opening)


_SELECT: sa.Select[Any] = sa.select(*LEAF, _T.position, _T.sealed_opening)
# By positions that the index alone gives: SQLite would go over the whole log for other columns.
_LAST = sa.select(sa.func.max(_T.position)).where(
    _T.log == sa.bindparam("log"), _T.ref == sa.bindparam("ref")
)
_NEWEST = _SELECT.where(
    _T.log == sa.bindparam("log"), _T.position == _LAST.correlate(None).scalar_subquery()
)


def _of(log: str, refs: Collection[bytes]) -> sa.ColumnElement[bool]:
    other = entries.alias()
    positions = sa.select(other.c.position).where(other.c.log == log, other.c.ref.in_(refs))
    return _T.position.in_(positions)


def _select(log: str) -> sa.Select[Any]:
    return _SELECT.where(_T.log == log)


_HEAD = "log "


def head_of_log(log: str) -> str:
    """The name of the head that says how far a log is."""
    return f"{_HEAD}{log}"


def log_of_head(name: str) -> str | None:
    """The log whose head is called so; None for another head."""
    return name.removeprefix(_HEAD) if name.startswith(_HEAD) else None


def encode_head(frontier: Frontier) -> bytes:
    """How far a log is, as it is kept."""
    hashes = [each.hex() for each in frontier.hashes]
    return json.dumps({"size": frontier.size, "hashes": hashes}).encode()


def decode_head(head: bytes) -> Frontier:
    """Of what `encode_head` gave."""
    kept = json.loads(head)
    return Frontier(kept["size"], tuple(map(bytes.fromhex, kept["hashes"])))


def seal_opening(keys: Keyring, log: str, position: int, opening: bytes) -> bytes:
    """What an entry at that place says."""
    return _OPENING.seal(keys, opening, place_of(log, position))


def open_opening(keys: Keyring, log: str, position: int, sealed: bytes) -> bytes:
    """Raises `KeyFault`."""
    return _OPENING.open(keys, sealed, place_of(log, position))
