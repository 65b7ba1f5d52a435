"""What happens to the bot rather than being asked of it: joining, leaving, moving, suggestions."""

from __future__ import annotations

from bot.commands.call import Call
from bot.commands.suggesting import suggest
from bot.ports import Joined, Left, Moved, Place, Query
from bot.services.groups import note_left
from bot.services.move import move_chat
from bot.wording import groups

Happening = Joined | Left | Moved | Query


async def happened(call: Call, event: Happening) -> None:
    match event:
        case Joined() if call.place is Place.ADMIN:
            pass  # Who configured it as the admin chat knows the bot.
        case Joined():
            call.answer(groups.greeting(call.say))
        case Left():
            await note_left(call.unit, call.campaign, call.chat)
        case Moved(to=to):
            await move_chat(call.unit, call.campaign, call.chat, to)
        case Query():
            await suggest(call, event)
