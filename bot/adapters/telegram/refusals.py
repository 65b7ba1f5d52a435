"""What Telegram's refusals of a call mean."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

from telegram.error import TelegramError

from bot.domain.ids import ChatRef

FLOOD_CHATS, FLOOD_SPAN = 3, 1.0
"""So many chats refused within so many seconds: the limit of the whole bot has been met. A 429
does not say whose limit it is."""

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


class Floods:
    """Which chats met a limit lately."""

    def __init__(self) -> None:
        self._met: deque[tuple[float, ChatRef]] = deque(maxlen=64)

    def everywhere(self, chat: ChatRef) -> bool:
        """One more for this chat; whether it is the whole bot that is held up."""
        now = time.monotonic()
        self._met.append((now, chat))
        while self._met[0][0] < now - FLOOD_SPAN:
            self._met.popleft()
        return len({met for _, met in self._met}) >= FLOOD_CHATS
