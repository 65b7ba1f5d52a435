"""What happens to the bot rather than being asked of it: joining, leaving, moving, suggestions."""

from __future__ import annotations

from bot.commands.call import Call
from bot.commands.suggesting import suggest
from bot.ports import Exposed, Joined, Left, Moved, Place, Query, Send, Unread
from bot.services.cards import bring_waiting
from bot.services.move import move_chat
from bot.services.posting import post
from bot.services.reach import note_reachable, note_unreachable
from bot.wording import admin, claiming, general, groups

Happening = Joined | Left | Moved | Unread | Exposed | Query


async def happened(call: Call, event: Happening) -> None:
    person = call.person if call.place is Place.PRIVATE else None
    match event:
        case Joined():
            await note_reachable(call.unit, call.campaign, call.chat, person)
            await _welcome(call)
        case Left():
            day = call.now.date()
            await note_unreachable(call.unit, call.campaign, call.chat, person, day)
        case Moved(to=to):
            await move_chat(call.unit, call.campaign, call.chat, to)
            # A platform may say first that the bot is in the old one no more.
            await note_reachable(call.unit, call.campaign, to, None)
        case Unread():
            call.answer(general.unread(call.say))
        case Exposed():
            _warn(call, event)
        case Query():
            await suggest(call, event)


async def _welcome(call: Call) -> None:
    """A group is greeted; the admin chat gets the cards that had to wait while the bot was not in
    it; who has taken back a block knows the bot."""
    if call.place is Place.GROUP:
        call.answer(groups.greeting(call.say))
    elif call.place is Place.ADMIN and (waiting := await call.unit.endorsements.waiting()):
        call.answer(claiming.waiting_now(call.say, waiting))
        await bring_waiting(call.unit, call.campaign, call.chat.adapter)


def _warn(call: Call, event: Exposed) -> None:
    """In every admin chat: the one that it is about may be read by others by now."""
    for chat, say in call.campaign.admin_chats():
        text = admin.exposed(say, call.chat.adapter, event.how)
        post(call.unit, Send(chat, text, say.language, urgent=True))
