"""`claim CODE`: a group becomes the admin chat, where none has been configured."""

from __future__ import annotations

from bot.commands.call import Call
from bot.services.cards import bring_waiting
from bot.services.move import keep_admin_chat
from bot.wording import claiming, general


async def claim(call: Call, args: str) -> None:
    """Only an administrator of the group gets here, and only the printed code counts, once."""
    adapter = call.campaign.adapters[call.chat.adapter]
    if adapter.admin_chat is not None or not call.campaign.claims.accept(adapter.name, args):
        call.answer(general.unknown_command(call.say, None))
        return
    await keep_admin_chat(call.unit, call.campaign, call.chat)
    await call.unit.actions.add(call.now, call.event.origin.name, "claim")
    waiting = await call.unit.endorsements.waiting()
    call.answer(claiming.claimed(call.say, waiting))
    await bring_waiting(call.unit, call.campaign, adapter.name)
