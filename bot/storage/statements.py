"""Statements in the database: their wrapped keys, whether they are paused, the texts signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Kind
from bot.domain.ids import ChatRef, Digest, Number, StatementId, UserRef
from bot.domain.moving import SECRET_BYTES
from bot.domain.revision import RevisionText
from bot.privacy import Keyring, StatementKey
from bot.storage.sums import Sum
from bot.storage.tables import revisions, statements


class StatementKeys:
    """The unwrapped keys of the statements, read once each."""

    def __init__(self, keys: Keyring, committed: dict[StatementId, StatementKey]) -> None:
        """`committed` are those that are known to last; one read here may be from a row that is
        rolled back yet, and counts for this unit alone until `keep`."""
        self._keys = keys
        self._committed = committed
        self._read: dict[StatementId, StatementKey] = {}

    async def get(self, connection: AsyncConnection, statement: StatementId) -> StatementKey:
        """Raises `KeyError` for a statement that `Statements.ensure` was never called for."""
        known = self._committed.get(statement) or self._read.get(statement)
        if known is not None:
            return known
        query = sa.select(statements.c.sealed_key).where(statements.c.id == statement)
        sealed = await connection.scalar(query)
        if sealed is None:
            raise KeyError(statement)
        return self._read.setdefault(statement, self._keys.statement_key(statement, sealed))

    def keep(self) -> None:
        """The unit in which they were read has been committed."""
        self._committed.update(self._read)

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

    async def ensure(self, wanted: Iterable[StatementId]) -> None:
        """Give every new statement its key; in a unit of its own, at start and on reload."""
        have = set(await self._connection.scalars(sa.select(statements.c.id)))
        for statement in wanted:
            if statement not in have:
                row = {"id": statement, "sealed_key": self._keys.make(statement), "paused": False}
                await self._connection.execute(statements.insert(), row)
                self._sum.small(statements, None, row)

    async def paused(self, statement: StatementId) -> bool:
        """Whether admins have closed it for now; False for one that is not known."""
        query = sa.select(statements.c.paused).where(statements.c.id == statement)
        return bool(await self._connection.scalar(query))

    async def pause(self, statement: StatementId, *, paused: bool) -> None:
        """Close a statement for now, or open it again; one that is not known stays so."""
        query = sa.select(statements).where(statements.c.id == statement)
        row = (await self._connection.execute(query)).one_or_none()
        if row is not None:
            update = statements.update().where(statements.c.id == statement)
            await self._connection.execute(update.values(paused=paused))
            before = row._asdict()
            self._sum.small(statements, before, before | {"paused": paused})

    async def signer_tags(
        self, kind: Kind, who: UserRef | ChatRef, among: Iterable[StatementId]
    ) -> Mapping[StatementId, bytes]:
        """The tag of one signer under each statement's key."""
        return {s: await self.signer_tag(kind, who, s) for s in among}

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
        """Raises `KeyFault` where one is not that of its statement."""
        for statement in await self.known():
            await self._keys.get(self._connection, statement)

    async def keep_revision(self, revision: RevisionText) -> None:
        """Keep the text that is being signed; one that is kept already is left as it is."""
        query = sa.select(revisions.c.digest).where(revisions.c.digest == revision.digest)
        if await self._connection.scalar(query) is None:
            row = {name: getattr(revision, name) for name in revisions.c.keys()}  # noqa: SIM118
            await self._connection.execute(revisions.insert(), row)
            self._sum.small(revisions, None, row)

    async def revision(self, digest: Digest) -> RevisionText | None:
        """A text that somebody signed; None if nobody did."""
        row = (
            await self._connection.execute(sa.select(revisions).where(revisions.c.digest == digest))
        ).one_or_none()
        return None if row is None else RevisionText(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
