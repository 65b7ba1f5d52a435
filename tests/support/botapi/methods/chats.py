"""What the bot asks about chats and their members."""

from __future__ import annotations

from typing import Any

from tests.support.botapi import shapes
from tests.support.botapi.access import Access, open_chat
from tests.support.botapi.chats import Chat
from tests.support.botapi.core import Core, Method
from tests.support.botapi.errors import bad
from tests.support.botapi.parameters import Given, flag, integer, string
from tests.support.botapi.state import User


def get_chat(core: Core, given: Given) -> Any:
    return shapes.full_chat_json(open_chat(core, given["chat_id"], Access.READ))


def _member_list(core: Core, given: Given) -> Chat:
    chat = open_chat(core, given["chat_id"], Access.MEMBERS)
    if chat.kind == "private":
        raise bad("there are no administrators in the private chat")
    _check_list(core, chat)
    return chat


def _check_list(core: Core, chat: Chat) -> None:
    if chat.kind == "channel" and not chat.member(core.world.bot).administers:
        raise bad("member list is inaccessible")


def get_chat_member(core: Core, given: Given) -> Any:
    if given["user_id"] is None:
        raise bad("invalid user_id specified")
    chat = open_chat(core, given["chat_id"], Access.MEMBERS)
    user = core.world.user(given["user_id"])
    if user is None:
        raise bad("user not found")
    if chat.kind == "private":
        return _private_member(core, chat, user)
    _check_list(core, chat)
    bot = chat.member(core.world.bot)
    if chat.members_hidden and not bot.administers and user is not core.world.bot:
        raise bad("CHAT_ADMIN_REQUIRED")
    return shapes.member_json(chat.member(user), chat)


def _private_member(core: Core, chat: Chat, user: User) -> Any:
    if user is not core.world.bot and user is not chat.partner:
        raise bad("user not found")
    return {"user": shapes.user_json(user), "status": "member"}


def get_chat_member_count(core: Core, given: Given) -> Any:
    chat = open_chat(core, given["chat_id"], Access.READ)
    if chat.kind == "private":
        return 2
    return sum(member.present for member in chat.members.values())


def get_chat_administrators(core: Core, given: Given) -> Any:
    """Without other bots, which the real server leaves out by default."""
    chat = _member_list(core, given)
    return [shapes.member_json(m, chat) for m in chat.administrators() if not m.user.is_bot]


def leave_chat(core: Core, given: Given) -> Any:
    chat = open_chat(core, given["chat_id"], Access.EDIT)
    if chat.kind == "private":
        raise bad("chat member status can't be changed in private chats")
    chat.remove(core.world.bot)
    return True


CHAT = {"chat_id": string}
METHODS = (
    Method("getChat", CHAT, get_chat),
    Method("getChatMember", CHAT | {"user_id": integer}, get_chat_member),
    Method("getChatMemberCount", CHAT, get_chat_member_count),
    Method("getChatAdministrators", CHAT | {"return_bots": flag}, get_chat_administrators),
    Method("leaveChat", CHAT, leave_chat),
)
