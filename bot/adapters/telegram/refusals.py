"""What Telegram's refusals of a call mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from telegram.error import TelegramError

# What the server's descriptions contain (tdlib/telegram-bot-api and tdlib/td), in lower case.
NO_METHOD = ("method not found",)
NOT_MODIFIED = ("message is not modified", "message_not_modified")
GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
    "message_author_required",
    "message_edit_time_expired",
)
NO_THREAD = ("message thread", "topic_closed", "topic_deleted", "topic_id_invalid")
TOO_LATE = ("query is too old", "query id is invalid", "query_id_invalid")
UNREACHABLE = (
    "chat not found",
    "not enough rights",
    "have no rights to send",
    "have no write access",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_send_plain_forbidden",
    "chat_guest_send_forbidden",
    "user_banned_in_channel",
    "channel_private",
    "chat_restricted",
    "chat_admin_required",
    "group chat was deactivated",
    "user_is_blocked",
    "input_user_deactivated",
    "peer_id_invalid",
)


def says(error: TelegramError, words: Sequence[str]) -> bool:
    """Whether the server's description contains any of these."""
    said = error.message.casefold()
    return any(each in said for each in words)


MOST_SAID = 120
"""Characters of a description that are told."""


def without_words_of(said: str, error: TelegramError) -> str:
    """The server's description without what it may have taken from a message, whose texts and
    names are in `said`."""
    private = set(re.findall(r"\w+", said.casefold()))
    unquoted = re.sub(r'"[^"]*"', "…", error.message)
    kept = re.sub(r"\w+", lambda word: "…" if word[0].casefold() in private else word[0], unquoted)
    return kept[:MOST_SAID]
