"""What admins are told when a platform refuses what the bot says, or asks it to be silent: one line
for many refusals, and where a platform is silent, on the others. And that the page stays as it is.
"""

from __future__ import annotations

import datetime as dt

from bot.domain.ids import AdapterName
from bot.domain.priority import Priority
from bot.ports import Send
from bot.services.campaign import Campaign
from bot.services.posting import post
from bot.storage.unit import Unit
from bot.wording.admin import refused, silent, unpublished

APART = dt.timedelta(hours=1)
"""Between two lines about refused messages."""

PAGE_APART = dt.timedelta(days=1)
"""Between two lines about the page."""


async def tell_refused(
    unit: Unit, campaign: Campaign, platform: AdapterName, now: dt.datetime
) -> None:
    """A message was given up. The line about it may be refused too, and is then the last one."""
    if not await _is_new(unit, f"refused:{platform}", now, now + APART):
        return
    for chat, say in campaign.admin_chats():
        send = Send(chat, refused(say, platform), say.language, quiet=True)
        post(unit, send, priority=Priority.CARD)


async def tell_silent(
    unit: Unit, campaign: Campaign, platform: AdapterName, until: dt.datetime, now: dt.datetime
) -> None:
    """A platform asks for silence until then; called for as long as it does."""
    if not await _is_new(unit, f"silent:{platform}", now, until):
        return
    for chat, say in campaign.admin_chats():
        if chat.adapter != platform:
            send = Send(chat, silent(say, platform, until), say.language, urgent=True)
            post(unit, send, priority=Priority.CARD)


async def tell_unpublished(unit: Unit, campaign: Campaign, now: dt.datetime) -> None:
    """The campaign's page could not be brought up to date; called each time."""
    if not await _is_new(unit, "unpublished", now, now + PAGE_APART):
        return
    for chat, say in campaign.admin_chats():
        send = Send(chat, unpublished(say), say.language, quiet=True)
        post(unit, send, priority=Priority.CARD)


async def _is_new(unit: Unit, what: str, now: dt.datetime, until: dt.datetime) -> bool:
    """Whether this was not told yet; till then it is."""
    told = await unit.meta.get(what)
    if told is not None and now < dt.datetime.fromisoformat(told.decode()):
        return False
    await unit.meta.put(what, until.isoformat().encode())
    return True
