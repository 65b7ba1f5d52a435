"""The bot on a page of this machine, to be tried: with a database that is nobody else's."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.bootstrap.opening import NotConfigured, open_storage, read_library
from bot.bootstrap.platforms import on_a_page
from bot.bootstrap.previewing import Previewing
from bot.bootstrap.running import stop
from bot.bootstrap.wiring import build
from bot.config import Settings
from bot.config.servers import is_this_machine
from bot.privacy import make_key


async def play(
    settings: Settings, kept: Path | None, host: str, port: int, opened: Callable[[str], None]
) -> None:
    """Until SIGTERM or SIGINT. What is said and signed there is kept in the folder `kept`; without
    one, nothing is. Of the configuration only that is used which says what the bot is like, and
    never its database: what is tried there must not come to count, or be told to anybody. `opened`
    gets the page's address. Raises `NotConfigured` for a host that others reach."""
    if not is_this_machine(host):
        raise NotConfigured(
            f"{host} is an address that other machines reach, and whoever opens the page is "
            "everybody there, admins too: leave out --host, or write 127.0.0.1"
        )
    with _folder(kept) as folder:
        alone = settings.apart(folder)
        library = read_library(alone)
        make_key(alone.key_file)
        async with open_storage(alone, whole=True) as database:
            adapter, clock = on_a_page(folder, alone, host, port, opened)
            bot = await build(alone, library, database, {adapter.name: adapter}, clock)
            adapter.previews = Previewing(bot.campaign)
            running = asyncio.create_task(bot.run())
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, stop, running, loop)
            with contextlib.suppress(asyncio.CancelledError):
                await running


@contextlib.contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="undersigned-") as folder:
        yield Path(folder)
