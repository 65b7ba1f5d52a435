"""When an admin chat is called with a sound: once in a while, and never in the quiet hours."""

from __future__ import annotations

import datetime as dt

from bot.domain.calling import quiet_until
from bot.services.campaign import Campaign
from bot.storage.unit import Unit

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
