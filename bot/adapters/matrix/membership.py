"""What became of people in a room: who came, who left or was removed, who speaks for it no more."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace

from nio import MatrixRoom, RoomMemberEvent
from nio.events import Event

from bot.adapters.matrix.client import Client, Refused
from bot.adapters.matrix.faults import UNREACHED
from bot.adapters.matrix.rights import Rights
from bot.adapters.matrix.rooms import Rooms
from bot.ports import Demoted, Entered, Gone, Origin, Place

log = logging.getLogger(__name__)

_OUT = {"leave", "ban"}


class Membership:
    """What a room's state says of people. Of bots other than ourselves Matrix does not say that
    they are some."""

    def __init__(self, client: Client, rooms: Rooms, rights: Rights) -> None:
        self._client = client
        self._rooms = rooms
        self._rights = rights
        self.since: dt.datetime | None = None
        """What is read now has not happened before that, whatever time a member's own server gives
        it: a vote goes by when somebody came."""
        self._before: dict[str, str | None] = {}
        """Which room each has taken the place of."""

    async def changes(self, room: MatrixRoom, event: Event) -> list[Entered | Gone | Demoted]:
        """In the admin room it counts who comes."""
        if isinstance(event, RoomMemberEvent):
            return [found async for found in self._changed(room, event)]
        is_admin_room = self._rooms.is_admin_room(room.room_id)
        return [] if is_admin_room else list(self._demoted(room, event))

    async def _changed(
        self, room: MatrixRoom, event: RoomMemberEvent
    ) -> AsyncIterator[Entered | Gone]:
        """Not what somebody is called, and no invitations."""
        who, before, now = event.state_key, event.prev_membership, event.membership
        if self._rooms.is_admin_room(room.room_id):
            if now == "join" != before:
                yield Entered(self._rooms.origin(room, event, who))
            return
        origin = self._origin(room, event, who)
        if now == "join" != before and not await self._came_along(room.room_id, who):
            yield Entered(origin)
        elif now in _OUT and before == "join":
            yield Gone(origin)

    async def arrived(self, room: MatrixRoom, event: Event) -> list[Entered]:
        """The bot has come, by that event, into a room that has taken another's place: who is there
        already, and is not in the other, has entered the group unseen."""
        old = await self._old(room.room_id)
        new = [user for user in room.users if old is not None and not _is_in(old, user)]
        origins = [self._origin(room, event, user) for user in new]
        return [
            Entered(replace(origin, id=f"{origin.id}:{origin.user.key}"))
            for origin in origins
            if _is_in(room, origin.user.key) and origin.user.key != self._client.user_id
        ]

    def _demoted(self, room: MatrixRoom, event: Event) -> Iterator[Demoted]:
        """By new power levels; nobody where it is not known what they were."""
        source = event.source
        if (source.get("type"), source.get("state_key")) != ("m.room.power_levels", ""):
            return
        unsigned = source.get("unsigned")
        old = unsigned.get("prev_content") if isinstance(unsigned, Mapping) else None
        if not isinstance(old, Mapping):
            return
        for user in self._rights.demoted(old, source["content"]):
            if user in room.users:
                origin = self._origin(room, event, user)
                yield Demoted(replace(origin, id=f"{origin.id}:{user}"))

    def _origin(self, room: MatrixRoom, event: Event, user: str) -> Origin:
        origin = self._rooms.origin(room, event, user, Place.GROUP)
        return replace(origin, at=max(origin.at, self.since or origin.at))

    async def _came_along(self, room: str, user: str) -> bool:
        """Whether they are in the room that this one has taken the place of: then they have not
        come into the group."""
        old = await self._old(room)
        return old is not None and _is_in(old, user)

    async def _old(self, room: str) -> MatrixRoom | None:
        """Where that cannot be asked, there is none: that is no reason to let anybody in."""
        if room not in self._before:
            try:
                self._before[room] = await self._predecessor(room)
            except (*UNREACHED, Refused) as error:
                log.warning("a room's past cannot be looked up: %s", type(error).__name__)
        return self._client.rooms.get(self._before.get(room) or "")

    async def _predecessor(self, room: str) -> str | None:
        """Both sides must say so: anybody can call a new room that of others."""
        create = await self._client.state(room, "m.room.create") or {}
        named = create.get("predecessor")
        old = named.get("room_id") if isinstance(named, Mapping) else None
        if not isinstance(old, str) or old not in self._client.rooms:
            return None
        tombstone = await self._client.state(old, "m.room.tombstone") or {}
        return old if tombstone.get("replacement_room") == room else None


def _is_in(room: MatrixRoom, user: str) -> bool:
    return user in room.users and not room.users[user].invited
