"""Which chat is the admin chat, and whether the bot is in it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.adapters.telegram.refs import chat_ref
from bot.adapters.telegram.request import Ask
from bot.domain.ids import ChatRef

log = logging.getLogger(__name__)

LOOK_EVERY = 60.0
"""Seconds between two looks at the admin chat: nobody says that the bot was thrown out of it."""

MISSING = "no admin chat is set, so endorsements wait; set telegram.admin_chat, or claim a chat"


class AdminChat:
    """`chat` is None until it is known; the core may set it. `trouble` says what is wrong, None if
    nothing is."""

    def __init__(self, ask: Ask, configured: int | str | None) -> None:
        """`configured` is the chat's number or its public @name."""
        self._ask = ask
        self._name = configured if isinstance(configured, str) else None
        self._chat = chat_ref(configured) if isinstance(configured, int) else None
        self._seen: ChatRef | None = None
        self._changed = asyncio.Event()
        self._told: str | None = None
        self._missing: str | None = None if configured is not None else MISSING
        self._silenced: str | None = None

    @property
    def trouble(self) -> str | None:
        return self._missing or self._silenced

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
        self._changed.set()

    def is_key(self, key: str) -> bool:
        return self._chat is not None and self._chat.key == key

    async def resolve(self) -> None:
        """Find a chat that is known by name. Whose messages come before it is found are those of
        any group; so this is asked before the first is fetched."""
        if self._name is not None and self._chat is None:
            await self._look()

    @contextlib.asynccontextmanager
    async def watched(
        self,
        found: Callable[[ChatRef], Awaitable[None]],
        followed: Callable[[ChatRef, int], Awaitable[ChatRef]],
    ) -> AsyncIterator[None]:
        """As long as the block lasts, look whether the chat is there; `found` is told of each that
        is, `followed` of one that has another number now. If that fails, it is logged."""
        task = asyncio.create_task(self._watch(found, followed))
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
    ) -> None:
        told: ChatRef | None = None
        while True:
            self._changed.clear()
            try:
                await self._look()
            except ChatMigrated as moved:
                assert self._chat is not None
                await followed(self._chat, moved.new_chat_id)
            if self._seen is not None and self._seen != told:
                told = self._seen
                await found(told)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._changed.wait()

    async def _look(self) -> None:
        """Raises `ChatMigrated`."""
        wanted = self._name if self._chat is None else int(self._chat.key)
        if wanted is None:
            self._say(MISSING)
            return
        try:
            found = await self._ask("getChat", {"chat_id": wanted})
        except ChatMigrated:
            raise
        except (BadRequest, Forbidden) as error:
            self._say(
                f"the admin chat cannot be reached ({error.message}), so endorsements wait; "
                "add the bot to it, or correct telegram.admin_chat"
            )
        except TelegramError as error:
            log.info("the admin chat could not be asked for: %s", error.message)
        else:
            number = found.get("id") if isinstance(found, dict) else None
            if isinstance(number, int):
                self._is_there(number)

    def _is_there(self, number: int) -> None:
        self._seen = chat_ref(number)
        if self._chat is None:
            self._chat = self._seen
        if self._missing:
            self._silenced = None
        self._told = self._missing = None

    def _say(self, trouble: str) -> None:
        if self._told != trouble:
            log.error("%s", trouble)
        self._told = self._missing = trouble


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("what keeps an eye on the admin chat has failed", exc_info=error)
