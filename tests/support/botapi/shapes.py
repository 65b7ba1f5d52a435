"""State as the Bot API's JSON, field for field in the order of the official server."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.support.botapi.state import (
    CallbackQuery,
    File,
    InlineQuery,
    Json,
    Member,
    Message,
    User,
)

if TYPE_CHECKING:
    from tests.support.botapi.chats import Chat

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_change_info",
    "can_delete_messages",
    "can_invite_users",
    "can_restrict_members",
    "can_promote_members",
    "can_manage_video_chats",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics")
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages")
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
    "can_edit_tag",
    "can_react_to_messages",
)


KEPT_RIGHTS = frozenset(["can_send_messages"])
LATE = frozenset(
    [
        "accent_color_id",
        "accepted_gift_types",
        "chat_instance",
        "has_custom_certificate",
        "is_anonymous",
        "max_reaction_count",
        "pending_update_count",
        "permissions",
        "until_date",
    ]
)


def thinned(shape: Any) -> Any:
    """Without the fields, at any depth, that a server of another age does not send."""
    if isinstance(shape, list):
        return [thinned(each) for each in shape]
    if not isinstance(shape, dict):
        return shape
    return {
        name: thinned(value)
        for name, value in shape.items()
        if name not in LATE and (not name.startswith("can_") or name in KEPT_RIGHTS)
    }


def _given(**fields: object) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


def user_json(user: User) -> Json:
    return _given(
        id=user.id,
        is_bot=user.is_bot,
        first_name="" if user.deleted else user.first_name,
        username=None if user.deleted else user.username,
        language_code=None if user.deleted else user.language,
    )


def chat_json(chat: Chat) -> Json:
    if chat.partner is not None:
        who = chat.partner
        return _given(id=chat.id, first_name=who.first_name, username=who.username, type="private")
    shape = _given(id=chat.id, title=chat.title, username=chat.username, type=chat.kind)
    if chat.forum:
        shape["is_forum"] = True
    if chat.kind == "group":
        shape["all_members_are_administrators"] = False
    return shape


def full_chat_json(chat: Chat) -> Json:
    """What getChat answers."""
    shape = chat_json(chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if chat.kind in {"group", "supergroup"}:
        shape["permissions"] = dict.fromkeys(PERMISSIONS, True) | {
            "can_send_messages": chat.everyone_writes
        }
    if chat.partner is None and chat.username is not None:
        shape["active_usernames"] = [chat.username]
    if chat.shows_history:
        shape["has_visible_history"] = True
    if chat.linked is not None:
        shape["linked_chat_id"] = chat.linked.id
    if chat.located:
        place = {"latitude": 36.8, "longitude": 10.18}
        shape["location"] = {"location": place, "address": "Tunis"}
    return shape


def member_json(member: Member, chat: Chat) -> Json:
    shape: Json = {"user": user_json(member.user), "status": member.status}
    if member.status == "creator":
        shape["is_anonymous"] = member.anonymous
    elif member.status == "administrator":
        names = ADMIN_RIGHTS + (CHANNEL_RIGHTS if chat.kind == "channel" else GROUP_RIGHTS)
        shape |= {"can_be_edited": False}
        shape |= {name: name == "can_manage_chat" or name in member.rights for name in names}
        shape |= {"is_anonymous": member.anonymous}
    elif member.status == "restricted":
        shape |= {"is_member": True, "until_date": 0} | dict.fromkeys(PERMISSIONS, member.may_write)
    elif member.status == "kicked":
        shape["until_date"] = 0
    return shape


def file_json(file: File) -> Json:
    digest = hashlib.sha256(file.name.encode() + file.data).hexdigest()
    return {
        "file_name": file.name,
        "mime_type": file.media_type,
        "file_id": f"BQACAgIAAxk{digest[:40]}",
        "file_unique_id": digest[:14],
        "file_size": len(file.data),
    }


def photo_json(file: File, width: int, height: int) -> Json:
    """One size of a photo, which has no name and no type."""
    ids = {name: file_json(file)[name] for name in ("file_id", "file_unique_id", "file_size")}
    return ids | {"width": width, "height": height}


def message_json(message: Message, *, replied: bool = True) -> Json:
    """`replied` includes the message that this one answers; replies do not nest."""
    shape: Json = {"message_id": message.id}
    if message.sender is not None:
        shape["from"] = user_json(message.sender)
    if message.sender_chat is not None:
        shape["sender_chat"] = chat_json(message.sender_chat)
    shape |= {"chat": chat_json(message.chat), "date": message.date}
    if message.edited_at is not None:
        shape["edit_date"] = message.edited_at
    if message.thread is not None:
        shape["message_thread_id"] = message.thread
    if replied and message.reply_to is not None and not message.reply_to.deleted:
        shape["reply_to_message"] = message_json(message.reply_to, replied=False)
    shape |= _content(message) | message.extra
    if message.keyboard:
        shape["reply_markup"] = {"inline_keyboard": message.keyboard}
    if message.in_topic:
        shape["is_topic_message"] = True
    return shape


def _content(message: Message) -> Json:
    if message.file is not None:
        shape: Json = (
            {"document": file_json(message.file)}
            if message.photo is None
            else {"photo": [photo_json(message.file, *message.photo)]}
        )
        if message.text:
            shape["caption"] = message.text
        if message.entities:
            shape["caption_entities"] = message.entities
        return shape
    if message.text is None:
        return {}
    shape = {"text": message.text}
    if message.entities:
        shape["entities"] = message.entities
    if message.preview is not None:
        shape["link_preview_options"] = message.preview
    return shape


def callback_json(press: CallbackQuery, message: Json | None) -> Json:
    """`message` is None for one sent through the bot, which is named by its inline id instead."""
    shape: Json = {"id": press.id, "from": user_json(press.person)}
    instance = 0
    if message is not None:
        shape["message"] = message
        instance = message["chat"]["id"]
    elif press.message is not None:
        shape["inline_message_id"] = press.message.inline_id
        instance = press.message.chat.id
    digest = hashlib.sha256(str(instance).encode()).digest()
    shape["chat_instance"] = str(int.from_bytes(digest[:8], "big", signed=True))
    shape["data"] = press.data
    return shape


def inline_query_json(query: InlineQuery, chat_type: str) -> Json:
    return {
        "id": query.id,
        "from": user_json(query.person),
        "chat_type": chat_type,
        "query": query.query,
        "offset": query.offset,
    }


def member_updated_json(
    chat: Chat, by: User, date: int, old: Mapping[str, object], new: Mapping[str, object]
) -> Json:
    return {
        "chat": chat_json(chat),
        "from": user_json(by),
        "date": date,
        "old_chat_member": dict(old),
        "new_chat_member": dict(new),
    }
