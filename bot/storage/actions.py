"""What admins did, in a table that only grows."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.admin import Admin
from bot.domain.ids import Number
from bot.privacy import Keyring
from bot.storage.sealing import Sealed
from bot.storage.tables import Moment, admin_actions, bulk_records
from bot.storage.tags import actor_tag

_ACTOR = Sealed(str, "admin_actions.actor")


class AdminActions:
    """Who among the admins did what; triggers refuse to change or delete a row."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def add(
        self, at: dt.datetime, actor: Admin, action: str, number: Number | None = None
    ) -> None:
        """Note that somebody did this, to the record of that number if any."""
        row = {
            "at": at,
            "action": action,
            "number": number,
            "actor_tag": actor_tag(self._keys, actor.account),
            "sealed_actor": _ACTOR.seal(self._keys, actor.name, f"{at.isoformat()} {action}"),
        }
        await self._connection.execute(admin_actions.insert(), row)

    async def add_each(self, at: dt.datetime, actor: Admin, action: str, bulk: int) -> None:
        """Note it for every record of a bulk decision."""
        sealed = _ACTOR.seal(self._keys, actor.name, f"{at.isoformat()} {action}")
        tag = actor_tag(self._keys, actor.account)
        rows = sa.select(
            sa.literal(at, Moment),
            sa.literal(action),
            bulk_records.c.number,
            sa.literal(tag, sa.LargeBinary),
            sa.literal(sealed, sa.LargeBinary),
        )
        columns = ["at", "action", "number", "actor_tag", "sealed_actor"]
        mine = rows.where(bulk_records.c.bulk == bulk)
        await self._connection.execute(admin_actions.insert().from_select(columns, mine))
