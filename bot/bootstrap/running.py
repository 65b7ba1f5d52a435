"""The bot on a terminal, or on every configured platform."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.adapters.console import Platform, console_adapter
from bot.bootstrap.opening import open_storage, read_library
from bot.bootstrap.wiring import build
from bot.config import Matrix, Settings, Telegram
from bot.delivery.health import Health, Watch
from bot.domain.ids import AdapterName
from bot.ports import Adapter
from bot.storage.database import sqlite_file

if TYPE_CHECKING:
    from bot.adapters.matrix import Account, MatrixAdapter

log = logging.getLogger(__name__)


class NoPlatform(Exception):
    """There is nothing to run on; the message says what to add."""


class SystemClock:
    """The time of this machine."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


async def run_platforms(settings: Settings) -> None:
    """The bot on every configured platform, until SIGTERM or SIGINT; SIGHUP reads the statements
    again. Raises `NoPlatform`, and whatever an adapter cannot go on with."""
    health = Health()
    adapters = {adapter.name: adapter for adapter in configured_adapters(settings, health.problems)}
    if not adapters:
        raise NoPlatform(
            "No platform is configured: add the section telegram or matrix to config.yaml "
            "(config.example.yaml shows how), or try `undersigned console`."
        )
    library = read_library(settings)
    clock = SystemClock()
    async with open_storage(settings) as database:
        log.info("storage: %s", database.durability)
        unclaimed = frozenset(unclaimed_in(settings))
        bot = await build(settings, library, database, adapters, clock, unclaimed)
        running = asyncio.create_task(bot.run(Watch(health, database, adapters)))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, running.cancel)
        reloading: set[asyncio.Task[None]] = set()

        def reload() -> None:
            task = loop.create_task(bot.reload(database, clock))
            reloading.add(task)
            task.add_done_callback(reloading.discard)

        loop.add_signal_handler(signal.SIGHUP, reload)
        with contextlib.suppress(asyncio.CancelledError):
            await running


def configured_adapters(
    settings: Settings, problems: Callable[[], Sequence[str]] = tuple
) -> list[Adapter]:
    """One for each platform in the configuration. `problems` are those of the core, for an adapter
    that reports how the program does: it tells those of the others too."""
    found: list[Adapter] = []
    matrix = None if settings.matrix is None else _matrix(settings.matrix)
    if settings.telegram is not None:

        def others() -> list[str]:
            return [*problems(), *(matrix.problems() if matrix is not None else ())]

        found.append(_telegram(settings.telegram, others))
    if matrix is not None:
        found.append(matrix)
    return found


def unclaimed_in(settings: Settings) -> list[AdapterName]:
    """The platforms on which a group can be made the admin chat."""
    found = []
    if settings.telegram is not None and settings.telegram.admin_chat is None:
        found.append(AdapterName("telegram"))
    if settings.matrix is not None and not (settings.matrix.admin_room or settings.matrix.admins):
        found.append(AdapterName("matrix"))
    return found


def matrix_account(matrix: Matrix) -> Account:
    from bot.adapters.matrix import Account  # noqa: PLC0415 - as below

    return Account(
        matrix.homeserver,
        matrix.user_id,
        None if matrix.password is None else matrix.password.get_secret_value(),
        None if matrix.access_token is None else matrix.access_token.get_secret_value(),
        matrix.device_id,
    )


def _matrix(matrix: Matrix) -> MatrixAdapter:
    from bot.adapters.matrix import MatrixAdapter  # noqa: PLC0415 - as below

    return MatrixAdapter(
        matrix_account(matrix),
        matrix.store,
        admin_room=matrix.admin_room,
        admins=matrix.admins,
        power=matrix.group_power,
        trusts_server=matrix.trust_homeserver,
    )


def _telegram(telegram: Telegram, problems: Callable[[], Sequence[str]]) -> Adapter:
    # Imported here: the library takes a second that no other command should pay.
    from bot.adapters.telegram import TelegramAdapter, Webhook  # noqa: PLC0415

    hook = telegram.webhook
    webhook = None
    if hook is not None:
        secret = hook.secret.get_secret_value()
        webhook = Webhook(hook.url, secret, hook.listen.host, hook.listen.port)
    return TelegramAdapter(
        telegram.token.get_secret_value(),
        api_url=telegram.api_url,
        admin_chat=telegram.admin_chat,
        admins=telegram.admins,
        mode=telegram.mode,
        webhook=webhook,
        names=dict(telegram.name),
        problems=problems,
    )


async def run_console(settings: Settings, data: Path | None, *, as_json: bool) -> None:
    """The whole bot on standard input and output, until there is no more input."""
    database_file = sqlite_file(settings.database.url)
    folder = data or (database_file.parent if database_file else settings.base / "data")
    library = read_library(settings)
    async with open_storage(settings) as database:
        platform = Platform(folder / "console.json")
        adapter = console_adapter(platform, as_json=as_json)
        bot = await build(settings, library, database, {adapter.name: adapter}, platform)
        await bot.run()
