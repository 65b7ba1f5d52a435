"""A campaign that goes on elsewhere: how its database is left here, and how it arrives there.

The logs end here with an entry that says where they go on, which is the first thing that both have
in common: two histories under one key would look like a forgery to everybody who watches the log.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Route, Status
from bot.domain.ids import AdapterName
from bot.domain.log import EntryKind, LifeEvent, life_body
from bot.storage import tallies
from bot.storage.accepting import mark_unlogged
from bot.storage.endorsements import place_of
from bot.storage.errors import StorageFault
from bot.storage.ledger import ID
from bot.storage.log import Entry
from bot.storage.meta import MOVED
from bot.storage.sealing import Sealed
from bot.storage.tables import endorsements, meta
from bot.storage.unit import Unit

ADMIN_CHAT = "admin chat"
"""Begins the name in `meta` under which a platform's admin chat is kept."""

CHANGED_TEXTS = "changed texts"
"""Value in `meta`, sealed: what admins are asked about texts that were changed."""

LIVING_COUNTS, COUNT_CODES = "living counts", "codes of living counts"
ANNOUNCEMENTS = "announcements"
"""Values in `meta`, sealed: the counts that are kept up to date in chats, and by what codes another
may begin."""

ADDITIONS = "paper"
"""Value in `meta`, sealed: what admins add from paper, while it can be confirmed or undone."""

AT_ONCE = 500
_ROUTE = Sealed(Route, "endorsements.route")


async def leave(unit: Unit, place: str) -> None:
    """End every log here with the place where it goes on. Done again, it changes nothing."""
    if await unit.meta.get_sealed(MOVED) is not None:
        return
    for statement in await unit.statements.known():
        said = Entry(EntryKind.LIFE, life_body(LifeEvent.MOVED, place))
        await unit.log.append(statement, [said])
    await unit.meta.put_sealed(MOVED, place.encode())


async def checkpoints(unit: Unit) -> dict[str, str]:
    """Of every statement's log."""
    return {name: await unit.log.checkpoint(name) for name in await unit.statements.known()}


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is done where a database arrives. `promised` are the checkpoints of its logs as the
    one who handed it over signed them, `adapters` the platforms on which the campaign goes on."""

    promised: Mapping[str, str]
    adapters: Collection[AdapterName]

    async def check(self, unit: Unit) -> None:
        """Raises `StorageFault` where the logs are not the promised ones."""
        if await checkpoints(unit) != dict(self.promised):
            raise StorageFault(
                "the logs in this file are not those that its manifest promises; nothing was "
                "taken over"
            )

    async def settle(self, connection: AsyncConnection, unit: Unit) -> None:
        """Go on here, under an id of its own: it shares no ledger with what was left behind."""
        # Admins are asked anew about changed texts, as nobody here has seen the question. Living
        # counts stand in messages of the account that was left behind, and whoever asked for news
        # is not known here.
        gone = meta.c.name.in_(
            [MOVED, ID, CHANGED_TEXTS, LIVING_COUNTS, COUNT_CODES, ANNOUNCEMENTS, ADDITIONS]
        )
        await connection.execute(meta.delete().where(gone))
        await self._forget_chats(connection)
        await self._forget_routes(connection, unit)
        # No message is known any more that shows what waits.
        anew = endorsements.update().where(endorsements.c.status == Status.PENDING)
        await unit.tallies.flush()
        await connection.execute(anew.values(carded=False, fresh=True))
        await tallies.set_anew(connection)
        # What was withdrawn there after its log had ended.
        await mark_unlogged(connection, unit)

    async def _forget_chats(self, connection: AsyncConnection) -> None:
        kept = [f"{ADMIN_CHAT} {adapter}" for adapter in self.adapters]
        name = meta.c.name
        gone = meta.delete().where(name.startswith(ADMIN_CHAT), name.not_in(kept))
        await connection.execute(gone)

    async def _forget_routes(self, connection: AsyncConnection, unit: Unit) -> None:
        """The ways to signers on platforms that the bot is not on any more."""
        c, last = endorsements.c, None
        query = sa.select(c.number, c.signer_tag, c.sealed_route).order_by(c.number)
        query = query.where(c.sealed_route.is_not(None)).limit(AT_ONCE)
        while True:
            behind = query if last is None else query.where(c.number > last)
            rows = (await connection.execute(behind)).all()
            gone = []
            for row in rows:
                route = _ROUTE.open(unit.keys, row.sealed_route, place_of(row.signer_tag))
                if route is not None and route.chat.adapter not in self.adapters:
                    gone.append(row.number)
            update = endorsements.update().where(c.number.in_(gone))
            await connection.execute(update.values(sealed_route=None))
            if len(rows) < AT_ONCE:
                return
            last = rows[-1].number
