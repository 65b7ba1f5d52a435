"""The console as a platform: lines in, what the bot does out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from bot.adapters.console.lines import (
    HINT,
    AddsBot,
    Advances,
    AsksForHelp,
    Leaves,
    Line,
    NotUnderstood,
    Presses,
    SetsLanguage,
    SetsRole,
    SetsTitle,
    Writes,
    parse_line,
)
from bot.adapters.console.platform import ADMINS, Platform
from bot.adapters.console.printing import Printer, Shown
from bot.domain.ids import AdapterName, ChatRef, Language, MessageRef, UserRef
from bot.ports import (
    Capabilities,
    Delete,
    Edit,
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

NAME = AdapterName("console")
LIMIT = 4096
"""Characters; as on Telegram, so that what is seen here is seen there."""

BOT_ITSELF = 1


class ConsoleAdapter:
    """Reads lines until there are no more; each is taken only when the last one is answered."""

    name = NAME
    capabilities = Capabilities(Fit(LIMIT, lambda text: len(text.plain.encode("utf-16-le")) // 2))

    def __init__(self, platform: Platform, lines: AsyncIterator[str], printer: Printer) -> None:
        self._platform = platform
        self._lines = lines
        self._printer = printer
        self.admin_chat: ChatRef | None = _chat(platform.group(ADMINS).id)

    async def run(self, inbox: Inbox) -> None:
        await inbox.settled()
        number = 0
        async for line in self._lines:
            number += 1
            parsed = parse_line(line)
            if isinstance(parsed, Leaves):
                return
            if parsed is not None:
                await self._take(parsed, inbox)
                await inbox.settled()
            self._printer.done(number)

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
                # What was printed stays: the message becomes the line that stands for it.
                emptied = Edit(outgoing.chat, outgoing.message, outgoing.text, outgoing.language)
                return self._edit(emptied, chat)
            case Send():
                number = self._platform.post(chat, _data(outgoing.buttons), key)
                text, buttons, path = outgoing.text, outgoing.buttons, None
            case _:
                number = self._platform.post(chat, [], key)
                text, buttons = outgoing.caption, ()
                name = f"{number}-{Path(outgoing.name).name}"
                path = str(self._platform.download(name, outgoing.data))
        action = "send" if path is None else "file"
        name = self._platform.chat_name(chat)
        pinned = isinstance(outgoing, Send) and outgoing.pinned
        self._printer.show(
            Shown(action, name, number, text, outgoing.language, buttons, path, pinned)
        )
        self._platform.save()
        return MessageRef(str(number))

    async def role(self, chat: ChatRef, user: UserRef) -> Role:
        for group in self._platform.groups.values():
            if str(group.id) == chat.key:
                return self._role_in(group.administrators, group.members, user)
        return Role.UNKNOWN

    async def group(self, chat: ChatRef) -> GroupFacts | None:
        for group in self._platform.groups.values():
            if str(group.id) == chat.key:
                return GroupFacts(group.title, len(group.members) + BOT_ITSELF)
        return None

    def _role_in(self, administrators: list[str], members: list[str], user: UserRef) -> Role:
        name = self._platform.chat_name(int(user.key))
        if name in administrators:
            return Role.ADMINISTRATOR
        return Role.MEMBER if name in members else Role.OUTSIDER

    async def _take(self, line: Line, inbox: Inbox) -> None:
        platform = self._platform
        match line:
            case Writes():
                origin = self._origin(line.who, line.where)
                reply = None if line.reply_to is None else MessageRef(str(line.reply_to))
                await inbox.receive(NAME, [Message(origin, line.text, reply)])
            case Presses():
                await self._press(line, inbox)
            case SetsLanguage():
                platform.person(line.who).language = line.language
            case SetsTitle():
                platform.group(line.where).title = line.title
            case SetsRole():
                change = platform.promote if line.administrator else platform.demote
                change(line.who, line.where)
            case AddsBot():
                await inbox.receive(NAME, [Joined(self._origin(line.who, line.where))])
            case Advances():
                platform.advance(line.by)
            case AsksForHelp():
                self._printer.hint(HINT)
            case NotUnderstood():
                self._printer.hint(line.why)
        platform.save()

    async def _press(self, line: Presses, inbox: Inbox) -> None:
        origin = self._origin(line.who, line.where)
        chat = int(origin.chat.key)
        found = self._platform.button(chat, line.name, line.message)
        if found is None:
            where = "" if line.message is None else f" on message {line.message}"
            self._notice(chat, f"There is no button [{line.name}]{where} here.", Language("en"))
            return
        number, data = found
        await inbox.receive(NAME, [Press(origin, origin.id, MessageRef(str(number)), data)])

    def _origin(self, who: str, where: str | None) -> Origin:
        person = self._platform.person(who)
        chat, place = person.id, Place.PRIVATE
        if where is not None:
            chat = self._platform.enter(who, where).id
            place = Place.ADMIN if where == ADMINS else Place.GROUP
        return Origin(
            id=self._platform.new_event(),
            chat=_chat(chat),
            place=place,
            user=UserRef(NAME, str(person.id)),
            name=who,
            language=Language(person.language),
            at=self._platform.now(),
        )

    def _edit(self, outgoing: Edit, chat: int) -> MessageRef:
        number = int(outgoing.message or 0)
        if not self._platform.edit(chat, number, _data(outgoing.buttons)):
            raise MessageGone
        shown = Shown(
            "edit",
            self._platform.chat_name(chat),
            number,
            outgoing.text,
            outgoing.language,
            outgoing.buttons,
        )
        self._printer.show(shown)
        self._platform.save()
        return MessageRef(str(number))

    def _notice(self, chat: int, text: str | None, language: Language) -> None:
        if text:
            name = self._platform.chat_name(chat)
            self._printer.show(Shown("notice", name, None, RichText(text), language))


def _chat(number: int) -> ChatRef:
    return ChatRef(NAME, str(number))


def _data(buttons: Rows) -> list[tuple[str, str]]:
    return [(button.name, button.data) for row in buttons for button in row]
