"""A platform that notes what the outbox gives it, and rows for a backlog without a database."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque

from bot.domain.ids import AdapterName, ChatRef, Language, MessageRef, UserRef
from bot.domain.priority import Priority
from bot.ports import (
    Capabilities,
    Edit,
    GroupFacts,
    Inbox,
    Outgoing,
    Rate,
    Role,
    Send,
    Suggestions,
    TryLater,
    encode_outgoing,
)
from bot.storage.outbox import OutboxRow
from bot.text.chunks import Fit
from bot.text.rich import RichText

SLOW = "slow"
"""The key of a chat that may be told one message a minute."""


class Platform:
    """Notes what it is given; while `away`, nothing can be delivered."""

    capabilities = Capabilities(
        Fit(100, lambda text: len(text.plain)),
        pace=lambda chat: [Rate(1, 60.0)] if chat.key == SLOW else [],
        at_once=30,
    )

    def __init__(self, name: AdapterName, admin_chat: str | None = None) -> None:
        self.name = name
        self.admin_chat = None if admin_chat is None else ChatRef(name, admin_chat)
        self.away = False
        self.told: list[tuple[str, str]] = []
        """What each chat was told, edits too."""
        self.shown: dict[MessageRef, str] = {}
        """What each message says by now."""
        self.tried_at: list[float] = []
        self.raising: deque[Exception] = deque()
        """What the next deliveries raise."""

    async def deliver(self, outgoing: Outgoing, key: str) -> MessageRef | None:
        self.tried_at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0)
        if self.away:
            raise TryLater
        if self.raising:
            raise self.raising.popleft()
        if isinstance(outgoing, Suggestions):
            self.told.append((outgoing.chat.key, "suggestions"))
            return None
        assert isinstance(outgoing, Send | Edit)
        text = outgoing.text.plain
        self.told.append((outgoing.chat.key, text))
        if isinstance(outgoing, Edit):
            assert outgoing.message in self.shown
            self.shown[outgoing.message] = text
            return None
        self.shown[MessageRef(key)] = text
        return MessageRef(key)

    async def run(self, inbox: Inbox) -> None: ...

    async def role(self, chat: ChatRef, user: UserRef) -> Role:
        return Role.UNKNOWN

    async def group(self, chat: ChatRef) -> GroupFacts | None:
        return None


_ids = itertools.count(1)


def row(chat: ChatRef, priority: Priority = Priority.ANSWER, text: str = "") -> OutboxRow:
    """One that was written after all before it."""
    data = encode_outgoing(Send(chat, RichText(text), Language("en")))
    number = next(_ids)
    return OutboxRow(number, chat.adapter, chat.key.encode(), str(number), priority, None, data)
