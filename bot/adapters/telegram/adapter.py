"""Telegram as a platform: what it brings becomes events, what the core decides becomes calls."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence

from telegram import Bot, User
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.adapters.telegram.faults import refused
from bot.adapters.telegram.intake import Intake
from bot.adapters.telegram.listener import Problems, listening
from bot.adapters.telegram.members import Members
from bot.adapters.telegram.menus import show_admin_menu, show_menus
from bot.adapters.telegram.parsing import WANTED, Parser, moved
from bot.adapters.telegram.pauses import Backoff
from bot.adapters.telegram.poller import LONG_POLL, Poller, long_poll
from bot.adapters.telegram.refs import NAME, chat_ref
from bot.adapters.telegram.rendering import FIT
from bot.adapters.telegram.request import ANSWER_TIME, MISREAD, AiohttpRequest
from bot.adapters.telegram.sending import Sending
from bot.adapters.telegram.webhook import Receiver, Registration, Webhook
from bot.domain.ids import ChatRef, MessageRef, UserRef
from bot.ports import GroupFacts, Inbox, Menu, Outgoing, Role, TryLater

log = logging.getLogger(__name__)

SILENCE = 180.0
"""Seconds without a successful exchange after which the bot counts as cut off."""

LOOK_EVERY = 60.0
"""Seconds between two looks at the admin chat while something about it is not known."""

# https://core.telegram.org/bots/features#deep-linking
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
