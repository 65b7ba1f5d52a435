"""Into rooms: an invite is kept until it was followed, as the server does not say it twice."""

from __future__ import annotations

import json
import logging
import time
import unicodedata
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from nio import InviteMemberEvent, SyncResponse

from bot.adapters.matrix.client import Client, Refused
from bot.adapters.matrix.faults import UNREACHED, after_seconds, reason_of
from bot.adapters.matrix.parsing import is_direct
from bot.adapters.matrix.refs import server_of
from bot.adapters.matrix.store import Memory
from bot.adapters.matrix.sync import Batch
from bot.backoff import pause_after
from bot.ports import Memo

log = logging.getLogger(__name__)

MOST_WAITING = 200
"""Invites that wait to be followed; more are refused."""

FROM_ONE = 10
"""Invites of one person in an hour; more are refused."""

HOUR = 3600.0
MOST_INVITERS = 10_000
"""Whose invites are counted; beyond, those who invited first are forgotten first."""

AT_ONCE = 3
"""Invites that are followed, and that are refused, between two looks at what is new: whoever writes
in a room is not kept waiting by a flood."""

MOST_MEMBERS = 2_000
"""Joined members of a room that the bot stays in: it has to know all their devices."""

MOST_NAME = 256

LONGEST_PAUSE = 600.0
"""Seconds between two tries to take an invitation."""

_STRANGE = {"Cc", "Cs", "Co", "Zl", "Zp"}
"""Categories of characters that no name needs; what joins letters and emoji is not among them."""

_LOST = {"M_FORBIDDEN", "M_NOT_FOUND", "M_UNKNOWN", "M_UNABLE_TO_AUTHORISE_JOIN"}
"""Where the server refuses; one that has stumbled says the second last too."""

TRIES = 20
"""After so many an invite is not followed any more: the room's own servers may be gone."""


@dataclass(frozen=True, slots=True)
class Invite:
    room: str
    inviter: str
    direct: bool
    failures: int = 0
    not_before: float = 0.0


class Invites:
    def __init__(self, client: Client, memory: Memory) -> None:
        self._client = client
        self._memory = memory
        self._waiting: dict[str, Invite] = {}
        self._unwanted: set[str] = set()
        self._lately: dict[str, deque[float]] = {}
        self._limited_until = 0.0

    def load(self, stored: Mapping[str, str]) -> None:
        for room, text in stored.items():
            inviter, direct = json.loads(text)
            self._waiting[room] = Invite(room, inviter, direct)

    def waits(self) -> bool:
        return bool(self._waiting or self._unwanted)

    def is_joining(self, room: str) -> bool:
        return room in self._waiting

    def read(self, batch: Batch, response: SyncResponse) -> None:
        """Take note of invites; they are followed by `follow`, once that has been kept."""
        for room, info in response.rooms.invite.items():
            own = [
                event
                for event in info.invite_state
                if isinstance(event, InviteMemberEvent)
                and event.state_key == self._client.user_id
                and event.membership == "invite"
            ]
            if not own or room in self._waiting:
                continue
            if not self._is_wanted(own[0].sender, info.invite_state):
                self._unwanted.add(room)
                continue
            direct = is_direct(info.invite_state, self._client.user_id)
            self.add(batch, room, own[0].sender, direct=direct)

    def add(self, batch: Batch, room: str, inviter: str, *, direct: bool = False) -> None:
        """Go into a room as soon as that can be done."""
        self._waiting[room] = Invite(room, inviter, direct)
        batch.memos.append(Memo("invite", room, json.dumps([inviter, direct])))
        known = self._memory.room(room)
        batch.memos.append(self._memory.note_room(room, replace(known, direct=direct)))

    def move(self, batch: Batch, room: str, by: str) -> bool:
        """Go into the room that takes another's place, unless it is too much: anybody can make a
        room and say of it that ever new ones do."""
        wanted = room in self._waiting or self._is_wanted(by, ())
        if wanted:
            self.add(batch, room, by)
        return wanted

    def _is_wanted(self, inviter: str, state: Collection[object]) -> bool:
        now = time.monotonic()
        for user in [u for u, times in self._lately.items() if times[-1] < now - HOUR]:
            del self._lately[user]
        lately = self._lately.setdefault(inviter, deque(maxlen=FROM_ONE))
        if len(self._lately) > MOST_INVITERS:
            del self._lately[next(iter(self._lately))]
        too_many = len(lately) == FROM_ONE and lately[0] > now - HOUR
        lately.append(now)
        names = [str(getattr(event, "name", None) or "") for event in state]
        strange = any(map(_is_strange, names))
        return not (too_many or strange or len(self._waiting) >= MOST_WAITING)

    async def follow(self) -> None:
        """Join what waits, and refuse what is not wanted. Raises one of `UNREACHED`."""
        for room in list(self._unwanted)[:AT_ONCE]:
            self._unwanted.discard(room)
            await self._leave(room)
        now = time.monotonic()
        if now < self._limited_until:
            return
        due = [invite for invite in self._waiting.values() if invite.not_before <= now]
        for invite in due[:AT_ONCE]:
            if not await self._join(invite):
                return

    async def _join(self, invite: Invite) -> bool:
        """False where the server wants to be left alone for a while."""
        via = server_of(invite.inviter) or server_of(invite.room)
        query = {"via": via, "server_name": via} if via else {}
        try:
            await self._client.ask("POST", ["join", invite.room], {}, **query)
        except Refused as refused:
            is_refusal = 400 <= refused.status < 500
            if (is_refusal and refused.code in _LOST) or invite.failures >= TRIES:
                log.debug("an invite cannot be followed any more: %s", refused.code)
                await self._done(invite, lost=True)
                return True
            if refused.status == 429:
                self._limited_until = time.monotonic() + after_seconds(
                    refused.answer.get("retry_after_ms")
                )
                return False
            self._later(invite)
            return True
        except UNREACHED as error:
            log.warning("Matrix is not there: %s", reason_of(error))
            self._later(invite)
            raise
        await self._done(invite, lost=False)
        return True

    def _later(self, invite: Invite) -> None:
        failures = invite.failures + 1
        not_before = time.monotonic() + pause_after(failures, longest=LONGEST_PAUSE)
        self._waiting[invite.room] = replace(invite, failures=failures, not_before=not_before)

    async def _done(self, invite: Invite, *, lost: bool) -> None:
        self._waiting.pop(invite.room, None)
        memos = [Memo("invite", invite.room, None)]
        if lost:
            memos.append(self._memory.forget_room(invite.room))
        await self._memory.keep(memos)

    async def leave_what_is_empty(self, but: str | None) -> None:
        """Out of rooms in which nobody else is or will be, and of those that are far too large; but
        never out of the admin room: its admins may come back."""
        for room in list(self._client.rooms.values()):
            if room.room_id == but:
                continue
            others = [user for user in room.users if user != self._client.user_id]
            if len(others) > MOST_MEMBERS or (
                not others and self._memory.room(room.room_id).was_met
            ):
                await self._leave(room.room_id)

    async def _leave(self, room: str) -> None:
        try:
            await self._client.ask("POST", ["rooms", room, "leave"], {})
        except Refused as refused:
            log.debug("a room cannot be left: %s", refused.code)


def _is_strange(name: str) -> bool:
    return len(name) > MOST_NAME or any(unicodedata.category(char) in _STRANGE for char in name)
