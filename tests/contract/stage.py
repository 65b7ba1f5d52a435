"""The one face that people and platform have in the contract."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from bot.domain.ids import ChatRef
from bot.ports import Adapter, Corrected, Event, Message, Press
from tests.contract.inbox import MemoryInbox

ADMINS = "admins"


@dataclass(frozen=True)
class Seen:
    """A message of the bot's as people see it now; buttons as their labels."""

    ref: str
    text: str
    buttons: tuple[str, ...] = ()
    file: tuple[str, bytes] | None = None
    picture: tuple[int, int] | None = None
    """Of a file that is shown, its width and height."""


class Stage(ABC):
    """People who write to the bot. `where` is a group's name, `admins` the admin chat, None the
    private chat."""

    language: str | None = "en"
    """What the platform says of the language of somebody's client."""
    links = ""
    """What every link begins with; empty where the platform has none."""
    can: frozenset[type] = frozenset()
    """What the platform can do beyond what each must."""
    adapter: Adapter
    inbox: MemoryInbox

    async def write(
        self, who: str, where: str | None, text: str, reply_to: str | None = None
    ) -> Message:
        """Somebody writes, and this event comes of it."""
        before = len(self.inbox.events)
        await self._write(who, where, text, reply_to)
        return await self.inbox.next(Message, before)

    async def send_file(
        self, who: str, where: str | None, name: str, data: bytes, caption: str = ""
    ) -> Message:
        """Somebody sends a document; skips where nobody can."""
        before = len(self.inbox.events)
        await self._send_file(who, where, name, data, caption)
        return await self.inbox.next(Message, before)

    async def edit(self, who: str, ref: str, text: str) -> Corrected:
        """Somebody edits a message of their own in the private chat; skips where nobody can."""
        before = len(self.inbox.events)
        await self._edit(who, ref, text)
        return await self.inbox.next(Corrected, before)

    async def press(self, who: str, where: str | None, ref: str, name: str) -> Press:
        before = len(self.inbox.events)
        await self._press(who, where, ref, name)
        return await self.inbox.next(Press, before)

    @abstractmethod
    async def _write(
        self, who: str, where: str | None, text: str, reply_to: str | None
    ) -> None: ...

    @abstractmethod
    async def _send_file(
        self, who: str, where: str | None, name: str, data: bytes, caption: str
    ) -> None: ...

    @abstractmethod
    async def _edit(self, who: str, ref: str, text: str) -> None: ...

    @abstractmethod
    async def _press(self, who: str, where: str | None, ref: str, name: str) -> None: ...

    @abstractmethod
    async def seen(self, chat: ChatRef) -> list[Seen]:
        """The bot's messages in a chat, oldest first."""

    @abstractmethod
    async def notices(self, event: Press) -> list[str]:
        """What the presser was told in private, or to them alone where nothing is private."""

    @abstractmethod
    async def repeat(self, event: Event) -> None:
        """The platform brings an event once more; skips where it never does."""

    @abstractmethod
    async def leave(self, who: str) -> None:
        """The person wants no more of the bot: blocks it, or leaves the private chat; skips where
        nobody can."""
