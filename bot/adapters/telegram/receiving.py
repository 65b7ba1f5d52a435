"""Receiving updates where Telegram delivers them: 200 once they are in the inbox, never before."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from bot.adapters.telegram.faults import TelegramFault
from bot.adapters.telegram.group_commit import Gathering
from bot.adapters.telegram.intake import Intake, Taken
from bot.adapters.telegram.webhook import Webhook
from bot.listening import BROKEN, listening
from bot.ports import Inbox

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a name
MOST_BYTES = 1 << 20
"""The largest body that is read; an update has a few thousand bytes."""

BODY_TIME = 30.0
"""Seconds for a body to come; Telegram gives up a delivery after sixty."""


class Receiver:
    """Answers the POSTs of Telegram. `intake` is None until it is known who the bot is: till then
    they are told to come again."""

    def __init__(self, webhook: Webhook, inbox: Inbox) -> None:
        self._webhook = webhook
        self._secret = webhook.secret.encode()
        self._gathering = Gathering(inbox)
        self.intake: Intake | None = None

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """As long as the block lasts. Raises `TelegramFault` if the address cannot be had."""
        hook = self._webhook
        try:
            async with listening(
                hook.host,
                hook.port,
                [web.post(hook.path, self._receive)],
                most_bytes=MOST_BYTES,
                key="telegram.webhook.listen",
                fault=TelegramFault,
            ):
                yield
        finally:
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
