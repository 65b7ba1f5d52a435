"""What stops this platform."""

from __future__ import annotations

from bot.ports import AdapterFault


class TelegramFault(AdapterFault):
    """Telegram cannot be used as it is configured; the message says what to do."""


def refused(reason: str) -> TelegramFault:
    return TelegramFault(
        f"Telegram refuses the bot's token ({reason}); copy it from BotFather into telegram.token, "
        "and leave telegram.api_url out unless you run a Bot API server of your own"
    )
