"""A process that imports python-telegram-bot and nio, starts both, and does nothing with what
comes: the least memory that a bot on both platforms takes.

python -m benchmarks.bots.bare_both URL TOKEN HOMESERVER USER DEVICE ACCESS_TOKEN
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import Any

from nio import RoomMessageText
from nio.client.async_client import AsyncClient
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def main(
    url: str, token: str, homeserver: str, user: str, device: str, access_token: str
) -> None:
    client = AsyncClient(homeserver, user)
    client.restore_login(user, device, access_token)

    async def heard(_room: object, _event: object) -> None:
        pass

    async def handle(_update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        pass

    client.add_event_callback(heard, RoomMessageText)
    builder: Any = Application.builder().token(token).base_url(f"{url}/bot")
    application = builder.build()
    application.add_handler(MessageHandler(filters.ALL, handle))
    async with application:
        await application.start()
        await application.updater.start_polling()
        try:
            await client.sync_forever(timeout=30_000)
        finally:
            await application.updater.stop()
            await application.stop()
            await client.close()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(*sys.argv[1:]))
