"""The page as a platform: what people do on it comes in, what the bot does is shown."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from bot.adapters.playground import people
from bot.adapters.playground.looks import Look, Previews
from bot.adapters.playground.server import served
from bot.adapters.playground.transcript import Transcript
from bot.adapters.simulated_adapter import SimulatedAdapter, place_of
from bot.adapters.simulated_platform import Platform
from bot.adapters.words import commands_in
from bot.domain.ids import AdapterName, MessageRef
from bot.ports import Delete, Event, Inbox, Menu, Place

NAME = AdapterName("playground")
LONGEST_PAYLOAD = 64
"""Characters that a link can carry, as on Telegram."""


class PlaygroundAdapter(SimulatedAdapter):
    """Runs until it is cancelled. `opened` gets the address with the token, once it is known."""

    name = NAME

    def __init__(
        self,
        platform: Platform,
        looks: Mapping[str, Look],
        languages: Sequence[Mapping[str, Any]],
        host: str,
        port: int,
        opened: Callable[[str], None],
    ) -> None:
        self.transcript = Transcript(looks, self.capabilities.prefix)
        super().__init__(platform, self.transcript.show)
        self.looks = looks
        self.previews: Previews | None = None
        """Set by whoever has the statements."""
        self._languages = languages
        self._where = (host, port)
        self._opened = opened
        self._origin_of_page: str | None = None
        self._menus: dict[str, dict[str, list[tuple[str, str]]]] = {}
        self._commands: Mapping[Place, frozenset[str]] = {}
        self._inbox: Inbox | None = None
        self._turn = asyncio.Lock()

    async def run(self, inbox: Inbox) -> None:
        self._inbox = inbox
        async with served(self, *self._where) as (origin, token):
            self._origin_of_page = origin
            self._opened(f"{origin}/{token}/")
            try:
                await asyncio.Event().wait()
            finally:
                self.transcript.close()

    async def introduce(self, menus: Sequence[Menu]) -> None:
        self._menus = {
            menu.language: {place.value: list(found) for place, found in menu.commands.items()}
            for menu in menus
        }
        self._commands = commands_in(menus)
        self._tell_all()

    def private_link(self, payload: str, /) -> str | None:
        if self._origin_of_page is None or len(payload) > LONGEST_PAYLOAD:
            return None
        return f"{self._origin_of_page}/?{urlencode({'start': payload})}"

    def group_link(self) -> str | None:
        return None if self._origin_of_page is None else f"{self._origin_of_page}/?startgroup=here"

    def state(self) -> dict[str, Any]:
        """All that a page shows when it is opened."""
        return {
            "kind": "all",
            "languages": self._languages,
            "looks": {name: look.label for name, look in self.looks.items()},
            "menus": self._menus,
            "bubbles": self.transcript.bubbles(),
            **people.described(self._platform),
        }

    async def write(self, who: str, where: str | None, text: str, reply_to: int | None) -> None:
        """Somebody writes; a button's name can be typed in place of pressing it. Who has left a
        group does nothing there, and the page offers nothing."""
        if self._platform.is_gone(who, where):
            return
        if text.startswith("!"):
            text = f"/{text[1:]}"
        async with self._turn:
            self.transcript.said(f"@{where}" if where else who, who, text)
            pressed = self._typed(who, where, text, reply_to)
            await self._receive(pressed or self._message(who, where, text, reply_to))

    async def press(self, who: str, where: str | None, message: int, data: str) -> None:
        """Somebody presses what the message showed them, which may have changed meanwhile."""
        if self._platform.is_gone(who, where):
            return
        async with self._turn:
            await self._receive(self._pressed(who, where, message, data))

    async def change(self, who: str, where: str, how: str) -> None:
        """Somebody adds the bot to a group, joins or leaves it, is promoted or demoted there."""
        async with self._turn:
            for event in self._changed(who, where, how):
                await self._receive(event)
        self._platform.save()
        self._tell_all()

    def speak(self, who: str, language: str) -> None:
        """Somebody's phone is in another language from now on."""
        if any(known["code"] == language for known in self._languages):
            self._platform.person(who).language = language
            self._platform.save()
        self._tell_all()

    async def advance(self, by: dt.timedelta) -> None:
        """Let time pass, and do what has become due."""
        self._platform.advance(by)
        if self._inbox is not None:
            await self._inbox.settled()

    def _tell_all(self) -> None:
        self.transcript.tell(self.state())

    async def _receive(self, event: Event) -> None:
        if self._inbox is not None:
            await self._inbox.receive(NAME, [event])

    def _typed(self, who: str, where: str | None, text: str, reply_to: int | None) -> Event | None:
        """As where there are no buttons: `/confirm` is the newest message's of that name, below a
        message that one's, and a command is a command."""
        name, *rest = text.removeprefix("/").split()[:2] or [""]
        commands = self._commands.get(place_of(where), frozenset())
        if not text.startswith("/") or rest or (reply_to is None and name in commands):
            return None
        chat = self._chat_number(who, where)
        for each in (name, name.upper()):
            if found := self._platform.button(chat, each, reply_to):
                return self._pressed(who, where, *found, typed=True)
        return None

    def _keep(self, number: int, name: str, data: bytes) -> str:
        self.transcript.keep(str(number), name, data)
        return str(number)

    def _take_away(self, outgoing: Delete, chat: int) -> MessageRef | None:
        number = int(outgoing.message)
        if self._platform.remove(chat, number):
            self.transcript.take_away(self._platform.chat_name(chat), number)
            self._platform.save()
        return None
