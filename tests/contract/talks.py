"""People who talk to the whole bot on each platform, under one face: what they type, the buttons
that they see by their labels, and what they read then."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from tests.contract.matrix import parted
from tests.contract.stage import ADMINS, Seen
from tests.integration.matrix.whole import Whole as OnMatrix
from tests.integration.matrix.whole import whole_bot as whole_on_matrix
from tests.integration.telegram.whole import Whole as OnTelegram
from tests.integration.telegram.whole import whole_bot_alone
from tests.support.botapi import CallbackQuery, Chat
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.statements import write_port
from tests.support.synapse import Heard, Homeserver, Person
from tests.support.synapse.fixtures import unique_name

GetHomeserver = Callable[[], Homeserver]
"""Starts it, if need be."""

Where = str | None

ADMIN_NAMES = ("zaid", "omar")


class Talk(ABC):
    """`where` is a group's name, `admins` the admin chat, None the private chat. Zaid and Omar are
    admins; whoever writes first in a group is its administrator. The statement is `port`."""

    def __init__(self, statements: Path) -> None:
        self.statements = statements
        self._read: dict[str, set[tuple[str, str]]] = {}
        self._pressed: dict[str, tuple[Seen, str]] = {}

    async def reads(self, who: str, where: Where = None) -> list[Seen]:
        """What has come or has changed in a chat since somebody last read it."""
        seen = await self.seen(who, where)
        known = self._read.get(where or who, set())
        self._read[where or who] = {(each.ref, each.text) for each in seen}
        return [each for each in seen if (each.ref, each.text) not in known]

    async def finds(self, who: str, words: str, where: Where = None) -> Seen:
        """As `reads`: the one message among them that has these words."""
        read = await self.reads(who, where)
        found = [each for each in read if words in each.text]
        assert len(found) == 1, (words, [each.text for each in read])
        return found[0]

    async def asks(self, who: str, text: str, where: Where = None) -> Seen:
        """The last message of what comes of it."""
        await self.reads(who, where)
        await self.say(who, text, where)
        return (await self.reads(who, where))[-1]

    async def press(self, who: str, label: str, where: Where = None) -> None:
        """The button with that label, on the newest message in the chat that has one."""
        seen = await self.seen(who, where)
        shown = [each for each in seen if label in each.buttons]
        assert shown, (label, [(each.text, each.buttons) for each in seen])
        self._pressed[where or who] = shown[-1], label
        await self._press(who, where, shown[-1], label)

    async def press_again(self, who: str, where: Where = None) -> None:
        """The same button on the same message, whatever that shows now."""
        await self._press_again(who, where, *self._pressed[where or who])

    @abstractmethod
    async def seen(self, who: str, where: Where) -> list[Seen]:
        """What the bot has said in a chat as it is now, and notices; all is handled before."""

    @abstractmethod
    async def say(self, who: str, text: str, where: Where = None) -> None: ...

    @abstractmethod
    async def _press(self, who: str, where: Where, on: Seen, label: str) -> None: ...

    @abstractmethod
    async def _press_again(self, who: str, where: Where, on: Seen, label: str) -> None: ...


class ConsoleTalk(Talk):
    def __init__(self, dialogue: Dialogue) -> None:
        super().__init__(dialogue.settings.statements)
        self._dialogue = dialogue

    async def seen(self, who: str, where: Where) -> list[Seen]:
        found: dict[str, Seen] = {}
        for at, did in enumerate(self._dialogue.did):
            if did.chat == (f"@{where}" if where else who):
                ref = str(did.message or f"notice {at}")
                found[ref] = Seen(ref, did.text, did.labels)
        return list(found.values())

    async def say(self, who: str, text: str, where: Where = None) -> None:
        await self._dialogue.say(f"{who}{f'@{where}' if where else ''}: {text}")

    async def _press(self, who: str, where: Where, on: Seen, label: str) -> None:
        await self._press_again(who, where, on, label)

    async def _press_again(self, who: str, where: Where, on: Seen, label: str) -> None:
        chat = f"@{where}" if where else who
        shown = next(
            did
            for did in reversed(self._dialogue.did)
            if (did.chat, str(did.message)) == (chat, on.ref) and label in did.labels
        )
        data = shown.data[shown.names[shown.labels.index(label)]]
        await self._dialogue.receive(self._dialogue.press(who, shown.number, data, where))


class TelegramTalk(Talk):
    def __init__(self, whole: OnTelegram) -> None:
        super().__init__(whole.folder / "statements")
        self._whole = whole
        self._groups: dict[str, Chat] = {ADMINS: whole.admins}
        self._presses: list[tuple[Chat, CallbackQuery]] = []
        omar = whole.server.person("omar")
        whole.admins.add(omar)
        whole.admins.promote(omar)

    def _chat(self, who: str, where: Where) -> Chat:
        person = self._whole.server.person(who)
        if where is None:
            return person.private
        if where not in self._groups:
            self._groups[where] = self._whole.server.group(where, creator=person)
        return self._groups[where]

    async def seen(self, who: str, where: Where) -> list[Seen]:
        chat = self._chat(who, where)
        messages = [
            Seen(str(each.id), each.text or "", tuple(button.label for button in each.buttons))
            for each in self._whole.server.sent(chat)
        ]
        answered = [press for at, press in self._presses if at is chat and press.answer]
        return messages + [Seen(press.id, press.answer or "") for press in answered]

    async def say(self, who: str, text: str, where: Where = None) -> None:
        await self._whole.say(self._whole.server.person(who), text, self._chat(who, where))

    async def _press(self, who: str, where: Where, on: Seen, label: str) -> None:
        chat = self._chat(who, where)
        (data,) = [b.data for b in chat.messages[int(on.ref)].buttons if b.label == label]
        self._data = str(data)
        await self._press_again(who, where, on, label)

    async def _press_again(self, who: str, where: Where, on: Seen, label: str) -> None:
        chat, person = self._chat(who, where), self._whole.server.person(who)
        press = await person.forge(chat.messages[int(on.ref)], self._data)
        self._presses.append((chat, press))
        await self._whole.settled()


Meet = Callable[[str], Awaitable[Person]]


class MatrixTalk(Talk):
    """A button is a sign below a message; admins type what stands beside it, as in their room a
    sign decides nothing."""

    def __init__(self, whole: OnMatrix, folder: Path, meet: Meet) -> None:
        super().__init__(folder / "statements")
        self._whole = whole
        self._meet = meet
        self._rooms = {ADMINS: whole.admins}
        self._founders: dict[str, Person] = {}

    async def _enter(self, who: str, where: Where) -> tuple[Person, str]:
        person, name = await self._meet(who), where or f"@{who}"
        if name not in self._rooms and where is None:
            self._rooms[name] = await person.chat(self._whole.id)
            await person.hear(self._rooms[name], "Hello")
        elif name not in self._rooms:
            self._rooms[name] = await person.create([self._whole.id], name=name)
            self._founders[name] = person
            await person.hear(self._rooms[name], "!endorse")
        room = self._rooms[name]
        if room not in person.client.rooms:
            if name in self._founders:
                await self._founders[name].invite(room, person.id)
            await person.wait_until_there(room, person.id)
        return person, room

    async def seen(self, who: str, where: Where) -> list[Seen]:
        await self._whole.bot.inbox.settled()
        person, room = await self._enter(who, where)
        # Not a bot's business, and behind everything that the server has had before.
        mark = {"msgtype": "m.notice", "body": "And now?"}
        event = await person.send(room, "m.room.message", mark, clear=True)
        await person.wait_for(lambda: any(heard.id == event for heard in person.heard))
        said = [each for each in person.said_in(room, self._whole.id) if each.kind != "redacted"]
        await person.wait_for(lambda: all(heard.readable for heard in said))
        return [_seen(heard) for heard in said]

    async def say(self, who: str, text: str, where: Where = None) -> None:
        person, room = await self._enter(who, where)
        await self._whole.do(person, room, f"!{text[1:]}" if text.startswith("/") else text)

    async def _press(self, who: str, where: Where, on: Seen, label: str) -> None:
        person, room = await self._enter(who, where)
        heard = next(each for each in person.heard if each.id == on.ref)
        (line,) = [line for line in parted(heard.text)[1] if line["label"] == label]
        self._typed = f"/{line['typed']}"
        if where == ADMINS:
            await self.say(who, self._typed, where)
            return
        before = _changes(person, room, self._whole.id)
        await person.press(heard, line["sign"])
        await person.wait_for(lambda: _changes(person, room, self._whole.id) > before)

    async def _press_again(self, who: str, where: Where, on: Seen, label: str) -> None:
        """Nobody can put the same sign there twice."""
        await self.say(who, self._typed, where)


def _seen(heard: Heard) -> Seen:
    text, legend = parted(heard.text)
    return Seen(heard.id, text, tuple(line["label"] for line in legend))


def _changes(person: Person, room: str, bot: str) -> int:
    return sum(1 + heard.edits for heard in person.said_in(room, bot))


@contextlib.asynccontextmanager
async def console_talk(folder: Path, _homeserver: GetHomeserver) -> AsyncIterator[Talk]:
    async with open_dialogue(folder, write_port(folder)) as dialogue:
        yield ConsoleTalk(dialogue)


@contextlib.asynccontextmanager
async def telegram_talk(folder: Path, _homeserver: GetHomeserver) -> AsyncIterator[Talk]:
    async with whole_bot_alone(folder) as whole:
        yield TelegramTalk(whole)


@contextlib.asynccontextmanager
async def matrix_talk(folder: Path, homeserver: GetHomeserver) -> AsyncIterator[Talk]:
    server, known = homeserver(), dict[str, Person]()
    bot = await server.register(unique_name("bot"))
    async with contextlib.AsyncExitStack() as stack:

        async def meet(who: str) -> Person:
            if who not in known:
                account = await server.register(unique_name(who))
                # Only admins' devices are looked at.
                signs = who in ADMIN_NAMES
                person = Person(server, account, folder / "people" / account.user, signs=signs)
                known[who] = await stack.enter_async_context(person)
            return known[who]

        admins = [(await meet(who)).id for who in ADMIN_NAMES]
        whole = await stack.enter_async_context(whole_on_matrix(folder, server, bot, admins=admins))
        yield MatrixTalk(whole, folder, meet)


TALKS: dict[str, Callable[[Path, GetHomeserver], AbstractAsyncContextManager[Talk]]] = {
    "console": console_talk,
    "telegram": telegram_talk,
    "matrix": matrix_talk,
}
