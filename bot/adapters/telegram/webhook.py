"""Where Telegram delivers updates, and that it goes on to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from telegram.error import (
    BadRequest,
    EndPointNotFound,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from bot.adapters.telegram.faults import is_unknown, refused
from bot.adapters.telegram.request import MISREAD
from bot.backoff import Backoff

log = logging.getLogger(__name__)

LOOK_EVERY = 60.0
"""Seconds between two questions to Telegram whether it can still deliver here."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Telegram delivers to `url` with `secret` in a header; a proxy in front brings that to `host`
    and `port`, the path unchanged."""

    url: str
    secret: str = field(repr=False)
    host: str
    port: int

    @property
    def path(self) -> str:
        return urlsplit(self.url).path or "/"


class Registration:
    """Keeps the webhook set. `trouble` says what is wrong with it, None if nothing is."""

    def __init__(
        self,
        url: str,
        register: Callable[[], Awaitable[object]],
        look: Callable[[], Awaitable[object]],
        get_me: Callable[[], Awaitable[object]],
    ) -> None:
        """`register` sets the webhook, `look` asks what is set (the WebhookInfo as it came);
        `get_me` tells whether Telegram knows the bot at all."""
        self._url = url
        self._register = register
        self._look = look
        self._get_me = get_me
        self._backoff = Backoff()
        self._failed_at: object = None
        self._blind = False
        self.trouble: str | None = "the webhook has not been set yet"

    async def run(self) -> None:
        """Until cancelled. Raises `TelegramFault` when Telegram does not know the bot."""
        is_set = False
        while True:
            try:
                is_set = await (self._check() if is_set else self._set())
            except (InvalidToken, EndPointNotFound) as error:
                if await is_unknown(self._get_me):
                    fault = refused(error.message)
                    log.error("%s", fault)  # noqa: TRY400 - it says what to do
                    raise fault from None
                pause = self._failed(error)
            except (TelegramError, *MISREAD) as error:
                pause = self._failed(error)
            else:
                self._backoff.reset()
                pause = LOOK_EVERY if is_set else 1.0
            await asyncio.sleep(pause)

    def _failed(self, error: Exception) -> float:
        """Seconds until the next try."""
        reason = getattr(error, "message", type(error).__name__)
        pause = max(self._backoff.next(), getattr(error, "pause", 0.0))
        self.trouble = f"the webhook cannot be set or looked at: {reason}"
        log.warning("%s; trying again in %.1f s", self.trouble, pause)
        return pause

    async def _set(self) -> bool:
        await self._register()
        self._is_well()
        return True

    def _is_well(self) -> None:
        if self.trouble is not None:
            log.info("the webhook is in order")
        self.trouble = None

    async def _check(self) -> bool:
        """Whether it is still ours; also what went wrong for Telegram when it came here."""
        try:
            info = await self._look()
        except (BadRequest, EndPointNotFound) as error:
            # What was set stays set; only nobody notices here if it is taken away.
            if not self._blind:
                log.warning("getWebhookInfo is refused: %s", error.message)
            self._blind = True
            return True
        if not isinstance(info, dict):
            raise NetworkError("The server's answer is no description of a webhook")
        if info.get("url") != self._url:
            self.trouble = "the webhook was removed or changed by another program; it is set again"
            log.error("%s", self.trouble)
            return False
        failed_at = info.get("last_error_date")
        if failed_at is not None and failed_at != self._failed_at:
            log.warning("Telegram could not deliver here: %s", info.get("last_error_message"))
        self._failed_at = failed_at
        self._is_well()
        return True
