"""What happens to the bot rather than being asked of it: joining, leaving, moving, suggestions."""

from __future__ import annotations

from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.commands.cost import Cost
from bot.commands.inline import suggest
from bot.commands.living import posted
from bot.commands.prompts import answer_corrected
from bot.ports import (
    AdminKeys,
    Corrected,
    Demoted,
    Entered,
    Exposed,
    Gone,
    Happening,
    Joined,
    Left,
    Moved,
    OwnAccount,
    Place,
    Posted,
    Query,
    Role,
    Send,
    Unread,
)
from bot.services import living, membership
from bot.services.calling import bring_waiting
from bot.services.chat_migration import move_chat
from bot.services.posting import post
from bot.services.reachability import note_reachable, note_unreachable
from bot.wording import admin, claiming, general, groups


async def happened(context: Context, event: Happening) -> None:
    match event:
        case Corrected():
            await answer_corrected(context, event)
        case Joined() | Left() | Moved():
            await _moves(context, event)
        case Entered() | Gone() | Demoted():
            await _became(context, event)
        case Unread():
            context.answer(general.unread(context.say))
        case Exposed() | OwnAccount():
            _warn(context, event)
        case AdminKeys():
            await _tell_of_keys(context, event)
        case Posted():
            await posted(context, event)
        case Query():
            context.spend(Cost.LOOK_UP)
            await suggest(context, event)


async def _moves(context: Context, event: Joined | Left | Moved) -> None:
    """The bot has come into a chat, has left it, or goes on in another."""
    unit, campaign, chat = context.unit, context.campaign, context.chat
    person = context.person if context.place is Place.PRIVATE else None
    match event:
        case Joined():
            await note_reachable(unit, campaign, chat, person)
            await living.note_back(unit, chat)
            await membership.note_back(unit, chat)
            await _welcome(context, was_private=event.was_private)
        case Left():
            await note_unreachable(unit, campaign, chat, person, context.now.date())
            await living.note_left(unit, chat, context.now)
            await membership.note_left(unit, chat)
        case Moved(to=to):
            await move_chat(unit, campaign, chat, to, context.now)
            # A platform may say first that the bot is in the old one no more.
            await note_reachable(unit, campaign, to, None)


async def _welcome(context: Context, *, was_private: bool) -> None:
    """A group is greeted, and told what ends if it was a private chat; an admin chat gets the cards
    that had to wait while the bot was not in it; who has taken back a block knows the bot."""
    if was_private:
        context.answer(groups.not_alone(context.say), ways_on(context))
    elif context.place is Place.GROUP:
        names = ("endorse", "read")
        buttons = tuple(context.button(name, f"/{name}") for name in names)
        context.answer(groups.greeting(context.say), (buttons,))
    elif context.place is Place.ADMIN and (waiting := await context.unit.endorsements.waiting()):
        context.answer(claiming.waiting_now(context.say, waiting))
        await bring_waiting(context.unit, context.campaign, context.chat)


async def _became(context: Context, event: Entered | Gone | Demoted) -> None:
    """Somebody has come, has left, or administers a group no more."""
    unit, chat, who, now = context.unit, context.chat, context.person, context.now
    if context.place is Place.ADMIN:
        if isinstance(event, Entered):
            await _greet_admin(context)
        return
    match event:
        case Entered():
            await membership.note_came(unit, chat, who, event.origin.at, now)
        case Gone():
            await membership.note_gone(unit, context.campaign, chat, who, event.origin.at, now)
        case Demoted():
            await membership.note_demoted(unit, context.campaign, chat, who, now)


async def _greet_admin(context: Context) -> None:
    if context.facts.role is Role.ADMINISTRATOR:
        waiting = await context.unit.endorsements.waiting()
        buttons = (context.button("pending", "/pending"), context.button("help", "/help"))
        context.answer(admin.welcome(context.say, waiting), (buttons,))


async def _tell_of_keys(context: Context, event: AdminKeys) -> None:
    """Only where they can be confirmed."""
    if event.code is None:
        await context.unit.actions.add(context.now, context.admin, "trust")
    text = admin.admin_keys(context.say, event.account, event.code)
    post(context.unit, Send(context.chat, text, context.say.language, urgent=True))


def _warn(context: Context, event: Exposed | OwnAccount) -> None:
    """In every admin chat: the one that it is about may be read by others by now."""
    for chat, say in context.campaign.admin_chats():
        platform = context.chat.adapter
        text = (
            admin.exposed(say, platform, event.how)
            if isinstance(event, Exposed)
            else admin.own_account(say, platform, event.what)
        )
        post(context.unit, Send(chat, text, say.language, urgent=True))
