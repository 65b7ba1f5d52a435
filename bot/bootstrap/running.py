"""The bot on a terminal, or on every configured platform."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import gc
import logging
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path

from bot.bootstrap import service_manager
from bot.bootstrap.opening import NO_PLATFORM, NotConfigured, open_storage, read_library, tell
from bot.bootstrap.platforms import configured_adapters, refuse_standby, simulated, unclaimed_in
from bot.bootstrap.wiring import build
from bot.config import Settings
from bot.delivery.blocks import Blocks
from bot.delivery.health import Health, Watch
from bot.delivery.lease import Lease
from bot.domain.ids import AdapterName
from bot.services.troubles import tell_silent
from bot.storage.engines import sqlite_file
from bot.storage.errors import CommitLost
from bot.storage.unit import Unit

log = logging.getLogger(__name__)


class SystemClock:
    """The time of this machine."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


ALLOCATIONS = 10_000
"""Objects made until cycles are looked for. At Python's own number, 700, that took 7 % of the time
for an answer: a batch makes thousands, nearly none of them part of a cycle."""


def run(work: Coroutine[None, None, None]) -> None:
    """As `asyncio.run`, on uvloop where that is installed: an answer then takes a sixth less of the
    processor."""
    new_loop: Callable[[], asyncio.AbstractEventLoop] | None = None
    with contextlib.suppress(ImportError):
        from uvloop import new_event_loop as new_loop  # noqa: PLC0415 - not everywhere
    gc.set_threshold(ALLOCATIONS)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(work)


async def run_platforms(settings: Settings, *, standby: bool = False) -> None:
    """The bot on every configured platform, until SIGTERM or SIGINT, of which a second one does not
    wait for what is under way; SIGHUP reads the statements again. A `standby` begins once no other
    instance works on the database. Raises `NotConfigured`, and whatever an adapter cannot go on
    with."""
    if standby:
        refuse_standby(settings)
    while True:
        health = Health()
        try:
            with service_manager.watchdog(health):
                return await _run(settings, health, standby=standby)
        except CommitLost as lost:
            log.warning("beginning anew with what is stored: %s", lost)
            standby = True


async def _run(settings: Settings, health: Health, *, standby: bool) -> None:
    blocks = Blocks()
    blocks.watch(asyncio.get_running_loop())
    adapters = configured_adapters(settings, health.problems)
    if not adapters:
        raise NotConfigured(NO_PLATFORM)
    library = read_library(settings)
    clock = SystemClock()
    if standby:
        tell("Standing by until no other instance works on the database.")
        service_manager.ready()
        # What it says is read then anyway.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    async with open_storage(settings, in_turn=standby) as database:
        log.info("storage: %s", database.durability)
        if standby:
            library = read_library(settings)
        unclaimed = unclaimed_in(settings)
        bot = await build(settings, library, database, adapters, clock, unclaimed)

        async def silent(unit: Unit, name: AdapterName, until: dt.datetime) -> None:
            await tell_silent(unit, bot.campaign, name, until, clock.now())

        watch = Watch(health, database, adapters, silent)
        lease = Lease(database, (bot.dispatcher, bot.jobs, bot.outbox))
        running = asyncio.create_task(bot.run(watch, lease))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _stop, running, loop)
        reloading: set[asyncio.Task[None]] = set()

        def reload() -> None:
            task = loop.create_task(bot.reload(database, clock))
            reloading.add(task)
            task.add_done_callback(reloading.discard)

        loop.add_signal_handler(signal.SIGHUP, reload)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await running
        finally:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.remove_signal_handler(number)
            if blocks.count:
                log.warning("everything was held up %d times", blocks.count)


def _stop(running: asyncio.Task[None], loop: asyncio.AbstractEventLoop) -> None:
    """End well; a second signal, from whoever does not want to wait for that, ends at once."""
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_DFL)
    log.info("stopping once what is under way is written down; a second signal ends at once")
    service_manager.stopping()
    running.cancel()


async def run_simulated(settings: Settings, data: Path | None, *, as_json: bool) -> None:
    """The whole bot on standard input and output, until there is no more input."""
    database_file = sqlite_file(settings.database.url)
    folder = data or (database_file.parent if database_file else settings.base / "data")
    library = read_library(settings)
    async with open_storage(settings, whole=True) as database:
        adapter, clock = simulated(folder, as_json=as_json)
        bot = await build(settings, library, database, {adapter.name: adapter}, clock)
        await bot.run()
