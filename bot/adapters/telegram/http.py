"""The HTTP server of this adapter: `/healthz`, and what Telegram delivers."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Iterable
from typing import Any

from aiohttp import web

from bot.adapters.telegram.faults import TelegramFault
from bot.adapters.telegram.receiving import BROKEN, MOST_BYTES
from bot.adapters.telegram.webhook import Problems

log = logging.getLogger(__name__)

HEALTH_PATH = "/healthz"
CLOSING_TIME = 5.0
"""Seconds for requests under way when the program ends."""


class _Brief(logging.LoggerAdapter[logging.Logger]):
    """The library answers what is no HTTP, and writes a traceback about it."""

    def exception(self, msg: object, *args: object, exc_info: Any = True, **more: Any) -> None:
        if isinstance(exc_info, web.RequestPayloadError):
            return  # The rest of a body that has been answered.
        if isinstance(exc_info, BROKEN):
            self.warning("a request is no HTTP: %s", type(exc_info).__name__)
        else:
            super().exception(msg, *args, exc_info=exc_info, **more)

    debug = exception
    """The library says no more than that there, of a first line that is none."""


@contextlib.asynccontextmanager
async def listening(
    host: str, port: int, problems: Problems, routes: Iterable[web.RouteDef] = ()
) -> AsyncIterator[None]:
    """Serve as long as the block lasts. Raises `TelegramFault` if the address cannot be had."""

    async def health(_request: web.Request) -> web.Response:
        # Anybody may ask: what is wrong stands in the log, where the operator alone can see it.
        is_up = not problems()
        return web.Response(text="up" if is_up else "down", status=200 if is_up else 503)

    async def nameless(_request: web.Request, response: web.StreamResponse) -> None:
        """The library names itself, Python and the versions of both."""
        response.headers.pop("Server", None)

    application = web.Application(client_max_size=MOST_BYTES)
    application.on_response_prepare.append(nameless)
    application.add_routes([web.get(HEALTH_PATH, health), *routes])
    runner = web.AppRunner(
        application, access_log=None, logger=_Brief(log), shutdown_timeout=CLOSING_TIME
    )
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise TelegramFault(
                f"cannot listen on {host}:{port} ({error.strerror}); "
                "change telegram.webhook.listen or stop what uses that address"
            ) from None
        yield
    finally:
        await runner.cleanup()
