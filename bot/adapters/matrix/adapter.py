"""Matrix as a platform: what happens in rooms becomes events, what is decided is sent there."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.adapters import accounts
from bot.adapters.matrix import files, identities
from bot.adapters.matrix.admin_room import AdminRoom
from bot.adapters.matrix.client import Client, Refused, quiet_library
from bot.adapters.matrix.devices import Devices
from bot.adapters.matrix.faults import (
    UNREACHED,
    MatrixFault,
    SignedOut,
    of_another,
    reason_of,
)
from bot.adapters.matrix.identities import Identities
from bot.adapters.matrix.invites import Invites
from bot.adapters.matrix.login import Account, locked, sign_in
from bot.adapters.matrix.parsing import room_and_person
from bot.adapters.matrix.refs import NAME, chat_ref
from bot.adapters.matrix.rendering import FIT
from bot.adapters.matrix.rights import Rights
from bot.adapters.matrix.sending import PREFIX, Sending
from bot.adapters.matrix.store import Memory
from bot.adapters.matrix.sync import Batch, News, Syncing
from bot.adapters.matrix.timeline import Reading
from bot.adapters.matrix.verification import Verifications
from bot.adapters.matrix.vouching import Vouching
from bot.adapters.words import commands_in
from bot.backoff import Backoff
from bot.domain.ids import ChatRef, MessageRef, UserRef
from bot.ports import (
    Attachment,
    Capabilities,
    ChatUnreachable,
    Delete,
    Diagnosis,
    Edit,
    GroupFacts,
    Inbox,
    Menu,
    MessageGone,
    Moved,
    Now,
    Outgoing,
    Place,
    Recall,
    Role,
    TryLater,
    Undeliverable,
)

log = logging.getLogger(__name__)

NOT_YET = 1.0
"""Seconds until a delivery is tried again that came before the rooms were known."""


PLACING_ENDS = 2.0
"""Seconds for the reaction on its way to be noted at the end."""


class _Parts:
    """What there is once the bot is signed in."""

    def __init__(self, client: Client, memory: Memory, adapter: MatrixAdapter) -> None:
        self.client = client
        self.memory = memory
        self.rights = Rights(client, adapter.admins, adapter.power)
        self.identities = Identities(memory, client.user_id, adapter.role)
        self.devices = devices = Devices(client, self.identities)
        self.sending = Sending(client, memory, devices, sorted(adapter.admins))
        self.invites = Invites(client, memory)
        self.verifications = Verifications(client, memory)
        self.reading = Reading(
            client,
            memory,
            adapter.admin_room.is_it,
            self.sending.busy,
            devices,
            self.identities,
            self.verifications,
            self.rights,
            trusts_server=adapter.trusts_server,
        )
        self.vouching = Vouching(client, memory, adapter.account.password)


class MatrixAdapter:
    """An `Adapter`. Nothing is opened or sent before `run`."""

    name = NAME
    # The server says itself when it has enough. It counts for the whole account, and answers in any
    # order what is sent side by side.
    capabilities = Capabilities(
        FIT,
        prefix=PREFIX,
        knows_keys=True,
        at_once=1,
        shows_buttons_as_text=True,
        shows_presses=True,
    )

    def __init__(
        self,
        account: Account,
        folder: Path,
        *,
        admin_room: str | None = None,
        admins: Collection[str] = (),
        power: int | None = None,
        trusts_server: bool = False,
    ) -> None:
        """`folder` is that of the library's own store. `admins` are those who decide, whoever may
        change the admin room's state where none are named; `power` is what somebody needs to
        endorse for a group; with `trusts_server` a decision may come in clear."""
        quiet_library()
        self.account = account
        self.folder = folder
        self.admins = frozenset(admins)
        self.power = power
        self.trusts_server = trusts_server
        self.admin_room = AdminRoom(admin_room, sorted(admins))
        self._parts: _Parts | None = None
        self._syncing: Syncing | None = None
        self._commands: Mapping[Place, frozenset[str]] = {}
        self._ready = asyncio.Event()
        self._trouble: str | None = None

    @property
    def admin_chat(self) -> ChatRef | None:
        return None if self.admin_room.id is None else chat_ref(self.admin_room.id)

    @admin_chat.setter
    def admin_chat(self, chat: ChatRef | None) -> None:
        self.admin_room.id = None if chat is None else chat.key

    async def prepared(self) -> str:
        await self._ready.wait()
        return self.account.user

    async def introduce(self, menus: Sequence[Menu]) -> None:
        """Matrix shows no commands; but from these the adapter knows which words mean a button."""
        self._commands = commands_in(menus)
        if self._parts is not None:
            self._parts.reading.commands = self._commands

    async def run(self, inbox: Inbox) -> None:
        """Also raises `MatrixFault`: the account does not let the bot in, the database is that of
        another, another program uses the store, or the admin room's address names nothing."""
        try:
            await self._run(inbox)
        except MatrixFault as fault:
            self._trouble = str(fault)
            raise

    async def _run(self, inbox: Inbox) -> None:
        with locked(self.folder):
            memory, backoff = Memory(inbox), Backoff()
            await memory.load()
            if not await accounts.own(inbox, NAME, self.account.user):
                raise of_another()
            while True:
                client = await self._signed_in(memory)
                self._trouble = None
                try:
                    await self._work(_Parts(client, memory, self), inbox)
                except SignedOut as fault:
                    self._trouble = str(fault)
                    log.warning("the homeserver has ended the bot's access to its account")
                finally:
                    self._parts = None
                    self._ready.clear()
                    await client.close()
                await asyncio.sleep(backoff.next())

    async def _work(self, parts: _Parts, inbox: Inbox) -> None:
        self._parts = parts
        parts.reading.commands = self._commands
        await self.admin_room.load(parts.memory)
        parts.invites.load(await inbox.recall(NAME, "invite"))
        parts.identities.load(await inbox.recall(NAME, identities.KIND))
        await parts.reading.load(inbox)
        await parts.vouching.load()
        await parts.verifications.load(inbox)
        placing = asyncio.create_task(parts.sending.reactions.run())
        try:
            await self._sync(parts, inbox)
        finally:
            parts.sending.reactions.end()
            try:
                await asyncio.wait({placing}, timeout=PLACING_ENDS)
            finally:
                placing.cancel()

    async def _sync(self, parts: _Parts, inbox: Inbox) -> None:
        async def read(news: News) -> Batch:
            await parts.vouching.read(news.response)
            for events in news.rooms.values():
                await parts.sending.recognise(events)
            batch = await parts.reading.read(news)
            parts.invites.read(batch, news.response)
            for event in [each for each in batch.events if isinstance(each, Moved)]:
                room, _ = room_and_person(event.to)
                if not parts.invites.move(batch, room, event.origin.user.key):
                    batch.events.remove(event)
            return batch

        async def after() -> None:
            await self._settle(parts)

        def waits() -> bool:
            others = (parts.reading, parts.invites, parts.verifications, parts.vouching)
            return not self._ready.is_set() or any(p.waits() for p in (parts.client, *others))

        self._syncing = Syncing(parts.client, read, after, waits)
        await self._syncing.run(inbox)

    async def deliver(self, outgoing: Outgoing, key: str) -> MessageRef | None:
        """The same `key` again gives the same event."""
        parts = self._parts
        if parts is None or not self._ready.is_set():
            raise TryLater(NOT_YET, whole_platform=True)
        room, person = room_and_person(outgoing.chat)
        if room not in parts.client.rooms and parts.invites.is_joining(room):
            raise TryLater(NOT_YET)
        if person is not None:
            self._keep_private(parts, room, person)
        place = Place.GROUP if person is None else Place.PRIVATE
        if self.admin_room.is_it(room):
            place = Place.ADMIN
        inside = replace(outgoing, chat=chat_ref(room))
        try:
            return await parts.sending.deliver(inside, key, place)
        except ChatUnreachable as fault:
            fault.person = None if person is None else UserRef(NAME, person)
            raise
        except Refused as refused:
            if await self._is_gone(parts, inside):
                raise MessageGone from None
            raise Undeliverable(str(refused)) from None

    async def role(self, chat: ChatRef, user: UserRef) -> Role:
        if self._parts is None:
            return Role.UNKNOWN
        room, _ = room_and_person(chat)
        is_admin_room = self.admin_room.is_it(room)
        parts = self._parts
        role = await parts.rights.role(chat_ref(room), user, is_admin_room=is_admin_room)
        is_stopped = is_admin_room and parts.vouching.disowned is not None
        return Role.DISOWNED if is_stopped and role is Role.ADMINISTRATOR else role

    async def group(self, chat: ChatRef) -> GroupFacts | None:
        room, _ = room_and_person(chat)
        return None if self._parts is None else await self._parts.rights.group(chat_ref(room))

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        if self._parts is None:
            raise TryLater(NOT_YET, whole_platform=True)
        return await files.fetch(self._parts.client, attachment, most)

    def account_link(self) -> str | None:
        """https://spec.matrix.org/v1.15/appendices/#matrixto-navigation"""
        return f"https://matrix.to/#/{quote(self.account.user, safe='@:')}"

    def problems(self) -> list[str]:
        looking = None if self._syncing is None else self._syncing.trouble
        vouching = None if self._parts is None else self._parts.vouching.trouble
        found = (self._trouble or looking, vouching, self.admin_room.trouble)
        return [said for said in found if said]

    def diagnose(self, recall: Recall | None, now: Now) -> Diagnosis:
        from bot.adapters.matrix.diagnosis import Look  # noqa: PLC0415 - who runs needs none

        trusts = self.trusts_server
        return Look(self.account, self.folder, self.admin_room, recall, now, trusts_server=trusts)

    async def _signed_in(self, memory: Memory) -> Client:
        backoff = Backoff()
        while True:
            try:
                return await sign_in(self.account, self.folder, memory)
            except UNREACHED as error:
                pause, reason = backoff.next(), reason_of(error)
            except TryLater as later:
                pause, reason = max(backoff.next(), later.after or 0.0), "it asks to wait"
            log.warning("Matrix is not there, trying again in %.1f s: %s", pause, reason)
            self._trouble = f"Matrix is not there: {reason}"
            await asyncio.sleep(pause)

    async def _settle(self, parts: _Parts) -> None:
        """What follows from news, once those are kept."""
        await parts.vouching.settle(self.admin_room.id)
        await parts.verifications.answer()
        if not self._ready.is_set():
            with contextlib.suppress(Refused):
                await self.admin_room.find(parts.client, parts.memory, parts.rights)
                parts.reading.my_name = await self._own_name(parts.client)
                await self._know_admins(parts)
                self._ready.set()
        if parts.client.is_known:
            # Where it came earlier, people would write what it can never read.
            await parts.invites.follow()
        await parts.invites.leave_what_is_empty(self.admin_room.id)

    async def _know_admins(self, parts: _Parts) -> None:
        """Pin who they are before anybody has a reason to give out other keys, and see at each
        start whether they are the same. Raises `Refused`, or a `DeliveryFault`."""
        room = self.admin_room.id
        known = None if room is None else parts.client.rooms.get(room)
        if known is None or known.encrypted:
            await parts.devices.unvouched(sorted(self.admins), room)

    @staticmethod
    async def _own_name(client: Client) -> str:
        profile: Any = await client.ask("GET", ["profile", client.user_id])
        name = profile.get("displayname") if isinstance(profile, dict) else None
        return name if isinstance(name, str) else ""

    @staticmethod
    async def _is_gone(parts: _Parts, outgoing: Outgoing) -> bool:
        """Whether it is about a message that its room does not hold. The server says no more of
        that than of any other bad request: it is asked only after one."""
        if not isinstance(outgoing, Edit | Delete):
            return False
        path = ["rooms", outgoing.chat.key, "event", str(outgoing.message)]
        try:
            await parts.client.ask("GET", path)
        except Refused as refused:
            return refused.status == 404
        except UNREACHED:
            pass
        return False

    @staticmethod
    def _keep_private(parts: _Parts, room: str, person: str) -> None:
        """What was meant for one person's eyes does not go where somebody else has come in."""
        known = parts.client.rooms.get(room)
        if known is not None and set(known.users) != {person, parts.client.user_id}:
            raise ChatUnreachable(
                "the two are not alone in the private chat", UserRef(NAME, person)
            )
