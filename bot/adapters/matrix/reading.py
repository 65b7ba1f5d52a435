"""From what is new in the rooms to what the core is told."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nio import (
    MatrixRoom,
    MegolmEvent,
    RedactionEvent,
    RoomMemberEvent,
)
from nio.events import Event

from bot.adapters.matrix import parsing
from bot.adapters.matrix.buttons import TURNING, Keyboard, Placed
from bot.adapters.matrix.client import Client
from bot.adapters.matrix.memory import Memory
from bot.adapters.matrix.refs import chat_ref, message_ref, person
from bot.adapters.matrix.sending import PREFIX
from bot.adapters.matrix.signing import Devices
from bot.adapters.matrix.syncing import Batch, News
from bot.domain.exposure import Exposure
from bot.ports import Event as CoreEvent
from bot.ports import (
    Exposed,
    Joined,
    Left,
    Memo,
    Message,
    Moved,
    Origin,
    Place,
    Press,
    Unread,
)

log = logging.getLogger(__name__)

KEY_PATIENCE = 15.0
"""Seconds for which a message waits for its key before its sender is asked to send it again."""

_EXPOSING = {
    "m.room.join_rules": ("join_rule", "public", Exposure.PUBLIC),
    "m.room.history_visibility": ("history_visibility", "world_readable", Exposure.READABLE),
}


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


class Reading:
    """`is_admin_room` knows the admin room; `trusts_server` says that its word is enough there."""

    def __init__(
        self,
        client: Client,
        memory: Memory,
        is_admin_room: Callable[[str], bool],
        busy: asyncio.Lock,
        *,
        trusts_server: bool,
    ) -> None:
        self._client = client
        self._memory = memory
        self._is_admin_room = is_admin_room
        self._busy = busy
        self._trusts_server = trusts_server
        self._devices = Devices(client, memory)
        self._waiting: dict[str, Waiting] = {}
        self.commands: frozenset[str] = frozenset()
        """The names of all commands: another word after the sign means a button."""
        self.my_name = ""

    def waits(self) -> bool:
        return bool(self._waiting)

    async def load(self, stored: Mapping[str, str]) -> None:
        """What waited for its key when the program ended."""
        for event_id, text in stored.items():
            room, source = json.loads(text)
            event = Event.parse_encrypted_event(source)
            if isinstance(event, MegolmEvent):
                event.room_id = room
                self._waiting[event_id] = Waiting(room, event, time.monotonic())

    async def read(self, news: News) -> Batch:
        batch = Batch()
        for room_id, events in news.rooms.items():
            room = self._client.rooms.get(room_id)
            if room is not None:
                await self._room(batch, room, events, is_first=news.is_first)
        for room_id, info in news.response.rooms.leave.items():
            self._left(batch, room_id, info.timeline.events)
        await self._look_at_waiting(batch)
        return batch

    # -- rooms -------------------------------------------------------------------------------------

    async def _room(
        self, batch: Batch, room: MatrixRoom, events: Sequence[Event], *, is_first: bool
    ) -> None:
        own = [at for at, event in enumerate(events) if self._is_own_join(event)]
        events = events[own[-1] :] if own else events
        self._note_privacy(batch, room, events)
        if own:
            batch.events.append(self._joined(room, events[0]))
        if is_first:
            # With no token the server shows old messages, which were never meant for this start.
            return
        for event in events:
            if event.sender != self._client.user_id:
                await self._event(batch, room, event)

    def _is_own_join(self, event: Event) -> bool:
        return (
            isinstance(event, RoomMemberEvent)
            and event.state_key == self._client.user_id
            and event.membership == "join"
            and event.prev_membership != "join"
        )

    def _others(self, room: MatrixRoom) -> list[str]:
        return [user for user in room.users if user != self._client.user_id]

    def place(self, room: MatrixRoom) -> Place:
        """A private chat has one other member, and was opened as one or has no name."""
        if self._is_admin_room(room.room_id):
            return Place.ADMIN
        alone = len(self._others(room)) == 1
        known = self._memory.room(room.room_id)
        return Place.PRIVATE if alone and (known.direct or not room.name) else Place.GROUP

    def _note_privacy(self, batch: Batch, room: MatrixRoom, events: Sequence[Event]) -> None:
        """Remember with whom the room is private. Where somebody else has come, or the person has
        left, it is no more; that ends when the two are alone again."""
        known = self._memory.room(room.room_id)
        others = self._others(room)
        now = others[0] if self.place(room) is Place.PRIVATE else None
        new = replace(known, private_with=now, joined=True, was_met=known.was_met or bool(others))
        if known == new:
            return
        batch.memos.append(self._memory.note_room(room.room_id, new))
        if not events:
            return
        if known.private_with not in {None, now}:
            where = self._origin(room, events[-1], known.private_with, Place.PRIVATE)
            batch.events.append(Left(replace(where, id=f"{where.id}:private")))
        if known.joined and now not in {None, known.private_with}:
            where = self._origin(room, events[-1], now, Place.PRIVATE)
            batch.events.append(Joined(replace(where, id=f"{where.id}:alone")))

    def _joined(self, room: MatrixRoom, event: Event) -> CoreEvent:
        """A private chat begins as if the person had said so."""
        place = self.place(room)
        if place is Place.PRIVATE:
            return Message(self._origin(room, event, self._others(room)[0], place), "/start")
        return Joined(self._origin(room, event, event.sender, place))

    def _left(self, batch: Batch, room_id: str, events: Sequence[Event]) -> None:
        known = self._memory.room(room_id)
        if not known.joined:
            return
        batch.memos.append(self._memory.forget_room(room_id))
        last = [e for e in events if getattr(e, "state_key", None) == self._client.user_id]
        sender = known.private_with or (last[-1].sender if last else self._client.user_id)
        event_id = last[-1].event_id if last else f"left:{room_id}:{time.time_ns()}"
        place = Place.PRIVATE if known.private_with else Place.GROUP
        if self._is_admin_room(room_id):
            place = Place.ADMIN
        is_private = place is Place.PRIVATE
        chat = parsing.private_chat(room_id, sender) if is_private else chat_ref(room_id)
        at = parsing.moment(last[-1].server_timestamp if last else None)
        batch.events.append(Left(Origin(event_id, chat, place, person(sender), sender, None, at)))
        self._client.rooms.pop(room_id, None)

    # -- events ------------------------------------------------------------------------------------

    async def _event(self, batch: Batch, room: MatrixRoom, event: Event) -> None:
        try:
            found = await self._core_event(batch, room, event)
        except Exception as error:  # noqa: BLE001 - made by a stranger: the others go on
            log.warning("an event of Matrix is left out: %s", type(error).__name__)
            return
        if found is not None:
            batch.events.append(found)

    async def _core_event(self, batch: Batch, room: MatrixRoom, event: Event) -> CoreEvent | None:
        if isinstance(event, MegolmEvent):
            self._wait(batch, room.room_id, event)
            return None
        if isinstance(event, RedactionEvent):
            return await self._taken_away(room, event)
        content = event.source.get("content")
        content = content if isinstance(content, dict) else {}
        match event.source.get("type"):
            case "m.room.message":
                return await self._message(room, event, content)
            case "m.reaction":
                return await self._reaction(batch, room, event, content)
        return self._state(room, event, content)

    def _state(
        self, room: MatrixRoom, event: Event, content: Mapping[str, Any]
    ) -> CoreEvent | None:
        kind = event.source.get("type")
        if event.source.get("state_key") != "":
            return None
        if kind == "m.room.tombstone":
            return self._replaced(room, event, content)
        if kind in _EXPOSING and self._is_admin_room(room.room_id):
            name, bad, reason = _EXPOSING[kind]
            if content.get(name) == bad:
                return Exposed(self._origin(room, event), reason)
        return None

    async def _message(
        self, room: MatrixRoom, event: Event, content: Mapping[str, Any]
    ) -> CoreEvent | None:
        said = parsing.said(content, self._client.user_id, self.my_name, PREFIX)
        if said.edits or content.get("msgtype") == "m.notice":
            return None
        place = self.place(room)
        origin = await self._proven(room, self._origin(room, event, thread=said.thread), event)
        if not said.readable:
            return Message(origin, "") if place is Place.PRIVATE else None
        pressed = await self._typed_press(room, said, origin)
        if pressed is not None:
            return pressed
        reply_to = None if said.reply_to is None else message_ref(said.reply_to)
        # In a group the sign may be meant for another bot.
        return Message(origin, said.text, reply_to, named=said.named or place is not Place.GROUP)

    async def _typed_press(
        self, room: MatrixRoom, said: parsing.Said, origin: Origin
    ) -> CoreEvent | None:
        """`!confirm` presses the button of that name on the newest message that has it; below a
        message, the one of that message, whatever its name."""
        if not said.text.startswith("/"):
            return None
        name, *rest = said.text.removeprefix("/").split()[:2] or [""]
        name = name.casefold()
        if rest or (said.reply_to is None and name in self.commands):
            return None
        known = self._memory.room(room.room_id)
        for message in [said.reply_to] if said.reply_to else known.newest:
            keyboard = await self._memory.keyboard(message)
            button = keyboard.by_name(name) if keyboard is not None else None
            if button is not None:
                return self._press(origin, message, button)
        return None

    async def _reaction(
        self, batch: Batch, room: MatrixRoom, event: Event, content: Mapping[str, Any]
    ) -> CoreEvent | None:
        found = parsing.reaction(content)
        if found is None:
            return None
        message, sign = found
        keyboard = await self._keyboard(room, message)
        button = keyboard.by_sign(sign) if keyboard is not None else None
        if button is None:
            return None
        if button.name in TURNING:
            batch.memos.append(self._memory.note_press(event.event_id, message, sign))
        origin = await self._proven(room, self._origin(room, event), event)
        return self._press(origin, message, button)

    async def _taken_away(self, room: MatrixRoom, event: RedactionEvent) -> CoreEvent | None:
        """On a page that turns the same touch puts a press and takes it away: both count."""
        found = await self._memory.press(event.redacts)
        if found is None:
            return None
        message, sign = found
        keyboard = await self._keyboard(room, message)
        button = keyboard.by_sign(sign) if keyboard is not None else None
        if button is None or button.name not in TURNING:
            return None
        return self._press(self._origin(room, event), message, button)

    async def _keyboard(self, room: MatrixRoom, message: str) -> Keyboard | None:
        """Of a message of this room. One that is just being sent is waited for."""
        async with self._busy:
            keyboard = await self._memory.keyboard(message)
        return keyboard if keyboard is not None and keyboard.room == room.room_id else None

    def _press(self, origin: Origin, message: str, button: Placed) -> Press:
        press = json.dumps([message, origin.user.key])
        return Press(origin, press, message_ref(message), button.data)

    def _replaced(
        self, room: MatrixRoom, event: Event, content: Mapping[str, Any]
    ) -> CoreEvent | None:
        """A group goes on in its new room; an admin room is frozen until somebody has looked."""
        if self._is_admin_room(room.room_id):
            return Exposed(self._origin(room, event), Exposure.REPLACED)
        to = content.get("replacement_room")
        if not isinstance(to, str) or not to.startswith("!"):
            return None
        origin = self._origin(room, event)
        is_private = origin.place is Place.PRIVATE
        new = parsing.private_chat(to, origin.user.key) if is_private else chat_ref(to)
        return Moved(origin, new)

    # -- who and where -----------------------------------------------------------------------------

    def _origin(
        self,
        room: MatrixRoom,
        event: Event,
        user: str | None = None,
        place: Place | None = None,
        thread: str | None = None,
    ) -> Origin:
        who, where = user or event.sender, place or self.place(room)
        is_private = where is Place.PRIVATE
        return Origin(
            event.event_id,
            parsing.private_chat(room.room_id, who) if is_private else chat_ref(room.room_id),
            where,
            person(who),
            parsing.shown_name(room.user_name(who), who),
            None,
            parsing.moment(event.server_timestamp),
            thread,
        )

    async def _proven(self, room: MatrixRoom, origin: Origin, event: Event) -> Origin:
        """In an encrypted admin room the server's word alone does not say who it was."""
        if origin.place is not Place.ADMIN or not room.encrypted or self._trusts_server:
            return origin
        proven = bool(event.decrypted) and await self._devices.is_of(event.sender, event.sender_key)
        return replace(origin, proven=proven)

    # -- what cannot be read yet -------------------------------------------------------------------

    def _wait(self, batch: Batch, room: str, event: MegolmEvent) -> None:
        event.room_id = room
        if event.event_id in self._waiting:
            return
        self._waiting[event.event_id] = Waiting(room, event, time.monotonic())
        value = json.dumps([room, event.source])
        batch.memos.append(Memo("unread", event.event_id, value))

    async def _look_at_waiting(self, batch: Batch) -> None:
        """One message that has waited too long speaks for all of its session: it is asked for
        once."""
        late = time.monotonic() - KEY_PATIENCE
        given_up = {waiting.session for waiting in self._waiting.values() if waiting.since <= late}
        asked: set[tuple[str, str | None]] = set()
        for event_id, waiting in list(self._waiting.items()):
            room = self._client.rooms.get(waiting.room)
            event = self._client.decrypted(waiting.event) if room is not None else None
            if room is not None and event is not None:
                await self._event(batch, room, event)
            elif room is not None and waiting.session not in given_up:
                continue
            elif room is not None and waiting.session not in asked:
                asked.add(waiting.session)
                origin = self._origin(room, waiting.event)
                batch.events.append(Unread(replace(origin, id=f"{event_id}:unread")))
            del self._waiting[event_id]
            batch.memos.append(Memo("unread", event_id, None))
