"""Asking for news, and for no more of them. A subscription belongs to a signature that stands, and
goes with it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.endorsement import Endorsement, Route, Status
from bot.domain.ids import ChatRef
from bot.services.announcements import WAITING, go_on_soon, sending
from bot.storage.unit import Unit


async def subscribe(unit: Unit, record: Endorsement, route: Route) -> bool:
    """The signer gets news of the statement, by that way; False for a signature that does not
    stand, itself or by another."""
    if record.signer is None or not (record.stands or record.linked_to):
        return False
    await unit.news.add(record, route)
    return True


async def unsubscribe(unit: Unit, record: Endorsement) -> None:
    """The signer gets no more of that statement, also not what waits to be delivered."""
    chat = await unit.news.end(record)
    if chat is not None:
        await _take_back(unit, chat)


async def stop(unit: Unit, chat: ChatRef) -> int:
    """A chat gets no more news at all, as `unsubscribe`; of how many statements it did."""
    ended = await unit.news.end_chat(chat)
    await _take_back(unit, chat)
    return ended


async def follow(unit: Unit, before: Endorsement, record: Endorsement) -> None:
    """What becomes of a record becomes of its subscription: with a signature that is taken back,
    forgotten or not accepted for good it ends, and it moves with its signer."""
    if before.signer is None:
        return
    is_final = record.undo_until is None or record.status is Status.WITHDRAWN
    goes_on = record.stands or record.linked_to is not None
    if record.signer is None or (not goes_on and is_final):
        await unsubscribe(unit, before)
    elif record.signer != before.signer:
        await unit.news.move(before, record)


async def _take_back(unit: Unit, chat: ChatRef) -> None:
    """From the outbox, unless the chat gets that for another statement."""
    now = await sending(unit)
    if now is None or await unit.news.has(now.audience, chat):
        return
    if dropped := await unit.outbox.drop(now.many(unit), chat):
        await WAITING.keep(unit, replace(now, posted=now.posted - dropped))
        await go_on_soon(unit)
