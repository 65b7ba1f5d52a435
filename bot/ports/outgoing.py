"""What goes out: what the core wants done on a platform."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.domain.ids import ChatRef, Language, MessageRef
from bot.text.rich import RichText


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
    would be none; `thread` as in `Origin`. `public` is what anybody may read, and answers somebody
    for whose device nothing vouches: where a platform tells devices apart, every one gets it, and
    whatever is not public goes to the others only. `kept` is there where the text has to be erased
    some day: a platform that keeps what a message said before its edits sends that first, the text
    as an edit of it, and takes each edit away with the next. `pinned` where it is to stand on top
    of the chat: where the bot may not do that, it is sent all the same."""

    chat: ChatRef
    text: RichText
    language: Language
    buttons: Rows = ()
    quiet: bool = False
    urgent: bool = False
    thread: str | None = None
    public: bool = False
    kept: RichText | None = None
    pinned: bool = False
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
    public: bool = False
    last: bool = False
    """Nothing of the message is known once this is delivered; if it is not there, nothing is
    sent."""
    is_dispensable: bool = False
    """It is said elsewhere too: if the message is not there, nothing is sent."""
    is_first: bool = False
    """Nothing was said yet under the token of its buttons: it is about `message` and no other."""
    pinned: bool = False
    """It is as in `Send`, if it has to be sent anew."""
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
    public: bool = False
    kind: Literal["notice"] = "notice"


@dataclass(frozen=True, slots=True)
class SendFile:
    """A file with a short caption. `is_picture`: it is a PNG, and is shown where the platform shows
    pictures."""

    chat: ChatRef
    name: str
    data: bytes
    caption: RichText
    language: Language
    thread: str | None = None
    public: bool = False
    is_picture: bool = False
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
    public: bool = True
    kind: Literal["answer"] = "answer"


Outgoing = Send | Edit | Delete | Notice | SendFile | Suggestions


@cache
def _stored() -> TypeAdapter[Outgoing]:
    return TypeAdapter(
        Annotated[Outgoing, Field(discriminator="kind")],
        config={"ser_json_bytes": "base64", "val_json_bytes": "base64"},
    )


def encode_outgoing(outgoing: Outgoing) -> bytes:
    return _stored().dump_json(outgoing)


def decode_outgoing(data: bytes) -> Outgoing:
    """What `encode_outgoing` made, by this version of the program or an earlier one."""
    return _stored().validate_json(data)
