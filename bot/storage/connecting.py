"""To a PostgreSQL server: to that of several which takes writes, and noticing when it is gone."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any

import asyncpg

from bot.storage.errors import is_passing

CONNECT_SECONDS = 3.0
"""For one server: one that is gone must not keep the others waiting."""

# Seconds and times after which a server that says nothing is gone, also while it is only waited
# for; by https://man7.org/linux/man-pages/man7/tcp.7.html, as far as a system has them.
_NOTICE = {"TCP_KEEPIDLE": 4, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 2, "TCP_USER_TIMEOUT": 8000}


class _Connection(asyncpg.Connection):
    def __init__(self, protocol: Any, transport: asyncio.Transport, *rest: Any) -> None:
        super().__init__(protocol, transport, *rest)
        opened = transport.get_extra_info("socket")
        if opened.family == socket.AF_UNIX:
            return
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _NOTICE.items():
            if (option := getattr(socket, name, None)) is not None:
                with contextlib.suppress(OSError):
                    opened.setsockopt(socket.IPPROTO_TCP, option, value)


async def connect(**options: Any) -> asyncpg.Connection:
    """The options are those of `asyncpg.connect`; of several hosts each is asked in turn. Raises
    `ConnectionError` or another `OSError` where the same can succeed later, or what else the server
    says."""
    hosts, ports = options.pop("host", None), options.pop("port", None)
    if not isinstance(hosts, list):
        return await _connect(host=hosts, port=ports, **options)
    faults = []
    for host, port in zip(hosts, ports, strict=True):
        try:
            return await _connect(
                host=host, port=port, **{"target_session_attrs": "read-write"} | options
            )
        except OSError as error:
            faults.append(f"{host}:{port}: {error}")
    raise ConnectionError("; ".join(faults))


async def _connect(**options: Any) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(
            connection_class=_Connection, timeout=CONNECT_SECONDS, **options
        )
    except TimeoutError:
        raise ConnectionError(f"no answer in {CONNECT_SECONDS:.0f} s") from None
    except asyncpg.TargetServerAttributeNotMatched:
        raise ConnectionError("it takes no writes") from None
    except asyncpg.PostgresError as error:
        # A server that is starting, say; but not a password that it does not take.
        if not is_passing(error):
            raise
        raise ConnectionError(str(error)) from error
