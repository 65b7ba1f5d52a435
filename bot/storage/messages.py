"""Live messages: those of the bot's that it may edit, or whose buttons may act.

Each stands in a slot that says what it is about (`card:42:telegram`). Its buttons carry one random
token, bound to chat, message and slot; placing a message in the slot brings a new one and ends the
old, and an edit keeps it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ChatRef, MessageRef, Number
from bot.domain.slots import Slot, SlotKind
from bot.privacy import Keyring
from bot.storage.sealing import Sealed
from bot.storage.tables import live_messages
from bot.storage.tags import chat_tag, message_tag

TOKEN_BYTES = 16
_T = live_messages.c
_CHAT = Sealed(ChatRef, "live_messages.chat")
_MESSAGE = Sealed(str, "live_messages.message")
_TOKEN = Sealed(str, "live_messages.token")


@dataclass(frozen=True, slots=True)
class LiveMessage:
    """`message` is None until the platform has taken the message, and empty if it did not say which
    one it made."""

    slot: Slot
    chat: ChatRef
    message: MessageRef | None


class LiveMessages:
    """At most one message in a slot, with the token that its buttons carry."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def place(self, slot: Slot, chat: ChatRef, message: MessageRef | None = None) -> str:
        """Bind the slot to a new message (or to one that is there already, `message`) and return
        the token for its buttons. What was in the slot before cannot act any more."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        await self.end(slot)
        name = str(slot)
        row = {
            "slot": name,
            "chat_tag": chat_tag(self._keys, chat),
            "sealed_chat": _CHAT.seal(self._keys, chat, name),
            "sealed_token": _TOKEN.seal(self._keys, token, name),
            "token_tag": _token_tag(token),
        } | self._message(name, chat, message)
        await self._connection.execute(live_messages.insert(), row)
        return token

    async def token(self, slot: Slot) -> str | None:
        """The token of the message in the slot, for an edit of it: one that shows an older state
        of the same message is told what has happened since. None if the slot is empty."""
        query = sa.select(_T.sealed_token).where(_T.slot == str(slot))
        return _TOKEN.open(self._keys, await self._connection.scalar(query), str(slot))

    async def in_slot(self, slot: Slot) -> LiveMessage | None:
        return await self._one(_T.slot == str(slot))

    async def by_token(self, token: str) -> LiveMessage | None:
        """What a pressed button belongs to; None where its message cannot act any more."""
        return await self._one(_T.token_tag == _token_tag(token))

    async def by_message(self, chat: ChatRef, message: MessageRef) -> LiveMessage | None:
        """What a reply is about, or a message to be deleted; None where it is not live."""
        return await self._one(_T.message_tag == message_tag(self._keys, chat, message))

    async def under_way(self, chat: ChatRef) -> list[Slot]:
        """What is being sent to the chat, and has not been taken by the platform as far as is
        known."""
        where = (_T.chat_tag == chat_tag(self._keys, chat), _T.message_tag.is_(None))
        rows = await self._connection.execute(sa.select(live_messages).where(*where))
        return [live.slot for live in map(self._read, rows) if live.message is None]

    async def of_kind(self, kind: SlotKind, tag: bytes) -> list[LiveMessage]:
        """Those of one kind in the chat with that tag."""
        where = sa.and_(_T.chat_tag == tag, _T.slot.startswith(f"{kind}:", autoescape=True))
        rows = await self._connection.execute(sa.select(live_messages).where(where))
        return [self._read(row) for row in rows]

    async def holds(self, bound_slot: str) -> LiveMessage | None:
        """What is in a slot if it still has the token that it was bound to."""
        slot, tag = _unbound(bound_slot)
        return await self._one(sa.and_(_T.slot == slot, _T.token_tag == tag))

    async def delivered(self, bound_slot: str, chat: ChatRef, message: MessageRef) -> None:
        """Note which message the platform made of what was sent under the slot. If the slot has
        been given to another message since, that is not the one."""
        slot, tag = _unbound(bound_slot)
        update = live_messages.update().where(_T.slot == slot, _T.token_tag == tag)
        await self._connection.execute(update.values(self._message(slot, chat, message)))

    async def end(self, slot: Slot) -> None:
        """Empty a slot: the message stays in the chat, and its buttons act no more."""
        await self._connection.execute(live_messages.delete().where(_T.slot == str(slot)))

    async def end_every(self, kind: SlotKind, number: Number) -> None:
        """End all slots of that kind about a record, those `which` tells apart."""
        where = _T.slot.startswith(f"{kind}:{number}:", autoescape=True)
        await self._connection.execute(live_messages.delete().where(where))

    async def end_of_chat(self, tag: bytes) -> None:
        """End every slot of one chat."""
        await self._connection.execute(live_messages.delete().where(_T.chat_tag == tag))

    async def move(self, old: ChatRef, new: ChatRef) -> None:
        """Live messages of one chat stand in another from now on. Where the platform did not keep
        their numbers, an edit fails and is sent anew."""
        where = _T.chat_tag == chat_tag(self._keys, old)
        for row in (await self._connection.execute(sa.select(live_messages).where(where))).all():
            message = _MESSAGE.open(self._keys, row.sealed_message, row.slot)
            values = {
                "chat_tag": chat_tag(self._keys, new),
                "sealed_chat": _CHAT.seal(self._keys, new, row.slot),
            } | self._message(row.slot, new, None if message is None else MessageRef(message))
            update = live_messages.update().where(_T.slot == row.slot).values(values)
            await self._connection.execute(update)

    def _message(
        self, slot: str, chat: ChatRef, message: MessageRef | None
    ) -> dict[str, bytes | None]:
        tag = message_tag(self._keys, chat, message) if message else None
        return {"sealed_message": _MESSAGE.seal(self._keys, message, slot), "message_tag": tag}

    async def _one(self, where: sa.ColumnElement[bool]) -> LiveMessage | None:
        row = (await self._connection.execute(sa.select(live_messages).where(where))).one_or_none()
        return None if row is None else self._read(row)

    def _read(self, row: sa.Row[Any]) -> LiveMessage:
        chat = _CHAT.open(self._keys, row.sealed_chat, row.slot)
        message = _MESSAGE.open(self._keys, row.sealed_message, row.slot)
        assert chat is not None
        return LiveMessage(
            Slot.parse(row.slot), chat, None if message is None else MessageRef(message)
        )


def bound(slot: Slot, token: str) -> str:
    """How an outbox row names the slot that it was written for."""
    return f"{slot} {_token_tag(token).hex()}"


def _unbound(bound_slot: str) -> tuple[str, bytes]:
    slot, _, tag = bound_slot.partition(" ")
    return slot, bytes.fromhex(tag)


def _token_tag(token: str) -> bytes:
    # A token is 128 random bits, so a plain hash of it tells nothing and cannot be searched for.
    return hashlib.sha256(token.encode()).digest()
