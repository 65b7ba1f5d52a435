"""A process that only starts the two libraries: python-telegram-bot polls, nio waits for events.

python -m tests.support.bare_libraries TELEGRAM TOKEN HOMESERVER USER DEVICE ACCESS_TOKEN FOLDER
"""

from __future__ import annotations

import asyncio
import sys

from nio.client.async_client import AsyncClient, AsyncClientConfig
from telegram.ext import Application


async def main(
    telegram: str, token: str, homeserver: str, user: str, device: str, access: str, folder: str
) -> None:
    application = Application.builder().token(token).base_url(f"{telegram}/bot").build()
    config = AsyncClientConfig(encryption_enabled=True)
    client = AsyncClient(homeserver, user, store_path=folder, config=config)
    client.restore_login(user, device, access)
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling()
        await client.sync_forever(timeout=30_000, full_state=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
