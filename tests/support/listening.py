"""Where the program says how it does, and what it says there."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.bootstrap.opening import read_settings

TOKEN = "a-token-of-thirty-two-characters"
BEARER = {"Authorization": f"Bearer {TOKEN}"}

WITHIN = 30.0
"""Seconds to wait for anything on a busy machine."""

Samples = dict[str, float]
"""As `name{label="value"}`, without the prefix that all have."""


def free_port() -> int:
    """Where nobody listens just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def let_listen(folder: Path, token: str | None = TOKEN) -> str:
    """Adds the section to the configuration; the address of the server."""
    address = f"127.0.0.1:{free_port()}"
    with (folder / "config.yaml").open("a", encoding="utf-8") as file:
        secret = "" if token is None else f"\n  token: {token}"
        file.write(f"listen:\n  address: {address}{secret}\n")
    return f"http://{address}"


def address_in(folder: Path) -> str:
    """Of the server that `let_listen` has configured."""
    listen = read_settings(folder / "config.yaml").listen
    assert listen is not None
    return f"http://{listen.address.host}:{listen.address.port}"


async def asked(url: str, headers: Mapping[str, str] = BEARER) -> tuple[int, str]:
    """The status, and all of the answer."""
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


async def scraped(url: str) -> Samples:
    """All of the metrics."""
    status, text = await asked(f"{url}/metrics")
    assert status == 200, text
    return samples(text)


async def until(url: str, fits: Callable[[Samples], bool]) -> Samples:
    """The metrics, once somebody listens and they are as wanted."""
    async with asyncio.timeout(WITHIN):
        while True:
            with contextlib.suppress(OSError):
                if fits(found := await scraped(url)):
                    return found
            await asyncio.sleep(0.05)


def samples(text: str) -> Samples:
    """As a Prometheus reads them."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            name = re.sub("^undersigned_", "", sample.name)
            key = f"{name}{{{labels}}}" if labels else name
            assert key not in found
            found[key] = sample.value
    return found
