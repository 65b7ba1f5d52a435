"""Each admin's desk: what it shows, and so that no two decide about the same, what it holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.admin import Admin
from bot.domain.ids import ChatRef, Number
from bot.domain.selection import EVERYTHING, Selection
from bot.privacy import Keyring
from bot.storage.queue import Place
from bot.storage.sealing import Sealed
from bot.storage.tables import desks

_T = desks.c
MOST_KEPT = 20
"""Records that one can go back through."""


@dataclass(frozen=True, slots=True)
class Desk:
    """An admin's place in one admin chat, as it stood at a moment (UTC). `number` is the record
    that is shown, `behind` the place in the queue that it was taken from; `back` and `ahead` are
    those that were shown before, and those that were left by going back, the nearest last. `view`
    is what is asked about it; `bulk` is the list that is looked at, `listed` the first and the last
    of the page."""

    chat: ChatRef
    admin: Admin
    at: dt.datetime
    selection: Selection = EVERYTHING
    number: Number | None = None
    behind: Place | None = None
    back: tuple[Number, ...] = ()
    ahead: tuple[Number, ...] = ()
    view: str = "record"
    bulk: int | None = None
    listed: tuple[Number, Number] | None = None
    beside: tuple[Number, ...] = ()
    """The records whose names stand beside it."""


_DESK = Sealed(Desk, "desks.desk")


def desk_tag(keys: Keyring, chat: ChatRef, admin: Admin) -> bytes:
    """Stands for an admin's account in one chat."""
    return keys.tag("desk", f"{chat.adapter}\0{chat.key}\0{admin.account.key}")


class Desks:
    """One for each admin and chat; a record lies on it for as long as nobody else is to take it."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def get(self, tag: bytes) -> Desk | None:
        """The desk of that tag."""
        found = await self._all(_T.desk_tag == tag)
        return found[0] if found else None

    async def showing(self, number: Number) -> list[Desk]:
        """Every desk on which a record is shown."""
        return await self._all(_T.number == number)

    async def naming(self, number: Number) -> list[Desk]:
        """Every desk on which the name of a record stands beside another one."""
        open_ = await self._all(_T.number.is_not(None))
        return [desk for desk in open_ if number in desk.beside and desk.number != number]

    async def shown(self, numbers: Collection[Number]) -> list[Number]:
        """Those of these that lie on any desk."""
        return list(
            await self._connection.scalars(
                sa.select(_T.number).where(_T.number.in_(numbers)).distinct()
            )
        )

    async def holder(self, number: Number, but: bytes, now: dt.datetime) -> Desk | None:
        """Another desk than that one which holds the record."""
        where = sa.and_(_T.number == number, _T.until > now, _T.desk_tag != but)
        found = await self._all(where)
        return found[0] if found else None

    async def holding(self, but: bytes, now: dt.datetime) -> list[Desk]:
        """Every other desk that holds any."""
        return await self._all(sa.and_(_T.number.is_not(None), _T.until > now, _T.desk_tag != but))

    async def put(self, desk: Desk, until: dt.datetime) -> None:
        """Keep a desk as it is now; it holds what it shows until then."""
        tag = desk_tag(self._keys, desk.chat, desk.admin)
        await self._connection.execute(desks.delete().where(_T.desk_tag == tag))
        values = {
            "desk_tag": tag,
            "number": desk.number,
            "until": until,
            "sealed_desk": _DESK.seal(self._keys, desk, tag.hex()),
        }
        await self._connection.execute(desks.insert().values(values))

    async def let_go(self, tag: bytes) -> None:
        """The desk holds nothing, and shows nothing that could change."""
        await self._connection.execute(desks.update().where(_T.desk_tag == tag).values(number=None))

    async def forget_before(self, moment: dt.datetime) -> None:
        """Drop the desks that nobody has sat at since then."""
        await self._connection.execute(desks.delete().where(_T.until < moment))

    async def _all(self, where: sa.ColumnElement[bool]) -> list[Desk]:
        rows = await self._connection.execute(sa.select(desks).where(where))
        return [self._read(row) for row in rows]

    def _read(self, row: sa.Row[Any]) -> Desk:
        desk = _DESK.open(self._keys, row.sealed_desk, row.desk_tag.hex())
        assert desk is not None
        return desk
