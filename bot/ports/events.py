"""What comes in: what happened on a platform, as the core hears of it."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.domain.exposure import Exposure
from bot.domain.ids import ChatRef, Language, MessageRef, UserRef
from bot.domain.standing import Standing


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
    platform's servers vouch for, in a chat where their word is not enough to decide, or to hear
    what is personal.
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
class Attachment:
    """A document that a person sent. `id` is what the adapter fetches it by and nobody else looks
    into; `name` as its sender named it; `size` in bytes as the platform says, None if it does
    not."""

    id: str
    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A person wrote. `text` is as typed; a command begins with `/` on every platform (an adapter
    with another sign translates it). `reply_to` is the message of the bot that is answered. Without
    `named`, a command in a group may be meant for another bot there: if it is none of ours, nothing
    is said. `ref` is the message itself, which a `Corrected` may name later. Of a document, in
    private and in the admin chat alone, `text` is the caption."""

    origin: Origin
    text: str
    reply_to: MessageRef | None = None
    named: bool = True
    ref: MessageRef | None = None
    attachment: Attachment | None = None
    kind: Literal["message"] = "message"


@dataclass(frozen=True, slots=True)
class Corrected:
    """In a private chat the person has edited their own message `message`, which says `text` now.
    It is no message anew: a command in it is none."""

    origin: Origin
    text: str
    message: MessageRef
    kind: Literal["corrected"] = "corrected"


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
    blocked it has taken that back. Or a chat `was_private`, and others have come, or were asked to
    come, into it."""

    origin: Origin
    was_private: bool = False
    kind: Literal["joined"] = "joined"


@dataclass(frozen=True, slots=True)
class Entered:
    """The person `origin.user`, no bot, has come into a group or the admin chat. A platform may
    tell it twice, under two ids."""

    origin: Origin
    kind: Literal["entered"] = "entered"


@dataclass(frozen=True, slots=True)
class Gone:
    """The person `origin.user` has left a group, or was removed from it. It may be told twice, as
    `Entered`."""

    origin: Origin
    kind: Literal["gone"] = "gone"


@dataclass(frozen=True, slots=True)
class Demoted:
    """The person `origin.user` administered a group, and does so no more. Not every platform tells
    it everywhere, and none of who was demoted while the bot was not there."""

    origin: Origin
    kind: Literal["demoted"] = "demoted"


@dataclass(frozen=True, slots=True)
class Left:
    """The bot may not write in a chat any more: it was removed from a group or silenced there, or
    the person of a private chat has blocked it."""

    origin: Origin
    kind: Literal["left"] = "left"


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat goes on under another key (a group that became a supergroup, an upgraded room).
    Whoever was in it has not `Entered` the other, nor have they `Gone`."""

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
class OwnAccount:
    """Something became of the bot's own account. As long as it is DISOWNED, the role of whoever
    might decide in the admin chat is too."""

    origin: Origin
    what: Standing
    kind: Literal["own_account"] = "own_account"


@dataclass(frozen=True, slots=True)
class AdminKeys:
    """The account of somebody in the admin chat has other keys than those it was known by: nothing
    that comes from it is `proven` until another admin has confirmed them by that `code`. Without
    one, that has happened, and the event is that admin's."""

    origin: Origin
    account: str
    code: str | None = None
    kind: Literal["admin_keys"] = "admin_keys"


@dataclass(frozen=True, slots=True)
class Posted:
    """A command was posted in a channel, by whoever may post there. No person is known, and the bot
    says nothing there that nobody asked for in the admin chat."""

    origin: Origin
    text: str
    kind: Literal["posted"] = "posted"


@dataclass(frozen=True, slots=True)
class Query:
    """Somebody types words after the bot's name in any chat and wants suggestions to post there.
    `query` is what an `Answer` must name."""

    origin: Origin
    query: str
    text: str
    kind: Literal["query"] = "query"


Happening = (
    Corrected
    | Joined
    | Entered
    | Gone
    | Demoted
    | Left
    | Moved
    | Unread
    | Exposed
    | OwnAccount
    | AdminKeys
    | Posted
    | Query
)
"""What nobody asks for in a chat by typing or pressing."""

Event = Message | Press | Happening

MEMBERSHIP = (Entered, Gone, Demoted)
"""What became of people in a chat, whoever they are: it is nobody's doing towards the bot, so it is
under no limit, and nothing is answered to it in a group."""


def typed_text(event: Event) -> str:
    """What was written, or what the pressed button carries; empty for anything else."""
    match event:
        case Message(text=text):
            return text
        case Press(data=data):
            return data
    return ""


@cache
def _stored() -> TypeAdapter[Event]:
    return TypeAdapter(Annotated[Event, Field(discriminator="kind")])


def encode_event(event: Event) -> bytes:
    return _stored().dump_json(event)


def decode_event(data: bytes) -> Event:
    """What `encode_event` made, by this version of the program or an earlier one."""
    return _stored().validate_json(data)
