"""The HTTP server of this adapter: `/healthz`, and what Telegram delivers."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence

from aiohttp import web

from bot.adapters.telegram.faults import TelegramFault
from bot.adapters.telegram.webhook import MOST_BYTES

HEALTH_PATH = "/healthz"
CLOSING_TIME = 5.0
"""Seconds for requests under way when the program ends."""

Problems = Callable[[], Sequence[str]]
"""What is wrong just now, a sentence each; nothing when all is well."""


@contextlib.asynccontextmanager
async def listening(
    host: str, port: int, problems: Problems, routes: Iterable[web.RouteDef] = ()
) -> AsyncIterator[None]:
    """Serve as long as the block lasts. Raises `TelegramFault` if the address cannot be had."""

    async def health(_request: web.Request) -> web.Response:
        found = list(problems())
        body = {"status": "failing" if found else "ok", "problems": found}
        return web.json_response(body, status=503 if found else 200)

    application = web.Application(client_max_size=MOST_BYTES)
    application.add_routes([web.get(HEALTH_PATH, health), *routes])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=CLOSING_TIME)
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
