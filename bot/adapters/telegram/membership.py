"""What became of people in a group, by an update.

Telegram tells it in two ways: by a message in the group, which all bots there get and large groups
have none of (https://core.telegram.org/bots/api-changelog#april-26-2021), and by `chat_member`,
which administrators alone get. So these hear of most things twice, and no other bot hears who
administers the group no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from telegram import Chat, ChatMember

from bot.ports import Demoted, Entered, Gone

_GROUPS = {Chat.GROUP, Chat.SUPERGROUP}
_ADMINISTER = {ChatMember.OWNER, ChatMember.ADMINISTRATOR}

Raw = Mapping[str, Any]
"""An object of the Bot API."""

What = type[Entered | Gone | Demoted]


def changes(update: Raw) -> Iterator[tuple[What, Raw, Raw]]:
    """What happened, to whom, and the object with its chat and date. Of bots nothing is told."""
    told = update.get("chat_member") or update.get("message")
    if not told or told["chat"]["type"] not in _GROUPS:
        return
    for what, user in _by_standing(told) if "chat_member" in update else _by_message(told):
        if not user.get("is_bot"):
            yield what, user, told


def _by_message(message: Raw) -> Iterator[tuple[What, Raw]]:
    for user in message.get("new_chat_members") or ():
        yield Entered, user
    if gone := message.get("left_chat_member"):
        yield Gone, gone


def _by_standing(change: Raw) -> Iterator[tuple[What, Raw]]:
    old, new = change["old_chat_member"], change["new_chat_member"]
    if is_in(old) != is_in(new):
        yield (Entered if is_in(new) else Gone), new["user"]
    elif old["status"] in _ADMINISTER and new["status"] not in _ADMINISTER:
        yield Demoted, new["user"]


def is_in(member: Raw) -> bool:
    """Whether they are in the chat; who may not write may be, and may have left since."""
    if member["status"] == ChatMember.RESTRICTED:
        return member.get("is_member") is True
    return member["status"] not in {ChatMember.LEFT, ChatMember.BANNED}
