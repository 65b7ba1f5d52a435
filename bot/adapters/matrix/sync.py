"""What is new on the server: events, memos and the token in one commit, then what follows from it.

The library's own loop moves its token before anything is kept, tries a refused one without a pause,
and says nothing of what lies between two answers where the first was too long ago; this one does.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nio import RoomMessagesError, SyncError, SyncResponse
from nio.api import MessageDirection
from nio.events import Event

from bot.adapters.matrix.client import LOOKS, Client, Refused
from bot.adapters.matrix.faults import (
    UNREACHED,
    MatrixFault,
    after_seconds,
    described,
    is_limit,
    reason_of,
    unknown_token,
)
from bot.adapters.matrix.refs import NAME
from bot.backoff import Backoff
from bot.ports import Event as CoreEvent
from bot.ports import Inbox, Memo, TryLater

log = logging.getLogger(__name__)

LONG_POLL = 30_000
"""Milliseconds for which the server holds a request that it has nothing to answer to."""

SHORT_POLL = 2_000
"""The same while something waits for a key, and has to be looked at again."""

FILTER = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {
        "timeline": {"limit": 50},
        "ephemeral": {"types": []},
        "account_data": {"types": []},
        "state": {"lazy_load_members": False},
    },
}
MOST_PASSED = 20
GAP_STEP = 100
MOST_IN_GAP = 5_000
"""Events of one room that are fetched for the time in which the bot was away; older ones are left,
and the log says so."""


class GapFault(Exception):
    """What belongs to an answer could not be fetched; the same answer is asked for again."""


@dataclass(slots=True)
class Batch:
    """What one answer comes to."""

    events: list[CoreEvent] = field(default_factory=list)
    memos: list[Memo] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class News:
    """One answer, and for each room its events in order, those of a gap included. They have come to
    the server `since` the last answer, if the bot has had one in this run."""

    response: SyncResponse
    rooms: dict[str, list[Event]]
    is_first: bool
    since: dt.datetime | None = None


class Syncing:
    """`read` turns news into a batch; `after` does what follows once that is kept; `waits` says
    whether to look again soon."""

    def __init__(
        self,
        client: Client,
        read: Callable[[News], Awaitable[Batch]],
        after: Callable[[], Awaitable[None]],
        waits: Callable[[], bool],
    ) -> None:
        self._client = client
        self._read = read
        self._after = after
        self._waits = waits
        self._backoff = Backoff()
        self.synced = asyncio.Event()
        """Set once the rooms are known."""
        self.trouble: str | None = None
        self._passed = 0
        """Answers since the token was kept."""
        self._answered: dt.datetime | None = None

    async def run(self, inbox: Inbox) -> None:
        """Until cancelled. Raises `MatrixFault` when the server does not know the bot any more."""
        since = await inbox.cursor(NAME)
        while True:
            pause = 0.0
            try:
                since = await self._once(inbox, since)
                # Something has come: what fails behind it is tried again soon.
                self._backoff.reset()
                await self._client.keep_up()
                await self._after()
            except UNREACHED as error:
                pause = self._failed(reason_of(error))
            except GapFault as error:
                pause = self._failed(str(error))
            except (TryAgain, TryLater) as again:
                reason = again.reason if isinstance(again, TryAgain) else "not now"
                pause = max(again.after or 0.0, self._failed(reason))
            except MatrixFault:
                raise
            except Exception as error:
                # The boundary of this loop. The token has not moved: nothing is lost.
                log.exception("what Matrix sent could not be taken in")
                pause = self._failed(type(error).__name__)
            else:
                if self.trouble is not None:
                    log.info("Matrix answers again")
                self.trouble = None
            if pause:
                await asyncio.sleep(pause)

    async def _once(self, inbox: Inbox, since: str | None) -> str:
        client = self._client
        known = self.synced.is_set()
        # What was not kept is given out again, and must be taken in again.
        client.next_batch = ""
        timeout = 0 if not known else SHORT_POLL if self._waits() else LONG_POLL
        response = await client.sync(timeout, FILTER, since=since, full_state=not known)
        if isinstance(response, SyncError):
            if response.status_code == "M_UNKNOWN_TOKEN":
                raise unknown_token()
            after = after_seconds(response.retry_after_ms) if is_limit(response) else 0.0
            raise TryAgain(described(response), after)
        came, rooms = dt.datetime.now(dt.UTC), {}
        for room, info in response.rooms.join.items():
            with contextlib.suppress(Refused):
                await client.know_members(room)
            gap: Sequence[Event] = ()
            timeline = info.timeline
            if since is not None and timeline.limited and timeline.prev_batch:
                gap = await self._gap(room, since, timeline.prev_batch)
            rooms[room] = [event for event in (*gap, *timeline.events) if is_whole(event)]
        news = News(response, rooms, is_first=since is None, since=self._answered)
        batch = await self._read(news)
        if since is None or not self._is_echo(response, rooms, batch):
            await inbox.receive(NAME, batch.events, cursor=response.next_batch, memos=batch.memos)
            self._passed = 0
        self.synced.set()
        self._answered = came
        return str(response.next_batch)

    def _is_echo(
        self, response: SyncResponse, rooms: Mapping[str, Sequence[Event]], batch: Batch
    ) -> bool:
        """Whether it shows only what the bot has sent itself, two or three answers for each message
        of its own: there the token needs no commit. Asked for again after a crash, it is passed
        over again; so that this is never much, only so many are left out one after the other."""
        own = all(e.sender == self._client.user_id for events in rooms.values() for e in events)
        given = (batch.events, batch.memos, response.to_device_events)
        self._passed += 1
        return (
            own
            and not any((*given, response.rooms.invite, response.rooms.leave))
            and self._passed < MOST_PASSED
        )

    async def _gap(self, room: str, start: str, end: str) -> list[Event]:
        """What happened between the last answer and the part of the room that this one shows."""
        found: list[Event] = []
        while start != end and len(found) < MOST_IN_GAP:
            answer = await self._page(room, start, end)
            if isinstance(answer, RoomMessagesError):
                if is_limit(answer):
                    raise TryAgain("the server asks to wait", after_seconds(answer.retry_after_ms))
                if answer.status_code == "M_FORBIDDEN":
                    break
                raise GapFault(f"what came while the bot was away: {described(answer)}")
            found += answer.chunk
            if not answer.chunk or not answer.end or answer.end == start:
                break
            start = answer.end
        if len(found) >= MOST_IN_GAP:
            log.error("more than %s events came to a room while the bot was away", MOST_IN_GAP)
        return found

    async def _page(self, room: str, start: str, end: str) -> Any:
        """Tried again where the line is bad: else all that has been fetched of other rooms in this
        look would have to be fetched once more."""
        for pause in (*LOOKS, None):
            try:
                answer = await self._client.room_messages(
                    room, start, end, direction=MessageDirection.front, limit=GAP_STEP
                )
            except UNREACHED:
                if pause is None:
                    raise
            else:
                failed = isinstance(answer, RoomMessagesError) and not is_limit(answer)
                if pause is None or not failed or answer.status_code == "M_FORBIDDEN":
                    return answer
            await asyncio.sleep(pause)
        raise AssertionError

    def _failed(self, reason: str) -> float:
        pause = self._backoff.next()
        log.warning("nothing from Matrix, trying again in %.1f s: %s", pause, reason)
        self.trouble = f"nothing from Matrix: {reason}"
        return pause


class TryAgain(Exception):
    """The server refuses for now."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


def is_whole(event: Event) -> bool:
    """Not what a stranger's message turned out to be once it was decrypted: something without a
    sender, or a room's state, which nobody can set that way."""
    source = event.source
    return (
        hasattr(event, "sender")
        and isinstance(source.get("content"), dict)
        and not (event.decrypted and "state_key" in source)
    )
