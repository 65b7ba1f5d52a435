"""Holding back erasures that come all at once, as after a clock that jumped."""

from __future__ import annotations

import datetime as dt

from bot.domain.admin import Admin
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.services.campaign import Campaign
from bot.services.posting import post_live
from bot.storage.jobs import JobKind
from bot.storage.unit import Unit
from bot.wording.campaign import many_due
from bot.wording.retention import many_old

RELEASE = "release"
FEWEST = 100
"""So many at once are no sign of anything, whatever part of all they are."""

LARGEST_PART = 10
"""One in so many: more than a tenth of the records due at once waits for an admin's word."""

RELEASED_FOR = dt.timedelta(hours=1)
_RELEASED = "released"
_GUARDED = (JobKind.WINDOW, JobKind.RETENTION)


async def held_kinds(unit: Unit, campaign: Campaign, now: dt.datetime) -> frozenset[JobKind]:
    """The kinds of due jobs that must wait now. The first time, the admins are asked."""
    due = dict(await unit.jobs.count_due(_GUARDED, now))
    if JobKind.RETENTION in due:
        due[JobKind.RETENTION] = await unit.aging.count(campaign.retention, now)
    due = {kind: count for kind, count in due.items() if count >= FEWEST}
    total = await unit.endorsements.total() if due else 0
    held = {kind: count for kind, count in due.items() if count * LARGEST_PART > total}
    if not held:
        return frozenset()
    released = await unit.meta.get(_RELEASED)
    if released is not None and now < dt.datetime.fromisoformat(released.decode()):
        return frozenset()
    for chat, say in campaign.admin_chats():
        slot = Slot(SlotKind.RELEASE, chat.adapter)
        if await unit.messages.in_slot(slot) is None:
            windows = held.get(JobKind.WINDOW)
            text = many_due(say, windows) if windows else many_old(say, held[JobKind.RETENTION])
            await post_live(unit, slot, chat, say, text, [[RELEASE]], priority=Priority.CARD)
    return frozenset(held)


async def release(unit: Unit, campaign: Campaign, by: Admin, now: dt.datetime) -> None:
    """An admin has looked at the clock: what is due goes on, for an hour."""
    await unit.meta.put(_RELEASED, (now + RELEASED_FOR).isoformat().encode())
    await unit.actions.add(now, by, RELEASE)
    unit.jobs.expect(now)
    for chat, _say in campaign.admin_chats():
        await unit.messages.end(Slot(SlotKind.RELEASE, chat.adapter))
