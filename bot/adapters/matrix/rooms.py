"""What the bot's rooms are: private chats, groups, the admin room; and who is in them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from nio import MatrixRoom, RoomMemberEvent
from nio.events import Event

from bot.adapters.matrix import parsing
from bot.adapters.matrix.client import Client
from bot.adapters.matrix.refs import chat_ref, person
from bot.adapters.matrix.store import Memory
from bot.adapters.matrix.sync import Batch
from bot.ports import Event as CoreEvent
from bot.ports import Joined, Left, Message, Origin, Place


class Rooms:
    """`is_admin_room` knows the admin room."""

    def __init__(
        self, client: Client, memory: Memory, is_admin_room: Callable[[str], bool]
    ) -> None:
        self._client = client
        self._memory = memory
        self.is_admin_room = is_admin_room

    def is_own_join(self, event: Event) -> bool:
        return _is_join(event) and event.source["state_key"] == self._client.user_id

    def _others(self, room: MatrixRoom) -> list[str]:
        return [user for user in room.users if user != self._client.user_id]

    def place(self, room: MatrixRoom) -> Place:
        """A private chat has one other member, and was opened as one or has no name."""
        if self.is_admin_room(room.room_id):
            return Place.ADMIN
        alone = len(self._others(room)) == 1
        known = self._memory.room(room.room_id)
        return Place.PRIVATE if alone and (known.direct or not room.name) else Place.GROUP

    def note_privacy(self, batch: Batch, room: MatrixRoom, events: Sequence[Event]) -> None:
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
            where = self.origin(room, events[-1], known.private_with, Place.PRIVATE)
            batch.events.append(Left(replace(where, id=f"{where.id}:private")))
            if len(others) > 1:
                there = self.origin(room, events[-1], place=Place.GROUP)
                shared = replace(there, id=f"{there.id}:shared")
                batch.events.append(Joined(shared, was_private=True))
        if known.joined and now not in {None, known.private_with}:
            where = self.origin(room, events[-1], now, Place.PRIVATE)
            batch.events.append(Joined(replace(where, id=f"{where.id}:alone")))

    def joined(self, room: MatrixRoom, event: Event) -> CoreEvent:
        """A private chat begins as if the person had said so."""
        place = self.place(room)
        if place is Place.PRIVATE:
            origin = self.origin(room, event, self._others(room)[0], place)
            return Message(replace(origin, proven=False), "/start")
        return Joined(self.origin(room, event, event.sender, place))

    def left(self, batch: Batch, room_id: str, events: Sequence[Event]) -> None:
        known = self._memory.room(room_id)
        if not known.joined:
            return
        batch.memos.append(self._memory.forget_room(room_id))
        last = [e for e in events if getattr(e, "state_key", None) == self._client.user_id]
        sender = known.private_with or (last[-1].sender if last else self._client.user_id)
        event_id = last[-1].event_id if last else f"left:{room_id}:{time.time_ns()}"
        place = Place.PRIVATE if known.private_with else Place.GROUP
        if self.is_admin_room(room_id):
            place = Place.ADMIN
        is_private = place is Place.PRIVATE
        chat = parsing.private_chat(room_id, sender) if is_private else chat_ref(room_id)
        at = parsing.moment(last[-1].server_timestamp if last else None)
        batch.events.append(Left(Origin(event_id, chat, place, person(sender), sender, None, at)))
        self._client.rooms.pop(room_id, None)

    def origin(
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


def _is_join(event: Event) -> bool:
    return (
        isinstance(event, RoomMemberEvent)
        and event.membership == "join"
        and event.prev_membership != "join"
    )
