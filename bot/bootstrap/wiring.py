"""How the parts are put together."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bot import app
from bot.age import Recipients
from bot.bootstrap import service_manager
from bot.bootstrap.drawing import draw
from bot.bootstrap.opening import tell
from bot.bootstrap.platforms import note_account
from bot.bootstrap.upgrade_copies import KEPT, UpgradeCopies
from bot.commands import drafts
from bot.commands.catalogue import QUESTIONS, button_table, command_table
from bot.commands.menus import menus
from bot.commands.typed import is_for_us
from bot.config import Settings
from bot.delivery.counts import Counts
from bot.delivery.inbox import DirectWord, StoredInbox
from bot.delivery.jobs import DueJobs, JobHandler
from bot.delivery.looking import Looking
from bot.delivery.names import NameReader
from bot.delivery.outbox import Outbox
from bot.delivery.resealing import Resealing
from bot.delivery.worker import Worker
from bot.dispatch.dispatcher import Dispatcher
from bot.dispatch.limits import Limits, Rates
from bot.dispatch.router import Router
from bot.domain.ids import AdapterName, ChatRef, Language, Number, UserRef
from bot.domain.retention import Retention
from bot.ports import (
    Adapter,
    Clock,
    Event,
    GetsReady,
    Notice,
    Outgoing,
    Press,
    Send,
    ShowsMenus,
)
from bot.services import (
    adding,
    agreed,
    announcing,
    broadcasting,
    calling,
    checkpoints,
    entries,
    entrusting_earlier,
    finishing,
    living,
    mandates,
    membership,
    milestones,
    pace,
    publication,
    quorum,
    retention,
)
from bot.services.accepted import tell_accepted
from bot.services.bulk import go_on
from bot.services.campaign import Campaign, Publication, Verification
from bot.services.chat_migration import restore_admin_chats
from bot.services.lifecycle import compare_again
from bot.services.mass_due_guard import held_kinds
from bot.services.membership import Heeding
from bot.services.pictures import Pictures
from bot.services.reachability import note_undelivered
from bot.services.reload import read_again, reload
from bot.services.responses import note_responses
from bot.services.text_changes import note_texts, tell_of_change
from bot.services.troubles import tell_refused
from bot.services.waves import end_wave
from bot.services.windows import end_window
from bot.statements.apart import load_apart
from bot.statements.model import Library, Loaded
from bot.storage.database import Database
from bot.storage.errors import StorageUnavailable
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.unit import Unit
from bot.text.folding import fold
from bot.wording.general import cannot_save

log = logging.getLogger(__name__)


PURGE_EVERY = dt.timedelta(hours=24)
EVENTS_REMEMBERED = dt.timedelta(days=14)
"""Longer than any platform repeats an event (Telegram: 24 h)."""

BULKS_REMEMBERED = dt.timedelta(days=30)
"""What was decided about many at once; what set records aside is kept for as long as it does."""


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything that runs, wired."""

    campaign: Campaign
    inbox: StoredInbox
    dispatcher: Dispatcher
    jobs: DueJobs
    outbox: Outbox
    names: NameReader
    resealing: Resealing
    looking: Looking
    unclaimed: frozenset[AdapterName]
    """The platforms for which no admin chat is configured: a group can be made one."""

    async def run(self, *beside: Worker) -> None:
        """Until every adapter has nothing more to give, or until cancelled. `beside` work too."""
        preparing = asyncio.to_thread(self.campaign.prepare, self.campaign.library)
        opening = [asyncio.create_task(preparing)]
        for name, adapter in self.campaign.adapters.items():
            opening.append(asyncio.create_task(self._open(name, adapter)))
        try:
            own = (self.dispatcher, self.jobs, self.outbox, self.names)
            workers = (*own, self.resealing, self.looking, *beside)
            await app.run(self.campaign.adapters, self.inbox, workers)
        finally:
            for task in opening:
                task.cancel()
            await asyncio.gather(*opening, return_exceptions=True)

    async def _open(self, name: AdapterName, adapter: Adapter) -> None:
        """Each platform when it is ready, whatever keeps another one."""
        account = await adapter.prepared() if isinstance(adapter, GetsReady) else None
        self.dispatcher.admit(name)
        if account is not None:
            self.campaign.accounts[name] = account
            await note_account(self.inbox, name, account)
            await self._tell_ready(name, adapter, account)
        if isinstance(adapter, ShowsMenus):
            # Every sentence of every command, read for the first time.
            shown = await asyncio.to_thread(menus, self.campaign, command_table(), name)
            await adapter.introduce(shown)

    async def _tell_ready(self, name: AdapterName, adapter: Adapter, account: str) -> None:
        """That it works, in one line; where there is no admin chat, how a group becomes one."""
        chat = adapter.admin_chat
        found = None if chat is None else await adapter.group(chat)
        title = "not found yet" if chat is None else (found.title if found else chat.key)
        if is_missing := chat is None and name in self.unclaimed:
            title = "none"
        count = len(list(self.campaign.library))
        number = "1 statement" if count == 1 else f"{count} statements"
        tell(f"Running as {account} on {name}; {number}; admin chat: {title}.")
        log.info("ready", extra={"platform": name})
        service_manager.ready()
        if is_missing:
            tell(
                f"There is no admin chat on {name} yet. Add the bot to a group and send there: "
                f"{adapter.capabilities.prefix}claim {self.campaign.claims.issue(name)}"
            )

    async def reload(self, database: Database, clock: Clock) -> None:
        """Read the statements again, as `reload` in the admin chat does; faults go to the log."""
        loaded = await read_again(self.campaign)
        try:
            async with database.unit() as unit:
                await reload(unit, self.campaign, loaded, clock.now())
        except StorageUnavailable as error:
            log.error("the old texts stay in use, as the database cannot be used: %s", error)  # noqa: TRY400
            return
        for fault in loaded.faults:
            log.error("the old texts stay in use: %s", str(fault))


async def build(
    settings: Settings,
    library: Library,
    database: Database,
    adapters: Mapping[AdapterName, Adapter],
    clock: Clock,
    unclaimed: frozenset[AdapterName] = frozenset(),
    counts: Counts | None = None,
) -> Bot:
    """Wire the parts, which all count in the same `counts`; gives new statements their keys, sets
    the first due jobs, and reads the first names."""

    async def read_statements() -> Loaded:
        return await asyncio.to_thread(load_apart, settings.statements, settings.timezone)

    languages = [Language(language) for language in settings.languages]
    campaign = Campaign(
        read_statements,
        library,
        languages,
        adapters,
        settings.comfortable_chunk,
        settings.timezone,
        _verification(settings),
        Recipients(settings.organisers_key) if settings.organisers_key else None,
        settings.contact,
        _retention(settings),
        Publication.of(settings.publication),
        settings.moved_to,
        settings.page,
        Pictures(draw),
    )
    database.now = clock.now
    async with database.unit() as unit:
        await _begin(unit, campaign, library, clock.now())

    # By now it is known which chats are the admins'.
    async with database.unit() as unit:
        await tell_accepted(unit, campaign)
        await note_responses(unit, campaign, campaign.library, clock.now())

    async def guard(unit: Unit, now: dt.datetime) -> frozenset[JobKind]:
        return await held_kinds(unit, campaign, now)

    async def undelivered(unit: Unit, chat: ChatRef, person: UserRef | None) -> None:
        await note_undelivered(unit, campaign, chat, person, clock.now().date())
        await living.end_unreached(unit, campaign, chat)
        await membership.note_left(unit, chat)

    async def given_up(unit: Unit, platform: AdapterName) -> None:
        await tell_refused(unit, campaign, platform, clock.now())

    async def compare(unit: Unit, number: Number) -> None:
        await compare_again(unit, campaign, number)

    names = NameReader(database, compare)
    await names.begin()
    counts = Counts() if counts is None else counts
    outbox = Outbox(database, adapters, undelivered, given_up, counts, broadcasting.part_ended)
    jobs = DueJobs(database, clock, _job_handlers(campaign, UpgradeCopies(settings)), guard)

    def wake(unit: Unit) -> None:
        if unit.inbox.added:
            dispatcher.take(unit.inbox.added)
        if unit.outbox.added:
            outbox.take(unit.outbox.added.values())
        if unit.soonest is not None:
            jobs.expect(unit.soonest)

    database.watchers.append(wake)
    database.doubters += [outbox.wake, jobs.wake]
    direct = DirectWord(adapters, lambda event: _cannot_save(campaign, event), counts)
    router = Router(command_table(), button_table(), QUESTIONS)
    dispatcher = Dispatcher(database, campaign, router, Limits(Rates()), clock, direct, counts)
    heeded = Heeding().heeded
    inbox = StoredInbox(database, (dispatcher, jobs, outbox), direct, counts, heeded)
    beside = Resealing(database), Looking(database)
    return Bot(campaign, inbox, dispatcher, jobs, outbox, names, *beside, unclaimed)


async def _begin(unit: Unit, campaign: Campaign, library: Library, now: dt.datetime) -> None:
    """What a start finds or sets before anything comes in."""
    await unit.statements.ensure(statement.id for statement in library)
    await entries.begin(unit, campaign, library)
    await restore_admin_chats(unit, campaign)
    await note_texts(unit, campaign, library, now)
    await calling.begin(unit)
    await entrusting_earlier.begin(unit, campaign, now)
    await retention.begin(unit, now)
    await publication.begin(unit, campaign, now)
    await milestones.begin(unit, library, now)
    await pace.begin(unit, now)
    await checkpoints.begin(unit, campaign, now)
    await broadcasting.begin_at_start(unit)
    await unit.jobs.set(Job(JobKey(JobKind.PURGE), now + PURGE_EVERY))


def _verification(settings: Settings) -> Verification:
    section = settings.verification
    return Verification(
        section.cards,
        dt.timedelta(minutes=section.sound_every_minutes),
        section.quiet_hours,
        dt.timedelta(hours=section.remind_after_hours),
        section.wave_from,
        section.alone_at_most,
        quorum.KINDS[section.two_admins],
        frozenset(map(fold, section.two_admins_for)),
    )


def _retention(settings: Settings) -> Retention:
    section = settings.retention
    days = (section.pending_days, section.rejected_days, section.hidden_days)
    return Retention(*(dt.timedelta(days=each) for each in days))


def _job_handlers(campaign: Campaign, copies: UpgradeCopies) -> dict[JobKind, JobHandler]:
    async def window(unit: Unit, job: Job, now: dt.datetime) -> None:
        await end_window(unit, campaign, Number(int(job.key.about)), now)

    async def draft(unit: Unit, job: Job, now: dt.datetime) -> None:
        await drafts.run(unit, campaign, job, now)

    async def purge(unit: Unit, job: Job, now: dt.datetime) -> None:
        await unit.inbox.forget_before((now - EVENTS_REMEMBERED).date())
        await unit.letters.forget_before((now - EVENTS_REMEMBERED).date())
        await unit.memos.forget_before(now.date())
        await unit.desks.forget_before((now - PURGE_EVERY).date())
        await unit.bulks.forget_before((now - BULKS_REMEMBERED).date())
        await unit.jobs.set(Job(job.key, now + PURGE_EVERY))
        unit.after_commit(partial(copies.erase, now - KEPT))

    async def text(unit: Unit, job: Job, now: dt.datetime) -> None:
        await tell_of_change(unit, campaign, job, now)

    async def bulk(unit: Unit, job: Job, now: dt.datetime) -> None:
        await go_on(unit, campaign, job, now)

    def about_nothing(
        run: Callable[[Unit, Campaign, dt.datetime], Awaitable[None]],
    ) -> JobHandler:
        async def handler(unit: Unit, _job: Job, now: dt.datetime) -> None:
            await run(unit, campaign, now)

        return handler

    async def wave(unit: Unit, job: Job, now: dt.datetime) -> None:
        await end_wave(unit, campaign, job, now)

    async def second(unit: Unit, job: Job, now: dt.datetime) -> None:
        await agreed.run(unit, campaign, job, now)

    return {
        JobKind.ENTRUST: partial(entrusting_earlier.go_on, campaign=campaign),
        JobKind.BULK: bulk,
        JobKind.CHECKPOINT: lambda unit, job, now: checkpoints.tell(unit, campaign, job, now),
        JobKind.CALL: about_nothing(calling.call_admins),
        JobKind.REMIND: about_nothing(calling.remind),
        JobKind.WINDOW: window,
        JobKind.DRAFT: draft,
        JobKind.PUBLISH: about_nothing(publication.publish_waiting),
        JobKind.FINISH: partial(_finish, campaign=campaign, copies=copies),
        JobKind.LIVING: lambda unit, job, now: living.look(unit, campaign, job, now),
        JobKind.MANDATE: lambda unit, job, now: mandates.look(unit, campaign, job, now),
        JobKind.MILESTONE: about_nothing(milestones.look),
        JobKind.NEWS: partial(_announce, campaign=campaign),
        JobKind.PACE: lambda unit, job, now: pace.look(unit, campaign, job, now),
        JobKind.PURGE: purge,
        JobKind.RETENTION: lambda unit, job, now: retention.erase_old(unit, campaign, job, now),
        JobKind.TEXT: text,
        JobKind.WAVE: wave,
        JobKind.PAPER: lambda unit, job, now: adding.run(unit, campaign, job, now),
        JobKind.SECOND: second,
    }


async def _announce(unit: Unit, job: Job, now: dt.datetime, campaign: Campaign) -> None:
    if job.key.about:
        await announcing.expire(unit, campaign, int(job.key.about))
    else:
        await broadcasting.go_on(unit, campaign, now)


async def _finish(
    unit: Unit, job: Job, now: dt.datetime, campaign: Campaign, copies: UpgradeCopies
) -> None:
    await finishing.go_on(unit, campaign, job, now)
    # A copy from before would be the last thing that leads to those who signed.
    unit.after_commit(partial(copies.erase, dt.datetime.now(dt.UTC)))


def _cannot_save(campaign: Campaign, event: Event) -> Outgoing | None:
    """What is said directly while nothing can be written; nothing to what was not for the bot."""
    origin = event.origin
    say = campaign.voice([origin.language], origin.chat.adapter)
    text = cannot_save(say)
    if isinstance(event, Press):
        return Notice(origin.chat, event.press, say.language, text.plain)
    if is_for_us(event):
        return Send(origin.chat, text, say.language, public=not origin.proven)
    return None
