"""What systemd is told of the program (sd_notify(3)): that it works, that it lives, that it stops.
Elsewhere nothing is sent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Iterator

from bot.delivery.health import Health

log = logging.getLogger(__name__)


def ready() -> None:
    """It works on a platform, or stands by; said again it changes nothing."""
    _notify("READY=1")


def stopping() -> None:
    """It ends what is under way."""
    _notify("STOPPING=1")


@contextlib.contextmanager
def watchdog(health: Health) -> Iterator[None]:
    """Says over and over that it lives, for as long as the event loop turns and the database
    answers: after `WatchdogSec=` without that the program is ended and begun anew. What waits for a
    platform that is away, or for room on the disk, waits after a start too."""
    every = _half_of_watchdog()
    if every is None:
        yield
        return
    loop = asyncio.get_running_loop()
    handle: asyncio.TimerHandle | None = None

    def beat() -> None:
        nonlocal handle
        if health.database_hangs is None:
            _notify("WATCHDOG=1")
        handle = loop.call_later(every, beat)

    beat()
    try:
        yield
    finally:
        if handle is not None:
            handle.cancel()


def _half_of_watchdog() -> float | None:
    """Seconds; None where nobody waits (sd_watchdog_enabled(3))."""
    given, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID")
    if not given.isdecimal() or int(given) == 0 or pid not in {None, str(os.getpid())}:
        return None
    return int(given) / 2_000_000


def _notify(state: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = f"\0{address[1:]}"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            # A manager that does not read must not hold up the bot.
            sender.setblocking(False)
            sender.sendto(state.encode(), address)
    except OSError as error:
        log.warning("the service manager cannot be told %s: %s", state, error)
