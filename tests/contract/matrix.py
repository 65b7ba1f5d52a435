"""The Matrix adapter on a real homeserver, in encrypted rooms, with people on clients of their
own."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from bs4 import BeautifulSoup
from nio import DownloadResponse
from nio.crypto.attachments import decrypt_attachment

from bot.adapters.matrix import Account, MatrixAdapter
from bot.adapters.matrix.parsing import room_and_person
from bot.domain.ids import ChatRef
from bot.ports import (
    Event,
    FetchesFiles,
    GetsReady,
    HasAddress,
    Joined,
    Left,
    Message,
    Press,
    ReportsProblems,
    ShowsMenus,
)
from tests.contract.inbox import MemoryInbox
from tests.contract.stage import ADMINS, Seen, Stage
from tests.support.synapse import Heard, Homeserver, Person
from tests.support.synapse.fixtures import unique_name

LEGEND = re.compile(r"(?P<sign>\S+) (?P<label>.+) · \u2066?!(?P<typed>[^\u2069]+)\u2069?")


class MatrixBot:
    """The adapter at work, for one test after the other: to begin takes it longer than most of
    them. The admin room is the one that it makes, for a founder who lets others in. They stay as
    long: a device that begins anew could publish no keys under its old name."""

    def __init__(self, homeserver: Homeserver, folder: Path) -> None:
        self.homeserver = homeserver
        self.inbox = MemoryInbox()
        self.folder = folder

    async def __aenter__(self) -> MatrixBot:
        bot = await self.homeserver.register(unique_name("bot"))
        account = await self.homeserver.register(unique_name("founder"))
        self.founder = Person(self.homeserver, account, self.folder / "founder")
        await self.founder.__aenter__()
        await self.founder.client.set_displayname("founder")
        self.id = bot.user
        self._account = Account(self.homeserver.url, bot.user, password=bot.password)
        self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
        await self.founder.__aexit__(kind, error, trace)

    def start(self) -> None:
        admins = [self.founder.id]
        self.adapter = MatrixAdapter(self._account, self.folder / "matrix", admins=admins)
        self.running = asyncio.create_task(self.adapter.run(self.inbox))

    async def stop(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)


class MatrixStage(Stage):
    """People and rooms are new in each test; people come when they first write."""

    language = None  # No client tells it.
    can = frozenset({GetsReady, HasAddress, ShowsMenus, FetchesFiles, ReportsProblems})

    def __init__(self, bot: MatrixBot, folder: Path) -> None:
        self._bot = bot
        self._homeserver = bot.homeserver
        self._folder = folder
        self._people = {"founder": bot.founder}
        self._rooms: dict[str, str] = {}
        self._founders: dict[str, Person] = {}
        """Who was first in a room."""
        self._since: dict[str, str | None] = {}
        """The cursor before each event that was written."""
        self._stack = AsyncExitStack()
        self.inbox = bot.inbox
        self.inbox.events.clear()
        self.adapter = bot.adapter

    async def __aenter__(self) -> MatrixStage:
        await self._stack.__aenter__()
        await self._bot.adapter.prepared()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)
        if self._bot.running.done():
            self._bot.running.result()

    # -- who is where ------------------------------------------------------------------------------

    async def _person(self, who: str) -> Person:
        if who not in self._people:
            account = await self._homeserver.register(unique_name(who))
            person = Person(self._homeserver, account, self._folder / account.user)
            await person.client.set_displayname(who)
            self._people[who] = await self._stack.enter_async_context(person)
        return self._people[who]

    async def _enter(self, who: str, where: str | None) -> None:
        person, name = await self._person(who), _name(who, where)
        if name not in self._rooms:
            await self._open(person, where, name)
        room = self._rooms[name]
        if room not in person.client.rooms:
            await self._founders[room].invite(room, person.id)
            await person.wait_until_there(room, person.id)

    async def _open(self, person: Person, where: str | None, name: str) -> None:
        before = len(self.inbox.events)
        founder = person
        if where == ADMINS:
            founder = self._bot.founder
            assert self.adapter.admin_chat is not None
            room = self.adapter.admin_chat.key
            await founder.wait_until_there(room, founder.id)
        elif where is None:
            # It counts as a word of the person's that they have opened it.
            room = await person.chat(self._bot.id)
            await self.inbox.next(Message, before)
        else:
            room = await person.create([self._bot.id], name=where)
            await self.inbox.next(Joined, before)
        self._rooms[name], self._founders[room] = room, founder

    # -- what they do ------------------------------------------------------------------------------

    async def write(
        self, who: str, where: str | None, text: str, reply_to: str | None = None
    ) -> Message:
        await self._enter(who, where)
        return await super().write(who, where, text, reply_to)

    async def _write(self, who: str, where: str | None, text: str, reply_to: str | None) -> None:
        room, since = self._rooms[_name(who, where)], self.inbox.stored_cursor
        typed = f"!{text[1:]}" if text.startswith("/") else text
        event = await self._people[who].say(room, typed, reply_to=reply_to)
        self._since[event] = since

    async def send_file(
        self, who: str, where: str | None, name: str, data: bytes, caption: str = ""
    ) -> Message:
        await self._enter(who, where)
        return await super().send_file(who, where, name, data, caption)

    async def _send_file(
        self, who: str, where: str | None, name: str, data: bytes, caption: str
    ) -> None:
        typed = f"!{caption[1:]}" if caption.startswith("/") else caption
        await self._people[who].send_file(self._rooms[_name(who, where)], name, data, typed)

    async def _edit(self, who: str, ref: str, text: str) -> None:
        await self._people[who].edit(self._rooms[_name(who, None)], ref, text)

    async def _press(self, who: str, where: str | None, ref: str, name: str) -> None:
        person = self._people[who]
        message = await person.wait_for(lambda: _by_id(person, ref))
        _, legend = parted(message.text)
        (sign,) = [line["sign"] for line in legend if line["typed"] == name]
        await person.press(message, sign)

    async def leave(self, who: str) -> None:
        before = len(self.inbox.events)
        await self._people[who].leave(self._rooms[_name(who, None)])
        await self.inbox.next(Left, before)

    async def repeat(self, event: Event) -> None:
        await self._bot.stop()
        self.inbox.stored_cursor = self._since[event.origin.id]
        self._bot.start()
        self.adapter = self._bot.adapter

    # -- what they see -----------------------------------------------------------------------------

    async def seen(self, chat: ChatRef) -> list[Seen]:
        return [await self._seen(heard) for heard in await self._heard(chat)]

    async def notices(self, event: Press) -> list[str]:
        heard = await self._heard(event.origin.chat)
        below = {"m.in_reply_to": {"event_id": event.message}}
        mentioned = {"user_ids": [event.origin.user.key]}
        return [
            each.text
            for each in heard
            if each.content.get("m.relates_to") == below and each.content["m.mentions"] == mentioned
        ]

    async def _heard(self, chat: ChatRef) -> list[Heard]:
        """All that the bot has said in a room and not taken away."""
        room, _ = room_and_person(chat)
        person = self._founders[room]
        # Not a bot's business, and behind everything that the server has had before.
        mark = {"msgtype": "m.notice", "body": "And now?"}
        event = await person.send(room, "m.room.message", mark, clear=True)
        await person.wait_for(lambda: _by_id(person, event))
        heard = [each for each in person.said_in(room, self._bot.id) if each.kind != "redacted"]
        assert all(each.readable and each.encrypted for each in heard)
        return heard

    async def _seen(self, heard: Heard) -> Seen:
        """Each button has a line in the legend and a sign below the message, and no sign is left
        without one."""
        assert heard.html is None or _shown(heard.html) == heard.text
        text, legend = parted(heard.text)
        placed = {sign for user, sign in heard.reactions if user == self._bot.id}
        assert placed == {line["sign"] for line in legend}
        file = await self._file(heard) if heard.kind in {"m.file", "m.image"} else None
        shown = heard.content["info"] if heard.kind == "m.image" else None
        assert shown is None or shown["mimetype"] == "image/png"
        picture = shown and (shown["w"], shown["h"])
        return Seen(heard.id, text, tuple(line["label"] for line in legend), file, picture)

    async def _file(self, heard: Heard) -> tuple[str, bytes]:
        how: dict[str, Any] = heard.content["file"]
        answer = await self._founders[heard.room].client.download(how["url"])
        assert isinstance(answer, DownloadResponse), answer
        assert isinstance(answer.body, bytes)
        data = decrypt_attachment(answer.body, how["key"]["k"], how["hashes"]["sha256"], how["iv"])
        return heard.content["filename"], data


def _name(who: str, where: str | None) -> str:
    return f"@{who}" if where is None else where


def _by_id(person: Person, event: str) -> Heard | None:
    return next((heard for heard in person.heard if heard.id == event), None)


def parted(text: str) -> tuple[str, list[re.Match[str]]]:
    """What a message says, and its legend."""
    above, _, below = text.rpartition("\n\n")
    found = [LEGEND.fullmatch(line) for line in below.split("\n")]
    legend = [line for line in found if line]
    return (above, legend) if legend and len(legend) == len(found) else (text, [])


def _shown(html: str) -> str:
    """The words of a formatted message."""
    soup = BeautifulSoup(html, "html.parser")
    for each in soup.find_all("br"):
        each.replace_with("\n")
    return soup.get_text()
