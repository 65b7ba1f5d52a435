"""sendMessage, sendDocument, sendPhoto, sendChatAction."""

from __future__ import annotations

from typing import Any

from tests.support.botapi import shapes
from tests.support.botapi.access import (
    Access,
    check_thread,
    check_writing,
    open_chat,
    replied_message,
)
from tests.support.botapi.chats import Chat
from tests.support.botapi.core import Core, Method
from tests.support.botapi.errors import bad
from tests.support.botapi.keyboards import read_markup
from tests.support.botapi.parameters import (
    Given,
    array,
    flag,
    integer,
    json_object,
    string,
    uploaded,
)
from tests.support.botapi.photos import check_photo
from tests.support.botapi.state import File, Json, Message
from tests.support.botapi.texts import CAPTION_LIMIT, TEXT_LIMIT, formatted

ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
PREVIEW_KEYS = frozenset(
    ["is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"]
)


def refuse_parse_mode(core: Core, mode: str | None) -> None:
    if mode is not None and not core.rules.parse_mode:
        raise bad("parse_mode is not used here: texts go with entities")


def read_preview(core: Core, given: Given) -> Json | None:
    preview: Json | None = given["link_preview_options"]
    if preview is None:
        return {"is_disabled": True} if given.get("disable_web_page_preview") else None
    if core.rules.strict and (unknown := set(preview) - PREVIEW_KEYS):
        raise bad(f"unknown fields of link preview options: {', '.join(sorted(unknown))}")
    return preview


def read_text(core: Core, given: Given) -> tuple[str, list[Json]]:
    """The text and entities of sendMessage and editMessageText."""
    refuse_parse_mode(core, given["parse_mode"])
    if given["text"] is None:
        raise bad("message text is empty")
    return formatted(given["text"], given["entities"], limit=TEXT_LIMIT, strict=core.rules.strict)


def _post(core: Core, given: Given, chat: Chat, message: Message, what: str) -> Json:
    """Everything that sending has in common, in the order of the server's checks."""
    message.keyboard, message.other_markup = read_markup(
        given["reply_markup"], strict=core.rules.strict
    )
    message.reply_to = replied_message(chat, given["reply_parameters"], core.rules.strict)
    thread = given["message_thread_id"]
    check_thread(core, chat, thread)
    check_writing(core, chat, what)
    core.flood.check(chat, paid=bool(given["allow_paid_broadcast"]))
    if chat.forum and thread is None and message.reply_to is not None:
        thread = message.reply_to.thread
    if thread is not None:
        message.thread, message.in_topic = thread, True
        message.reply_to = message.reply_to or chat.topics[thread]
    elif chat.kind == "supergroup" and message.reply_to is not None and not chat.forum:
        message.thread = message.reply_to.thread or message.reply_to.id
    message.quiet = bool(given["disable_notification"])
    message.from_bot = True
    if chat.kind == "channel":
        message.sender, message.sender_chat = None, chat
    core.world.add(chat, message)
    if chat.kind == "channel" and chat.linked is not None:
        chat.forward_automatically(message)
    return shapes.message_json(message)


def _new(core: Core, chat: Chat) -> Message:
    return Message(0, chat, core.world.date(), core.world.bot)


def send_message(core: Core, given: Given) -> Any:
    text, entities = read_text(core, given)
    preview = read_preview(core, given)
    chat = open_chat(core, given["chat_id"], Access.WRITE)
    message = _new(core, chat)
    message.text, message.entities, message.preview = text, entities, preview
    return _post(core, given, chat, message, "text messages")


def send_document(core: Core, given: Given) -> Any:
    refuse_parse_mode(core, given["parse_mode"])
    document = given["document"]
    if document is None:
        raise bad("there is no document in the request")
    if not isinstance(document, File):
        raise bad("wrong file identifier/HTTP URL specified")
    if not document.data:
        raise bad("file must be non-empty")
    message = _with_caption(core, given)
    message.file = document
    return _post(core, given, message.chat, message, "documents")


def send_photo(core: Core, given: Given) -> Any:
    refuse_parse_mode(core, given["parse_mode"])
    photo = given["photo"]
    if photo is None:
        raise bad("there is no photo in the request")
    if not isinstance(photo, File):
        raise bad("wrong file identifier/HTTP URL specified")
    size = check_photo(photo)
    message = _with_caption(core, given)
    message.file, message.photo = photo, size
    return _post(core, given, message.chat, message, "photos")


def _with_caption(core: Core, given: Given) -> Message:
    caption, entities = formatted(
        given["caption"] or "",
        given["caption_entities"],
        limit=CAPTION_LIMIT,
        strict=core.rules.strict,
        caption=True,
    )
    message = _new(core, open_chat(core, given["chat_id"], Access.WRITE))
    message.text, message.entities = caption, entities
    return message


def send_chat_action(core: Core, given: Given) -> Any:
    if given["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat = open_chat(core, given["chat_id"], Access.WRITE)
    check_thread(core, chat, given["message_thread_id"])
    check_writing(core, chat)
    core.profile.actions.append((chat.id, given["action"]))
    return True


COMMON = {
    "chat_id": string,
    "business_connection_id": string,
    "message_thread_id": integer,
    "direct_messages_topic_id": integer,
    "disable_notification": flag,
    "protect_content": flag,
    "allow_paid_broadcast": flag,
    "message_effect_id": string,
    "suggested_post_parameters": json_object,
    "reply_parameters": json_object,
    "reply_markup": json_object,
    "parse_mode": string,
}
METHODS = (
    Method(
        "sendMessage",
        COMMON
        | {
            "text": string,
            "entities": array,
            "link_preview_options": json_object,
            "disable_web_page_preview": flag,
        },
        send_message,
    ),
    Method(
        "sendDocument",
        COMMON
        | {
            "document": uploaded,
            "thumbnail": uploaded,
            "caption": string,
            "caption_entities": array,
            "disable_content_type_detection": flag,
        },
        send_document,
    ),
    Method(
        "sendPhoto",
        COMMON
        | {
            "photo": uploaded,
            "caption": string,
            "caption_entities": array,
            "show_caption_above_media": flag,
            "has_spoiler": flag,
        },
        send_photo,
    ),
    Method(
        "sendChatAction",
        {
            "chat_id": string,
            "business_connection_id": string,
            "message_thread_id": integer,
            "action": string,
        },
        send_chat_action,
    ),
)
