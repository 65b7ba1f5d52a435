"""Which chat is the admin chat, whether the bot is in it, and whether it is a private one."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from telegram import Chat
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.adapters.telegram.refs import NAME, anonymous, chat_ref
from bot.adapters.telegram.request import Ask
from bot.domain.exposure import Exposure
from bot.domain.ids import ChatRef
from bot.ports import Event, Exposed, Inbox, Memo, Origin, Place

log = logging.getLogger(__name__)

LOOK_EVERY = 60.0
"""Seconds between two looks at the admin chat: nobody says that the bot was thrown out of it."""

MISSING = "no admin chat is set, so endorsements wait; set telegram.admin_chat, or claim a chat"

EXPOSED = "exposed"
"""The kind of the memo that holds which exposure the admins were told of last."""

_FROZEN = "so nobody can decide there"
TROUBLE: Mapping[Exposure, str] = {
    Exposure.PUBLIC: f"anybody can enter the admin chat, {_FROZEN}; make it a private group",
    Exposure.LINKED: f"a channel is linked to the admin chat, {_FROZEN}; unlink it",
    Exposure.HISTORY: (
        f"who joins the admin chat can read all that was said before, {_FROZEN}; hide its history "
        "from new members, which no channel and no group with topics can; if it is hidden, make "
        "the bot an administrator there, as Telegram tells nobody else"
    ),
}


class AdminChat:
    """`chat` is None until it is known; the core may set it. `trouble` says what is wrong, None if
    nothing is."""

    def __init__(self, ask: Ask, configured: int | None) -> None:
        self._ask = ask
        self._chat = None if configured is None else chat_ref(configured)
        self._seen: ChatRef | None = None
        self._exposure: Exposure | None = None
        self._changed = asyncio.Event()
        self._told: str | None = None
        self._missing: str | None = None if configured is not None else MISSING
        self._silenced: str | None = None

    @property
    def trouble(self) -> str | None:
        exposed = None if self._exposure is None else TROUBLE[self._exposure]
        return self._missing or exposed or self._silenced

    def wrote(self, chat: ChatRef, refused: str | None = None) -> None:
        """Something was delivered to a chat, or is `refused` there for good. What can be looked at
        may still be closed to what the bot writes."""
        if chat != self._chat:
            return
        if refused is None:
            self._silenced = None
        elif self._silenced is None:
            self._silenced = (
                f"the bot may not write in the admin chat ({refused}), so endorsements wait; "
                "give it that right"
            )
            log.error("%s", self._silenced)

    @property
    def chat(self) -> ChatRef | None:
        return self._chat

    @chat.setter
    def chat(self, chat: ChatRef | None) -> None:
        self._chat = chat
        self._seen = self._exposure = None
        self._changed.set()

    def is_key(self, key: str) -> bool:
        return self._chat is not None and self._chat.key == key

    def saw(self, found: Mapping[str, object]) -> Exposure | None:
        """Why nobody can decide there, by what getChat says of it at this moment; None where they
        can. Whoever watches hears of a change."""
        exposure = exposed_by(found)
        if exposure is not self._exposure:
            self._exposure = exposure
            if exposure is not None:
                log.error("%s", TROUBLE[exposure])
            self._changed.set()
        return exposure

    @contextlib.asynccontextmanager
    async def watched(
        self,
        found: Callable[[ChatRef], Awaitable[None]],
        followed: Callable[[ChatRef, int], Awaitable[ChatRef]],
        inbox: Inbox,
    ) -> AsyncIterator[None]:
        """As long as the block lasts, look whether the chat is there; `found` is told of each that
        is, `followed` of one that has another number now, and `inbox` of one that is no private one
        any more. If that fails, it is logged."""
        task = asyncio.create_task(self._watch(found, followed, inbox))
        task.add_done_callback(_ended)
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _watch(
        self,
        found: Callable[[ChatRef], Awaitable[None]],
        followed: Callable[[ChatRef, int], Awaitable[ChatRef]],
        inbox: Inbox,
    ) -> None:
        told: ChatRef | None = None
        warned = await inbox.recall_one(NAME, EXPOSED, "")
        while True:
            self._changed.clear()
            try:
                await self._look()
            except ChatMigrated as moved:
                assert self._chat is not None
                await followed(self._chat, moved.new_chat_id)
            if (seen := self._seen) is not None:
                exposed = self._exposure and f"{seen.key} {self._exposure}"
                if exposed != warned:
                    # Once, also where it changed while the bot was away.
                    memo = Memo(EXPOSED, "", exposed)
                    await inbox.receive(NAME, self._warning(seen), memos=[memo])
                    warned = exposed
                if seen != told:
                    told = seen
                    await found(seen)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._changed.wait()

    async def _look(self) -> None:
        """Raises `ChatMigrated`."""
        chat = self._chat
        if chat is None:
            self._say(MISSING)
            return
        try:
            found = await self._ask("getChat", {"chat_id": int(chat.key)})
        except ChatMigrated:
            raise
        except (BadRequest, Forbidden) as error:
            self._say(unreached(error.message))
        except TelegramError as error:
            log.debug("the admin chat could not be asked for: %s", error.message)
        else:
            if isinstance(found, dict) and chat == self._chat:
                self._is_there(chat)
                self.saw(found)

    def _warning(self, chat: ChatRef) -> list[Event]:
        """Nothing of one that is private again."""
        if self._exposure is None:
            return []
        at = dt.datetime.now(dt.UTC)
        by = anonymous(chat.key)
        origin = Origin(f"{EXPOSED}:{uuid.uuid4()}", chat, Place.ADMIN, by, "", None, at)
        return [Exposed(origin, self._exposure)]

    def _is_there(self, chat: ChatRef) -> None:
        self._seen = chat
        if self._missing:
            self._silenced = None
        self._told = self._missing = None

    def _say(self, trouble: str) -> None:
        if self._told != trouble:
            log.error("%s", trouble)
        self._told = self._missing = trouble


def unreached(reason: str) -> str:
    return (
        f"the admin chat cannot be reached ({reason}), so endorsements wait; "
        "add the bot to it, or correct telegram.admin_chat"
    )


def exposed_by(found: Mapping[str, object]) -> Exposure | None:
    """What getChat's answer makes of an admin chat
    (https://core.telegram.org/bots/api#chatfullinfo). Of channels and groups with topics no history
    is hidden, whatever is set."""
    kind = found.get("type")
    if kind == Chat.PRIVATE:
        return None
    if found.get("username") or found.get("location"):
        return Exposure.PUBLIC
    if found.get("linked_chat_id"):
        return Exposure.LINKED
    shows_all = kind == Chat.CHANNEL or found.get("is_forum") or found.get("has_visible_history")
    return Exposure.HISTORY if shows_all else None


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("what keeps an eye on the admin chat has failed", exc_info=error)
