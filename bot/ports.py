"""What the core asks of a platform, and what a platform may ask of the core.

An adapter turns a platform's traffic into `Event`s and `Outgoing`s into the platform's calls. It
decides nothing, remembers nothing but its cursor, and is the only place where the keys of chats,
people and messages are understood.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

from pydantic import Field, TypeAdapter

from bot.domain.exposure import Exposure
from bot.domain.ids import AdapterName, ChatRef, Language, MessageRef, UserRef
from bot.text.chunks import Fit
from bot.text.rich import RichText


class Place(enum.StrEnum):
    """Where an event comes from; the adapter knows its admin chat from its configuration."""

    PRIVATE = "private"
    GROUP = "group"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who and where. `name` is the display name, `language` that of the person's client.

    `id` names the event on its platform and is the same each time the platform repeats it.
    `at` is the platform's time of the event, UTC. `thread` is the topic or thread of the chat that
    it happened in, None for the chat itself: answers go there too. Not `proven` is what only the
    platform's servers vouch for, in an admin chat where their word is not enough.
    """

    id: str
    chat: ChatRef
    place: Place
    user: UserRef
    name: str
    language: Language | None
    at: dt.datetime
    thread: str | None = None
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """A person wrote. `text` is as typed; a command begins with `/` on every platform (an adapter
    with another sign translates it). `reply_to` is the message of the bot that is answered. Without
    `named`, a command in a group may be meant for another bot there: if it is none of ours, nothing
    is said."""

    origin: Origin
    text: str
    reply_to: MessageRef | None = None
    named: bool = True
    kind: Literal["message"] = "message"


@dataclass(frozen=True, slots=True)
class Press:
    """A person pressed a button of the bot's message `message`. `press` is what a `Notice` must
    name to answer it; `data` is what the button carried. `typed` where they wrote its name instead,
    and look for the answer below what they wrote."""

    origin: Origin
    press: str
    message: MessageRef
    data: str
    typed: bool = False
    kind: Literal["press"] = "press"


@dataclass(frozen=True, slots=True)
class Joined:
    """The bot may write in a chat where it could not: it was added to a group, or a person who had
    blocked it has taken that back."""

    origin: Origin
    kind: Literal["joined"] = "joined"


@dataclass(frozen=True, slots=True)
class Left:
    """The bot may not write in a chat any more: it was removed from a group or silenced there, or
    the person of a private chat has blocked it."""

    origin: Origin
    kind: Literal["left"] = "left"


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat goes on under another key (a group that became a supergroup, an upgraded room)."""

    origin: Origin
    to: ChatRef
    kind: Literal["moved"] = "moved"


@dataclass(frozen=True, slots=True)
class Unread:
    """Somebody wrote what the bot has no key to; they are asked to send it again."""

    origin: Origin
    kind: Literal["unread"] = "unread"


@dataclass(frozen=True, slots=True)
class Exposed:
    """The admin chat is not a private one any more. Until that is undone, everybody's role there is
    FROZEN."""

    origin: Origin
    how: Exposure
    kind: Literal["exposed"] = "exposed"


@dataclass(frozen=True, slots=True)
class Query:
    """Somebody types words after the bot's name in any chat and wants suggestions to post there.
    `query` is what an `Answer` must name."""

    origin: Origin
    query: str
    text: str
    kind: Literal["query"] = "query"


Event = Message | Press | Joined | Left | Moved | Unread | Exposed | Query


def typed_text(event: Event) -> str:
    """What was written, or what the pressed button carries; empty for anything else."""
    match event:
        case Message(text=text):
            return text
        case Press(data=data):
            return data
    return ""


@dataclass(frozen=True, slots=True)
class Button:
    """`name` is the same in every language; `data` comes back with the press (64 bytes at most,
    Telegram's limit for callback_data). One with a `url` opens that and sends nothing back.
    `typed` is the command that does the same, where a platform has to show one (without its sign);
    None: the button's name, as an answer to the newest message that has it."""

    name: str
    label: str
    data: str
    url: str | None = None
    typed: str | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Send:
    """A new message. `quiet` asks for no sound on the other side, `urgent` for one where there
    would be none; `thread` as in `Origin`."""

    chat: ChatRef
    text: RichText
    language: Language
    buttons: Rows = ()
    quiet: bool = False
    urgent: bool = False
    thread: str | None = None
    kind: Literal["send"] = "send"


@dataclass(frozen=True, slots=True)
class Edit:
    """New text and buttons for an earlier message of the bot. A `message` of None is filled in by
    the outbox from the slot the message was sent under."""

    chat: ChatRef
    message: MessageRef | None
    text: RichText
    language: Language
    buttons: Rows = ()
    thread: str | None = None
    """Where it is sent anew if it cannot be edited."""
    kind: Literal["edit"] = "edit"


@dataclass(frozen=True, slots=True)
class Delete:
    """Take away an earlier message of the bot; one that is gone already is no fault. `text` is what
    becomes of it where a platform keeps what was sent: it must be true even if it is sent beside a
    message that stays."""

    chat: ChatRef
    message: MessageRef
    text: RichText
    language: Language
    kind: Literal["delete"] = "delete"


@dataclass(frozen=True, slots=True)
class Notice:
    """A private answer to a press; without text it only ends the wait on the person's screen."""

    chat: ChatRef
    press: str
    language: Language
    text: str | None = None
    kind: Literal["notice"] = "notice"


@dataclass(frozen=True, slots=True)
class SendFile:
    """A file with a short caption."""

    chat: ChatRef
    name: str
    data: bytes
    caption: RichText
    language: Language
    thread: str | None = None
    kind: Literal["file"] = "file"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing that a person may post from an `Answer`: `title` and `summary` are what they
    choose by."""

    id: str
    title: str
    summary: str
    text: RichText
    buttons: Rows = ()


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The suggestions for a `Query`, the best first."""

    chat: ChatRef
    query: str
    language: Language
    suggestions: tuple[Suggestion, ...]
    kind: Literal["answer"] = "answer"


Outgoing = Send | Edit | Delete | Notice | SendFile | Suggestions

_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])
_OUTGOING: TypeAdapter[Outgoing] = TypeAdapter(
    Annotated[Outgoing, Field(discriminator="kind")],
    config={"ser_json_bytes": "base64", "val_json_bytes": "base64"},
)


def encode_event(event: Event) -> bytes:
    return _EVENT.dump_json(event)


def decode_event(data: bytes) -> Event:
    return _EVENT.validate_json(data)


def encode_outgoing(outgoing: Outgoing) -> bytes:
    return _OUTGOING.dump_json(outgoing)


def decode_outgoing(data: bytes) -> Outgoing:
    return _OUTGOING.validate_json(data)


class Role(enum.StrEnum):
    """A person's standing in a chat, as the platform says at that moment. In the admin chat
    ADMINISTRATOR is whoever may decide; UNKNOWN means that the platform gave no answer.

    FROZEN is everybody there while the admin chat is `Exposed`.

    ANONYMOUS is an administrator whom the platform does not name: they may ask for a preview, and
    only a press, which names them, confirms it. NO_PERSON is a channel that posts in the chat."""

    ADMINISTRATOR = "administrator"
    ANONYMOUS = "anonymous"
    NO_PERSON = "no_person"
    FROZEN = "frozen"
    MEMBER = "member"
    OUTSIDER = "outsider"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A group as its platform describes it now; `members` counts the bot too, None if unknown."""

    title: str
    members: int | None


class DeliveryFault(Exception):
    """What a delivery may raise; anything else is a bug and is logged as one."""


@dataclass(eq=False)
class TryLater(DeliveryFault):
    """The platform cannot take it now; `after` seconds say when to try again, None: when it suits.
    `whole_platform` holds up everything for this platform, otherwise only this chat."""

    after: float | None = None
    whole_platform: bool = False


@dataclass(eq=False)
class ChatUnreachable(DeliveryFault):
    """This chat will not get anything any more (blocked, kicked, deleted); not tried again.
    `person` is who is alone with the bot there, None where it is no private chat."""

    reason: str
    person: UserRef | None = None


@dataclass(eq=False)
class ChatMoved(DeliveryFault):
    """The chat goes on under another key; the outbox delivers there at once. The adapter has handed
    a `Moved` event to the inbox before it raises this."""

    to: ChatRef


@dataclass(eq=False)
class MessageGone(DeliveryFault):
    """The message to edit or to delete is not there or cannot be changed: the outbox sends its text
    anew."""


class AdapterFault(Exception):
    """The platform cannot be used as it is configured; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Memo:
    """Something that an adapter must still know after a restart, in the place of what it kept under
    the same kind and key. A `value` of None forgets it; `until` is the last day on which it is of
    use, None: always."""

    kind: str
    key: str
    value: str | None
    until: dt.date | None = None


class Inbox(Protocol):
    """Where adapters put what they receive, and what they must remember."""

    async def receive(
        self,
        adapter: AdapterName,
        events: Sequence[Event],
        cursor: str | None = None,
        memos: Sequence[Memo] = (),
    ) -> None:
        """Commit events, cursor and memos together. Called by an adapter for each batch; it moves
        its offset or token on only after this has returned. Repeated events are dropped. While the
        database cannot be written, the people are told and this waits."""

    async def cursor(self, adapter: AdapterName) -> str | None:
        """The cursor of the last `receive` that gave one; None at the very first start."""

    async def recall(self, adapter: AdapterName, kind: str) -> Mapping[str, str]:
        """All memos of a kind, by their keys."""

    async def recall_one(self, adapter: AdapterName, kind: str, key: str) -> str | None:
        """One memo; None where there is none."""

    async def settled(self) -> None:
        """Returns once everything received has been handled, every answer delivered and every due
        job that is due has run. The console waits for it between two lines."""


@dataclass(frozen=True, slots=True)
class Menu:
    """What a platform can show of the bot in one language: commands as (name, summary) for each
    kind of chat, and how the bot describes itself."""

    language: Language
    commands: Mapping[Place, Sequence[tuple[str, str]]]
    description: str
    short_description: str


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` messages in any `seconds` seconds."""

    most: int
    seconds: float


class Adapter(Protocol):
    """One platform. `run` is called once; the other calls come while it runs."""

    name: AdapterName
    fit: Fit
    """The longest message, in the adapter's own measure."""
    prefix: str
    """What a person types before a command's name: `/` or `!`."""
    overall: Sequence[Rate]
    """How fast the platform may be sent to; empty: as fast as it goes."""
    at_once: int
    """Deliveries that may be under way side by side; each chat's are in order in any case."""
    admin_chat: ChatRef | None
    """From the configuration; set by the core where an admin chat was claimed later. Events from
    it have `Place.ADMIN`."""

    async def prepared(self) -> None:
        """Returns once questions can be answered and links be made. Called when `run` has begun:
        what was received before a restart is handled only then. Does not raise."""

    async def introduce(self, menus: Sequence[Menu]) -> None:
        """Show the bot's commands and descriptions where the platform can. Called once, when `run`
        has begun; what the platform refuses is logged and stops nothing. Does not raise."""

    async def run(self, inbox: Inbox) -> None:
        """Receive until cancelled, or return when the platform has nothing more to give. Raises
        `AdapterFault` when there is no use in going on."""

    async def deliver(self, outgoing: Outgoing, key: str) -> MessageRef | None:
        """Carry out one thing and return the reference of a new message. Called by the outbox, for
        one chat in order; the same `key` again means that an earlier try may have succeeded.
        Raises only `DeliveryFault`."""

    def pace(self, chat: ChatRef, /) -> Sequence[Rate]:
        """How fast this chat may be sent to. Called before each new or changed message."""

    async def role(self, chat: ChatRef, user: UserRef) -> Role:
        """Called by the dispatcher before a transaction, never inside one. Does not raise."""

    async def group(self, chat: ChatRef) -> GroupFacts | None:
        """As `role`; None when the platform gives no answer."""

    def private_link(self, payload: str, /) -> str | None:
        """A link that opens the private chat and starts with `payload`; None if there is none."""

    def group_link(self) -> str | None:
        """A link by which the bot is added to a group; None if there is none."""


class Clock(Protocol):
    """Where the time comes from; the console's can be moved."""

    def now(self) -> dt.datetime:
        """The current moment, UTC."""
