"""Who may speak for a room, read from the server at that moment: the library's own picture merges
what was withdrawn, and does not know the creators of a version 12 room."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any

from bot.adapters.matrix.client import Client, Refused
from bot.adapters.matrix.faults import UNREACHED, reason_of
from bot.domain.exposure import Exposure
from bot.domain.ids import ChatRef, UserRef
from bot.ports import GroupFacts, Role

log = logging.getLogger(__name__)

State = Mapping[str, Any]

CREATOR = 1 << 60
"""Above every power level: what the creators of a version 12 room have (MSC4289)."""

EXPOSING = ("m.room.join_rules", "m.room.history_visibility", "m.room.tombstone")
"""The state that says who may come in and read, and whether the room is given up."""

_CLOSED = {"invite", "knock", "private", "restricted", "knock_restricted"}

_OLD = {str(number) for number in range(1, 12)}


class Rights:
    """`power` is what somebody needs to speak for a room; None: what changing its state needs."""

    def __init__(self, client: Client, admins: Collection[str], power: int | None) -> None:
        self._client = client
        self._admins = frozenset(admins)
        self._power = power

    async def role(self, chat: ChatRef, user: UserRef, *, is_admin_room: bool) -> Role:
        """Does not raise."""
        try:
            return await self._role(chat.key, user.key, is_admin_room=is_admin_room)
        except Refused as refused:
            log.warning("a role cannot be looked up: %s", refused)
        except UNREACHED as error:
            log.warning("a role cannot be looked up: %s", reason_of(error))
        return Role.UNKNOWN

    async def _role(self, room: str, user: str, *, is_admin_room: bool) -> Role:
        member = await self._client.state(room, "m.room.member", user)
        if member is None or member.get("membership") != "join":
            return Role.OUTSIDER
        if is_admin_room:
            if await self.exposure(room) is not None:
                return Role.FROZEN
            if self._admins:
                return Role.ADMINISTRATOR if user in self._admins else Role.MEMBER
        levels = await self._client.state(room, "m.room.power_levels")
        create = await self._full_create(room)
        return Role.ADMINISTRATOR if self._speaks(user, levels, create) else Role.MEMBER

    def _speaks(self, user: str, levels: State | None, create: State) -> bool:
        needed = state_level(levels) if self._power is None else self._power
        return level_of(user, levels, create) >= needed

    def demoted(self, old: State, new: State) -> list[str]:
        """Who spoke for the room by its old power levels, and does not by the new ones, of those
        whom they name; the creators of a version 12 room are none of them."""
        lists = [levels.get("users") for levels in (old, new)]
        named = {user for users in lists if isinstance(users, Mapping) for user in users}
        return sorted(u for u in named if self._speaks(u, old, {}) and not self._speaks(u, new, {}))

    async def exposure(self, room: str) -> Exposure | None:
        """Why nobody can decide in this room, None where they can. Raises `Refused`, or one of
        `UNREACHED`."""
        for kind in EXPOSING:
            found = await self._client.state(room, kind)
            exposure = None if found is None else exposed_by(kind, found)
            if exposure is not None:
                return exposure
        return None

    async def group(self, chat: ChatRef) -> GroupFacts | None:
        """Does not raise."""
        try:
            name = await self._client.state(chat.key, "m.room.name") or {}
            members = await self._client.look(["rooms", chat.key, "joined_members"])
        except (*UNREACHED, Refused) as error:
            log.warning("a room cannot be looked up: %s", type(error).__name__)
            return None
        joined = members.get("joined") if isinstance(members, dict) else None
        title = name.get("name")
        if not isinstance(title, str) or not title.strip():
            alias = (await self._alias(chat.key)) or ""
            title = alias
        return GroupFacts(title.strip(), len(joined) if isinstance(joined, dict) else None)

    async def _alias(self, room: str) -> str | None:
        try:
            found = await self._client.state(room, "m.room.canonical_alias") or {}
        except (*UNREACHED, Refused):
            return None
        alias = found.get("alias")
        return alias if isinstance(alias, str) else None

    async def _full_create(self, room: str) -> State:
        """The whole create event: its sender is the creator. Its content alone does not say it."""
        found = await self._client.look(["rooms", room, "state"])
        for event in found if isinstance(found, list) else []:
            if isinstance(event, dict) and event.get("type") == "m.room.create":
                return event
        return {}


def exposed_by(kind: str, content: State) -> Exposure | None:
    """What this state of an admin room makes of it."""
    match kind:
        case "m.room.join_rules":
            return None if content.get("join_rule") in _CLOSED else Exposure.PUBLIC
        case "m.room.history_visibility":
            readable = content.get("history_visibility") == "world_readable"
            return Exposure.READABLE if readable else None
        case "m.room.tombstone":
            return Exposure.REPLACED
    return None


def state_level(levels: State | None) -> int:
    """What changing the room's state needs: 50 where there are levels, be they empty, 0 where there
    are none."""
    if levels is None:
        return 0
    return _whole(levels.get("state_default"), 50)


def level_of(user: str, levels: State | None, create: State) -> int:
    """A member's power (https://spec.matrix.org/v1.16/rooms/v12/#event-format-and-authorization)."""
    content = create.get("content")
    content = content if isinstance(content, Mapping) else {}
    creator = create.get("sender")
    if str(content.get("room_version", "1")) not in _OLD:
        others = content.get("additional_creators")
        creators = {creator, *(others if isinstance(others, list) else ())}
        if user in creators:
            return CREATOR
    if levels is None:
        return 100 if user == creator else 0
    users = levels.get("users")
    given = users.get(user) if isinstance(users, Mapping) else None
    return _whole(given, _whole(levels.get("users_default"), 0))


def _whole(value: object, default: int) -> int:
    """Old rooms hold levels as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lstrip("-").isdigit():
        return int(value)
    return default
