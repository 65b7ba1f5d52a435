"""What happens to the bot rather than being asked of it: joining, leaving, moving, suggestions."""

from __future__ import annotations

from collections.abc import Callable

from bot.commands.context import Context
from bot.commands.inline import suggest
from bot.commands.prompts import answer_corrected
from bot.ports import (
    Corrected,
    Exposed,
    Joined,
    Left,
    Moved,
    OwnAccount,
    Place,
    Query,
    Send,
    Unread,
)
from bot.services.cards import bring_waiting
from bot.services.chat_migration import move_chat
from bot.services.posting import post
from bot.services.reachability import note_reachable, note_unreachable
from bot.text.rich import RichText
from bot.wording import admin, claiming, general, groups
from bot.wording.voice import Voice

Happening = Corrected | Joined | Left | Moved | Unread | Exposed | OwnAccount | Query


async def happened(context: Context, event: Happening) -> None:
    person = context.person if context.place is Place.PRIVATE else None
    match event:
        case Corrected():
            await answer_corrected(context, event)
        case Joined():
            await note_reachable(context.unit, context.campaign, context.chat, person)
            await _welcome(context)
        case Left():
            day = context.now.date()
            await note_unreachable(context.unit, context.campaign, context.chat, person, day)
        case Moved(to=to):
            await move_chat(context.unit, context.campaign, context.chat, to)
            # A platform may say first that the bot is in the old one no more.
            await note_reachable(context.unit, context.campaign, to, None)
        case Unread():
            context.answer(general.unread(context.say))
        case Exposed(how=how):
            _warn(context, lambda say, platform: admin.exposed(say, platform, how))
        case OwnAccount(what=what):
            _warn(context, lambda say, platform: admin.own_account(say, platform, what))
        case Query():
            await suggest(context, event)


async def _welcome(context: Context) -> None:
    """A group is greeted; the admin chat gets the cards that had to wait while the bot was not in
    it; who has taken back a block knows the bot."""
    if context.place is Place.GROUP:
        names = ("endorse", "read")
        buttons = tuple(context.button(name, f"/{name}") for name in names)
        context.answer(groups.greeting(context.say), (buttons,))
    elif context.place is Place.ADMIN and (waiting := await context.unit.endorsements.waiting()):
        context.answer(claiming.waiting_now(context.say, waiting))
        await bring_waiting(context.unit, context.campaign, context.chat)


def _warn(context: Context, what: Callable[[Voice, str], RichText]) -> None:
    """In every admin chat: the one that it is about may be read by others by now."""
    for chat, say in context.campaign.admin_chats():
        text = what(say, context.chat.adapter)
        post(context.unit, Send(chat, text, say.language, urgent=True))
