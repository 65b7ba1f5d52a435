"""Messages that cannot be read yet: kept until their key comes, and for how long, and how many."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from nio import MatrixRoom, MegolmEvent
from nio.events import Event

from bot.adapters.matrix import parsing
from bot.adapters.matrix.client import Client
from bot.adapters.matrix.rooms import Rooms
from bot.adapters.matrix.store import Memory
from bot.adapters.matrix.sync import Batch
from bot.ports import Memo, Place, Unread

KEY_PATIENCE = 15.0
"""Seconds for which a message waits for its key before its sender is asked to send it again."""

ASK_AGAIN = 24 * 3600.0
"""Seconds after which somebody of whom nothing could be read since is told so once more."""

MOST_IN_ROOM = 50
MOST = 200
"""Messages that wait at most, in a room and in all. Each may take 64 KiB and is tried anew at every
look: without a bound a stranger, who needs no key to send nonsense, would fill memory and disk."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that cannot be read yet."""

    room: str
    event: MegolmEvent
    since: float

    @property
    def session(self) -> tuple[str, str | None]:
        """The room and its key."""
        return self.room, self.event.session_id

    @property
    def person(self) -> tuple[str, str]:
        return self.room, self.event.sender


class Unreadable:
    """Who has to send something again is asked once, until they can be read. Not in a group, where
    most is not meant for the bot, unless they reply to a message of the bot's: whose app writes to
    verified devices only talks with everybody else there."""

    def __init__(self, client: Client, memory: Memory, rooms: Rooms) -> None:
        self._client = client
        self._memory = memory
        self._rooms = rooms
        self._waiting: dict[str, Waiting] = {}
        self._asked: dict[tuple[str, str], float] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def load(self, stored: Mapping[str, str]) -> None:
        """What waited for its key when the program ended."""
        for event_id, text in stored.items():
            room, source = json.loads(text)
            event = Event.parse_encrypted_event(source)
            if isinstance(event, MegolmEvent):
                event.room_id = room
                self._waiting[event_id] = Waiting(room, event, time.monotonic())

    def add(self, batch: Batch, room: str, event: MegolmEvent) -> None:
        event.room_id = room
        if event.event_id in self._waiting:
            return
        self._waiting[event.event_id] = Waiting(room, event, time.monotonic())
        value = json.dumps([room, event.source])
        batch.memos.append(Memo("unread", event.event_id, value))
        self._bound(batch)

    def take_back(self, batch: Batch, event_id: str) -> None:
        """It was removed from the room: nobody waits for an answer to it."""
        if event_id in self._waiting:
            self._forget(batch, event_id)

    def _bound(self, batch: Batch) -> None:
        """Give up the oldest: of its room, or of the room in which most wait, so that nobody's
        flood costs others their message."""
        counts = Counter(waiting.room for waiting in self._waiting.values())
        ((fullest, count),) = counts.most_common(1)
        if count > MOST_IN_ROOM or len(self._waiting) > MOST:
            oldest = next(e for e, w in self._waiting.items() if w.room == fullest)
            self._give_up(batch, oldest)

    def look(self, batch: Batch) -> list[tuple[MatrixRoom, Event]]:
        """What can be read by now. One message that has waited too long speaks for all of its
        session."""
        late = time.monotonic() - KEY_PATIENCE
        given_up = {waiting.session for waiting in self._waiting.values() if waiting.since <= late}
        found = []
        for event_id, waiting in list(self._waiting.items()):
            room = self._client.rooms.get(waiting.room)
            event = self._client.decrypted(waiting.event) if room is not None else None
            if room is not None and event is not None:
                found.append((room, event))
                self._forget(batch, event_id)
            elif room is None or waiting.session in given_up:
                self._give_up(batch, event_id)
        return found

    def was_read(self, room: str, sender: str) -> None:
        """Something of theirs has come with its key."""
        self._asked.pop((room, sender), None)

    def _give_up(self, batch: Batch, event_id: str) -> None:
        waiting, now = self._waiting[event_id], time.monotonic()
        self._forget(batch, event_id)
        room = self._client.rooms.get(waiting.room)
        asked = self._asked.get(waiting.person)
        if room is None or (asked is not None and asked > now - ASK_AGAIN):
            return
        if self._rooms.place(room) is Place.GROUP and not self._is_reply(waiting.event):
            return
        self._asked[waiting.person] = now
        origin = self._rooms.origin(room, waiting.event)
        batch.events.append(Unread(replace(origin, id=f"{event_id}:unread", proven=False)))

    def _is_reply(self, event: MegolmEvent) -> bool:
        """To a message of the bot's that has buttons, as far as that stands beside the
        ciphertext."""
        replied = parsing.said(event.source["content"], self._client.user_id, "", "").reply_to
        return replied in self._memory.room(event.room_id).newest

    def _forget(self, batch: Batch, event_id: str) -> None:
        del self._waiting[event_id]
        batch.memos.append(Memo("unread", event_id, None))
