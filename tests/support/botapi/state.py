"""What exists on the simulated servers. `shapes` turns it into the API's JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.botapi.chats import Chat

Json = dict[str, Any]
Keyboard = list[list[Json]]

PRESENT = frozenset({"creator", "administrator", "member", "restricted"})


@dataclass(eq=False)
class User:
    id: int
    first_name: str
    username: str | None = None
    language: str | None = None
    is_bot: bool = False
    deleted: bool = False


GROUP_ANONYMOUS = User(1087968824, "Group", "GroupAnonymousBot", is_bot=True)
"""The `from` of whatever an anonymous administrator writes."""
CHANNEL_BOT = User(136817688, "Channel", "Channel_Bot", is_bot=True)
"""The `from` of whatever is written on behalf of a channel."""
TELEGRAM = User(777000, "Telegram")
"""The `from` of a channel's posts in its discussion group."""
SERVICE_USERS = {user.id: user for user in (GROUP_ANONYMOUS, CHANNEL_BOT, TELEGRAM)}


@dataclass(eq=False)
class Member:
    """`rights` are the API's names of an administrator's rights that are not granted by default."""

    user: User
    status: str = "member"
    anonymous: bool = False
    may_write: bool = True
    rights: frozenset[str] = frozenset()

    @property
    def present(self) -> bool:
        return self.status in PRESENT

    @property
    def administers(self) -> bool:
        return self.status in {"creator", "administrator"}


@dataclass(frozen=True)
class File:
    name: str
    data: bytes
    media_type: str = "application/octet-stream"


@dataclass(frozen=True)
class Button:
    """A button as people see it; `data` of a link is None, `url` of an answering button is."""

    label: str
    data: str | None
    url: str | None
    raw: Json


@dataclass(eq=False)
class Message:
    """A message as it is now. `extra` holds what the API adds for service messages, forwards and
    messages through a bot, under the API's names."""

    id: int
    chat: Chat
    date: int
    sender: User | None
    text: str | None = None
    entities: list[Json] = field(default_factory=list)
    keyboard: Keyboard = field(default_factory=list)
    sender_chat: Chat | None = None
    reply_to: Message | None = None
    thread: int | None = None
    in_topic: bool = False
    edited_at: int | None = None
    quiet: bool = False
    file: File | None = None
    photo: tuple[int, int] | None = None
    """Of a photo, which its file is then: width and height."""
    preview: Json | None = None
    service: bool = False
    deleted: bool = False
    from_bot: bool = False
    inline_id: str | None = None
    reaction: list[Json] = field(default_factory=list)
    other_markup: Json | None = None
    extra: Json = field(default_factory=dict)

    @property
    def edited(self) -> bool:
        return self.edited_at is not None

    @property
    def rows(self) -> list[list[Button]]:
        return [
            [Button(b["text"], b.get("callback_data"), b.get("url"), b) for b in row]
            for row in self.keyboard
        ]

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.rows for button in row]

    def __repr__(self) -> str:
        labels = [button.label for button in self.buttons]
        return f"<{self.chat.name}/{self.id} {self.text!r} {labels}>"


@dataclass(eq=False)
class CallbackQuery:
    """A press. The `answer` fields are what the person saw, at the server's time `answered_at`."""

    id: str
    person: User
    data: str
    at: float
    message: Message | None
    answered_at: float | None = None
    answer: str | None = None
    alert: bool = False
    url: str | None = None

    @property
    def answered(self) -> bool:
        return self.answered_at is not None


@dataclass(eq=False)
class InlineQuery:
    """Words typed after the bot's name. `results` stay None until the bot answers."""

    id: str
    person: User
    query: str
    offset: str
    at: float
    results: list[Json] | None = None
    button: Json | None = None
    next_offset: str = ""
    cache_time: int = 300
    personal: bool = False
