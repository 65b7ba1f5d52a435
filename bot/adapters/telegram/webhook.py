"""Receiving updates where Telegram delivers them: 200 once they are in the inbox, never before."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http import HttpProcessingError
from telegram.error import (
    BadRequest,
    EndPointNotFound,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from bot.adapters.telegram.faults import is_unknown, refused
from bot.adapters.telegram.group_commit import Gathering
from bot.adapters.telegram.intake import Intake, Taken
from bot.adapters.telegram.request import MISREAD
from bot.backoff import Backoff
from bot.ports import Inbox

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a name
MOST_BYTES = 1 << 20
"""The largest body that is read; an update has a few thousand bytes."""

BODY_TIME = 30.0
"""Seconds for a body to come; Telegram gives up a delivery after sixty."""

BROKEN = (HttpProcessingError, web.RequestPayloadError, OSError, TimeoutError)
"""A body that was cut off, whose chunks or length are wrong, or that cannot be unpacked."""

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


class Receiver:
    """Answers the POSTs of Telegram. `intake` is None until it is known who the bot is: till then
    they are told to come again."""

    def __init__(self, webhook: Webhook, inbox: Inbox) -> None:
        self._webhook = webhook
        self._secret = webhook.secret.encode()
        self._gathering = Gathering(inbox)
        self.intake: Intake | None = None

    def route(self) -> web.RouteDef:
        return web.post(self._webhook.path, self._receive)

    async def close(self) -> None:
        """Once nothing is delivered any more."""
        await self._gathering.close()

    async def _receive(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=403)
        if self.intake is None:
            return web.Response(status=503)
        try:
            async with asyncio.timeout(BODY_TIME):
                update: object = json.loads(await request.read())
        except (ValueError, RecursionError):
            return _refused(400, "is not JSON")
        except web.HTTPRequestEntityTooLarge:
            return _refused(413, "is too large")
        except BROKEN as error:
            return _refused(400, f"is broken: {type(error).__name__}")
        taken = self.intake.take([update])
        has_any = taken.events or taken.letters
        return web.Response(status=await self._commit(taken) if has_any else 200)

    async def _commit(self, taken: Taken) -> int:
        """The status to answer with."""
        try:
            await self._gathering.commit(taken)
        except TimeoutError:
            return 503
        except Exception:
            # The boundary of this loop: Telegram comes again with the same update.
            log.exception("a delivery from Telegram could not be taken in")
            return 500
        return 200


def _refused(status: int, why: str) -> web.Response:
    log.warning("a delivery with the right secret %s", why)
    response = web.Response(status=status)
    # What is left of the request cannot be told from a next one.
    response.force_close()
    return response


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
        self.trouble = None
        return True

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
        self.trouble = None
        return True
