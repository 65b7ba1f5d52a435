"""Changing and deleting messages, and reacting to them."""

from __future__ import annotations

from typing import Any

from tests.support.botapi import shapes
from tests.support.botapi.access import Access, check_writing, existing_message, open_chat
from tests.support.botapi.chats import Chat
from tests.support.botapi.core import Core, Method
from tests.support.botapi.errors import NOT_MODIFIED, bad, forbidden
from tests.support.botapi.keyboards import read_inline_keyboard
from tests.support.botapi.methods.sending import read_preview, read_text
from tests.support.botapi.parameters import Given, array, flag, integer, json_object, string
from tests.support.botapi.state import Json, Keyboard, Message

REACTIONS = frozenset(
    [
        "❤",
        "👍",
        "👎",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "🐳",
        "❤\u200d🔥",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👨\u200d💻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷\u200d♂",
        "🤷",
        "🤷\u200d♀",
        "😡",
    ]
)
MOST_AT_ONCE = 100


def _editable(core: Core, given: Given) -> tuple[Message, Chat | None]:
    """The message to edit, and its chat if it is one of the bot's own."""
    if given["chat_id"] is None and given["message_id"] is None:
        if given["inline_message_id"] is None:
            raise bad("message identifier is not specified")
        inline = core.world.inline_messages.get(given["inline_message_id"])
        if inline is None:
            raise bad("MESSAGE_ID_INVALID")
        return inline, None
    chat = open_chat(core, given["chat_id"], Access.EDIT)
    message = existing_message(chat, given["message_id"], "message to edit")
    if chat.partner is not None and chat.partner.blocked:
        raise forbidden("bot was blocked by the user")
    if not message.from_bot or message.service or chat.upgraded_to is not None:
        raise bad("message can't be edited")
    return message, chat


def _apply(
    core: Core,
    message: Message,
    chat: Chat | None,
    keyboard: Keyboard,
    text: tuple[str, list[Json], Json | None] | None,
) -> Any:
    new = text or (message.text or "", message.entities, message.preview)
    old = (message.text or "", message.entities, message.preview, message.keyboard)
    if (*new, keyboard) == old:
        raise bad(NOT_MODIFIED)
    core.flood.check(chat)
    message.text, message.entities, message.preview = new
    message.keyboard = keyboard
    if text is not None:
        message.edited_at = core.world.date()
    core.world.on_change()
    return True if chat is None else shapes.message_json(message, replied=False)


def edit_message_text(core: Core, given: Given) -> Any:
    text, entities = read_text(core, given)
    preview = read_preview(core, given)
    keyboard = read_inline_keyboard(given["reply_markup"], strict=core.rules.strict)
    message, chat = _editable(core, given)
    if message.file is not None:
        raise bad("there is no text in the message to edit")
    return _apply(core, message, chat, keyboard, (text, entities, preview))


def edit_message_reply_markup(core: Core, given: Given) -> Any:
    keyboard = read_inline_keyboard(given["reply_markup"], strict=core.rules.strict)
    message, chat = _editable(core, given)
    return _apply(core, message, chat, keyboard, None)


def _check_deletable(core: Core, chat: Chat, message: Message) -> None:
    bot = chat.member(core.world.bot)
    old = core.clock.now() - message.date > core.rules.deletable
    if chat.kind in {"supergroup", "channel"}:
        may = bot.administers and "can_delete_messages" in bot.rights
        if not may and (old or not message.from_bot):
            raise bad("message can't be deleted")
    elif old or (chat.kind == "group" and not message.from_bot and not bot.administers):
        raise bad("message can't be deleted for everyone")


def _delete(core: Core, message: Message) -> None:
    message.deleted = True
    core.world.on_change()


def delete_message(core: Core, given: Given) -> Any:
    if given["chat_id"] is None:
        raise bad("chat identifier is not specified")
    if not given["message_id"]:
        raise bad("message identifier is not specified")
    chat = open_chat(core, given["chat_id"], Access.WRITE)
    message = existing_message(chat, given["message_id"], "message to delete")
    _check_deletable(core, chat, message)
    _delete(core, message)
    return True


def delete_messages(core: Core, given: Given) -> Any:
    numbers = given["message_ids"] or []
    if not numbers:
        raise bad("message identifiers are not specified")
    if len(numbers) > MOST_AT_ONCE:
        raise bad("too many message identifiers specified")
    chat = open_chat(core, given["chat_id"], Access.WRITE)
    found = [chat.messages[n] for n in numbers if n in chat.messages]
    for message in found:
        _check_deletable(core, chat, message)
    for message in found:
        _delete(core, message)
    return True


def pin_chat_message(core: Core, given: Given) -> Any:
    """A channel wants the right to edit posts for it. What was pinned already stays so; otherwise
    a service message says it."""
    chat = open_chat(core, given["chat_id"], Access.WRITE)
    message = existing_message(chat, given["message_id"], "message to pin")
    right = "can_edit_messages" if chat.kind == "channel" else "can_pin_messages"
    bot = chat.member(core.world.bot)
    if chat.kind != "private" and not (bot.administers and right in bot.rights):
        raise bad("not enough rights to manage pinned messages in the chat")
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        pinned = shapes.message_json(message, replied=False)
        chat.service(core.world.bot, {"pinned_message": pinned})
    return True


def set_message_reaction(core: Core, given: Given) -> Any:
    reaction = given["reaction"] or []
    for kind in reaction:
        if not isinstance(kind, dict) or kind.get("type") not in {"emoji", "custom_emoji"}:
            raise bad("can't parse ReactionType: invalid reaction type specified")
        if kind["type"] == "emoji" and kind.get("emoji") not in REACTIONS:
            raise bad("REACTION_INVALID")
    chat = open_chat(core, given["chat_id"], Access.READ)
    message = existing_message(chat, given["message_id"], "message to react")
    if len(reaction) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if chat.partner is not None:
        check_writing(core, chat)
    message.reaction = reaction
    core.world.on_change()
    return True


TARGET = {
    "business_connection_id": string,
    "chat_id": string,
    "message_id": integer,
    "inline_message_id": string,
    "reply_markup": json_object,
}
METHODS = (
    Method(
        "editMessageText",
        TARGET
        | {
            "text": string,
            "entities": array,
            "parse_mode": string,
            "link_preview_options": json_object,
            "disable_web_page_preview": flag,
        },
        edit_message_text,
    ),
    Method("editMessageReplyMarkup", TARGET, edit_message_reply_markup),
    Method("deleteMessage", {"chat_id": string, "message_id": integer}, delete_message),
    Method(
        "pinChatMessage",
        {
            "business_connection_id": string,
            "chat_id": string,
            "message_id": integer,
            "disable_notification": flag,
        },
        pin_chat_message,
    ),
    Method("deleteMessages", {"chat_id": string, "message_ids": array}, delete_messages),
    Method(
        "setMessageReaction",
        {"chat_id": string, "message_id": integer, "reaction": array, "is_big": flag},
        set_message_reaction,
    ),
)
