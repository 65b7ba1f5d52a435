"""An HTTP server that says no more than it is asked for."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from aiohttp import web
from aiohttp.http import HttpProcessingError

log = logging.getLogger(__name__)

CLOSING_TIME = 5.0
"""Seconds for requests under way when the program ends."""

BROKEN = (HttpProcessingError, web.RequestPayloadError, OSError, TimeoutError)
"""A body that was cut off, whose chunks or length are wrong, or that cannot be unpacked."""


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
    host: str,
    port: int,
    routes: Iterable[web.RouteDef],
    *,
    most_bytes: int,
    key: str,
    fault: Callable[[str], Exception],
) -> AsyncIterator[int]:
    """Serve as long as the block lasts, which gets the port: for port 0 the system chooses one. A
    body has at most so many bytes. Raises `fault` of a sentence if the address cannot be had; `key`
    is where the configuration names it."""

    async def nameless(_request: web.Request, response: web.StreamResponse) -> None:
        """The library names itself, Python and the versions of both."""
        response.headers.pop("Server", None)

    application = web.Application(client_max_size=most_bytes)
    application.on_response_prepare.append(nameless)
    application.add_routes(routes)
    runner = web.AppRunner(
        application, access_log=None, logger=_Brief(log), shutdown_timeout=CLOSING_TIME
    )
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            # Behind what asyncio says about it.
            reason = str(error.strerror).rpartition(": ")[2]
            raise fault(
                f"cannot listen on {host}:{port} ({reason}); change {key} or stop what uses that "
                "address"
            ) from None
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
