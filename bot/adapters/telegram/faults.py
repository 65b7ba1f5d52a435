"""What stops this platform, and what an adapter's messages in the log have in common."""

from __future__ import annotations


class TelegramFault(Exception):
    """Telegram cannot be used as it is configured; the message says what to do."""


def refused(reason: str) -> TelegramFault:
    return TelegramFault(
        f"Telegram refuses the bot's token ({reason}); copy it from BotFather into telegram.token, "
        "and leave telegram.api_url out unless you run a Bot API server of your own"
    )
