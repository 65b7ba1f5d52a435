"""The state of each chat's conversation, sealed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ChatRef
from bot.privacy import Keyring
from bot.storage.engines import upsert
from bot.storage.sealing import SealedBytes
from bot.storage.tables import conversations
from bot.storage.tags import chat_tag

_STATE = SealedBytes("conversations.state")
_LOAD = sa.select(conversations).where(
    conversations.c.chat_tag.in_(sa.bindparam("tags", expanding=True))
)


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """`version` tells which shape `state` (JSON) has."""

    version: int
    state: bytes


class Conversations:
    """At most one for each chat. What is put or ended is written by `flush`, and `load` sees it
    only in a later unit."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys
        self._ended: set[bytes] = set()
        self._put: dict[bytes, dict[str, Any]] = {}

    async def load(self, chats: Collection[ChatRef]) -> dict[ChatRef, StoredConversation]:
        """Those that there are, of several chats in one statement."""
        tags = {chat_tag(self._keys, chat): chat for chat in chats}
        return {
            tags[tag]: StoredConversation(version, _STATE.open(self._keys, sealed, tag.hex()))
            for tag, version, sealed in await self._connection.execute(_LOAD, {"tags": [*tags]})
        }

    def put(self, chat: ChatRef, conversation: StoredConversation) -> None:
        """Begin or go on: this takes the place of what the chat had."""
        tag = chat_tag(self._keys, chat)
        sealed = _STATE.seal(self._keys, conversation.state, tag.hex())
        self._ended.discard(tag)
        self._put[tag] = {"chat_tag": tag, "version": conversation.version, "sealed_state": sealed}

    def end(self, chat: ChatRef) -> None:
        self.end_tag(chat_tag(self._keys, chat))

    def end_tag(self, tag: bytes) -> None:
        """End the conversation of a chat that only its tag is known of (a due job)."""
        self._ended.add(tag)
        self._put.pop(tag, None)

    async def move(self, old: ChatRef, new: ChatRef) -> None:
        """A conversation goes on in another chat."""
        found = await self.load([old])
        if old in found:
            self.end(old)
            self.put(new, found[old])

    async def flush(self) -> None:
        """Write what was put and ended. Called by the unit just before its commit."""
        if self._ended:
            where = conversations.c.chat_tag.in_(self._ended)
            await self._connection.execute(conversations.delete().where(where))
        if self._put:
            insert = upsert(self._connection, conversations)
            await self._connection.execute(insert, list(self._put.values()))
