"""`claim CODE`: a group becomes the admin chat, where none has been configured."""

from __future__ import annotations

from bot.commands.context import Context
from bot.services.calling import bring_waiting
from bot.services.chat_migration import has_admin_chat, keep_admin_chat
from bot.wording import claiming, general


async def claim(context: Context, code: str) -> None:
    """Only an administrator of the group gets here, and only the printed code counts, once."""
    claims, by, now = context.campaign.claims, context.person, context.now
    is_right = claims.matches(by, code, now) and not await has_admin_chat(
        context.unit, context.adapter
    )
    context.unit.after_commit(lambda: claims.count(by, now, right=is_right))
    if not is_right:
        context.answer(general.unknown_command(context.say, None))
        return
    await keep_admin_chat(context.unit, context.campaign, context.chat)
    await context.unit.actions.add(context.now, context.admin, "claim")
    waiting = await context.unit.endorsements.waiting()
    context.answer(claiming.claimed(context.say, waiting))
    await bring_waiting(context.unit, context.campaign, context.chat)
