"""Sending what two admins have agreed to announce: one announcement after the other, each a part at
a time. The next part goes into the outbox when the one before it is out: so it can be stopped at
any time, and what waits is little."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from bot.domain.admin import Admin
from bot.domain.priority import Priority
from bot.ports import Send
from bot.services.announcements import WAITING, Announcement, Stage, go_on_soon, sending
from bot.services.announcing import as_read, no_more
from bot.services.campaign import Campaign
from bot.services.posting import edit_live, end_live, post, post_live
from bot.services.telling import Progress, tell_next
from bot.storage.news import Subscriber
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording import announcing as wording
from bot.wording.announcing import Sent
from bot.wording.voice import Voice

_BUTTONS = (("cancel",),)


async def begin(
    unit: Unit, campaign: Campaign, number: int, by: Admin, other: Admin, now: dt.datetime
) -> None:
    """Two admins want it: it is sent, once those before it are."""
    found = await WAITING.find(unit, number)
    if found is None or found.stage is not Stage.ASKED:
        return
    total = sum((await unit.news.counts(found.audience)).values())
    begun = replace(found, stage=Stage.SENDING, total=total)
    await WAITING.keep(unit, begun)
    await unit.jobs.end(begun.job)
    await unit.actions.add(now, by, "announce")
    await unit.actions.add(now, other, "announce")
    if await sending(unit) != begun:
        await _show(unit, campaign, begun, lambda say: wording.waits_its_turn(say, number))
    await go_on_soon(unit)


async def begin_at_start(unit: Unit) -> None:
    """Go on with what was being sent; called at start."""
    if await sending(unit) is not None:
        await go_on_soon(unit)


async def go_on(unit: Unit, campaign: Campaign, now: dt.datetime) -> None:
    """The next part of the first one, or its end; those behind it wait."""
    current = await sending(unit)
    if current is None:
        return
    if campaign.moved_to is not None:
        await stop(unit, campaign, current, None, now)
        return
    tag = current.many(unit)
    # What waits for a platform that is not configured any more would wait for ever.
    lost = await unit.outbox.drop_of(tag, campaign.adapters)
    current = replace(current, failed=current.failed + lost)
    if not current.is_posted and not await unit.outbox.count(tag):
        current = await _post_part(unit, campaign, current)
    await WAITING.keep(unit, current)
    waiting = await unit.outbox.count(tag)
    if current.is_posted and not waiting:
        await _finish(unit, campaign, current)
        return
    if not waiting:
        await go_on_soon(unit)
    sent = _sent(current, waiting)
    await _show(unit, campaign, current, lambda say: wording.progress(say, current.id, sent))


async def _post_part(unit: Unit, campaign: Campaign, current: Announcement) -> Announcement:
    """With the next ones in the outbox, unless there are no more."""
    tag, failed = current.many(unit), 0

    async def read(behind: str, most: int) -> list[Subscriber]:
        return await unit.news.after(current.audience, bytes.fromhex(behind), most)

    async def tell(who: Subscriber) -> bool:
        nonlocal failed
        route = who.route
        if route.chat.adapter not in campaign.adapters:
            failed += 1
            return True
        say = campaign.voice([route.language], route.chat.adapter)
        text = as_read(campaign, current, say)
        send = Send(route.chat, text, say.language, no_more(say), quiet=True, thread=route.thread)
        post(unit, send, slot=tag, priority=Priority.ANNOUNCEMENT)
        return True

    so_far = Progress(current.posted, current.behind)
    then = await tell_next(so_far, read, lambda who: who.place.hex(), tell)
    return replace(
        current,
        posted=then.told,
        behind=then.behind,
        is_posted=then.is_over,
        failed=current.failed + failed,
    )


async def part_ended(unit: Unit, many: bytes, failed: int, unknown: int) -> None:
    """Some of what waited in the outbox has ended; of so many it is known that they could not be
    reached, or not known whether they were."""
    current = await sending(unit)
    if current is None or current.many(unit) != many:
        return
    if failed or unknown:
        current = replace(
            current, failed=current.failed + failed, unknown=current.unknown + unknown
        )
        await WAITING.keep(unit, current)
    if not await unit.outbox.count(many):
        await go_on_soon(unit)


async def stop(
    unit: Unit,
    campaign: Campaign,
    announcement: Announcement,
    by: Admin | None,
    now: dt.datetime,
) -> Sent:
    """Nobody gets it from now on who has not got it yet; how many have. `by` is None where the
    campaign has moved away."""
    if by is not None:
        await unit.actions.add(now, by, "stop announcing")
    dropped = await unit.outbox.drop(announcement.many(unit))
    sent = _sent(replace(announcement, posted=announcement.posted - dropped), 0)
    await WAITING.drop(unit, announcement.id)
    for chat, say in campaign.admin_chats():
        name = None if by is None else by.name
        text = wording.cancelled(say, announcement.id, name, sent)
        await end_live(unit, announcement.slot(chat.adapter), say, text)
    await go_on_soon(unit)
    return sent


async def _show(
    unit: Unit, campaign: Campaign, announcement: Announcement, what: Callable[[Voice], RichText]
) -> None:
    """In one message of each admin chat, edited where it is there."""
    how, typed = Priority.CARD, announcement.typed
    for chat, say in campaign.admin_chats():
        slot, text = announcement.slot(chat.adapter), what(say)
        if not await edit_live(unit, slot, say, text, _BUTTONS, typed=typed, priority=how):
            await post_live(
                unit, slot, chat, say, text, _BUTTONS, typed=typed, priority=how, quiet=True
            )


async def _finish(unit: Unit, campaign: Campaign, current: Announcement) -> None:
    sent = _sent(current, 0)
    await WAITING.drop(unit, current.id)
    for chat, say in campaign.admin_chats():
        text, slot = wording.done(say, current.id, sent), current.slot(chat.adapter)
        if await unit.messages.in_slot(slot) is None:
            post(unit, Send(chat, text, say.language, quiet=True), priority=Priority.CARD)
        await end_live(unit, slot, say, text, priority=Priority.CARD)
    await go_on_soon(unit)


def _sent(announcement: Announcement, waiting: int) -> Sent:
    """`waiting` are in the outbox yet."""
    failed, unknown = announcement.failed, announcement.unknown
    got = announcement.posted - failed - unknown - waiting
    return Sent(announcement.total, max(0, got), failed, unknown)
