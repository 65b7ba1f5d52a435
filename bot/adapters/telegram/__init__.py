"""Telegram, by the Bot API: polling or webhook, private chats, groups, channels, inline mode.

Whoever imports `telegram` imports its way to the network too, httpx: `request.py` goes another one
here, so that it comes in only when somebody asks for it.
"""
# ruff: noqa: E402 - before anything here imports `telegram`

import sys
from types import ModuleType
from typing import Any

_NETWORK = "telegram.request._httpxrequest"


class _HTTPXRequest:
    def __new__(cls, *args: Any, **options: Any) -> Any:
        from telegram.request._httpxrequest import HTTPXRequest  # noqa: PLC0415 - see above

        return HTTPXRequest(*args, **options)


if "telegram" not in sys.modules:
    _absent: Any = ModuleType(_NETWORK)
    _absent.HTTPXRequest = _HTTPXRequest
    sys.modules[_NETWORK] = _absent
    import telegram  # noqa: F401 - which takes that for its own

    del sys.modules[_NETWORK]

from bot.adapters.telegram.adapter import TelegramAdapter
from bot.adapters.telegram.faults import TelegramFault
from bot.adapters.telegram.naming import name_of
from bot.adapters.telegram.webhook import Webhook

__all__ = ["TelegramAdapter", "TelegramFault", "Webhook", "name_of"]
