"""How far the logs are, once a day in the admin chats: whoever keeps that can show later that
nothing was taken out of them, or put in, in between."""

from __future__ import annotations

import datetime as dt

from bot.domain.ids import StatementId
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.services.campaign import Campaign
from bot.services.posting import edit_live, post_live
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.log import ADMINS
from bot.storage.unit import Unit
from bot.wording import campaign as wording

EVERY = dt.timedelta(days=1)
MOST = 10
"""Logs in one message, which fits on every platform; those of the others come with an export."""

_KEY = JobKey(JobKind.CHECKPOINT)


async def begin(unit: Unit, now: dt.datetime) -> None:
    """Set the first job, unless there is one."""
    await unit.jobs.ensure(Job(_KEY, now + EVERY))


async def tell(unit: Unit, campaign: Campaign, job: Job, now: dt.datetime) -> None:
    """The message of the day before says it anew; nothing where no log has grown since then."""
    shown: list[StatementId | str] = [ADMINS, *(statement.id for statement in campaign.library)]
    grown = " ".join([str(await unit.log.size(log)) for log in shown])
    await unit.jobs.set(Job(_KEY, now + EVERY, grown))
    if grown == job.progress:
        return
    notes = [await unit.log.checkpoint(log) for log in shown[:MOST]]
    key = str((await unit.log.key()).verifier)
    for chat, say in campaign.admin_chats():
        text = wording.checkpoints(say, key, notes, len(shown) - len(notes))
        slot, how = Slot(SlotKind.CHECKPOINT, chat.adapter), Priority.CARD
        live = await unit.messages.in_slot(slot)
        if live is not None and live.chat == chat:
            await edit_live(unit, slot, say, text, (), priority=how)
        else:
            await post_live(unit, slot, chat, say, text, (), quiet=True, priority=how)
