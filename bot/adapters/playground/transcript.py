"""What has been said in each chat, for as long as the program runs: in memory alone, since the
texts are nobody's to keep."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from bot.adapters.playground.looks import Look
from bot.adapters.simulated_adapter import Shown
from bot.ports import Rows
from bot.text.rich import RichText

REMEMBERED = 500
"""Messages of a chat."""

FILES = 50

Bubble = dict[str, Any]
Told = dict[str, Any]
"""One thing that pages are told; `kind` says what."""


class Transcript:
    """Keeps every message as each platform would show it, and tells the pages that are open."""

    def __init__(self, looks: Mapping[str, Look], prefix: str) -> None:
        self._looks = looks
        self._prefix = prefix
        self._chats: dict[str, OrderedDict[str, Bubble]] = {}
        self._pages: set[asyncio.Queue[Told | None]] = set()
        self._said = 0
        self.files: OrderedDict[str, tuple[str, bytes]] = OrderedDict()

    def show(self, shown: Shown) -> None:
        """What the bot did."""
        if shown.action == "notice":
            self.tell({"kind": "notice", "chat": shown.chat, "text": shown.text.plain})
            return
        key = str(shown.message)
        before = self._chats.get(shown.chat, OrderedDict[str, Bubble]()).get(key)
        bubble = {
            "id": key,
            "chat": shown.chat,
            "lang": shown.language,
            "looks": self._drawn(shown.text, shown.buttons),
            "edited": shown.action == "edit",
            "file": before["file"] if before else self._file(shown.path),
        }
        self._put(bubble)

    def said(self, chat: str, who: str, text: str) -> None:
        """What somebody wrote."""
        self._said += 1
        self._put({"id": f"p{self._said}", "chat": chat, "who": who, "text": text})

    def take_away(self, chat: str, message: int) -> None:
        """The message is there no more."""
        if self._chats.get(chat, OrderedDict()).pop(str(message), None) is not None:
            self.tell({"kind": "gone", "chat": chat, "id": str(message)})

    def keep(self, key: str, name: str, data: bytes) -> None:
        """A file that comes with a message."""
        self.files[key] = (name, data)
        while len(self.files) > FILES:
            self.files.popitem(last=False)

    def bubbles(self) -> list[Bubble]:
        """All messages, those of a chat in order."""
        return [bubble for chat in self._chats.values() for bubble in chat.values()]

    def tell(self, what: Told) -> None:
        """To each page that is open."""
        for page in self._pages:
            page.put_nowait(what)

    @contextlib.contextmanager
    def page(self) -> Iterator[asyncio.Queue[Told | None]]:
        """What there is to tell from now on; None at the end."""
        told: asyncio.Queue[Told | None] = asyncio.Queue()
        self._pages.add(told)
        try:
            yield told
        finally:
            self._pages.discard(told)

    def close(self) -> None:
        """There is nothing more to tell."""
        for page in self._pages:
            page.put_nowait(None)

    def _put(self, bubble: Bubble) -> None:
        chat = self._chats.setdefault(bubble["chat"], OrderedDict())
        chat[bubble["id"]] = bubble
        while len(chat) > REMEMBERED:
            chat.popitem(last=False)
        self.tell({"kind": "bubble", "bubble": bubble})

    def _drawn(self, text: RichText, buttons: Rows) -> dict[str, object]:
        looks = self._looks.items()
        return {name: look.draw(text, buttons, self._prefix) for name, look in looks}

    def _file(self, key: str | None) -> Mapping[str, object] | None:
        if key is None:
            return None
        name, data = self.files[key]
        return {"key": key, "name": name, "size": len(data)}
