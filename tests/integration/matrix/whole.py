"""The whole bot on a real homeserver, in this process; people are clients of their own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.adapters.matrix import Account, MatrixAdapter
from bot.bootstrap.opening import open_storage
from bot.bootstrap.wiring import Bot, build
from bot.domain.counts import Counts
from bot.storage.database import Database
from bot.storage.tables import admin_actions, endorsements, questions
from tests.integration.telegram.whole import MovableClock
from tests.support.dialogue import settings_in
from tests.support.numbers import in_order
from tests.support.signed import prepare, sign_all
from tests.support.statements import library_of, write_port
from tests.support.synapse import Account as Registered
from tests.support.synapse import Heard, Homeserver, Person

WITHIN = 30.0
PORT = "port"


@dataclass
class Whole:
    """The statement is `port`; `id` is the bot's account."""

    homeserver: Homeserver
    id: str
    adapter: MatrixAdapter
    database: Database
    bot: Bot
    clock: MovableClock

    @property
    def admins(self) -> str:
        """The admin room."""
        assert self.adapter.admin_room.id is not None
        return self.adapter.admin_room.id

    async def ask(self, person: Person, room: str, text: str, **how: Any) -> Heard:
        """What the bot says next in the room."""
        before = len(person.said_in(room, self.id))
        await person.say(room, text, **how)
        return await self.answer(person, room, before)

    async def hears(self, person: Person, room: str, text: str, words: str, **how: Any) -> Heard:
        """What the bot then says with these words, whatever else it says."""
        before = len(person.said_in(room, self.id))
        await person.say(room, text, **how)
        return await person.wait_for(
            lambda: next(
                (h for h in person.said_in(room, self.id)[before:] if words in h.text), None
            )
        )

    async def sign(self, person: Person, name: str, room: str | None = None) -> str:
        """The whole conversation in a private chat, a new one where none is given; its room."""
        if room is None:
            room = await person.chat(self.id)
            await person.hear(room, "Hello")
        # A name that holds a user name is asked about once.
        odd = ((name, "Is that right"),) if "@" in name else ()
        for typed, answer in (
            (f"!sign {PORT}", "You're about to sign"),
            ("!confirm", "What's your name"),
            *odd,
            ("!confirm" if odd else name, "your profession"),
            ("!skip", "Which country"),
            ("!skip", "!public"),
            ("!public", "!confirm"),
            ("!confirm", "Recorded. Your number is"),
        ):
            await self.hears(person, room, typed, answer)
        return room

    async def answer(self, person: Person, room: str, before: int) -> Heard:
        """The first message of the bot's behind so many."""
        await person.wait_for(lambda: len(person.said_in(room, self.id)) > before)
        heard = person.said_in(room, self.id)[before]
        assert heard.readable, heard
        return heard

    async def do(self, person: Person, room: str, text: str) -> None:
        """Type something that is answered by a new message or by an edit of an earlier one."""

        def changes() -> int:
            return sum(1 + heard.edits for heard in person.said_in(room, self.id))

        before = changes()
        await person.say(room, text)
        await person.wait_for(lambda: changes() > before)

    async def signed(self, *names: str) -> None:
        """There are so many more endorsements to decide on, from people who cannot be reached."""
        async with self.database.unit() as unit:
            known = await unit.endorsements.total()
        if not known:
            await prepare(self.database, PORT)
        await sign_all(self.database, names, PORT)
        async with self.database.unit() as unit:
            await unit._connection.execute(endorsements.update().values(sealed_route=None))

    async def decided(self) -> list[tuple[object, ...]]:
        """All that a decision would change in the database."""
        found: list[tuple[object, ...]] = []
        async with self.database.unit() as unit:
            for table in (endorsements, admin_actions, questions):
                # Whether it has a card is nobody's decision.
                kept = [c for c in table.c if c.name not in {"carded", "fresh", "version"}]
                rows = await unit._connection.execute(sa.select(*kept))
                found += [tuple(row) for row in rows]
        return found

    async def counts(self) -> Counts:
        async with self.database.unit() as unit:
            found = await unit.endorsements.counts(s.id for s in self.bot.campaign.library)
        return next(iter(found.values()))


@contextlib.asynccontextmanager
async def whole_bot(
    folder: Path,
    homeserver: Homeserver,
    account: Registered,
    *,
    url: str | None = None,
    **options: Any,
) -> AsyncIterator[Whole]:
    """The bot in that folder, which reaches the server by `url`; `options` are the adapter's."""
    if not (folder / "statements").exists():
        write_port(folder)
    settings = settings_in(folder, folder / "statements")
    adapter = MatrixAdapter(
        Account(url or homeserver.url, account.user, password=account.password),
        folder / "matrix",
        **options,
    )
    clock = MovableClock()
    async with open_storage(settings, draw=in_order) as database:
        library = library_of(settings)
        bot = await build(settings, library, database, {adapter.name: adapter}, clock)
        running = asyncio.create_task(bot.run())
        ready = asyncio.create_task(adapter.prepared())
        try:
            await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            yield Whole(homeserver, account.user, adapter, database, bot, clock)
        finally:
            ready.cancel()
            running.cancel()
            await asyncio.gather(running, ready, return_exceptions=True)
