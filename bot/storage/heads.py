"""Heads: a few values that tell whether all the others are as this program left them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import Keyring
from bot.storage.engines import upsert
from bot.storage.heads_copy import HeadsCopy
from bot.storage.ledger import database_id
from bot.storage.sealing import SealedBytes
from bot.storage.tables import heads

_HEAD = SealedBytes("heads.head")


class Heads:
    """Sealed values by their names, read once each and written once a commit."""

    def __init__(
        self, connection: AsyncConnection, keys: Keyring, committed: dict[str, bytes]
    ) -> None:
        """`committed` are those that are known to last; it gains what this unit reads and writes
        with `keep`."""
        self._connection = connection
        self._keys = keys
        self._committed = committed
        self._read: dict[str, bytes] = {}
        self._put: dict[str, bytes] = {}
        self._flushed = False

    @property
    def changed(self) -> Mapping[str, bytes]:
        """Those that are others than before this unit."""
        return self._put

    async def get(self, name: str) -> bytes | None:
        """As it is with what this unit has put. Raises `KeyFault`."""
        for known in (self._put, self._committed, self._read):
            if name in known:
                return known[name]
        query = sa.select(heads.c.sealed_head).where(heads.c.name == name)
        sealed = await self._connection.scalar(query)
        if sealed is None:
            return None
        return self._read.setdefault(name, _HEAD.open(self._keys, sealed, name))

    async def all(self) -> dict[str, bytes]:
        """Every one of them, likewise."""
        for name, sealed in await self._connection.execute(sa.select(heads)):
            self._read.setdefault(name, _HEAD.open(self._keys, sealed, name))
        return self._committed | self._read | self._put

    async def copied(self, folder: Path) -> dict[str, bytes]:
        """As they are in their copy; none where there is no copy of this database."""
        name = await database_id(self._connection)
        return {} if name is None else HeadsCopy(folder, name).read(self._keys)

    def put(self, name: str, value: bytes) -> None:
        """Must not end in a blank."""
        self._put[name] = value
        self._flushed = False

    async def flush(self) -> None:
        """Write what was put."""
        if not self._put or self._flushed:
            return
        rows = [
            {"name": name, "sealed_head": _HEAD.seal(self._keys, value, name)}
            for name, value in self._put.items()
        ]
        await self._connection.execute(upsert(self._connection, heads), rows)
        self._flushed = True

    def keep(self) -> None:
        """The unit has been committed."""
        self._committed.update(self._read | self._put)
