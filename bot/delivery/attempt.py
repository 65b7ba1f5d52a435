"""Trying to deliver one row: which message it is about by now, where it went, what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.delivery.anew import anew, is_last
from bot.delivery.counts import Outcome
from bot.domain.ids import ChatRef, MessageRef
from bot.ports import (
    Adapter,
    ChatMoved,
    ChatUnreachable,
    Delete,
    Edit,
    MessageGone,
    Outgoing,
    decode_outgoing,
)
from bot.storage.database import Database
from bot.storage.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class Result:
    """`retry` is in seconds; None where it has ended."""

    row: OutboxRow
    chat: ChatRef | None = None
    message: MessageRef | None = None
    retry: float | None = None
    unreachable: ChatUnreachable | None = None
    given_up: str | None = None
    """Why it is, without a word of what was to be said."""
    last: bool = False
    """Nothing more is to be known of the message."""
    outcome: Outcome = Outcome.SENT
    unknown: bool = False
    """Whether it was said nobody can tell: the program ended while it was under way."""


async def resolve(
    database: Database, adapter: Adapter, outgoing: Outgoing, row: OutboxRow
) -> Outgoing | None:
    """Fill in which message an edit is about, as the slot knows it by now. In an admin chat it
    is what the row says by now, as names may have been erased from it; None: nothing is to be
    sent, because a later change says more than this one, or its message was never there."""
    is_edit = isinstance(outgoing, Edit)
    is_admins = outgoing.chat == adapter.admin_chat
    is_sure = isinstance(outgoing, Edit) and outgoing.is_first
    if row.slot is None or not (is_admins or (is_edit and not is_sure)):
        return outgoing
    async with database.unit() as unit:
        message = await unit.messages.holds(row.slot) if is_edit else None
        if is_admins:
            now, *later = [r for r in await unit.outbox.waiting(row.slot) if r.id >= row.id]
            if later and is_edit:
                return None
            outgoing = decode_outgoing(now.data)
    if not isinstance(outgoing, Edit):
        return outgoing
    message = message or outgoing.message
    if message:
        return replace(outgoing, message=message)
    return None if outgoing.last else anew(outgoing, adapter)


async def send(adapter: Adapter, outgoing: Outgoing, key: str) -> tuple[ChatRef, MessageRef | None]:
    """Where it was said, and as which message. Raises `DeliveryFault`."""
    try:
        return outgoing.chat, await _send_or_anew(adapter, outgoing, key)
    except ChatMoved as moved:
        # What was said in the old chat did not move with it: an edit may have to be sent anew.
        there = replace(outgoing, chat=moved.to)
        return moved.to, await _send_or_anew(adapter, there, key)


async def _send_or_anew(adapter: Adapter, outgoing: Outgoing, key: str) -> MessageRef | None:
    try:
        return await adapter.deliver(outgoing, key)
    except MessageGone:
        if not isinstance(outgoing, Edit | Delete) or is_last(outgoing):
            return None
        if isinstance(outgoing, Edit) and outgoing.is_dispensable:
            return None
        return await adapter.deliver(anew(outgoing, adapter), f"{key}:anew")


def of_many(done: Iterable[Result]) -> Mapping[bytes, list[Result]]:
    """What ended of each that is said to many."""
    found: dict[bytes, list[Result]] = {}
    for result in done:
        if result.row.many:
            found.setdefault(result.row.many, []).append(result)
    return found
