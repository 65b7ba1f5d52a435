"""Statements in the database: their wrapped keys, whether they are paused or finished, the texts
that could be signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import UNNUMBERED, Kind
from bot.domain.erasure import Erased
from bot.domain.ids import ChatRef, Digest, Number, StatementId, UserRef
from bot.domain.moving import SECRET_BYTES
from bot.domain.revision import RevisionText
from bot.privacy import Keyring, StatementKey
from bot.storage.sums import Sum
from bot.storage.tables import endorsements, revisions, statements


@dataclass(frozen=True, slots=True)
class State:
    """Whether admins have closed a statement for now, and the day (UTC) on which it was finished:
    closed for ever."""

    paused: bool = False
    finished: dt.date | None = None


_STATE = sa.select(statements.c.paused, statements.c.finished).where(
    statements.c.id == sa.bindparam("statement")
)


class StatementKeys:
    """The unwrapped keys of the statements, read once each."""

    def __init__(self, keys: Keyring, committed: dict[StatementId, StatementKey]) -> None:
        """`committed` are those that are known to last; one read here may be from a row that is
        rolled back yet, and counts for this unit alone until `keep`."""
        self._keys = keys
        self._committed = committed
        self._read: dict[StatementId, StatementKey] = {}
        self._destroyed: set[StatementId] = set()

    async def get(self, connection: AsyncConnection, statement: StatementId) -> StatementKey:
        """Raises `KeyError` for a statement that `Statements.ensure` was never called for, or whose
        key was destroyed."""
        known = self._committed.get(statement) or self._read.get(statement)
        if known is not None and statement not in self._destroyed:
            return known
        query = sa.select(statements.c.sealed_key).where(statements.c.id == statement)
        sealed = await connection.scalar(query)
        if sealed is None:
            raise KeyError(statement)
        return self._read.setdefault(statement, self._keys.statement_key(statement, sealed))

    def keep(self) -> None:
        """The unit in which they were read, or destroyed, has been committed."""
        self._committed.update(self._read)
        for statement in self._destroyed:
            self._committed.pop(statement, None)

    def destroy(self, statement: StatementId) -> None:
        """The row holds it no more."""
        self._destroyed.add(statement)

    def make(self, statement: StatementId) -> bytes:
        """A new wrapped key; it is used only once it has been read back."""
        return self._keys.new_statement_key(statement)[1]


def signer_value(kind: Kind, who: UserRef | ChatRef) -> str:
    """What a signer's tag is made of: the person's account, or the organisation's group."""
    return f"{kind}\0{who.adapter}\0{who.key}"


class Statements:
    """What is kept of a statement beside its files; it stays when the files go."""

    def __init__(self, connection: AsyncConnection, keys: StatementKeys, total: Sum) -> None:
        self._connection = connection
        self._keys = keys
        self._sum = total
        self._states: dict[StatementId, State] = {}
        """As far as they were read, and have not been changed here since."""
        self.erased: list[tuple[Erased, StatementId, Number]] = []
        """What was finished here: no older copy of the database may bring it back."""

    async def ensure(self, wanted: Iterable[StatementId]) -> None:
        """Give every new statement its key; in a unit of its own, at start and on reload."""
        have = set(await self._connection.scalars(sa.select(statements.c.id)))
        self._states.clear()
        for statement in wanted:
            if statement not in have:
                key = self._keys.make(statement)
                row = {"id": statement, "sealed_key": key, "paused": False, "finished": None}
                await self._connection.execute(statements.insert(), row)
                self._sum.small(statements, None, row)

    async def state(self, statement: StatementId) -> State:
        """How it stands; one that is not known is neither paused nor finished."""
        known = self._states.get(statement)
        if known is None:
            found = await self._connection.execute(_STATE, {"statement": statement})
            known = self._states[statement] = next((State(*row) for row in found), State())
        return known

    async def pause(self, statement: StatementId, *, paused: bool) -> None:
        """Close a statement for now, or open it again; one that is not known stays so."""
        await self._change(statement, {"paused": paused})

    async def finish(self, statement: StatementId, day: dt.date) -> None:
        """From now on nobody signs it, and no signer of it is recognised; its key stays until
        `destroy_key`, for what is done with the records until then."""
        await self._change(statement, {"finished": day})
        self.erased.append((Erased.FINISHED, statement, UNNUMBERED))

    async def destroy_key(self, statement: StatementId) -> None:
        """Of a finished one: no tag that was made under it can be made again."""
        update = statements.update().where(
            statements.c.id == statement, statements.c.finished.is_not(None)
        )
        await self._connection.execute(update.values(sealed_key=None))
        self._keys.destroy(statement)
        # Copies that were made while this was under way hold it yet.
        self.erased.append((Erased.FINISHED, statement, UNNUMBERED))

    async def finished(self) -> list[StatementId]:
        """Those whose signers are not recognised any more."""
        query = sa.select(statements.c.id).where(statements.c.finished.is_not(None))
        return [StatementId(s) for s in await self._connection.scalars(query)]

    async def signer_tags(self, kind: Kind, who: UserRef | ChatRef) -> Mapping[StatementId, bytes]:
        """The tag of one signer under the key of each statement that is not finished."""
        query = sa.select(statements.c.id).where(statements.c.finished.is_(None))
        known = [StatementId(s) for s in await self._connection.scalars(query)]
        return {s: await self.signer_tag(kind, who, s) for s in known}

    async def signer_tag(self, kind: Kind, who: UserRef | ChatRef, statement: StatementId) -> bytes:
        """One signer's tag under the statement's key, 32 bytes. Raises `KeyError` as
        `StatementKeys.get` does."""
        key = await self._keys.get(self._connection, statement)
        return key.tag("signer", signer_value(kind, who))

    async def move_secret(self, statement: StatementId, number: Number, signer: bytes) -> bytes:
        """What a signer shows at another bot; another one once the record is somebody else's."""
        key = await self._keys.get(self._connection, statement)
        return key.tag("move", f"{number}\0{signer.hex()}")[:SECRET_BYTES]

    async def known(self) -> list[StatementId]:
        """Every statement that ever had a key, also those whose files are gone."""
        return [
            StatementId(s)
            for s in await self._connection.scalars(
                sa.select(statements.c.id).order_by(statements.c.id)
            )
        ]

    async def open_keys(self) -> None:
        """Raises `KeyFault` where one is not that of its statement, and `KeyError` where there is
        none though the statement is not finished."""
        finished = await self.finished()
        for statement in await self.known():
            try:
                await self._keys.get(self._connection, statement)
            except KeyError:
                if statement not in finished:
                    raise

    async def keep_revision(self, revision: RevisionText) -> bool:
        """Keep a text that can be signed; one that is kept already is left as it is. Whether it is
        new."""
        query = sa.select(revisions.c.digest).where(revisions.c.digest == revision.digest)
        if await self._connection.scalar(query) is not None:
            return False
        row = {name: getattr(revision, name) for name in revisions.c.keys()}  # noqa: SIM118
        await self._connection.execute(revisions.insert(), row)
        self._sum.small(revisions, None, row)
        return True

    async def kept(self) -> set[Digest]:
        """The digests of all texts that are kept."""
        return set(await self._connection.scalars(sa.select(revisions.c.digest)))

    async def revision(self, digest: Digest) -> RevisionText | None:
        """A text that could be signed once; None if it never could."""
        row = (
            await self._connection.execute(sa.select(revisions).where(revisions.c.digest == digest))
        ).one_or_none()
        return None if row is None else RevisionText(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it

    async def revisions(self, statement: StatementId) -> list[RevisionText]:
        """The texts that could be signed; of those that were, those first whose signatures began
        first, as far as is known."""
        first = sa.select(endorsements.c.digest, sa.func.min(endorsements.c.hour).label("hour"))
        signed = first.group_by(endorsements.c.digest).subquery()
        query = sa.select(revisions).outerjoin(signed, signed.c.digest == revisions.c.digest)
        query = query.where(revisions.c.statement == statement)
        rows = await self._connection.execute(
            query.order_by(signed.c.hour.nulls_last(), revisions.c.digest)
        )
        return [RevisionText(**row) for row in rows.mappings()]

    async def _change(self, statement: StatementId, values: dict[str, object]) -> None:
        self._states.pop(statement, None)
        query = sa.select(statements).where(statements.c.id == statement)
        for row in await self._connection.execute(query):
            update = statements.update().where(statements.c.id == statement)
            await self._connection.execute(update.values(values))
            before = row._asdict()
            self._sum.small(statements, before, before | values)
