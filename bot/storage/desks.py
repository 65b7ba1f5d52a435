"""Each admin's desk: what it shows, and so that no two decide about the same, what it holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.admin import Admin
from bot.domain.ids import ChatRef, Number
from bot.domain.selection import EVERYTHING, Selection
from bot.privacy import Keyring
from bot.storage.sealing import Sealed
from bot.storage.tables import desks

_T = desks.c
Place = tuple[bool, dt.datetime, Number]
"""Where a record stands in the queue: whether it came in a wave, its hour, its number."""

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


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is sealed of a desk: `number` is the record that lies on it, held until then."""

    desk: Desk
    until: dt.datetime
    number: Number | None


_DESK = Sealed(_Kept, "desks.desk")


def desk_tag(keys: Keyring, chat: ChatRef, admin: Admin) -> bytes:
    """Stands for an admin's account in one chat."""
    return keys.tag("desk", f"{chat.adapter}\0{chat.key}\0{admin.account.key}")


class Desks:
    """One for each admin and chat; a record lies on it for as long as nobody else is to take it.

    They are few, and all are opened to look for one: in clear, a record must not stand beside the
    admin who looks at it, nor beside a moment.
    """

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys
        self._known: list[_Kept] | None = None

    async def get(self, tag: bytes) -> Desk | None:
        """The desk of that tag."""
        kept = await self._get(tag)
        return None if kept is None else kept.desk

    async def shown(self, numbers: Collection[Number]) -> list[Number]:
        """Those of these that lie on any desk."""
        lying = {kept.number for kept in await self._all()}
        return [number for number in numbers if number in lying]

    async def holder(self, number: Number, but: bytes, now: dt.datetime) -> Desk | None:
        """Another desk than that one which holds the record."""
        return next((d for d in await self.holding(but, now) if d.number == number), None)

    async def holding(self, but: bytes, now: dt.datetime) -> list[Desk]:
        """Every other desk that holds any."""
        return [
            kept.desk
            for kept in await self._all()
            if kept.number is not None
            and kept.until > now
            and desk_tag(self._keys, kept.desk.chat, kept.desk.admin) != but
        ]

    async def put(self, desk: Desk, until: dt.datetime) -> None:
        """Keep a desk as it is now; it holds what it shows until then."""
        tag = desk_tag(self._keys, desk.chat, desk.admin)
        await self._put(tag, _Kept(desk, until, desk.number))

    async def change(self, desk: Desk) -> None:
        """Keep it otherwise, and held for as long as before."""
        tag = desk_tag(self._keys, desk.chat, desk.admin)
        kept = await self._get(tag)
        if kept is not None:
            await self._put(tag, replace(kept, desk=desk))

    async def let_go(self, tag: bytes) -> None:
        """The desk holds nothing, and shows nothing that could change."""
        kept = await self._get(tag)
        if kept is not None:
            await self._put(tag, replace(kept, number=None))

    async def forget_before(self, day: dt.date) -> None:
        """Drop the desks that nobody has sat at since that day."""
        self._known = None
        await self._connection.execute(desks.delete().where(_T.day < day))

    async def _put(self, tag: bytes, kept: _Kept) -> None:
        self._known = None
        await self._connection.execute(desks.delete().where(_T.desk_tag == tag))
        values = {
            "desk_tag": tag,
            "day": kept.until.astimezone(dt.UTC).date(),
            "sealed_desk": _DESK.seal(self._keys, kept, tag.hex()),
        }
        await self._connection.execute(desks.insert().values(values))

    async def _get(self, tag: bytes) -> _Kept | None:
        rows = await self._connection.execute(sa.select(desks).where(_T.desk_tag == tag))
        row = rows.one_or_none()
        return None if row is None else self._read(row)

    async def _all(self) -> list[_Kept]:
        if self._known is None:
            rows = await self._connection.execute(sa.select(desks))
            self._known = [self._read(row) for row in rows]
        return self._known

    def _read(self, row: sa.Row[Any]) -> _Kept:
        kept = _DESK.open(self._keys, row.sealed_desk, row.desk_tag.hex())
        assert kept is not None
        return kept
