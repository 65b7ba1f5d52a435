"""Who a token is: what a set-up shows of a bot before anything runs."""

from __future__ import annotations

from telegram import Bot
from telegram.error import EndPointNotFound, InvalidToken, TelegramError

from bot.adapters.telegram.faults import TelegramFault
from bot.adapters.telegram.request import MISREAD, AiohttpRequest


async def name_of(token: str, api_url: str) -> str:
    """The bot's name, "@name", by one call. Raises `TelegramFault`: the token is not known, or
    there is no answer."""
    request = AiohttpRequest(token)
    bot = Bot(token, base_url=f"{api_url}/bot", request=request, get_updates_request=request)
    try:
        return (await bot.get_me()).name
    except (InvalidToken, EndPointNotFound) as error:
        raise TelegramFault(
            f"Telegram does not know this token ({error.message}): it was mistyped, or revoked. "
            "Copy it from @BotFather once more."
        ) from None
    except (TelegramError, *MISREAD) as error:
        reason = getattr(error, "message", type(error).__name__)
        raise TelegramFault(
            f"Telegram does not answer at {api_url} ({reason}). Look at this machine's network, "
            "and try again."
        ) from None
    finally:
        await request.shutdown()
