"""What admins did, in a table that only grows, and in a log beside it.

In clear are the day and what was done; when, to which record and under which name is sealed. Rows
stand in the order in which they were written, and so in that of time. What of a row is not sealed
is an entry in the log, at the same place.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.admin import Action, Admin
from bot.domain.ids import Number, UserRef
from bot.domain.log import Body, EntryKind
from bot.privacy import KeyFault, Keyring
from bot.storage.log import ADMINS, Entry, Log
from bot.storage.sealing import Sealed, SealedBytes
from bot.storage.tables import admin_actions
from bot.storage.tags import actor_tag, number_tag

_T = admin_actions.c
_SIGN_BYTES = 5
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class _Done:
    """What is sealed of an action. `number` is that of the record, if it was about one."""

    actor: str
    at: dt.datetime
    number: Number | None


_ACTOR = Sealed(_Done, "admin_actions.actor")


class AdminActions:
    """Who among the admins did what; triggers refuse to change or delete a row."""

    def __init__(self, connection: AsyncConnection, keys: Keyring, log: Log) -> None:
        self._connection = connection
        self._keys = keys
        self._log = log

    async def add(
        self, at: dt.datetime, actor: Admin, action: str, number: Number | None = None
    ) -> None:
        """Note that somebody did this, to the record of that number if any."""
        await self.add_each(at, actor, action, [number])

    async def add_each(
        self, at: dt.datetime, actor: Admin, action: str, numbers: Iterable[Number | None]
    ) -> None:
        """Note it for each of these records."""
        rows = [self._row(at, actor, action, number) for number in numbers]
        if rows:
            await self._connection.execute(admin_actions.insert(), rows)
            await self._log.append(ADMINS, [Entry(EntryKind.ACT, body_of(row)) for row in rows])

    async def log_earlier(self) -> None:
        """Enter what an earlier version noted, before anything else is."""
        query = sa.select(admin_actions).order_by(_T.id).limit(_AT_ONCE)
        rows = (await self._connection.execute(query)).mappings().all()
        while rows:
            await self._log.append(ADMINS, [Entry(EntryKind.ACT, body_of(row)) for row in rows])
            await self._log.flush()
            behind = query.where(_T.id > rows[-1]["id"])
            rows = (await self._connection.execute(behind)).mappings().all()

    def _row(
        self, at: dt.datetime, actor: Admin, action: str, number: Number | None
    ) -> dict[str, Any]:
        day, of = _day(at), None if number is None else number_tag(self._keys, number)
        by = actor_tag(self._keys, actor.account)
        done = _Done(actor.name, at.astimezone(dt.UTC), number)
        return {
            "day": day,
            "action": action,
            "number_tag": of,
            "actor_tag": by,
            "sealed_actor": _ACTOR.seal(self._keys, done, place_of(day, action, of, by)),
        }

    async def times(
        self, account: UserRef, actions: Collection[str], since: dt.datetime, limit: int
    ) -> list[dt.datetime]:
        """When an account did any of these after that moment, the last time first."""
        found: list[dt.datetime] = []
        for action in actions:
            rows = await self._connection.execute(self._lately(account, action, since).limit(limit))
            found += (at for row in rows if (at := self._read(row).at) > since)
        return sorted(found, reverse=True)[:limit]

    async def who_did(self, action: str, number: Number) -> list[bytes]:
        """The tags of the accounts that did this to a record the last time: of one, and of the
        second who agreed to it, if it took one."""
        query = sa.select(_T.id, _T.actor_tag).where(
            _T.number_tag == number_tag(self._keys, number)
        )
        done = query.where(_T.action == action).order_by(_T.id.desc()).limit(1)
        first = (await self._connection.execute(done)).one_or_none()
        if first is None:
            return []
        # They are written one behind the other.
        agreed = query.where(_T.action == "agree", _T.id == first.id + 1)
        both = (first, *await self._connection.execute(agreed))
        return [row.actor_tag for row in both if row.actor_tag is not None]

    async def numbers(
        self, account: UserRef, actions: Collection[str], since: dt.datetime
    ) -> dict[Number, dt.datetime]:
        """The records to which an account did any of these after that moment, and when last."""
        found: dict[Number, dt.datetime] = {}
        for action in actions:
            async for done in self._each(self._lately(account, action, since)):
                if done.at <= since:
                    break
                if done.number is not None:
                    found[done.number] = max(done.at, found.get(done.number, done.at))
        return found

    async def about(self, number: Number, limit: int, offset: int = 0) -> list[Action]:
        """What was done to a record, the last first."""
        query = sa.select(admin_actions).where(_T.number_tag == number_tag(self._keys, number))
        return await self._page(query, limit, offset)

    async def between(
        self, start: dt.datetime, end: dt.datetime, limit: int, offset: int = 0
    ) -> list[Action]:
        """What was done from `start` on and before `end`, the last first."""
        first, behind = await self._first(start), await self._first(end)
        if first is None:
            return []
        query = sa.select(admin_actions).where(_T.id >= first)
        if behind is not None:
            query = query.where(_T.id < behind)
        return await self._page(query, limit, offset)

    async def _first(self, moment: dt.datetime) -> int | None:
        """The first row from a moment on, None for none. In its day that is looked for by halving,
        since only the day is in clear."""
        day = _day(moment)
        low, last = [
            await self._connection.scalar(
                sa.select(_T.id).where(_T.day == day).order_by(*order).limit(1)
            )
            for order in ((_T.day, _T.id), (_T.day.desc(), _T.id.desc()))
        ]
        if low is not None and last is not None:
            high = last + 1
            while low < high:
                middle = (low + high) // 2
                near = sa.select(admin_actions).where(_T.day == day, _T.id >= middle)
                row = (await self._connection.execute(near.order_by(_T.id).limit(1))).one()
                if self._read(row).at >= moment:
                    high = middle
                else:
                    low = row.id + 1
            if low <= last:
                return int(low)
        later: int | None = await self._connection.scalar(
            sa.select(_T.id).where(_T.day > day).order_by(_T.day, _T.id).limit(1)
        )
        return later

    def _lately(self, account: UserRef, action: str, since: dt.datetime) -> sa.Select[Any]:
        """The last first; some may be of the same day and before that moment."""
        tag = actor_tag(self._keys, account)
        query = sa.select(admin_actions).where(
            _T.actor_tag == tag, _T.action == action, _T.day >= _day(since)
        )
        return query.order_by(_T.day.desc(), _T.id.desc())

    async def _each(self, query: sa.Select[Any]) -> AsyncIterator[Action]:
        """A few at a time, as most callers soon have enough."""
        offset = 0
        while rows := (await self._connection.execute(query.limit(_AT_ONCE).offset(offset))).all():
            for row in rows:
                yield self._read(row)
            offset += len(rows)

    async def _page(self, query: sa.Select[Any], limit: int, offset: int) -> list[Action]:
        page = query.order_by(_T.id.desc()).limit(limit).offset(offset)
        return [self._read(row) for row in await self._connection.execute(page)]

    def _read(self, row: sa.Row[Any]) -> Action:
        place = place_of(row.day, row.action, row.number_tag, row.actor_tag)
        done = _ACTOR.open(self._keys, row.sealed_actor, place)
        assert done is not None
        sign = None if row.actor_tag is None else _sign(row.actor_tag)
        return Action(done.at, row.action, done.number, done.actor, sign)


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(dt.UTC).date()


def place_of(day: dt.date, action: str, number_tag: bytes | None, actor_tag: bytes | None) -> str:
    """What binds what is sealed to its row; rows of the first versions have no actor's tag."""
    tags = (tag.hex() if tag else "" for tag in (number_tag, actor_tag))
    return " ".join((day.isoformat(), action, *tags))


def body_of(row: Mapping[Any, Any]) -> Body:
    """What the log says of a row: what of it is not sealed."""
    return {
        "day": row["day"].isoformat(),
        "action": row["action"],
        "number": (row["number_tag"] or b"").hex(),
        "actor": (row["actor_tag"] or b"").hex(),
    }


def opens(keys: Keyring, row: Mapping[str, Any]) -> bool:
    """Whether what is sealed is this row's."""
    place = place_of(row["day"], row["action"], row["number_tag"], row["actor_tag"])
    try:
        SealedBytes("admin_actions.actor").open(keys, row["sealed_actor"], place)
    except KeyFault:
        return False
    return True


def _sign(tag: bytes) -> str:
    """Four letters and digits that no two of a campaign's few admins are likely to share."""
    return base64.b32encode(tag[:_SIGN_BYTES]).decode().lower()[:4]
