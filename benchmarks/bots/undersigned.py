"""This bot, the whole durable way, without the pacing that keeps it below Telegram's limits: the
server here has none. In the end FOLDER/blocks says how often all else was held up for over 50 ms.

python -m benchmarks.bots.undersigned URL TOKEN FOLDER [ADMIN_CHAT]
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path

from bot import logs
from bot.adapters.telegram import TelegramAdapter
from bot.bootstrap.opening import open_storage, read_library, read_settings
from bot.bootstrap.running import SystemClock, run
from bot.bootstrap.wiring import build
from bot.delivery.blocks import Blocks


async def main(url: str, token: str, folder: str, admin_chat: str = "") -> None:
    settings = read_settings(Path(folder) / "config.yaml")
    chat = int(admin_chat) if admin_chat else None
    adapter = TelegramAdapter(token, api_url=url, admin_chat=chat, paced=False)
    async with open_storage(settings) as database:
        library = read_library(settings)
        bot = await build(settings, library, database, {adapter.name: adapter}, SystemClock())
        blocks = Blocks()
        blocks.watch(asyncio.get_running_loop())
        try:
            await bot.run()
        finally:
            (Path(folder) / "blocks").write_text(str(blocks.count), "ascii")


if __name__ == "__main__":
    logs.configure()
    with contextlib.suppress(KeyboardInterrupt):
        run(main(*sys.argv[1:]))
