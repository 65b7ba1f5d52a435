"""What the adapters of a simulated platform share, whoever looks at it and however it is shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from bot.adapters.simulated_platform import ADMINS, Group, Platform
from bot.domain.ids import AdapterName, ChatRef, Language, MessageRef, UserRef
from bot.ports import (
    Capabilities,
    Delete,
    Demoted,
    Edit,
    Entered,
    Event,
    Gone,
    GroupFacts,
    Inbox,
    Joined,
    Message,
    MessageGone,
    Notice,
    Origin,
    Outgoing,
    Place,
    Press,
    Role,
    Rows,
    Send,
    Suggestions,
)
from bot.text.chunks import Fit
from bot.text.rich import RichText

LIMIT = 4096
"""Characters; as on Telegram, so that what is seen here is seen there."""

BOT_ITSELF = 1


_PLACES = {None: Place.PRIVATE, ADMINS: Place.ADMIN}


def place_of(where: str | None) -> Place:
    """Of a group by its name; None is a private chat."""
    return _PLACES.get(where, Place.GROUP)


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that the bot did. `action` is send, edit, file or notice; `path` is where the file
    is that was sent."""

    action: str
    chat: str
    message: int | None
    text: RichText
    language: str
    buttons: Rows = ()
    path: str | None = None
    pinned: bool = False


class SimulatedAdapter(ABC):
    """Carries out on a simulated platform what the core wants, and makes events of what its people
    do. What is to be seen goes to `show`."""

    name: AdapterName
    capabilities = Capabilities(Fit(LIMIT, lambda text: len(text.plain.encode("utf-16-le")) // 2))

    def __init__(self, platform: Platform, show: Callable[[Shown], None]) -> None:
        self._platform = platform
        self._show = show
        self.admin_chat: ChatRef | None = self._chat(platform.group(ADMINS).id)

    @abstractmethod
    async def run(self, inbox: Inbox) -> None: ...

    @abstractmethod
    def _keep(self, number: int, name: str, data: bytes) -> str:
        """Where the file lies then that message `number` brings."""

    @abstractmethod
    def _take_away(self, outgoing: Delete, chat: int) -> MessageRef | None: ...

    async def deliver(self, outgoing: Outgoing, key: str) -> MessageRef | None:
        known = self._platform.delivered(key)
        if known is not None:
            return MessageRef(str(known))
        chat = int(outgoing.chat.key)
        match outgoing:
            case Suggestions():
                return None
            case Notice():
                self._notice(chat, outgoing.text, outgoing.language)
                return None
            case Edit():
                return self._edit(outgoing, chat)
            case Delete():
                return self._take_away(outgoing, chat)
            case Send():
                number = self._platform.post(chat, _data(outgoing.buttons), key)
                text, buttons, path = outgoing.text, outgoing.buttons, None
            case _:
                number = self._platform.post(chat, [], key)
                text, buttons = outgoing.caption, ()
                path = self._keep(number, outgoing.name, outgoing.data)
        action = "send" if path is None else "file"
        name = self._platform.chat_name(chat)
        pinned = isinstance(outgoing, Send) and outgoing.pinned
        self._show(Shown(action, name, number, text, outgoing.language, buttons, path, pinned))
        self._platform.save()
        return MessageRef(str(number))

    async def role(self, chat: ChatRef, user: UserRef) -> Role:
        group = self._group(chat)
        if group is None:
            return Role.UNKNOWN
        name = self._platform.chat_name(int(user.key))
        if name in group.administrators:
            return Role.ADMINISTRATOR
        return Role.MEMBER if name in group.members else Role.OUTSIDER

    async def group(self, chat: ChatRef) -> GroupFacts | None:
        group = self._group(chat)
        return None if group is None else GroupFacts(group.title, len(group.members) + BOT_ITSELF)

    def _group(self, chat: ChatRef) -> Group | None:
        groups = self._platform.groups.values()
        return next((group for group in groups if str(group.id) == chat.key), None)

    def _edit(self, outgoing: Edit, chat: int) -> MessageRef:
        number = int(outgoing.message or 0)
        if not self._platform.edit(chat, number, _data(outgoing.buttons)):
            raise MessageGone
        name, text = self._platform.chat_name(chat), outgoing.text
        self._show(Shown("edit", name, number, text, outgoing.language, outgoing.buttons))
        self._platform.save()
        return MessageRef(str(number))

    def _notice(self, chat: int, text: str | None, language: Language) -> None:
        if text:
            name = self._platform.chat_name(chat)
            self._show(Shown("notice", name, None, RichText(text), language))

    def _message(self, who: str, where: str | None, text: str, reply_to: int | None) -> Message:
        reply = None if reply_to is None else MessageRef(str(reply_to))
        return Message(self._origin(who, where), text, reply)

    def _pressed(
        self, who: str, where: str | None, message: int, data: str, *, typed: bool = False
    ) -> Press:
        origin = self._origin(who, where)
        return Press(origin, origin.id, MessageRef(str(message)), data, typed)

    def _changed(self, who: str, where: str, how: str) -> list[Event]:
        """What the core hears when somebody joins a group, leaves it, is promoted, demoted or adds
        the bot: nothing of what they were already, or of who decides in the admin chat no more."""
        group = self._platform.group(where)
        was_in, was_one = who in group.members, who in group.administrators
        if how == "promote":
            self._platform.promote(who, where)
            return []
        origin = self._origin(who, where)
        told: list[Event] = []
        match how:
            case "add":
                return [Joined(origin)]
            case "join":
                return [] if was_in else [Entered(origin)]
            case "leave":
                self._platform.leave(who, where)
                told += [Gone(origin)] if was_in else []
            case _:
                self._platform.demote(who, where)
                told += [Demoted(origin)] if was_one else []
        return told if origin.place is Place.GROUP else []

    def _origin(self, who: str, where: str | None) -> Origin:
        person = self._platform.person(who)
        return Origin(
            id=self._platform.new_event(),
            chat=self._chat(self._chat_number(who, where)),
            place=place_of(where),
            user=UserRef(self.name, str(person.id)),
            name=who,
            language=Language(person.language),
            at=self._platform.now(),
        )

    def _chat_number(self, who: str, where: str | None) -> int:
        """Of the group, in which they are from then on, or of their private chat."""
        if where is None:
            return self._platform.person(who).id
        return self._platform.enter(who, where).id

    def _chat(self, number: int) -> ChatRef:
        return ChatRef(self.name, str(number))


def _data(buttons: Rows) -> list[tuple[str, str]]:
    return [(button.name, button.data) for row in buttons for button in row]
