"""Telling the admins that a database which something else had changed was accepted as it was."""

from __future__ import annotations

from bot.domain.priority import Priority
from bot.ports import Send
from bot.services.campaign import Campaign
from bot.services.posting import post
from bot.storage.accepting import NOTE
from bot.storage.unit import Unit
from bot.wording.admin import accepted


async def tell_accepted(unit: Unit, campaign: Campaign) -> None:
    """In every admin chat, once; at a start, since the bot does not run while it is accepted. Where
    there is no admin chat yet, the next start tells it."""
    note, chats = await unit.meta.get_sealed(NOTE), campaign.admin_chats()
    if not note or not chats:
        return
    for chat, say in chats:
        send = Send(chat, accepted(say, note.decode()), say.language, urgent=True)
        post(unit, send, priority=Priority.CARD)
    await unit.meta.put_sealed(NOTE, b"")
