"""Dead letters: what was received and could not be handled, and what could not be delivered.

The tables are those that `InboxRows.bury` and `Letters.keep` write; all else of them is here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import AdapterName, ChatRef
from bot.privacy import Keyring
from bot.storage.inbox import NewEvent
from bot.storage.outbox import TAG_BYTES
from bot.storage.sealing import SealedBytes
from bot.storage.tables import dead_letters, given_up, handled, inbox, live_messages, outbox
from bot.storage.tags import chat_tag

_EVENT, _NEW_EVENT = SealedBytes("dead_letters.event"), SealedBytes("inbox.event")
_OUTGOING, _WAITING = SealedBytes("given_up.outgoing"), SealedBytes("outbox.outgoing")


@dataclass(frozen=True, slots=True)
class Letter:
    """`data` is the encoded event that was received, or the encoded `Outgoing`; `error` says
    nothing of what stands in it."""

    id: int
    adapter: AdapterName
    day: dt.date
    error: str
    data: bytes = field(repr=False)


class Letters:
    """Of a database with all migrations."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def keep(self, number: int, error: str, today: dt.date) -> None:
        """That outbox row is given up, as it says by now; `OutboxRows.done` ends it behind this."""
        query = outbox.select().where(outbox.c.id == number)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return
        data = _WAITING.open(self._keys, row.sealed_outgoing, row.key)
        await self._connection.execute(
            given_up.insert().values(
                adapter=row.adapter,
                day=today,
                error=error,
                chat_tag=row.chat_tag,
                key=row.key,
                priority=row.priority,
                slot_tag=row.slot_tag,
                sealed_outgoing=_OUTGOING.seal(self._keys, data, row.key),
            )
        )

    async def slots(self) -> set[bytes]:
        """Of which live messages something is kept, as `bound` gives them."""
        query = sa.select(given_up.c.slot_tag).where(given_up.c.slot_tag.is_not(None))
        return set(await self._connection.scalars(query))

    async def drop(self, slots: Collection[bytes]) -> None:
        """What was said later of these messages, or must be said no more, takes the place of what
        is kept of them."""
        await self._connection.execute(given_up.delete().where(given_up.c.slot_tag.in_(slots)))

    async def forget_chats(self, chats: Iterable[ChatRef]) -> None:
        """What was to be said there is of no use any more."""
        tags = [chat_tag(self._keys, chat) for chat in chats]
        await self._connection.execute(given_up.delete().where(given_up.c.chat_tag.in_(tags)))

    async def forget_before(self, day: dt.date) -> None:
        """As `InboxRows.forget_before`, of what was not delivered."""
        await self._connection.execute(given_up.delete().where(given_up.c.day < day))

    async def count(self) -> int:
        """How many are kept, of both ways."""
        each = (sa.select(sa.func.count()).select_from(t) for t in (dead_letters, given_up))
        return sum([await self._connection.scalar(query) or 0 for query in each])

    async def received(self) -> list[Letter]:
        """What could not be handled, the oldest first. Raises `KeyFault`."""
        rows = await self._connection.execute(dead_letters.select().order_by(dead_letters.c.id))
        return [
            Letter(
                row.id,
                row.adapter,
                row.day,
                row.error,
                _EVENT.open(self._keys, row.sealed_event, row.event_tag.hex()),
            )
            for row in rows
        ]

    async def undelivered(self) -> list[Letter]:
        """What could not be delivered, the oldest first. Raises `KeyFault`."""
        rows = await self._connection.execute(given_up.select().order_by(given_up.c.id))
        return [
            Letter(
                row.id,
                row.adapter,
                row.day,
                row.error,
                _OUTGOING.open(self._keys, row.sealed_outgoing, row.key),
            )
            for row in rows
        ]

    async def handle_again(self, letter: Letter, event: NewEvent) -> None:
        """It waits to be handled as if it had just come. `event` is what its data says."""
        c = dead_letters.c
        tag = await self._connection.scalar(sa.select(c.event_tag).where(c.id == letter.id))
        assert tag is not None
        await self._connection.execute(dead_letters.delete().where(c.event_tag == tag))
        await self._connection.execute(handled.delete().where(handled.c.event_tag == tag))
        await self._connection.execute(
            inbox.insert().values(
                adapter=letter.adapter,
                event_tag=tag,
                chat_tag=chat_tag(self._keys, event.chat),
                admin=event.admin,
                sealed_event=_NEW_EVENT.seal(self._keys, event.data, tag.hex()),
            )
        )

    async def deliver_again(self, letter: Letter) -> bool:
        """It waits to be delivered, unless its message cannot act any more; whether it does."""
        c = given_up.c
        row = (await self._connection.execute(given_up.select().where(c.id == letter.id))).one()
        await self._connection.execute(given_up.delete().where(c.id == letter.id))
        if row.slot_tag is not None:
            token = live_messages.c.token_tag == row.slot_tag[TAG_BYTES:]
            if not await self._connection.scalar(sa.select(sa.exists().where(token))):
                return False
        await self._connection.execute(
            outbox.insert().values(
                adapter=row.adapter,
                chat_tag=row.chat_tag,
                key=row.key,
                priority=row.priority,
                slot_tag=row.slot_tag,
                sealed_outgoing=_WAITING.seal(self._keys, letter.data, row.key),
            )
        )
        return True
