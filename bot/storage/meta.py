"""Single values about the whole database, none of them personal."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import meta


class Meta:
    """Values by their names, kept as given: nothing about a person may be among them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, name: str) -> bytes | None:
        """The value of that name; None until it is put."""
        value: bytes | None = await self._connection.scalar(
            sa.select(meta.c.value).where(meta.c.name == name)
        )
        return value

    async def put(self, name: str, value: bytes) -> None:
        """Keep a value in the place of an earlier one."""
        await self._connection.execute(meta.delete().where(meta.c.name == name))
        await self._connection.execute(meta.insert().values(name=name, value=value))
