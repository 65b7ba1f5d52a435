"""Telegram, by the Bot API: polling or webhook, private chats, groups, channels, inline mode."""

from bot.adapters.telegram.adapter import TelegramAdapter
from bot.adapters.telegram.faults import TelegramFault
from bot.adapters.telegram.webhook import Webhook

__all__ = ["TelegramAdapter", "TelegramFault", "Webhook"]
