"""The dispatcher: each chat's events in order, chats side by side, many events in one commit."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.commands.context import Context, Facts
from bot.commands.cost import Spend, TooMuch
from bot.commands.drafts import prompt_of
from bot.commands.mandates import is_vote
from bot.commands.table import LARGEST_FILE, Needs
from bot.commands.typed import TypedCommand, is_for_us, typed_command
from bot.conversations.stored import restore
from bot.delivery.counts import Counts
from bot.delivery.inbox import DirectWord
from bot.delivery.lanes import AHEAD, Lane
from bot.delivery.worker import Worker
from bot.dispatch.limits import Limits
from bot.dispatch.router import NotDelivered, Router, StaleFacts
from bot.domain.errors import Conflict
from bot.domain.ids import AdapterName, ChatRef, UserRef
from bot.domain.paper import Table, TableFault
from bot.ports import (
    MEMBERSHIP,
    AdminKeys,
    Clock,
    DeliveryFault,
    Event,
    Exposed,
    FetchesFiles,
    Message,
    Moved,
    Notice,
    OwnAccount,
    Place,
    Press,
    Role,
    Send,
    Undeliverable,
    decode_event,
)
from bot.services.campaign import Campaign
from bot.services.pictures import NotDrawn, Wanted
from bot.services.posting import post
from bot.services.reload import read_again
from bot.services.tables import read_table
from bot.storage.database import Database
from bot.storage.errors import HandledAlready, StorageFault, StorageUnavailable
from bot.storage.inbox import InboxRow
from bot.storage.tags import chat_tag
from bot.storage.unit import Unit
from bot.wording import general

log = logging.getLogger(__name__)

LOADED = 1000
"""Rows held in memory at most; more wait in the database."""

BATCH = 64
"""Events in one transaction at most: beyond, a commit costs little next to the work in it."""

DELIVERY_WAIT = 0.05
DELIVERY_TRIES = 100
"""How long a press, or a reply, waits for its message to be known, in seconds and in times."""

CONFLICTS = 5

UNLIMITED = (Exposed, OwnAccount, AdminKeys, Moved, *MEMBERSHIP)
"""What the platform says of itself is never too much: an exposed chat must be told of."""


@dataclass(slots=True)
class _Taken:
    """An event on its way: `facts` once the platform has answered what is needed, `refused` where
    it is over a limit."""

    row: InboxRow
    event: Event
    typed: TypedCommand | None
    spend: Spend
    refused: TooMuch | None = None
    facts: Facts | None = None
    tries: int = 0


class Dispatcher(Worker):
    def __init__(
        self,
        database: Database,
        campaign: Campaign,
        router: Router,
        limits: Limits,
        clock: Clock,
        direct: DirectWord,
        counts: Counts | None = None,
    ) -> None:
        super().__init__()
        self._counts = Counts() if counts is None else counts
        self._limits = limits
        self._database = database
        self._campaign = campaign
        self._router = router
        self._clock = clock
        self._direct = direct
        self._chats: dict[bytes, Lane[InboxRow]] = {}
        self._busy: dict[bytes, _Taken] = {}
        self._ready: deque[_Taken] = deque()
        self._last = 0
        self._held = set(campaign.adapters)

    def admit(self, adapter: AdapterName) -> None:
        """From here on this platform's events are handled: it answers questions and makes links.
        What was received before a restart waits until then, and no other platform does."""
        self._held.discard(adapter)
        self.go_on()

    def take(self, rows: Sequence[InboxRow]) -> None:
        """Rows that have just been committed, before any other. Where all that was there before
        has been seen, and there is room, they need not be read again."""
        if self.look or self._held_rows() + len(rows) > LOADED:
            self.wake()
        else:
            for row in rows:
                self._come_upon(row)
            self.go_on()

    async def work(self) -> None:
        while True:
            await self._load()
            self._begin()
            batch = [self._ready.popleft() for _ in range(min(BATCH, len(self._ready)))]
            if not batch:
                return
            await self._batch(batch)

    def is_done(self) -> bool:
        return not self._busy and not self._chats

    async def _load(self) -> None:
        """Read what there is room for: a few of each chat, so that nobody waits behind the
        thousands of another; of an admin chat always."""
        has_room = self._held_rows() < LOADED
        if not self.look and not any(lane.is_short for lane in self._chats.values()):
            return
        async with self._database.unit() as unit:
            if self.look and has_room:
                self.look = False
                rows = await unit.inbox.after(self._last, LOADED)
                self.look = self.look or len(rows) == LOADED
                for row in rows:
                    self._come_upon(row)
            if self.look:
                # Not everything was seen: what comes from admins may be behind it.
                for tag in await unit.inbox.of_admins(self._campaign.adapters):
                    self._chats.setdefault(tag, Lane()).more = True
            for tag in [tag for tag, lane in self._chats.items() if lane.is_short]:
                lane = self._chats[tag]
                lane.refill(await unit.inbox.of_chat(tag, lane.last, AHEAD))
                self._forget_if_empty(tag)

    def _come_upon(self, row: InboxRow) -> None:
        """In the order of all rows."""
        self._last = row.id
        if row.adapter in self._campaign.adapters:
            lane = self._chats.setdefault(row.chat_tag, Lane())
            if lane.has_room():
                lane.add(row)

    def _held_rows(self) -> int:
        """Rows in memory that may be handled."""
        return sum(len(lane.rows) for lane in self._chats.values() if not self._is_held(lane))

    def _begin(self) -> None:
        """Take the oldest event of each chat that has none on its way."""
        free = [
            tag
            for tag, lane in self._chats.items()
            if tag not in self._busy and lane.rows and not self._is_held(lane)
        ]
        for tag in free:
            row = self._chats[tag].rows.popleft()
            event = decode_event(row.data)
            typed = typed_command(event)
            wordless = isinstance(event, Message) and not event.text
            refused = (
                None
                if isinstance(event, UNLIMITED)
                else self._limits.admit(
                    event.origin, self._clock.now(), wordless=wordless, votes=is_vote(event)
                )
            )
            spend = self._limits.purse(event.origin, self._clock.now)
            taken = self._busy[tag] = _Taken(row, event, typed, spend, refused)
            self._prepare(taken)

    def _forget_if_empty(self, tag: bytes) -> None:
        # Not while its last row is on its way: it may yet be come upon in the order of all rows.
        if tag not in self._busy and not self._chats[tag]:
            del self._chats[tag]

    def _is_held(self, lane: Lane[InboxRow]) -> bool:
        return bool(lane.rows) and lane.rows[0].adapter in self._held

    def _prepare(self, taken: _Taken) -> None:
        refused = taken.refused is not None
        needs = Needs.NOTHING if refused else self._router.needs(taken.event, taken.typed)
        if needs is Needs.NOTHING:
            self._is_ready(taken, Facts(time.monotonic()))
        else:
            self.spawn(self._ask(taken, needs))

    async def _ask(self, taken: _Taken, needs: Needs) -> None:
        """Ask the platform, outside of any transaction; only this chat waits for it."""
        origin = taken.event.origin
        adapter = self._campaign.adapters[origin.chat.adapter]
        group = await adapter.group(origin.chat) if Needs.GROUP in needs else None
        asked = time.monotonic()
        role = await adapter.role(origin.chat, origin.user) if Needs.ROLE in needs else None
        facts = Facts(asked, role, group)
        if role is Role.ADMINISTRATOR and needs & (Needs.STATEMENTS | Needs.FILE):
            loaded = await read_again(self._campaign) if Needs.STATEMENTS in needs else None
            file, fault = await self._fetched(taken.event) if Needs.FILE in needs else (None, None)
            table = await _table(taken.event, file)
            # Last, as it is soon too old, and the list may have taken longer than that.
            asked = time.monotonic()
            role = await adapter.role(origin.chat, origin.user)
            facts = Facts(asked, role, group, loaded, fault, table)
        self._is_ready(taken, facts)
        self.go_on()

    async def _fetched(self, event: Event) -> tuple[bytes | None, DeliveryFault | None]:
        """What is in the document that came with it, or why that cannot be had. It is held in
        memory alone, until the event has been handled."""
        origin, adapter = event.origin, self._campaign.adapters[event.origin.chat.adapter]
        if not isinstance(event, Message) or event.attachment is None or not origin.proven:
            return None, None
        if not isinstance(adapter, FetchesFiles):
            return None, Undeliverable("nothing is fetched there")
        try:
            return await adapter.fetch(event.attachment, LARGEST_FILE), None
        except DeliveryFault as fault:
            log.info("a document could not be fetched: %s", str(fault) or type(fault).__name__)
            return None, fault
        except Exception as error:
            log.exception("a document could not be fetched")
            return None, Undeliverable(type(error).__name__)

    def _is_ready(self, taken: _Taken, facts: Facts) -> None:
        taken.facts = facts
        if taken.event.origin.place is Place.ADMIN:
            # Others go on waiting for one event of each platform's at the most: an admin chat has
            # one on its way, as any chat.
            self._ready.appendleft(taken)
        else:
            self._ready.append(taken)

    async def _batch(self, batch: Sequence[_Taken]) -> None:
        """All in one transaction; if any fails, each in its own. What cannot be written now goes
        back to the ready ones, its sender is told, and `StorageUnavailable` is raised."""
        if len(batch) > 1:
            try:
                await self._commit(batch)
            except Exception as error:  # noqa: BLE001 - each event is tried alone and logged there
                log.debug("a batch is taken apart: %s", type(error).__name__)
            else:
                return
        unavailable: StorageUnavailable | None = None
        for taken in batch:
            try:
                await self._alone(taken)
            except StorageUnavailable as error:
                unavailable = error
                self._ready.append(taken)
                await self._direct.cannot_save(taken.event)
        if unavailable is not None:
            raise unavailable

    async def _alone(self, taken: _Taken) -> None:
        try:
            try:
                await self._commit([taken])
            except StaleFacts:
                self._prepare(taken)
            except NotDelivered:
                self._again(taken, DELIVERY_TRIES)
            except NotDrawn as picture:
                self.spawn(self._draw(taken, picture.wanted))
            except Conflict:
                self._again(taken, CONFLICTS)
            except HandledAlready:
                self._end(taken)
        except (StorageUnavailable, StorageFault):
            raise
        except Exception as error:
            # The one boundary where an unexpected fault of a handler ends.
            log.exception("an event could not be handled")
            await self._bury(taken, type(error).__name__)

    async def _draw(self, taken: _Taken, wanted: Wanted) -> None:
        """Outside of any transaction; only this chat waits for it."""
        try:
            await self._campaign.pictures.draw(wanted)
        except Exception as error:
            log.exception("a picture could not be drawn")
            await self._bury(taken, type(error).__name__)
            return
        self._prepare(taken)
        self.go_on()

    def _again(self, taken: _Taken, most: int) -> None:
        taken.tries += 1
        if taken.tries > most:
            raise TimeoutError("tried too often")

        def ready() -> None:
            self._prepare(taken)
            self.go_on()

        asyncio.get_running_loop().call_later(DELIVERY_WAIT, ready)

    async def _commit(self, batch: Sequence[_Taken]) -> None:
        now = self._clock.now()
        async with self._database.unit() as unit:
            unit.after_commit(partial(self._handled, batch))
            chats = {taken.event.origin.chat for taken in batch}
            people = {taken.event.origin.user for taken in batch}
            chosen = await unit.languages.chosen(people | _shared(batch))
            conversations = await unit.conversations.load(chats)
            # What goes on in them begins with their prompts.
            tags = [chat_tag(unit.keys, chat) for chat in conversations]
            await unit.messages.look_at(map(prompt_of, tags))
            for taken in batch:
                origin = taken.event.origin
                languages = [chosen.get(origin.user), origin.language]
                if origin.place is Place.ADMIN:
                    # Admins of several languages share one chat: it has a language of its own.
                    languages = [chosen.get(origin.chat), self._campaign.languages[0]]
                elif origin.place is Place.GROUP:
                    languages.insert(0, chosen.get(origin.chat))
                stored = conversations.get(origin.chat)
                assert taken.facts is not None
                context = Context(
                    event=taken.event,
                    typed=taken.typed,
                    unit=unit,
                    campaign=self._campaign,
                    say=self._campaign.voice(languages, origin.chat.adapter),
                    languages=languages,
                    now=now,
                    facts=taken.facts,
                    conversation=None if stored is None else restore(stored),
                    spend=taken.spend,
                    may_wait=taken.tries < DELIVERY_TRIES,
                )
                if taken.refused is None:
                    await self._router.handle(context)
                else:
                    self._router.refuse_flood(context, taken.refused)
                unit.inbox.done(taken.row, now.date())
        for taken in batch:
            self._end(taken)

    def _handled(self, batch: Sequence[_Taken]) -> None:
        for taken in batch:
            counted = self._counts[taken.row.adapter]
            counted.handled += 1
            counted.limited += taken.refused is not None

    def _end(self, taken: _Taken) -> None:
        tag = taken.row.chat_tag
        del self._busy[tag]
        self._forget_if_empty(tag)
        self._direct.saved(taken.event)

    async def _bury(self, taken: _Taken, error: str) -> None:
        """Set an event aside that fails each time, and say sorry to its sender."""
        now = self._clock.now()
        # A commit that seemed to fail may have done it.
        with contextlib.suppress(HandledAlready):
            async with self._database.unit() as unit:
                unit.after_commit(partial(self._set_aside, taken.row.adapter))
                await unit.inbox.bury(taken.row, error, now.date())
                self._apologise(unit, taken.event)
        self._end(taken)
        self.go_on()

    def _set_aside(self, adapter: AdapterName) -> None:
        self._counts[adapter].set_aside += 1

    def _apologise(self, unit: Unit, event: Event) -> None:
        origin = event.origin
        say = self._campaign.voice([origin.language], origin.chat.adapter)
        text = general.went_wrong(say)
        if isinstance(event, Press):
            notice = Notice(
                origin.chat, event.press, say.language, text.plain, public=not origin.proven
            )
            post(unit, notice)
        elif is_for_us(event):
            post(unit, Send(origin.chat, text, say.language, public=not origin.proven))


async def _table(event: Event, file: bytes | None) -> Table | TableFault | None:
    """The list in the document, outside of any transaction."""
    if file is None or not isinstance(event, Message) or event.attachment is None:
        return None
    return await read_table(file, event.attachment.name)


def _shared(batch: Sequence[_Taken]) -> set[UserRef | ChatRef]:
    """The chats that have a language of their own."""
    origins = [taken.event.origin for taken in batch]
    return {origin.chat for origin in origins if origin.place is not Place.PRIVATE}
