"""The least that a bot can do: a loop around aiohttp that asks for updates and answers presses,
each in a task of its own. No library knows what a message is.

python -m benchmarks.bots.bare_aiohttp URL TOKEN FOLDER
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp

ONE_MINUTE = aiohttp.ClientTimeout(60)


async def main(url: str, token: str, folder: str) -> None:
    pages: list[str] = json.loads((Path(folder) / "pages.json").read_text(encoding="utf-8"))
    under_way: set[asyncio.Task[None]] = set()
    connector = aiohttp.TCPConnector(limit=100)
    async with aiohttp.ClientSession(connector=connector, timeout=ONE_MINUTE) as session:

        async def call(method: str, **parameters: Any) -> Any:
            async with session.post(f"{url}/bot{token}/{method}", json=parameters) as answer:
                return (await answer.json())["result"]

        def keyboard(number: int) -> Any:
            return {"inline_keyboard": [[{"text": "Next ›", "callback_data": f"{number}"}]]}

        async def handle(update: Any) -> None:
            if (query := update.get("callback_query")) is not None:
                number, message = int(query["data"]), query["message"]
                await call("answerCallbackQuery", callback_query_id=query["id"])
                await call(
                    "editMessageText",
                    chat_id=message["chat"]["id"],
                    message_id=message["message_id"],
                    text=pages[number],
                    reply_markup=keyboard(number + 1),
                )
            elif "message" in update:
                chat = update["message"]["chat"]["id"]
                await call("sendMessage", chat_id=chat, text=pages[0], reply_markup=keyboard(1))

        offset = 0
        while True:
            for update in await call("getUpdates", offset=offset, timeout=10):
                offset = update["update_id"] + 1
                task = asyncio.create_task(handle(update))
                under_way.add(task)
                task.add_done_callback(under_way.discard)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(*sys.argv[1:]))
