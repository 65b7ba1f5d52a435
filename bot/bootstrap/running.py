"""The bot on a terminal, or on every configured platform."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import gc
import logging
import platform
import signal
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from pathlib import Path

from bot import __version__
from bot.bootstrap import last_backup, service_manager
from bot.bootstrap.opening import NO_PLATFORM, NotConfigured, open_storage, read_library, tell
from bot.bootstrap.platforms import configured_adapters, refuse_standby, simulated, unclaimed_in
from bot.bootstrap.publisher import publisher
from bot.bootstrap.wiring import build
from bot.config import Settings
from bot.delivery.health import Watch
from bot.delivery.lease import Lease
from bot.domain.ids import AdapterName
from bot.metrics.program import Program, Stage
from bot.services.troubles import tell_silent
from bot.storage import migrate
from bot.storage.database import Database
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


async def run_platforms(
    settings: Settings, config: Path | None = None, *, standby: bool = False
) -> None:
    """The bot on every configured platform, until SIGTERM or SIGINT, of which a second one does not
    wait for what is under way; SIGHUP reads the statements again. `config` is the file of the
    settings, where it was named. A `standby` begins once no other instance works on the database.
    Raises `NotConfigured`, and whatever an adapter cannot go on with."""
    if standby:
        refuse_standby(settings)
    program = Program()
    program.blocks.watch(asyncio.get_running_loop())
    async with _served(settings, program):
        try:
            while True:
                try:
                    with service_manager.watchdog(program.health):
                        return await _run(settings, config, program, standby=standby)
                except CommitLost as lost:
                    log.warning("beginning anew with what is stored: %s", lost)
                    standby = True
        finally:
            if program.blocks.count:
                log.warning("everything was held up %d times", program.blocks.count)


def _served(settings: Settings, program: Program) -> contextlib.AbstractAsyncContextManager[None]:
    listen = settings.listen
    if listen is None:
        return contextlib.nullcontext()
    # A library and an HTTP server of 3 MiB that nobody else needs.
    from bot.metrics.serving import served  # noqa: PLC0415

    token = None if listen.token is None else listen.token.get_secret_value()
    return served(program, listen.address.host, listen.address.port, token)


async def _run(settings: Settings, config: Path | None, program: Program, *, standby: bool) -> None:
    program.adapters = adapters = configured_adapters(settings)
    if not adapters:
        raise NotConfigured(NO_PLATFORM)
    library = read_library(settings)
    program.stage = Stage.STANDING_BY if standby else Stage.OPENING
    clock = SystemClock()
    if standby:
        tell("Standing by until no other instance works on the database.")
        service_manager.ready()
        # What it says is read then anyway.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    async with open_storage(settings, in_turn=standby) as database:
        if standby:
            log.info("this instance takes over")
        database.commits = program.commits
        if database.id is not None:
            program.last_backup = partial(last_backup.made_at, settings.state, database.id)
        _log_start(settings, database, adapters)
        if standby:
            library = read_library(settings)
        unclaimed = unclaimed_in(settings)
        counts = program.counts
        bot = await build(settings, library, database, adapters, clock, unclaimed, counts)
        program.stage = Stage.WORKING

        async def silent(unit: Unit, name: AdapterName, until: dt.datetime) -> None:
            await tell_silent(unit, bot.campaign, name, until, clock.now())

        watch = Watch(program.health, database, adapters, silent)
        lease = Lease(database, (bot.dispatcher, bot.jobs, bot.outbox))
        page = publisher(settings, config, bot.campaign, database, program.health, clock)
        running = asyncio.create_task(bot.run(watch, lease, *page))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop, running, loop)
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
            log.info("ended")


def _log_start(settings: Settings, database: Database, platforms: Iterable[AdapterName]) -> None:
    """What whoever looks for the reason of something has to know first."""
    if not log.isEnabledFor(logging.INFO):
        return
    backup = None
    if database.id is not None:
        with contextlib.suppress(OSError):
            backup = last_backup.made_at(settings.state, database.id)
    log.info(
        "started",
        extra={
            "version": __version__,
            "python": platform.python_version(),
            "platforms": sorted(platforms),
            "database": database.durability,
            "schema": migrate.HEAD,
            "backup_recipients": len(settings.backup.recipients) if settings.backup else 0,
            "last_backup": backup,
        },
    )


def stop(running: asyncio.Task[None], loop: asyncio.AbstractEventLoop) -> None:
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
