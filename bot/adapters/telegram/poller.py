"""Fetching updates: into the inbox first, then the offset moves."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from telegram.error import (
    BadRequest,
    Conflict,
    EndPointNotFound,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from bot.adapters.telegram.faults import is_unknown, refused
from bot.adapters.telegram.floods import Silence
from bot.adapters.telegram.intake import Intake, number_of
from bot.adapters.telegram.refs import NAME
from bot.adapters.telegram.request import TooManyRequests
from bot.backoff import Backoff
from bot.ports import Inbox

log = logging.getLogger(__name__)

LONG_POLL = 30
"""Seconds for which the server holds a request that it has nothing to answer to; at most 50."""

CALM = 1.0
"""Seconds between two requests when the first brought nothing new. The server shortens its
waiting for who asks the same again within 3 s (tdlib/telegram-bot-api), so this is rare."""

Fetch = Callable[[int | None], Awaitable[object]]
"""One getUpdates with an offset; the result as it came."""


class Poller:
    """`trouble` says what keeps updates from coming, None while they come."""

    def __init__(
        self,
        fetch: Fetch,
        no_webhook: Callable[[], Awaitable[object]],
        get_me: Callable[[], Awaitable[object]],
        intake: Intake,
    ) -> None:
        """`no_webhook` removes a webhook, which would keep the server from answering here; `get_me`
        tells whether Telegram knows the bot at all."""
        self._fetch = fetch
        self._no_webhook = no_webhook
        self._get_me = get_me
        self._intake = intake
        self._offset: int | None = None
        self._cleared = False
        self._backoff = Backoff()
        self.trouble: str | None = None
        self.silence: Silence | None = None
        """How long the server wants not to be asked."""

    async def run(self, inbox: Inbox) -> None:
        """Until cancelled. Raises `TelegramFault` when Telegram does not know the bot."""
        self._offset = _offset(await inbox.cursor(NAME))
        while True:
            started = time.monotonic()
            try:
                await self._clear()
                is_new = await self._once(inbox)
            except (InvalidToken, EndPointNotFound) as error:
                if await is_unknown(self._get_me):
                    fault = refused(error.message)
                    log.error("%s", fault)  # noqa: TRY400 - it says what to do
                    raise fault from None
                pause = self._failed(error.message)
            except Conflict as error:
                pause = self._in_conflict(error)
            except TooManyRequests as error:
                pause = self._silenced(error)
            except TelegramError as error:
                pause = self._failed(error.message)
            except Exception as error:
                # The boundary of this loop. The offset has not moved: nothing is lost.
                log.exception("what Telegram sent could not be taken in")
                pause = self._failed(type(error).__name__)
            else:
                self._is_well()
                pause = 0.0 if is_new else CALM - (time.monotonic() - started)
            if pause > 0:
                await asyncio.sleep(pause)

    async def _once(self, inbox: Inbox) -> bool:
        """Whether the answer brought anything that was not there before."""
        updates = await self._fetch(self._offset)
        if not isinstance(updates, list):
            raise NetworkError("The server's answer is no list of updates")
        numbers = [number for raw in updates if (number := number_of(raw)) is not None]
        if updates and not numbers:
            raise NetworkError("The server's updates have no numbers")
        if not updates:
            return False
        # Below the old one where the server has begun to count anew, which it does after a week
        # without updates: it then ignores an offset that lies ahead.
        offset = max(numbers) + 1
        taken = self._intake.take(updates)
        await inbox.receive(NAME, taken.events, cursor=str(offset), memos=taken.letters)
        is_new = self._offset is None or offset > self._offset
        self._offset = offset
        return is_new

    async def _clear(self) -> None:
        if self._cleared:
            return
        try:
            await self._no_webhook()
        except (EndPointNotFound, BadRequest) as error:
            log.warning("deleteWebhook is refused: %s", error.message)
        self._cleared = True

    def _in_conflict(self, error: Conflict) -> float:
        """Said once, until updates come again."""
        if "webhook" in error.message.casefold():
            self._cleared = False
            trouble = "a webhook was set for this bot by another program; it is removed"
        else:
            trouble = (
                "another program fetches this bot's updates with the same token; stop it, or get "
                "a new token from BotFather (/revoke)"
            )
        if self.trouble != trouble:
            log.error("%s", trouble)
        self.trouble = trouble
        return self._backoff.next()

    def _silenced(self, error: TooManyRequests) -> float:
        self.silence = self.silence or Silence()
        pause = self.silence.asked(error.after)
        if not self.silence.is_told:
            return max(pause, self._failed(error.message))
        is_new = self.silence.tries == 1
        self.trouble = f"Telegram wants to be asked for no updates; the bot waits {self.silence}"
        log.log(logging.ERROR if is_new else logging.INFO, "%s", self.trouble)
        return pause

    def _is_well(self) -> None:
        if self.trouble is not None:
            log.info("updates come from Telegram again")
        self.trouble = self.silence = None
        self._backoff.reset()

    def _failed(self, reason: str) -> float:
        pause = self._backoff.next()
        log.warning("no updates from Telegram, trying again in %.1f s: %s", pause, reason)
        self.trouble = f"no updates from Telegram: {reason}"
        return pause


def _offset(cursor: str | None) -> int | None:
    try:
        return None if cursor is None else int(cursor)
    except ValueError:
        log.warning("the stored offset is not a number and is left out")
        return None


def long_poll(offset: int | None, wanted: Sequence[str]) -> dict[str, object]:
    """The parameters of getUpdates."""
    asked: dict[str, object] = {"timeout": LONG_POLL, "allowed_updates": list(wanted)}
    return asked if offset is None else asked | {"offset": offset}
