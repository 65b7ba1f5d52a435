"""What an adapter is: what every platform must do, and what only some of them can.

The core asks for a capability and never for a platform: what is told by a value stands in
`Capabilities`, what is done by a call in a protocol of its own, and an adapter has the methods of
those that its platform can live up to.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.domain.ids import AdapterName, ChatRef, Language, MessageRef, UserRef
from bot.ports.events import Attachment, Place
from bot.ports.inbox import Inbox
from bot.ports.outgoing import Outgoing
from bot.text.chunks import Fit


class Role(enum.StrEnum):
    """A person's standing in a chat, as the platform says at that moment. In the admin chat
    ADMINISTRATOR is whoever may decide; UNKNOWN means that the platform gave no answer.

    FROZEN is everybody there while the admin chat is `Exposed`, DISOWNED whoever might decide while
    the bot's own account does not vouch for it (`OwnAccount`).

    ANONYMOUS is an administrator whom the platform does not name: they may ask for a preview, and
    only a press, which names them, confirms it. NO_PERSON is a channel that posts in the chat."""

    ADMINISTRATOR = "administrator"
    ANONYMOUS = "anonymous"
    NO_PERSON = "no_person"
    FROZEN = "frozen"
    DISOWNED = "disowned"
    MEMBER = "member"
    OUTSIDER = "outsider"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A group as its platform describes it now; `members` counts the bot too, None if unknown."""

    title: str
    members: int | None


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


def unlimited(_chat: ChatRef, /) -> Sequence[Rate]:
    """The pace of a platform that says itself when it has enough (`TryLater`), or never has."""
    return ()


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do: one value for each adapter, the same for as long as it runs."""

    fit: Fit
    """The longest message, in the adapter's own measure."""
    prefix: str = "/"
    """What a person types before a command's name: `/` or `!`."""
    overall: Sequence[Rate] = ()
    """How fast the whole platform may be sent to; empty: as fast as it goes."""
    pace: Callable[[ChatRef], Sequence[Rate]] = unlimited
    """How fast one chat may be sent to. A function, since only the adapter knows what kind of chat
    a key is of; asked before each new or changed message, it does no work and does not raise."""
    knows_keys: bool = False
    """Whether what is delivered again under the same key is shown once."""
    at_once: int = 1
    """Deliveries that may be under way side by side; each chat's are in order in any case."""
    shows_buttons_as_text: bool = False
    """What stands on buttons is part of the message, and goes along when a person passes it on."""
    shows_presses: bool = False
    """Everybody in the chat sees who has pressed what, and reads what is answered to them: what a
    press shows by itself is not said there."""
    has_channels: bool = False
    """Whether there are channels, of which the bot hears in `Posted`."""


class Adapter(Protocol):
    """One platform, with what every one must do. `run` is called once; the other calls come while
    it runs. What an adapter receives it gives to the inbox and to nobody else."""

    name: AdapterName
    capabilities: Capabilities
    admin_chat: ChatRef | None
    """From the configuration; set by the core where an admin chat was claimed later. Events from
    it have `Place.ADMIN`."""

    async def run(self, inbox: Inbox) -> None:
        """Receive until cancelled, or return when the platform has nothing more to give. Raises
        `AdapterFault` when there is no use in going on."""

    async def deliver(self, outgoing: Outgoing, key: str) -> MessageRef | None:
        """Carry out one thing and return the reference of a new message. Called by the outbox, for
        one chat in order; the same `key` again means that an earlier try may have succeeded.
        Raises only `DeliveryFault`."""

    async def role(self, chat: ChatRef, user: UserRef) -> Role:
        """Called by the dispatcher before a transaction, never inside one. Does not raise."""

    async def group(self, chat: ChatRef) -> GroupFacts | None:
        """As `role`; None when the platform gives no answer."""


@runtime_checkable
class GetsReady(Protocol):
    """Of a platform that must be reached before the bot knows who it is there."""

    async def prepared(self) -> str:
        """Returns once questions can be answered and links be made, with the bot's own account as
        people write it there. Called by the core when `run` has begun: what was received before a
        restart is handled only then. It may wait for ever, and keeps no other platform waiting.
        Does not raise."""


@runtime_checkable
class ShowsMenus(Protocol):
    """Of a platform that shows a bot's commands, or has other use for their names."""

    async def introduce(self, menus: Sequence[Menu]) -> None:
        """Show them where the platform can. Called by the core once, after `prepared`; what the
        platform refuses is logged and stops nothing. Does not raise."""


@runtime_checkable
class HasLinks(Protocol):
    """Of a platform on which a link can open the bot. Called inside a transaction, for each answer
    that holds one: does no work and does not raise. None before the bot knows who it is there."""

    def private_link(self, payload: str, /) -> str | None:
        """Opens the private chat, from where `start` comes with `payload`; None also for one that
        the platform's links cannot carry."""

    def group_link(self) -> str | None:
        """Adds the bot to a group of the person's choice."""


@runtime_checkable
class HasAddress(Protocol):
    """Of a platform on which the bot's account has an address, though it may open nothing of the
    bot's. Called as the links of `HasLinks` are."""

    def account_link(self) -> str | None:
        """Shows the account to whoever opens it, so that they can write to it."""


@runtime_checkable
class PassesOn(Protocol):
    """Of a platform on which a link can ask a person where to post something. Called as the links
    of `HasLinks` are."""

    def share_link(self, address: str, text: str, /) -> str | None:
        """Opens the choice of a chat, into which the person then posts `text` with `address`; what
        is too long of the text is left out, and that is shown."""


@runtime_checkable
class FetchesFiles(Protocol):
    """Of a platform on which people send documents (`Attachment`)."""

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """What is in it, at most `most` bytes: no more than that is ever held. Called by the
        dispatcher before a transaction, and only for who may have it read. Raises `TooLarge`,
        `TryLater`, or `Undeliverable` for what cannot be had however often it is tried."""


@runtime_checkable
class ReportsProblems(Protocol):
    """Of a platform that may be away while the bot goes on."""

    def problems(self) -> Sequence[str]:
        """What is wrong with this platform just now, a sentence each, for the operator; nothing
        when all is well. Called at any time, also before `run`. Does not raise."""


@runtime_checkable
class MayFallSilent(Protocol):
    """Of a platform that may ask the bot to be silent for hours."""

    def silent_until(self) -> dt.datetime | None:
        """Until when, in UTC; None while it takes what the bot says and asks. Called at any time;
        does no work and does not raise."""


def private_link(adapter: Adapter, payload: str) -> str | None:
    """`HasLinks.private_link` where there is one."""
    return adapter.private_link(payload) if isinstance(adapter, HasLinks) else None


def group_link(adapter: Adapter) -> str | None:
    """`HasLinks.group_link` where there is one."""
    return adapter.group_link() if isinstance(adapter, HasLinks) else None


def account_link(adapter: Adapter) -> str | None:
    """`HasAddress.account_link` where there is one."""
    return adapter.account_link() if isinstance(adapter, HasAddress) else None


def share_link(adapter: Adapter, address: str, text: str) -> str | None:
    """`PassesOn.share_link` where there is one."""
    return adapter.share_link(address, text) if isinstance(adapter, PassesOn) else None
