"""Puts the parts together. The only file that knows every one of them."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import app, logs
from bot.adapters.console import Platform, PlatformFault, console_adapter
from bot.commands.call import DRAFT_JOB, end_conversation
from bot.commands.catalogue import QUESTIONS, button_table, command_table
from bot.commands.dispatcher import Dispatcher
from bot.commands.limits import Limits, Rates
from bot.commands.menus import menus
from bot.commands.router import Router
from bot.config import ConfigFaults, Settings, load_settings
from bot.delivery.inbox import DirectWord, StoredInbox
from bot.delivery.jobs import DueJobs, JobHandler
from bot.delivery.outbox import Outbox
from bot.domain.faults import Fault
from bot.domain.ids import AdapterName, Language, Number, StatementId
from bot.ports import Adapter, Clock, Event, Message, Notice, Outgoing, Place, Press, Send
from bot.privacy import KEY_VARIABLE, KeyFault, Keyring, make_key, read_keys
from bot.services.campaign import Campaign
from bot.services.erasures import held_kinds
from bot.services.export import as_csv, as_json
from bot.services.move import restore_admin_chats
from bot.services.texts import TEXT_JOB, note_texts, tell_of_change
from bot.services.windows import WINDOW_JOB, end_window
from bot.statements.loader import load
from bot.statements.model import Library, Loaded
from bot.storage.database import Database, is_new, open_database, sqlite_file
from bot.storage.endorsements import Counts, PublicEndorsement
from bot.storage.errors import StorageFault
from bot.storage.jobs import Job
from bot.storage.unit import Unit
from bot.wording.general import cannot_save
from bot.wording.voice import available_languages

log = logging.getLogger(__name__)

PACKAGED = Path(__file__).parent / "share"
"""Where an installed distribution keeps the statements that the project ships."""

PURGE_JOB = "purge"
PURGE_EVERY = dt.timedelta(hours=24)
EVENTS_REMEMBERED = dt.timedelta(days=14)
"""Longer than any platform repeats an event (Telegram: 24 h)."""


class StatementFaults(Exception):
    """The statements on disk cannot be used; one fault a line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))


class NoPlatform(Exception):
    """There is nothing to run on; the message says what to add."""


EXPECTED = (NoPlatform, ConfigFaults, StatementFaults, KeyFault, StorageFault, PlatformFault)
"""What stops the program with a sentence for the operator and exit code 2."""


def _say(sentence: str) -> None:
    """To the operator, once."""
    print(sentence, file=sys.stderr)  # noqa: T201


def read_settings(config: Path | None, data: Path | None = None) -> Settings:
    """The configuration of a file, or the defaults of the current folder. `data` is a folder for
    the database in place of the configured one; without a file its key lies beside it.

    Raises `ConfigFaults`.
    """
    environ = dict(os.environ)
    base = Path.cwd()
    default = base / "config.yaml"
    if config is None and data is None and default.exists():
        config = default
    if data is not None:
        environ["UNDERSIGNED_DATABASE"] = f"sqlite:///{data.resolve() / 'undersigned.db'}"
    if config is None:
        if not environ.get("UNDERSIGNED_STATEMENTS"):
            here = base / "statements"
            environ["UNDERSIGNED_STATEMENTS"] = str(
                here if here.is_dir() else PACKAGED / "statements"
            )
        if data is not None:
            base = data.resolve().parent
    return load_settings(config, environ, available_languages(), base)


def read_library(settings: Settings) -> Library:
    """Raises `StatementFaults`."""
    loaded = load(settings.statements)
    if loaded.faults:
        raise StatementFaults(loaded.faults)
    return loaded.library


async def keyring(settings: Settings) -> tuple[Keyring, Path | None]:
    """The host's keys, made at the very first start (then the new file is named, to be told once).

    Raises `KeyFault`; a database that exists never gets a new key.
    """
    made = None
    if not os.environ.get(KEY_VARIABLE) and await is_new(settings.database.url):
        made = settings.key_file if make_key(settings.key_file) else None
    return read_keys(os.environ, settings.key_file), made


@contextlib.asynccontextmanager
async def open_storage(settings: Settings, *, reader: bool = False) -> AsyncIterator[Database]:
    """The database of the configuration. Raises `KeyFault` or `StorageFault`."""
    keys, made = (
        (read_keys(os.environ, settings.key_file), None) if reader else await keyring(settings)
    )
    if made is not None:
        logs.conceal(made.read_text(encoding="ascii").split())
        _say(
            f"A new key for personal fields was made: {made}. Keep a copy of it, apart from the "
            "database: without it nobody can read what signers gave."
        )
    place = KEY_VARIABLE if os.environ.get(KEY_VARIABLE) else str(settings.key_file)
    database = await open_database(settings.database.url, keys, key_place=place, reader=reader)
    try:
        yield database
    finally:
        await database.close()


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything that runs, wired."""

    campaign: Campaign
    inbox: StoredInbox
    dispatcher: Dispatcher
    jobs: DueJobs
    outbox: Outbox

    async def run(self) -> None:
        """Until every adapter has nothing more to give, or until cancelled."""
        commands = command_table()
        introducing = []
        for name, adapter in self.campaign.adapters.items():
            introduction = adapter.introduce(menus(self.campaign, commands, name))
            introducing.append(asyncio.create_task(introduction))
            if adapter.admin_chat is None:
                _say(
                    f"There is no admin chat on {name} yet. Add the bot to a group and send there: "
                    f"{adapter.prefix}claim {self.campaign.claims.issue(name)}"
                )
        try:
            await app.run(
                self.campaign.adapters, self.inbox, (self.dispatcher, self.jobs, self.outbox)
            )
        finally:
            for task in introducing:
                task.cancel()
            await asyncio.gather(*introducing, return_exceptions=True)

    async def reload(self, database: Database, clock: Clock) -> None:
        """Read the statements again, as `reload` in the admin chat does; faults go to the log."""
        loaded = self.campaign.read_statements()
        for fault in loaded.faults:
            log.error("the old texts stay in use: %s", str(fault))
        if loaded.faults:
            return
        async with database.unit() as unit:
            await unit.statements.ensure(statement.id for statement in loaded.library)
            self.campaign.library = loaded.library
            await note_texts(unit, self.campaign, clock.now())
        self.jobs.wake()


async def build(
    settings: Settings,
    library: Library,
    database: Database,
    adapters: Mapping[AdapterName, Adapter],
    clock: Clock,
) -> Bot:
    """Wire the parts; gives new statements their keys and sets the first due jobs."""

    def read_statements() -> Loaded:
        return load(settings.statements)

    languages = [Language(language) for language in settings.languages]
    campaign = Campaign(read_statements, library, languages, adapters, settings.comfortable_chunk)
    async with database.unit() as unit:
        await unit.statements.ensure(statement.id for statement in library)
        await restore_admin_chats(unit, campaign)
        await note_texts(unit, campaign, clock.now())
        await unit.jobs.set(Job(PURGE_JOB, PURGE_JOB, clock.now() + PURGE_EVERY))

    async def guard(unit: Unit, now: dt.datetime) -> frozenset[str]:
        return await held_kinds(unit, campaign, now)

    outbox = Outbox(database, adapters)
    jobs = DueJobs(database, clock, _job_handlers(campaign), guard, outbox.wake)

    def written(unit: Unit) -> None:
        outbox.wake()
        if unit.used_jobs:
            jobs.wake()

    direct = DirectWord(adapters, lambda event: _cannot_save(campaign, event))
    router = Router(command_table(), button_table(), QUESTIONS)
    dispatcher = Dispatcher(database, campaign, router, Limits(Rates()), clock, direct, written)
    inbox = StoredInbox(database, (dispatcher, jobs, outbox), direct)
    return Bot(campaign, inbox, dispatcher, jobs, outbox)


def _job_handlers(campaign: Campaign) -> dict[str, JobHandler]:
    async def window(unit: Unit, job: Job, now: dt.datetime) -> None:
        await end_window(unit, campaign, Number(int(job.payload)), now)

    async def draft(unit: Unit, job: Job, _now: dt.datetime) -> None:
        await end_conversation(unit, bytes.fromhex(job.payload))

    async def purge(unit: Unit, job: Job, now: dt.datetime) -> None:
        await unit.inbox.forget_before((now - EVENTS_REMEMBERED).date())
        await unit.jobs.set(Job(job.key, job.kind, now + PURGE_EVERY))

    async def text(unit: Unit, job: Job, now: dt.datetime) -> None:
        await tell_of_change(unit, campaign, job, now)

    return {WINDOW_JOB: window, DRAFT_JOB: draft, PURGE_JOB: purge, TEXT_JOB: text}


def _cannot_save(campaign: Campaign, event: Event) -> Outgoing | None:
    """What is said directly while nothing can be written; nothing to what was not for the bot."""
    origin = event.origin
    say = campaign.voice([origin.language], origin.chat.adapter)
    text = cannot_save(say)
    if isinstance(event, Press):
        return Notice(origin.chat, event.press, say.language, text.plain)
    if _is_for_us(event) or (isinstance(event, Message) and origin.place is Place.PRIVATE):
        return Send(origin.chat, text, say.language)
    return None


def _is_for_us(event: Event) -> bool:
    return isinstance(event, Message) and (event.text.startswith("/") or bool(event.reply_to))


async def read_stats(settings: Settings, library: Library) -> dict[StatementId, Counts]:
    """The counts of every loaded statement. Raises `KeyFault` or `StorageFault`."""
    async with open_storage(settings, reader=True) as database, database.unit() as unit:
        return await unit.endorsements.counts(statement.id for statement in library)


async def read_public(settings: Settings, statement: StatementId) -> list[PublicEndorsement]:
    """What may be published of one statement. Raises `KeyFault` or `StorageFault`."""
    async with open_storage(settings, reader=True) as database, database.unit() as unit:
        return await unit.endorsements.published(statement)


def check(settings: Settings) -> Loaded:
    """All that is in the statements folder, with every fault."""
    return load(settings.statements)


def export(settings: Settings, statement: StatementId, form: str) -> str:
    """The public list as `csv` or `json`. Raises `KeyFault` or `StorageFault`."""
    rows = asyncio.run(read_public(settings, statement))
    return as_csv(rows) if form == "csv" else as_json(rows)


class SystemClock:
    """The time of this machine."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


async def run_platforms(settings: Settings) -> None:
    """The bot on every configured platform, until SIGTERM or SIGINT; SIGHUP reads the statements
    again. Raises `NoPlatform`, and whatever an adapter cannot go on with."""
    adapters = {adapter.name: adapter for adapter in configured_adapters(settings)}
    if not adapters:
        raise NoPlatform(
            "No platform is configured: add the section telegram to config.yaml "
            "(config.example.yaml shows how), or try `undersigned console`."
        )
    library = read_library(settings)
    clock = SystemClock()
    async with open_storage(settings) as database:
        log.info("storage: %s", database.durability)
        bot = await build(settings, library, database, adapters, clock)
        running = asyncio.create_task(bot.run())
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


def configured_adapters(settings: Settings) -> list[Adapter]:
    """One for each platform in the configuration."""
    telegram = settings.telegram
    if telegram is None:
        return []
    # Imported here: the library takes a second that no other command should pay.
    from bot.adapters.telegram import TelegramAdapter, Webhook  # noqa: PLC0415

    hook = telegram.webhook
    webhook = None
    if hook is not None:
        secret = hook.secret.get_secret_value()
        webhook = Webhook(hook.url, secret, hook.listen.host, hook.listen.port)
    adapter = TelegramAdapter(
        telegram.token.get_secret_value(),
        api_url=telegram.api_url,
        admin_chat=telegram.admin_chat,
        admins=telegram.admins,
        mode=telegram.mode,
        webhook=webhook,
    )
    return [adapter]


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
