"""What is downloaded from a platform, and no more than is taken."""

from __future__ import annotations

import aiohttp

from bot.ports import TooLarge


async def read_at_most(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, at most `most` bytes of it. Raises `TooLarge` as soon as there is more."""
    data = bytearray()
    async for part in response.content.iter_any():
        data += part
        if len(data) > most:
            raise TooLarge
    return bytes(data)
