"""Telling the admin chats something with a sound: once in a while, and never in the quiet hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from bot.domain.calling import quiet_until
from bot.domain.ids import StatementId
from bot.domain.priority import Priority
from bot.ports import Rows, Send
from bot.services.campaign import Campaign
from bot.services.posting import post
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording.voice import Voice

_HEARD = "heard"
"""When there was a sound last, as it is kept."""


async def next_sound(unit: Unit, campaign: Campaign, now: dt.datetime) -> dt.datetime:
    """From when on the admin chats may be called; `now`, if that is at once."""
    heard = await unit.meta.get_sealed(_HEARD)
    soonest = now
    if heard is not None:
        last = dt.datetime.fromisoformat(heard.decode())
        soonest = max(now, last + campaign.verification.sound_every)
    return quiet_until(campaign.verification.quiet, soonest, campaign.zone) or soonest


async def is_heard(unit: Unit, campaign: Campaign, now: dt.datetime) -> bool:
    """Whether what is sent to the admin chats now may be heard: then nothing else is for a while,
    so this is asked once for all that is sent at a time."""
    if await next_sound(unit, campaign, now) > now:
        return False
    await unit.meta.put_sealed(_HEARD, now.isoformat().encode())
    return True


async def tell_admins(
    unit: Unit,
    campaign: Campaign,
    statement: StatementId,
    now: dt.datetime,
    what: Callable[[Voice, str], RichText],
    buttons: Callable[[Voice], Rows] = lambda _say: (),
) -> None:
    """Something about a statement, whose title `what` takes; heard where it may be."""
    quiet = not await is_heard(unit, campaign, now)
    for chat, say in campaign.admin_chats():
        text = what(say, campaign.title(statement, say.language))
        post(unit, Send(chat, text, say.language, buttons(say), quiet), priority=Priority.CARD)
