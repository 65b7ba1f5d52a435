"""What admins did, in a table that only grows."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.admin import Action, Admin
from bot.domain.ids import Number, UserRef
from bot.privacy import Keyring
from bot.storage.sealing import Sealed
from bot.storage.tables import admin_actions
from bot.storage.tags import actor_tag

_T = admin_actions.c
_ACTOR = Sealed(str, "admin_actions.actor")
_SIGN_BYTES = 5


class AdminActions:
    """Who among the admins did what; triggers refuse to change or delete a row."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def add(
        self, at: dt.datetime, actor: Admin, action: str, number: Number | None = None
    ) -> None:
        """Note that somebody did this, to the record of that number if any."""
        await self._connection.execute(admin_actions.insert(), self._row(at, actor, action, number))

    async def add_each(
        self, at: dt.datetime, actor: Admin, action: str, numbers: Iterable[Number]
    ) -> None:
        """Note it for each of these records."""
        rows = [self._row(at, actor, action, number) for number in numbers]
        if rows:
            await self._connection.execute(admin_actions.insert(), rows)

    def _row(
        self, at: dt.datetime, actor: Admin, action: str, number: Number | None
    ) -> dict[str, Any]:
        tag = actor_tag(self._keys, actor.account)
        return {
            "at": at,
            "action": action,
            "number": number,
            "actor_tag": tag,
            "sealed_actor": _ACTOR.seal(self._keys, actor.name, _place(at, action, number, tag)),
        }

    async def times(
        self, account: UserRef, actions: Collection[str], since: dt.datetime, limit: int
    ) -> list[dt.datetime]:
        """When an account did any of these after that moment, the last time first."""
        query = sa.select(_T.at).where(*self._lately(account, actions, since))
        return list(await self._connection.scalars(query.order_by(_T.at.desc()).limit(limit)))

    async def numbers(
        self, account: UserRef, actions: Collection[str], since: dt.datetime
    ) -> dict[Number, dt.datetime]:
        """The records to which an account did any of these after that moment, and when last."""
        query = sa.select(_T.number, _T.at).where(*self._lately(account, actions, since))
        rows = await self._connection.execute(query.order_by(_T.at))
        return {number: at for number, at in rows if number is not None}

    async def about(self, number: Number, limit: int, offset: int = 0) -> list[Action]:
        """What was done to a record, the last first."""
        return await self._page(limit, offset, _T.number == number, order=[_T.id.desc()])

    async def between(
        self, start: dt.datetime, end: dt.datetime, limit: int, offset: int = 0
    ) -> list[Action]:
        """What was done from `start` on and before `end`, the last first."""
        order = [_T.at.desc(), _T.id.desc()]
        return await self._page(limit, offset, _T.at >= start, _T.at < end, order=order)

    def _lately(
        self, account: UserRef, actions: Collection[str], since: dt.datetime
    ) -> tuple[sa.ColumnElement[bool], ...]:
        tag = actor_tag(self._keys, account)
        return _T.actor_tag == tag, _T.at > since, _T.action.in_(actions)

    async def _page(
        self,
        limit: int,
        offset: int,
        *where: sa.ColumnElement[bool],
        order: Sequence[sa.ColumnElement[Any]],
    ) -> list[Action]:
        query = sa.select(admin_actions).where(*where).order_by(*order)
        rows = await self._connection.execute(query.limit(limit).offset(offset))
        return [self._read(row) for row in rows]

    def _read(self, row: sa.Row[Any]) -> Action:
        place = _place(row.at, row.action, row.number, row.actor_tag)
        actor = _ACTOR.open(self._keys, row.sealed_actor, place)
        assert actor is not None
        sign = None if row.actor_tag is None else _sign(row.actor_tag)
        return Action(row.at, row.action, row.number, actor, sign)


def _place(at: dt.datetime, action: str, number: Number | None, tag: bytes | None) -> str:
    """What binds a name to its row. Many may do the same in one instant, so that the record and the
    account belong to it; rows without a tag are of earlier versions, which left both out."""
    place = f"{at.astimezone(dt.UTC).isoformat()} {action}"
    return place if tag is None else f"{place} {number} {tag.hex()}"


def _sign(tag: bytes) -> str:
    """Four letters and digits that no two of a campaign's few admins are likely to share."""
    return base64.b32encode(tag[:_SIGN_BYTES]).decode().lower()[:4]
