"""Single values about the whole database."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import Keyring
from bot.storage.engines import upsert
from bot.storage.sealing import SealedBytes
from bot.storage.tables import meta

MOVED = "moved"
"""Sealed: where the campaign goes on, once its database has been handed over."""

LOOKED = "looked"
"""In clear: when a running bot last looked at its database, and for how many whole minutes the
oldest of each queue has waited (`bot.delivery.health`)."""

_VALUE = SealedBytes("meta.value")
_GET = sa.select(meta.c.value).where(meta.c.name == sa.bindparam("wanted"))


class Meta:
    """Values by their names; about a person or a chat only sealed ones."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def get(self, name: str) -> bytes | None:
        """As it was put in clear; None until it is."""
        value: bytes | None = await self._connection.scalar(_GET, {"wanted": name})
        return value

    async def put(self, name: str, value: bytes) -> None:
        """Keep a value in the place of an earlier one."""
        row = {"name": name, "value": value}
        await self._connection.execute(upsert(self._connection, meta), row)

    async def next(self, name: str) -> int:
        """A number of that name's, from 1 on, that was never given before."""
        number = int(await self.get(name) or b"0") + 1
        await self.put(name, str(number).encode())
        return number

    async def names(self, beginning: str) -> list[str]:
        """Of the values whose names begin so."""
        query = sa.select(meta.c.name).where(meta.c.name.startswith(beginning, autoescape=True))
        return list(await self._connection.scalars(query))

    async def get_sealed(self, name: str) -> bytes | None:
        """What leads to a chat or a person. Raises `KeyFault`."""
        sealed = await self.get(name)
        return None if sealed is None else _VALUE.open(self._keys, sealed, name)

    async def put_sealed(self, name: str, value: bytes) -> None:
        await self.put(name, _VALUE.seal(self._keys, value, name))


async def has_left(connection: AsyncConnection) -> bool:
    """Whether the database has been handed over."""
    return bool(await connection.scalar(sa.select(sa.exists().where(meta.c.name == MOVED))))
