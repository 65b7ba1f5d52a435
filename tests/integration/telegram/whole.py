"""The whole bot on the server double, in this process: people write, the bot answers."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.adapters.telegram import TelegramAdapter
from bot.bootstrap.opening import open_storage
from bot.bootstrap.wiring import Bot, build
from bot.domain.counts import Counts
from bot.domain.ids import AdapterName, ChatRef
from bot.ports import Adapter
from bot.storage.database import Database
from tests.support.botapi import BotApiServer, CallbackQuery, Chat, Message, Person, fast
from tests.support.dialogue import number_in, settings_in
from tests.support.numbers import in_order
from tests.support.statements import library_of, write_port

WITHIN = 15.0
"""Seconds to wait for an answer on a busy machine."""


@dataclass
class MovableClock:
    """This machine's time, moved by a test."""

    ahead: dt.timedelta = field(default_factory=dt.timedelta)

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.ahead


@dataclass
class Whole:
    """`admins` is the admin chat, which Zaid has made; the statement is `port`."""

    server: BotApiServer
    folder: Path
    admins: Chat
    zaid: Person
    clock: MovableClock
    adapter: TelegramAdapter
    database: Database
    bot: Bot

    async def settled(self) -> None:
        """Every update is taken in and handled, every answer delivered."""
        await self.server.settled(WITHIN)
        await self.bot.inbox.settled()

    async def say(self, person: Person, text: str, chat: Chat | None = None, **how: Any) -> str:
        """What the bot answers, the last message where there are several; empty for none."""
        where = chat or person.private
        before = {message.id for message in self.server.sent(where)}
        await person.send(where, text, **how)
        await self.settled()
        new = [message for message in self.server.sent(where) if message.id not in before]
        return (new[-1].text or "") if new else ""

    async def press(self, person: Person, button: str, chat: Chat | None = None) -> CallbackQuery:
        """The newest message with that button; the press as the server knows it then."""
        message, data = self.with_button(chat or person.private, button)
        press = await person.press(message, data)
        await self.settled()
        return press

    def with_button(self, chat: Chat, button: str) -> tuple[Message, str]:
        """The newest message with a button of that name, and what it carries."""
        found = [
            (message, each.data)
            for message in self.server.sent(chat)
            for each in message.buttons
            if each.data and each.data.removeprefix("/").rpartition(":")[2] == button
        ]
        assert found, f"no button {button} in {self.texts(chat)}"
        return found[-1]

    def texts(self, chat: Chat | Person) -> list[str]:
        """What the bot's messages in a chat say now."""
        return [message.text or "" for message in self.server.sent(chat)]

    def card(self, number: int) -> str:
        """The card of a number as it is now."""
        cards = [text for text in self.texts(self.admins) if text.startswith(f"#{number} · ")]
        return cards[-1]

    async def sign(self, person: Person, name: str) -> int:
        """The whole conversation; the number on the receipt."""
        await self.say(person, "/sign port")
        await self.press(person, "confirm")
        await self.say(person, name)
        for button in ("skip", "skip", "public", "confirm"):
            await self.press(person, button)
        return number_in(self.texts(person)[-1])

    async def endorse(self, person: Person, group: Chat) -> int:
        await self.say(person, "/endorse", group)
        await self.press(person, "confirm", group)
        return number_in(self.texts(group)[-1])

    async def counts(self) -> Counts:
        async with self.database.unit() as unit:
            found = await unit.endorsements.counts(s.id for s in self.bot.campaign.library)
        return next(iter(found.values()))

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        async with self.database.unit() as unit:
            return [tuple(row) for row in await unit._connection.execute(sa.text(query))]

    def ref(self, chat: Chat | Person) -> ChatRef:
        return ChatRef(self.adapter.name, str(chat.id))


@contextlib.asynccontextmanager
async def whole_bot(
    folder: Path,
    server: BotApiServer,
    *beside: Adapter,
    endorsement: str = "",
    again: Whole | None = None,
    **options: Any,
) -> AsyncIterator[Whole]:
    """The bot in that folder, by polling, with the platforms `beside`; `options` are those of the
    adapter, `endorsement` further lines of the statement. `again`: it ran there before."""
    zaid = server.person("zaid")
    admins = again.admins if again else server.group("Admins", creator=zaid)
    written = folder / "statements" if again else write_port(folder, endorsement=endorsement)
    settings = settings_in(folder, written)
    own: dict[str, Any] = {"api_url": server.url, "admin_chat": admins.id, "paced": False}
    adapter = TelegramAdapter(server.token, **own | options)
    clock = MovableClock()
    async with open_storage(settings, draw=in_order) as database:
        library = library_of(settings)
        adapters: dict[AdapterName, Adapter] = {each.name: each for each in (adapter, *beside)}
        bot = await build(settings, library, database, adapters, clock)
        running = asyncio.create_task(bot.run())
        try:
            await server.wait_for(lambda: server.updates.polling, WITHIN)
            yield Whole(server, folder, admins, zaid, clock, adapter, database, bot)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@contextlib.asynccontextmanager
async def whole_bot_alone(folder: Path, **options: Any) -> AsyncIterator[Whole]:
    """As `whole_bot`, on a server of its own without limits."""
    async with (
        BotApiServer(rules=fast()) as server,
        whole_bot(folder, server, **options) as whole,
    ):
        yield whole
