"""Live messages: those of the bot's that it may edit, or whose buttons may act.

Each stands in a slot that says what it is about (`card:42:telegram`), on disk as a keyed tag and
sealed. Its buttons carry one random token, bound to chat, message and slot; placing a message in
the slot brings a new one and ends the old, and an edit keeps it. One that shows something of a
record is known under it, so that it can be emptied with it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ChatRef, MessageRef, Number
from bot.domain.slots import Slot, SlotKind
from bot.privacy import Keyring
from bot.storage.outbox import TAG_BYTES
from bot.storage.sealing import Sealed
from bot.storage.tables import live_messages, shown
from bot.storage.tags import chat_tag, message_tag, record_tag, slot_tag

TOKEN_BYTES = 16
_T = live_messages.c
_SLOT = Sealed(str, "live_messages.slot")
_CHAT = Sealed(ChatRef, "live_messages.chat")
_MESSAGE = Sealed(str, "live_messages.message")
_TOKEN = Sealed(str, "live_messages.token")
_LIVE = sa.select(live_messages).where(_T.slot_tag.is_not(None))
_SLOTS: sa.BindParameter[bytes] = sa.bindparam("slots", expanding=True)
_IN_SLOTS = _LIVE.where(_T.slot_tag.in_(_SLOTS))
_END = live_messages.delete().where(_T.slot_tag.in_(_SLOTS))
_DELIVERED = live_messages.update().where(_T.token_tag == sa.bindparam("token"))
_BY_TOKEN = _LIVE.where(_T.token_tag == sa.bindparam("token"))
_BY_MESSAGE = _LIVE.where(_T.message_tag == sa.bindparam("message"))
_SHOWING = _LIVE.where(
    _T.token_tag.in_(
        sa.select(shown.c.token_tag).where(shown.c.record_tag == sa.bindparam("record"))
    )
)


_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LiveMessage:
    """`message` is None until the platform has taken the message, and empty if it did not say which
    one it made."""

    slot: Slot
    chat: ChatRef
    message: MessageRef | None


class LiveMessages:
    """At most one message in a slot, with the token that its buttons carry.

    What is placed, ended and delivered is gathered, and written in a few statements by `flush`.
    """

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys
        self._known: dict[bytes, _Row | None] = {}
        """What stands in slots, by their tags, as far as this unit has looked."""
        self._ended: set[bytes] = set()
        self._placed: dict[bytes, _Row] = {}
        self._shown: dict[bytes, list[_Row]] = {}
        self._delivered: list[_Row] = []

    async def place(self, slot: Slot, chat: ChatRef, message: MessageRef | None = None) -> str:
        """Bind the slot to a new message (or to one that is there already, `message`) and return
        the token for its buttons. What was in the slot before cannot act any more."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        await self.end(slot)
        tag, name = _token_tag(token), slot_tag(self._keys, slot)
        self._known[name] = self._placed[name] = {
            "token_tag": tag,
            "slot_tag": name,
            "sealed_slot": _SLOT.seal(self._keys, str(slot), tag.hex()),
            "sealed_token": _TOKEN.seal(self._keys, token, tag.hex()),
        } | self._where(tag, chat, message)
        return token

    async def look_at(self, slots: Iterable[Slot]) -> None:
        """Find out in one statement what stands in all of these."""
        tags = {slot_tag(self._keys, slot) for slot in slots} - self._known.keys()
        if tags:
            await self._rows(_IN_SLOTS, {"slots": [*tags]})
            self._known |= dict.fromkeys(tags - self._known.keys())

    async def token(self, slot: Slot) -> str | None:
        """The token of the message in the slot, for an edit of it: one that shows an older state
        of the same message is told what has happened since. None if the slot is empty."""
        row = await self._row(slot)
        if row is None:
            return None
        return _TOKEN.open(self._keys, row["sealed_token"], row["token_tag"].hex())

    async def in_slot(self, slot: Slot) -> LiveMessage | None:
        """None for an empty one."""
        row = await self._row(slot)
        return None if row is None else self._read(row)

    async def by_token(self, token: str) -> LiveMessage | None:
        """What a pressed button belongs to; None where its message cannot act any more."""
        tag = _token_tag(token)
        for row in self._known.values():
            if row is not None and row["token_tag"] == tag:
                return self._read(row)
        rows = await self._rows(_BY_TOKEN, {"token": tag})
        return next((self._read(row) for row in rows if row["slot_tag"] not in self._ended), None)

    async def by_message(self, chat: ChatRef, message: MessageRef) -> LiveMessage | None:
        """What a reply is about, or a message to be deleted; None where it is not live."""
        tag = message_tag(self._keys, chat, message)
        return next(iter(await self._all(_BY_MESSAGE, {"message": tag})), None)

    async def under_way(self, chat: ChatRef) -> list[Slot]:
        """What is being sent to the chat, and has not been taken by the platform as far as is
        known."""
        where = (_T.chat_tag == chat_tag(self._keys, chat), _T.message_tag.is_(None))
        return [live.slot for live in await self._all(_LIVE.where(*where)) if live.message is None]

    async def of_kind(self, kind: SlotKind, tag: bytes) -> list[LiveMessage]:
        """Those of one kind in the chat with that tag; all that are live there are opened."""
        return [
            live
            for live in await self._all(_LIVE.where(_T.chat_tag == tag))
            if live.slot.kind is kind
        ]

    async def show(self, token: str, numbers: Collection[Number], *, is_new: bool = False) -> None:
        """From now on the message of that token shows something of these records, and of no
        others; `is_new`: it has shown none so far."""
        tag = _token_tag(token)
        if not is_new:
            await self.flush()
            await self._connection.execute(shown.delete().where(shown.c.token_tag == tag))
        self._shown[tag] = [
            {"record_tag": record_tag(self._keys, number), "token_tag": tag}
            for number in dict.fromkeys(numbers)
        ]

    async def showing(self, number: Number) -> list[LiveMessage]:
        """Those that show something of a record."""
        return await self._all(_SHOWING, {"record": record_tag(self._keys, number)})

    async def holds(self, bound_slot: bytes) -> MessageRef | None:
        """Which message the platform has made of what was sent under that token; None where that is
        not known, and where another has taken its place."""
        await self.flush()
        tag = bound_slot[TAG_BYTES:]
        query = sa.select(_T.sealed_message).where(_T.token_tag == tag)
        message = _MESSAGE.open(self._keys, await self._connection.scalar(query), tag.hex())
        return None if message is None else MessageRef(message)

    async def delivered(self, bound_slot: bytes, chat: ChatRef, message: MessageRef) -> None:
        """Note which message the platform made of what was sent under the slot. If the slot has
        been given to another message since, that is not the one."""
        name, tag = bound_slot[:TAG_BYTES], bound_slot[TAG_BYTES:]
        self._known.pop(name, None)
        self._delivered.append({"token": tag} | self._message(tag, chat, message))

    async def end(self, slot: Slot) -> None:
        """Empty a slot: the message stays in the chat, and its buttons act no more."""
        name = slot_tag(self._keys, slot)
        if (row := self._known.get(name)) is not None:
            self._shown.pop(row["token_tag"], None)
        elif name in self._known:
            return
        self._known[name] = None
        self._placed.pop(name, None)
        self._ended.add(name)

    async def retire(self, slot: Slot) -> None:
        """The message leaves its slot and acts no more. It is known until `gone`, so that its last
        change finds it."""
        left = live_messages.update().where(self._is(slot))
        await self._write(left.values(slot_tag=None, sealed_slot=None))

    async def gone(self, bound_slot: bytes) -> None:
        """The last change of a message has been delivered."""
        where = (_T.token_tag == bound_slot[TAG_BYTES:], _T.slot_tag.is_(None))
        await self._write(live_messages.delete().where(*where))

    async def end_every(self, kind: SlotKind, among: Iterable[LiveMessage]) -> list[LiveMessage]:
        """End all slots of that kind among these; the others."""
        left = []
        for live in among:
            if live.slot.kind is kind:
                await self.end(live.slot)
            else:
                left.append(live)
        return left

    async def end_of_chat(self, tag: bytes) -> None:
        """End every slot of one chat."""
        await self._write(live_messages.delete().where(_T.chat_tag == tag))

    async def move(self, old: ChatRef, new: ChatRef) -> None:
        """Live messages of one chat stand in another from now on. Where the platform did not keep
        their numbers, an edit fails and is sent anew."""
        where = _T.chat_tag == chat_tag(self._keys, old)
        await self.flush()
        for row in (await self._connection.execute(sa.select(live_messages).where(where))).all():
            message = _MESSAGE.open(self._keys, row.sealed_message, row.token_tag.hex())
            known = None if message is None else MessageRef(message)
            update = live_messages.update().where(_T.token_tag == row.token_tag)
            await self._write(update.values(self._where(row.token_tag, new, known)))

    def _is(self, slot: Slot) -> sa.ColumnElement[bool]:
        return _T.slot_tag == slot_tag(self._keys, slot)

    def _where(
        self, tag: bytes, chat: ChatRef, message: MessageRef | None
    ) -> dict[str, bytes | None]:
        return {
            "chat_tag": chat_tag(self._keys, chat),
            "sealed_chat": _CHAT.seal(self._keys, chat, tag.hex()),
        } | self._message(tag, chat, message)

    def _message(
        self, tag: bytes, chat: ChatRef, message: MessageRef | None
    ) -> dict[str, bytes | None]:
        return {
            "sealed_message": _MESSAGE.seal(self._keys, message, tag.hex()),
            "message_tag": message_tag(self._keys, chat, message) if message else None,
        }

    async def flush(self) -> None:
        """Write what was gathered. Called by the unit just before its commit."""
        if self._ended:
            await self._connection.execute(_END, {"slots": [*self._ended]})
        if self._placed:
            await self._connection.execute(live_messages.insert(), [*self._placed.values()])
        if rows := [row for each in self._shown.values() for row in each]:
            await self._connection.execute(shown.insert(), rows)
        if self._delivered:
            await self._connection.execute(_DELIVERED, self._delivered)
        for written in (self._ended, self._placed, self._shown, self._delivered):
            written.clear()

    async def _row(self, slot: Slot) -> _Row | None:
        await self.look_at([slot])
        return self._known[slot_tag(self._keys, slot)]

    async def _all(
        self, query: sa.Select[Any], wanted: Mapping[str, bytes] | None = None
    ) -> list[LiveMessage]:
        await self.flush()
        return [self._read(row) for row in await self._rows(query, wanted)]

    async def _rows(
        self, query: sa.Select[Any], wanted: Mapping[str, Any] | None
    ) -> Sequence[_Row]:
        if self._delivered:
            await self.flush()
        rows = list((await self._connection.execute(query, wanted)).mappings())
        for row in rows:
            self._known.setdefault(row["slot_tag"], row)
        return rows

    async def _write(self, statement: sa.Update | sa.Delete) -> None:
        await self.flush()
        self._known.clear()
        await self._connection.execute(statement)

    def _read(self, row: _Row) -> LiveMessage:
        name = row["token_tag"].hex()
        slot = _SLOT.open(self._keys, row["sealed_slot"], name)
        chat = _CHAT.open(self._keys, row["sealed_chat"], name)
        message = _MESSAGE.open(self._keys, row["sealed_message"], name)
        assert slot is not None
        assert chat is not None
        return LiveMessage(Slot.parse(slot), chat, None if message is None else MessageRef(message))


def bound(keys: Keyring, slot: Slot, token: str) -> bytes:
    """How an outbox row names the slot that it was written for, and the message in it: their tags,
    one behind the other."""
    return slot_tag(keys, slot) + _token_tag(token)


def _token_tag(token: str) -> bytes:
    # A token is 128 random bits, so a plain hash of it tells nothing and cannot be searched for.
    return hashlib.sha256(token.encode()).digest()
