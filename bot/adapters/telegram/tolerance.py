"""Updates as the library can read them.

It insists on every field that its own version of the Bot API has, at any depth: an administrator of
an older server lacks the newest right, a newer server sends what nobody knows yet. Neither may cost
a person an answer, so what is missing is filled in, and what is not needed is left out.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from telegram import (
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberBanned,
    ChatMemberOwner,
    ChatMemberRestricted,
)

Raw = dict[str, Any]

_KINDS: Mapping[object, type[ChatMember]] = {
    ChatMember.OWNER: ChatMemberOwner,
    ChatMember.ADMINISTRATOR: ChatMemberAdministrator,
    ChatMember.RESTRICTED: ChatMemberRestricted,
    ChatMember.BANNED: ChatMemberBanned,
}

# What `parsing` and `intake` look at.
_OF_A_MESSAGE = frozenset(
    [
        "author_signature",
        "chat",
        "date",
        "edit_date",
        "forward_date",
        "forward_origin",
        "from",
        "is_automatic_forward",
        "is_topic_message",
        "media_group_id",
        "message_id",
        "message_thread_id",
        "migrate_from_chat_id",
        "migrate_to_chat_id",
        "reply_to_message",
        "sender_chat",
        "text",
        "via_bot",
    ]
)
_OF_THE_ONE_ANSWERED = frozenset(["chat", "date", "from", "message_id"])


def completed(update: Raw) -> Raw:
    """The same with what is missing: rights that are not named are not given."""
    found = dict(update)
    if isinstance(press := update.get("callback_query"), dict):
        found["callback_query"] = {"chat_instance": ""} | press
    if isinstance(query := update.get("inline_query"), dict):
        found["inline_query"] = {"offset": "", "query": ""} | query
    if isinstance(change := update.get("my_chat_member"), dict):
        sides = ("old_chat_member", "new_chat_member")
        found["my_chat_member"] = change | {side: _member(change.get(side)) for side in sides}
    return found


def bare(update: Raw) -> Raw:
    """The same with only those parts of its message that are looked at."""
    found = dict(update)
    for kind in ("message", "edited_message"):
        if isinstance(message := update.get(kind), dict):
            found[kind] = _bare_message(message)
    press = update.get("callback_query")
    if isinstance(press, dict) and isinstance(message := press.get("message"), dict):
        found["callback_query"] = press | {"message": _bare_message(message)}
    return found


def _bare_message(message: Raw) -> Raw:
    found = {name: value for name, value in message.items() if name in _OF_A_MESSAGE}
    earlier = found.pop("reply_to_message", None)
    if isinstance(earlier, dict):
        kept = {name: value for name, value in earlier.items() if name in _OF_THE_ONE_ANSWERED}
        found["reply_to_message"] = kept
    return found


def _member(raw: object) -> object:
    if not isinstance(raw, dict):
        return raw
    return dict.fromkeys(_needed(_KINDS.get(raw.get("status"), ChatMember)), 0) | raw


def _needed(kind: type[ChatMember]) -> tuple[str, ...]:
    """What an object of the kind cannot be made without, but for whom and what it is about. Some
    rights have a default, and are demanded all the same."""
    fields = inspect.signature(kind).parameters.values()
    named = (f.name for f in fields if f.default is f.empty or f.name.startswith("can_"))
    return tuple(name for name in named if name not in {"user", "status"})
