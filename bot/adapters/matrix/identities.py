"""Admins' identities: the master key of each account in the admin room, pinned when first seen.

An account's keys are what its homeserver gives out. Pinned, a server that leaves them out or gives
out others can neither decide in an admin's name nor read along.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from bot.adapters.matrix.refs import NAME, chat_ref
from bot.adapters.matrix.store import Memory
from bot.domain.ids import ChatRef, UserRef
from bot.ports import AdminKeys, Memo, Origin, Place, Role

log = logging.getLogger(__name__)

KIND = "identity"
"""The kind of memo that holds a `Pinned`, by the account."""

CODE = 10
"""How many characters of the new key stand in the command that confirms it, 60 bits: what a server
puts in its place after the warning is another one."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """The master key that counts. `other` is the one that was given out last, once they differed:
    nothing of that account counts until another admin has confirmed it."""

    master: str
    other: str | None = None


_PINNED: TypeAdapter[Pinned] = TypeAdapter(Pinned)


class Identities:
    """`role` says who decides in the admin room. `changed` is called with an account of which
    something else counts now."""

    def __init__(
        self, memory: Memory, own: str, role: Callable[[ChatRef, UserRef], Awaitable[Role]]
    ) -> None:
        self._memory = memory
        self._own = own
        self._role = role
        self._known: dict[str, Pinned] = {}
        self.changed: Callable[[str], None] = lambda _user: None

    def load(self, stored: Mapping[str, str]) -> None:
        """What was pinned before the program began."""
        self._known = {user: _PINNED.validate_json(text) for user, text in stored.items()}

    async def counts(self, user: str, master: str | None, room: str) -> bool:
        """Whether the master key that a server gives out for somebody in the admin room is theirs,
        as far as is known. None is nobody's: what was left out may be there."""
        if master is None:
            return False
        known = self._known.get(user)
        if known is None:
            known = Pinned(master)
            await self._keep(user, known)
        elif master != (known.other or known.master):
            known = replace(known, other=master)
            log.warning("the signing keys of an account in the admin room are others than before")
            await self._keep(user, known, self._warning(user, master, room))
        return known == Pinned(master)

    async def confirm(self, origin: Origin, text: str) -> bool:
        """Whether this was the word of an admin that another one's new key is theirs: from now on
        it counts, and the admins are told. It has to be `proven`, which nothing is that comes from
        the account in question."""
        match text.split():
            case ["/trust", user, code]:
                known = self._known.get(user)
            case _:
                return False
        other = None if known is None else known.other
        if other is None or len(code) < CODE or not other.startswith(code):
            return False
        if await self._role(origin.chat, origin.user) is not Role.ADMINISTRATOR:
            return False
        own = replace(origin, id=f"trusted:{user}:{other}")
        await self._keep(user, Pinned(other), AdminKeys(own, user))
        self.changed(user)
        return True

    async def _keep(self, user: str, pinned: Pinned, *told: AdminKeys) -> None:
        self._known[user] = pinned
        await self._memory.keep([Memo(KIND, user, _PINNED.dump_json(pinned).decode())], told)

    def _warning(self, user: str, master: str, room: str) -> AdminKeys:
        me, now = UserRef(NAME, self._own), dt.datetime.now(dt.UTC)
        origin = Origin(f"identity:{user}:{master}", chat_ref(room), Place.ADMIN, me, "", None, now)
        return AdminKeys(origin, user, master[:CODE])
