"""Telegram as a platform: what it brings becomes events, what the core decides becomes calls."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from telegram import Bot, User
from telegram.error import EndPointNotFound, InvalidToken, TelegramError

from bot.adapters import accounts
from bot.adapters.telegram.admin_chat import AdminChat
from bot.adapters.telegram.faults import of_another, refused
from bot.adapters.telegram.files import fetch
from bot.adapters.telegram.intake import Intake
from bot.adapters.telegram.links import LINKS, share_link
from bot.adapters.telegram.members import Members
from bot.adapters.telegram.menus import Profile
from bot.adapters.telegram.parsing import WANTED, Parser, moved
from bot.adapters.telegram.poller import LONG_POLL, Poller, long_poll
from bot.adapters.telegram.refs import NAME, chat_ref
from bot.adapters.telegram.rendering import FIT
from bot.adapters.telegram.request import MISREAD, AiohttpRequest, Upload
from bot.adapters.telegram.sending import Sending
from bot.adapters.telegram.typing import AtWork
from bot.adapters.telegram.webhook import Registration, Webhook
from bot.backoff import Backoff
from bot.domain.ids import ChatRef, MessageRef, UserRef
from bot.ports import (
    Attachment,
    Capabilities,
    ChatUnreachable,
    Diagnosis,
    GroupFacts,
    Inbox,
    Menu,
    Now,
    Outgoing,
    Rate,
    Recall,
    Role,
    TryLater,
)

if TYPE_CHECKING:
    from bot.adapters.telegram.receiving import Receiver

log = logging.getLogger(__name__)

Mode = Literal["polling", "webhook"]

OFFICIAL = "https://api.telegram.org"

SILENCE = 180.0
"""Seconds without a successful exchange after which the bot counts as cut off."""

# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: one message a
# second in a chat, short bursts pass; 20 a minute in a group; about 30 a second altogether.
OVERALL = (Rate(30, 1.0),)
IN_A_CHAT = (Rate(3, 3.0),)
IN_A_GROUP = (*IN_A_CHAT, Rate(8, 23.0), Rate(20, 60.0))
"""The middle one is as fast in the long run, and whoever works at a desk waits for some seconds now
and then; with the longest alone that was most of a minute."""


def _pace(chat: ChatRef) -> Sequence[Rate]:
    return IN_A_GROUP if chat.key.startswith("-") else IN_A_CHAT


UNPACED = Capabilities(FIT, at_once=32, has_channels=True)
PACED = replace(UNPACED, overall=OVERALL, pace=_pace)

# https://core.telegram.org/bots/features#deep-linking
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class TelegramAdapter:
    """An `Adapter`. Nothing is sent or opened before `run` or the first call."""

    name = NAME

    def __init__(
        self,
        token: str,
        *,
        api_url: str = OFFICIAL,
        admin_chat: int | None = None,
        admins: Collection[int] = (),
        mode: Mode = "polling",
        webhook: Webhook | None = None,
        names: Mapping[str, str] | None = None,
        paced: bool = True,
    ) -> None:
        """`admin_chat` is a number; `admins` are the numbers of those who decide there, its
        administrators where none are named. `webhook` is needed in that mode alone. `names` are
        what the bot is called in each language. Only a measurement on a server without limits is
        not `paced`."""
        # The library writes addresses, which hold the token, and whole messages at DEBUG.
        logging.getLogger("telegram").setLevel(logging.WARNING)
        self._request = AiohttpRequest(token)
        self._bot = Bot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )
        self.capabilities = PACED if paced else UNPACED
        self._mode = mode
        self._webhook = webhook
        self._admin_chat = AdminChat(self._ask, admin_chat)
        self._members = Members(self._ask, admins, self._admin_chat, self._followed)
        self._sending = Sending(self._bot, self._ask, self._followed)
        self._at_work = AtWork(self._bot)
        self._receiving: Poller | Registration | None = None
        self._inbox: Inbox | None = None
        self._me: User | None = None
        self._known = asyncio.Event()
        self._profile = Profile(self._bot, names or {})

    @property
    def admin_chat(self) -> ChatRef | None:
        return self._admin_chat.chat

    @admin_chat.setter
    def admin_chat(self, chat: ChatRef | None) -> None:
        self._admin_chat.chat = chat

    async def prepare(self) -> None:
        """Ask Telegram who the bot is; until then there are no links. Waits for as long as Telegram
        cannot be reached; raises `TelegramFault` if it refuses the token."""
        backoff = Backoff()
        while self._me is None:
            try:
                self._me = await self._bot.get_me()
            except (InvalidToken, EndPointNotFound) as error:
                fault = refused(error.message)
                log.error("%s", fault)  # noqa: TRY400 - it says what to do
                raise fault from None
            except (TelegramError, *MISREAD) as error:
                reason = getattr(error, "message", type(error).__name__)
                pause = max(backoff.next(), getattr(error, "pause", 0.0))
                log.warning("Telegram is not there, trying again in %.1f s: %s", pause, reason)
                await asyncio.sleep(pause)

    async def prepared(self) -> str:
        await self._known.wait()
        assert self._me is not None
        return self._me.name

    async def introduce(self, menus: Sequence[Menu]) -> None:
        await self._known.wait()
        await self._profile.show(menus, self.admin_chat)

    async def run(self, inbox: Inbox) -> None:
        """Also raises `TelegramFault`: the token is refused or another account's, or the address
        cannot be listened on. When it ends, so do all connections."""
        self._inbox = inbox
        receiver = self._receiver(inbox)
        try:
            # Listens first: what is delivered before it is known who the bot is comes again.
            async with contextlib.nullcontext() if receiver is None else receiver.listening():
                await self.prepare()
                assert self._me is not None
                if not await accounts.own(inbox, NAME, str(self._me.id)):
                    raise of_another()
                self._known.set()
                parser = Parser(self._me, self._admin_chat.is_key)
                intake = Intake(parser, self._at_work.received)
                async with self._admin_chat.watched(
                    self._profile.show_admins, self._followed, inbox
                ):
                    if receiver is None:
                        await self._poll(intake, inbox)
                    else:
                        receiver.intake = intake
                        await self._register()
        finally:
            await self._at_work.close()
            await self._profile.close()
            await self._request.shutdown()

    async def deliver(self, outgoing: Outgoing, key: str) -> MessageRef | None:  # noqa: ARG002
        """Telegram has no keys for repeated deliveries: a repeated one may show twice."""
        self._at_work.answered(outgoing.chat)
        try:
            ref = await self._sending.deliver(outgoing)
        except ChatUnreachable as gone:
            self._admin_chat.wrote(outgoing.chat, refused=gone.reason)
            raise
        self._admin_chat.wrote(outgoing.chat)
        return ref

    async def role(self, chat: ChatRef, user: UserRef) -> Role:
        return await self._members.role(chat, user)

    async def group(self, chat: ChatRef) -> GroupFacts | None:
        return await self._members.group(chat)

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        download = partial(self._request.download, self._bot.base_file_url)
        return await fetch(self._ask, download, attachment, most)

    def private_link(self, payload: str, /) -> str | None:
        if self._me is None or not _PAYLOAD.fullmatch(payload):
            return None
        return f"{LINKS}/{self._me.username}?start={payload}"

    def group_link(self) -> str | None:
        return None if self._me is None else f"{LINKS}/{self._me.username}?startgroup=true"

    def account_link(self) -> str | None:
        return None if self._me is None else f"{LINKS}/{self._me.username}"

    def share_link(self, address: str, text: str, /) -> str | None:
        return share_link(address, text)

    def silent_until(self) -> dt.datetime | None:
        polling = self._receiving.silence if isinstance(self._receiving, Poller) else None
        waits = [wait for wait in (self._sending.floods.everywhere, polling) if wait is not None]
        return max((wait.end for wait in waits if wait.is_told), default=None)

    def problems(self) -> list[str]:
        found = [
            None if self._receiving is None else self._receiving.trouble,
            self._silence(),
            self._admin_chat.trouble,
            *self._sending.floods.problems(),
        ]
        return [problem for problem in found if problem]

    def diagnose(self, recall: Recall | None, now: Now) -> Diagnosis:
        from bot.adapters.telegram.diagnosis import Look  # noqa: PLC0415 - who runs needs none

        webhook = self._webhook if self._mode == "webhook" else None
        return Look(self._request, self._ask, self.admin_chat, webhook, recall, now)

    async def _ask(
        self,
        method: str,
        parameters: Mapping[str, object],
        held: float = 0.0,
        *,
        file: Upload | None = None,
    ) -> object:
        """An `Ask`; `held` as in `AiohttpRequest.ask`."""
        return await self._request.ask(f"{self._bot.base_url}/{method}", parameters, held, file)

    async def _poll(self, intake: Intake, inbox: Inbox) -> None:
        async def fetch(offset: int | None) -> object:
            asked = long_poll(offset, WANTED)
            return await self._ask("getUpdates", asked, LONG_POLL)

        async def no_webhook() -> None:
            await self._bot.delete_webhook(drop_pending_updates=False)

        poller = Poller(fetch, no_webhook, self._bot.get_me, intake)
        self._receiving = poller
        await poller.run(inbox)

    def _receiver(self, inbox: Inbox) -> Receiver | None:
        if self._mode != "webhook" or self._webhook is None:
            return None
        # An HTTP server of 3 MiB, which polling does without.
        from bot.adapters.telegram.receiving import Receiver  # noqa: PLC0415

        return Receiver(self._webhook, inbox)

    async def _register(self) -> None:
        webhook = self._webhook
        assert webhook is not None, "the mode webhook needs one"

        async def register() -> None:
            await self._bot.set_webhook(
                webhook.url,
                secret_token=webhook.secret,
                allowed_updates=WANTED,
                drop_pending_updates=False,
            )

        async def look() -> object:
            return await self._ask("getWebhookInfo", {})

        registration = Registration(webhook.url, register, look, self._bot.get_me)
        self._receiving = registration
        await registration.run()

    async def _followed(self, chat: ChatRef, number: int) -> ChatRef:
        """Tell the core that a chat goes on under another number, and name that."""
        to = chat_ref(number)
        if self._inbox is None:
            raise TryLater
        event = moved(f"moved:{chat.key}", chat, to, self._admin_chat.is_key)
        await self._inbox.receive(NAME, [event])
        return to

    def _silence(self) -> str | None:
        answered = self._request.answered
        if answered is None or not self._known.is_set():
            return "Telegram has not answered yet"
        silence = time.monotonic() - answered
        return None if silence < SILENCE else f"Telegram has not answered for {silence:.0f} s"
