"""Whether what counts is as this program left it, looked at when a database is opened.

The rows are held against the heads, which nobody can make without the key: the records, statements
and texts against their sum, the entries of each log and its tiles against its tree, the newest
entry of each record against the record, what admins did against its log. What is counted is held
against the records. The heads are held against their copy in the ledger's folder, so that an older
copy of all of it does not pass.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import (
    Details,
    Endorsement,
    Kind,
    Status,
    Visibility,
    shown_mandate,
)
from bot.domain.excepting import of_text
from bot.domain.ids import Digest, Language, Number, StatementId
from bot.domain.log import EntryKind, State, commitment, due, encode, state_of
from bot.domain.merkle import Frontier
from bot.privacy import KeyFault, Keyring
from bot.storage import sums
from bot.storage.actions import body_of, opens
from bot.storage.errors import DatabaseChanged
from bot.storage.ledger import database_id
from bot.storage.log import ADMINS, Logged, decode_head, log_of_head
from bot.storage.tables import admin_actions, endorsements, entries, tiles
from bot.storage.tallies import Tally, all_tallies, tallied
from bot.storage.trees import IN_A_ROW, LEAF, Tree, read_leaf
from bot.storage.unit import Unit

AT_ONCE = 100
"""Rows that are looked at in one transaction: all else waits for some milliseconds."""

ROW = (
    *sums.ROW,
    endorsements.c.sealed_name.is_not(None).label("is_named"),
    *(endorsements.c[name] for name in ("unlogged", "wave", "carded", "aside")),
)
"""What is read of each record."""


class Integrity:
    """Of one database that was opened. `begin` looks at the heads alone; each `step` at some rows,
    so that others can work in between; what they commit is told with `committed`.

    All raise `DatabaseChanged`, which says what is not as it should be.
    """

    def __init__(self, keys: Keyring, copy: Mapping[str, bytes]) -> None:
        """`copy`: the heads as they are in their copy, as far as there is one."""
        self._keys = keys
        self._copy = copy
        self._sum = 0
        self._tallies = Counter[Tally]()
        self._last: int | None = None
        self._is_summed = False
        self._logs: list[str] = []
        self._tree: Tree | None = None
        self._actions: int | None = None
        self._closed = 0

    async def begin(self, unit: Unit) -> sums.Kept:
        """That the heads are no older than their copy, and the triggers as they were; and that the
        end of each log is the end of its tree. What is known of the records. Raises
        `DatabaseChanged`."""
        with _seen("a head"):
            heads = await unit.heads.all()
        trees, kept = self.compare(heads)
        connection = unit._connection  # noqa: SLF001 - this is storage's own door
        if kept is None:
            # Never used: with a row that counts it does not pass all the same.
            await sums.take_triggers(connection, unit.heads)
            kept = await sums.Kept.of(unit.heads) or sums.Kept()
        if kept.triggers != await sums.triggers_in(connection):
            raise DatabaseChanged("a trigger was dropped, changed or added")
        if kept.database not in {"", await database_id(connection)}:
            raise DatabaseChanged("the id of the database is another")
        for table in (entries, tiles):
            if await _has_strays(connection, table, trees):
                raise DatabaseChanged("there is a log that has no head")
        with _seen("an entry of a log"):
            for log, frontier in trees.items():
                await _look_at_end(connection, log, frontier)
        self._logs = sorted(trees)
        return kept

    async def step(self, unit: Unit) -> bool:
        """Look at some rows; whether there are more."""
        with _seen("a row that counts"):
            if not self._is_summed:
                await self._step_records(unit)
            elif self._logs:
                await self._step_log(unit, self._logs[0])
        return not self._is_summed or bool(self._logs)

    def committed(self, unit: Unit) -> None:
        """What was changed of rows that were looked at already."""
        if unit.sum.is_anew:
            self.look_anew()
        elif self._last is not None and not self._is_summed:
            for number, move in unit.sum.moves:
                if number is not None and number <= self._last:
                    self._sum += move
            for number, moved in unit.tallies.moves:
                if number <= self._last:
                    self._tallies.update(moved)

    def look_anew(self) -> None:
        """Nobody knows what was changed of the rows."""
        if not self._is_summed:
            self._sum, self._last = 0, None
            self._tallies.clear()

    def compare(
        self, heads: Mapping[str, bytes]
    ) -> tuple[Mapping[str, Frontier], sums.Kept | None]:
        """That the heads are no older than their copy. How far each log is, and what is known of
        the records, if anything is. Raises `DatabaseChanged`."""
        with _seen("a head"):
            trees = _trees(heads)
            known = heads.get(sums.HEAD)
            kept = None if known is None else sums.Kept.decoded(known)
        self._refuse_older(kept or sums.Kept(), trees)
        return trees, kept

    def _refuse_older(self, kept: sums.Kept, trees: Mapping[str, Frontier]) -> None:
        behind = DatabaseChanged("the heads are older than their copy (state:)")
        other = DatabaseChanged("the heads are others than in their copy (state:)")
        if (known := self._copy.get(sums.HEAD)) is not None:
            copied = sums.Kept.decoded(known)
            if kept.turn < copied.turn:
                raise behind
            if kept.turn == copied.turn and kept != copied:
                raise other
        for log, frontier in _trees(self._copy).items():
            now = trees.get(log, Frontier())
            if now.size < frontier.size:
                raise behind
            if now.size == frontier.size and now != frontier:
                raise other

    async def _step_records(self, unit: Unit) -> None:
        connection = unit._connection  # noqa: SLF001
        number = endorsements.c.number
        query = sa.select(*ROW).order_by(number).limit(AT_ONCE)
        if self._last is not None:
            query = query.where(number > self._last)
        rows = (await connection.execute(query)).all()
        for row in rows:
            self._sum += sums.row_term(self._keys, row[: len(sums.ROW)])
            self._tallies.update(tallied(row._asdict()))
        for wrong in await out_of_step(unit, rows):
            raise DatabaseChanged(f"record #{wrong} is not what the log says of it")
        if len(rows) == AT_ONCE:
            self._last = rows[-1].number
            return
        await unit.statements.open_keys()
        total = self._sum + await sums.of_small(connection, self._keys)
        kept = await sums.Kept.of(unit.heads) or sums.Kept()
        if total % sums.MODULUS != kept.sum:
            raise DatabaseChanged("records, statements or texts are not those that were written")
        counts = {tally: count for tally, count in self._tallies.items() if count}
        if await all_tallies(connection) != counts:
            raise DatabaseChanged("what is counted is not what the records come to")
        self._is_summed = True

    async def _step_log(self, unit: Unit, log: str) -> None:
        connection = unit._connection  # noqa: SLF001
        if self._tree is None:
            self._tree = Tree(connection, log, Frontier())
        tree, copied = self._tree, _trees(self._copy).get(log)
        start = tree.frontier.size
        rows = await unit.log.between(log, start, start + AT_ONCE)
        for logged in rows:
            if logged.position != tree.frontier.size:
                raise DatabaseChanged("an entry of a log is missing")
            _check_opening(logged)
            tree.append(logged.leaf.hash)
            if copied is not None and tree.frontier.size == copied.size and tree.frontier != copied:
                raise DatabaseChanged("a log is another than its copy (state:) says")
        if log == ADMINS:
            await self._compare_actions(unit, rows)
        if len(rows) < AT_ONCE:
            if tree.frontier != _trees(await unit.heads.all())[log]:
                raise DatabaseChanged("a log is not what its head says")
            await _compare_tiles(connection, log, tree)
            self._logs.pop(0)
            self._tree = None

    async def _compare_actions(self, unit: Unit, rows: list[Logged]) -> None:
        """The next actions of admins with the entries of their log."""
        c, is_end = admin_actions.c, len(rows) < AT_ONCE
        query = sa.select(admin_actions).order_by(c.id).limit(len(rows) + is_end)
        if self._actions is not None:
            query = query.where(c.id > self._actions)
        found = (await unit._connection.execute(query)).mappings().all()  # noqa: SLF001
        says = [logged.opening and logged.opening.body for logged in rows]
        if [encode(body_of(row)) for row in found] != says:
            raise DatabaseChanged("what admins did is not what its log says")
        self._closed += sum(not opens(self._keys, dict(row)) for row in found)
        kept = await sums.Kept.of(unit.heads) or sums.Kept()
        if is_end and self._closed != kept.closed:
            raise DatabaseChanged("an action of an admin does not open")
        self._actions = found[-1]["id"] if found else self._actions


async def look(unit: Unit, copied: Mapping[str, bytes], most: int | None = None) -> None:
    """At all of it as one; of more than `most` records at the heads alone. Raises
    `DatabaseChanged`."""
    looking = Integrity(unit.keys, copied)
    await looking.begin(unit)
    if most is None or await unit.endorsements.total() <= most:
        while await looking.step(unit):
            pass


@contextlib.contextmanager
def _seen(what: str) -> Iterator[None]:
    """What cannot even be read was changed too."""
    try:
        yield
    except (KeyFault, ValueError, LookupError, TypeError) as error:
        raise DatabaseChanged(f"{what} cannot be read") from error


def _trees(heads: Mapping[str, bytes]) -> dict[str, Frontier]:
    """The logs that have a head, and how far each is."""
    logs = {log_of_head(name): head for name, head in heads.items()}
    return {log: decode_head(head) for log, head in logs.items() if log is not None}


async def _has_strays(connection: AsyncConnection, table: sa.Table, logs: Collection[str]) -> bool:
    """Whether anything in it is of none of these logs, or before the beginning of one. It goes from
    one log to the next, and not over what is in them."""
    c, following = table.c, sa.select(sa.func.min(table.c.log))
    log = await connection.scalar(following)
    while log is not None:
        early = sa.select(sa.exists().where(c.log == log, c.position < 0))
        if log not in logs or await connection.scalar(early):
            return True
        log = await connection.scalar(following.where(c.log > log))
    return False


async def _look_at_end(connection: AsyncConnection, log: str, frontier: Frontier) -> None:
    """That the entries behind the last row of tiles are the end of the tree."""
    c, whole = entries.c, frontier.size - frontier.size % IN_A_ROW
    query = sa.select(c.position, *LEAF).where(c.log == log, c.position >= whole)
    end = Frontier()
    for position, *leaf in await connection.execute(query.order_by(c.position)):
        if position != whole + end.size:
            raise DatabaseChanged("an entry of a log is missing")
        end = end.append(read_leaf(leaf).hash)
    if (
        end.size != frontier.size - whole
        or frontier.hashes[-len(end.hashes) or None :] != end.hashes
    ):
        raise DatabaseChanged("the end of a log is not what its head says")


async def _compare_tiles(connection: AsyncConnection, log: str, tree: Tree) -> None:
    """With what the entries come to."""
    c = tiles.c
    query = sa.select(c.level, c.position, c.hashes).where(c.log == log)
    found = {(row.level, row.position): row.hashes for row in await connection.execute(query)}
    if found != tree.tiles():
        raise DatabaseChanged("the tiles of a log are not those of its entries")


async def out_of_step(unit: Unit, rows: Sequence[sa.Row[Any]]) -> list[Number]:
    """Those of the records (of the columns `ROW`) whose newest entry does not say what they are,
    and that do not wait for another one."""
    found = []
    for statement in {row.statement for row in rows}:
        its = [row for row in rows if row.statement == statement]
        try:
            of = {await unit.log.ref(statement, row.number): row for row in its}
        except KeyError:
            # Its key was destroyed with its end: nobody knows any more which entry is whose.
            continue
        newest = await unit.log.newest_each(statement, of)
        for ref, row in of.items():
            if not row.unlogged and not _agree(_as_shown(row), newest.get(ref)):
                found.append(row.number)
    return found


def _check_opening(logged: Logged) -> None:
    """That it is what was entered; only what a record was may have been erased."""
    if logged.opening is None:
        is_right = logged.leaf.kind is EntryKind.RECORD
    else:
        is_right = commitment(logged.opening) == logged.leaf.commitment
    if not is_right:
        raise DatabaseChanged("an entry of a log does not say what was entered")


def _agree(record: Endorsement, entry: Logged | None) -> bool:
    if entry is None:
        return due(record, None) is None
    if entry.opening is None:
        return state_of(record) in {State.OUT, None}
    if due(record, entry.opening.says) is None:
        return True
    # The organisers may want no affiliations on the list.
    details = record.details and replace(record.details, affiliation=None)
    return due(replace(record, details=details), entry.opening.says) is None


def _as_shown(row: sa.Row[Any]) -> Endorsement:
    """The record, with no more of it than the log can say."""
    return Endorsement(
        number=row.number,
        statement=StatementId(row.statement),
        signer=row.signer_tag,
        kind=Kind(row.kind),
        visibility=Visibility(row.visibility),
        language=Language(row.language),
        digest=row.digest or Digest(""),
        consent=row.consent,
        country=row.country,
        hour=row.hour,
        name=(row.public_name or "") if row.is_named else None,
        details=Details(
            row.public_affiliation,
            True,
            row.public_place,
            excepts=of_text(row.public_excepts or ""),
            mandate=shown_mandate(row.public_mandate),
        ),
        route=None,
        status=Status(row.status),
        undo_until=row.hour if row.in_window else None,
        listed=row.public_name is not None,
        paper=row.paper,
        linked_to=row.linked_to,
    )
