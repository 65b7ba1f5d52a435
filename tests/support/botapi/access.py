"""May the bot touch this chat, and write there? The refusals of the official server, in its
order (Client.cpp, check_chat_access and check_reply_parameters)."""

from __future__ import annotations

import enum
from typing import Any

from tests.support.botapi.chats import Chat
from tests.support.botapi.core import Core
from tests.support.botapi.errors import bad, forbidden
from tests.support.botapi.state import GROUP_ANONYMOUS, SERVICE_USERS, Json, Message

NAMES = {"group": "group", "supergroup": "supergroup", "channel": "channel"}


class Access(enum.IntEnum):
    READ = 1
    MEMBERS = 2
    EDIT = 3
    WRITE = 4


def open_chat(core: Core, raw: str | None, access: Access) -> Chat:
    """The chat of a call's `chat_id`. Raises what the server would."""
    if raw is None:
        raise bad("chat_id is empty")
    chat = _find(core, raw)
    if chat is None:
        raise bad("chat not found")
    if chat.kind == "private":
        _check_private(chat, access)
    elif chat.kind == "group":
        _check_group(core, chat, access)
    else:
        _check_supergroup(core, chat)
    return chat


def _find(core: Core, raw: str) -> Chat | None:
    if raw.startswith("@"):
        named = (c for c in core.world.chats.values() if c.username and c.username == raw[1:])
        return next(named, None)
    if not raw.lstrip("-").isdigit():
        return None
    number = int(raw)
    if number in SERVICE_USERS:
        if number < GROUP_ANONYMOUS.id:
            raise forbidden("bot can't initiate conversation with a user")
        raise forbidden("bot can't send messages to bots")
    chat = core.world.chats.get(number)
    unknown = chat is not None and chat.partner is not None and not chat.partner.met
    return None if unknown else chat


def _check_private(chat: Chat, access: Access) -> None:
    assert chat.partner is not None
    if chat.partner.deleted and access >= Access.EDIT:
        raise forbidden("user is deactivated")


def _check_group(core: Core, chat: Chat, access: Access) -> None:
    if access in {Access.WRITE, Access.MEMBERS}:
        if chat.upgraded_to is not None:
            raise bad(
                "group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.upgraded_to.id,
            )
        if chat.deleted:
            raise forbidden("the group chat was deleted")
    if access is Access.READ or chat.upgraded_to is not None:
        return
    _check_present(core, chat)


def _check_supergroup(core: Core, chat: Chat) -> None:
    if chat.deleted:
        raise bad("chat not found")
    _check_present(core, chat)


def _check_present(core: Core, chat: Chat) -> None:
    status = chat.member(core.world.bot).status
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {NAMES[chat.kind]} chat")
    if status == "left":
        raise forbidden(f"bot is not a member of the {NAMES[chat.kind]} chat")


def check_writing(core: Core, chat: Chat, what: str = "text messages") -> None:
    """May the bot write in a chat that it may open?"""
    if chat.partner is not None:
        if chat.partner.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.partner.started:
            raise forbidden("bot can't initiate conversation with a user")
        return
    member = chat.member(core.world.bot)
    if chat.kind == "channel" and not member.administers:
        raise bad("need administrator rights in the channel chat")
    if not member.administers and not (chat.everyone_writes and member.may_write):
        raise bad(f"not enough rights to send {what} to the chat")


def check_thread(core: Core, chat: Chat, thread: int | None) -> None:
    """The General topic has no id: 1 is refused like any other unknown thread."""
    if thread is None:
        return
    if thread not in chat.topics:
        known = any(m.thread == thread for m in chat.messages.values())
        if known and not chat.forum:
            raise bad("message thread is not a forum topic thread")
        raise bad("message thread not found")
    if thread in chat.closed_topics and not chat.member(core.world.bot).administers:
        raise bad("TOPIC_CLOSED")


def replied_message(chat: Chat, parameters: Json | None, strict: bool) -> Message | None:
    """The message that `reply_parameters` name, in the same chat."""
    if not parameters:
        return None
    known = {
        "message_id", "chat_id", "allow_sending_without_reply", "quote", "quote_parse_mode",
        "quote_entities", "quote_position", "checklist_task_id", "poll_option_id",
    }  # fmt: skip
    if strict and (unknown := set(parameters) - known):
        raise bad(f"unknown fields of reply parameters: {', '.join(sorted(unknown))}")
    if not isinstance(parameters.get("message_id"), int):
        raise bad('Can\'t find field "message_id"')
    if str(parameters.get("chat_id", chat.id)) != str(chat.id):
        raise bad("replies into other chats are not modelled")
    found = chat.messages.get(parameters["message_id"])
    if found is None or found.deleted:
        if parameters.get("allow_sending_without_reply"):
            return None
        raise bad("message to be replied not found")
    return found


def existing_message(chat: Chat, number: Any, what: str) -> Message:
    message = chat.messages.get(number or 0)
    if message is None or message.deleted:
        raise bad(f"{what} not found")
    return message
