"""What stops this platform."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from telegram.error import EndPointNotFound, InvalidToken, TelegramError

from bot.adapters.telegram.request import MISREAD
from bot.ports import AdapterFault


class TelegramFault(AdapterFault):
    """Telegram cannot be used as it is configured; the message says what to do."""


def refused(reason: str) -> TelegramFault:
    return TelegramFault(
        f"Telegram refuses the bot's token ({reason}); copy it from BotFather into telegram.token, "
        "and leave telegram.api_url out unless you run a Bot API server of your own"
    )


def of_another() -> TelegramFault:
    return TelegramFault(
        "the database is that of another Telegram account; put that one's token back, hand the "
        "campaign over to the new one (docs/operating.md, A new bot account), or give this one a "
        "database of its own"
    )


async def is_unknown(get_me: Callable[[], Awaitable[object]]) -> bool:
    """Whether Telegram does not know the bot. Another call that answers 401 or 404 does not say so
    by itself: a server that restarts, and a proxy before it, do that too."""
    try:
        await get_me()
    except (InvalidToken, EndPointNotFound):
        return True
    except (TelegramError, *MISREAD):
        return False
    return False
