"""The console as a platform: lines in, what the bot does out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from bot.adapters.console.lines import (
    HINT,
    Advances,
    AsksForHelp,
    ChangesGroup,
    Leaves,
    Line,
    NotUnderstood,
    Presses,
    SendsFile,
    SetsLanguage,
    SetsTitle,
    Writes,
    parse_line,
)
from bot.adapters.console.printing import Printer
from bot.adapters.simulated_adapter import SimulatedAdapter
from bot.adapters.simulated_platform import ADMINS, Platform
from bot.domain.ids import AdapterName, Language, MessageRef
from bot.ports import Attachment, Delete, Edit, Inbox, TooLarge, Undeliverable

NAME = AdapterName("console")


class ConsoleAdapter(SimulatedAdapter):
    """Reads lines until there are no more; each is taken only when the last one is answered."""

    name = NAME

    def __init__(self, platform: Platform, lines: AsyncIterator[str], printer: Printer) -> None:
        super().__init__(platform, printer.show)
        self._lines = lines
        self._printer = printer

    async def run(self, inbox: Inbox) -> None:
        await inbox.settled()
        number = 0
        async for line in self._lines:
            number += 1
            parsed = parse_line(line)
            if isinstance(parsed, Leaves):
                return
            if parsed is not None:
                await self._take(self._possible(parsed), inbox)
                await inbox.settled()
            self._printer.done(number)

    def _keep(self, number: int, name: str, data: bytes) -> str:
        return str(self._platform.download(f"{number}-{Path(name).name}", data))

    def _take_away(self, outgoing: Delete, chat: int) -> MessageRef | None:
        """What was printed stays: the message becomes the line that stands for it."""
        emptied = Edit(outgoing.chat, outgoing.message, outgoing.text, outgoing.language)
        return self._edit(emptied, chat)

    def _possible(self, line: Line) -> Line:
        """Nobody writes in a group that they have left."""
        if isinstance(line, Writes | Presses) and self._platform.is_gone(line.who, line.where):
            at = f"{line.who}@{line.where}"
            return NotUnderstood(f"{line.who} has left @{line.where}; first type  %join {at}")
        return line

    async def _take(self, line: Line, inbox: Inbox) -> None:
        platform = self._platform
        match line:
            case Writes() | SendsFile():
                await self._say(line, inbox)
            case Presses():
                await self._press(line, inbox)
            case SetsLanguage():
                platform.person(line.who).language = line.language
            case SetsTitle():
                platform.group(line.where).title = line.title
            case ChangesGroup():
                await inbox.receive(NAME, self._changed(line.who, line.where, line.how))
            case Advances():
                platform.advance(line.by)
            case AsksForHelp():
                self._printer.hint(HINT)
            case NotUnderstood():
                self._printer.hint(line.why)
        platform.save()

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        data = await asyncio.to_thread(_read, Path(attachment.id), most)
        if len(data) > most:
            raise TooLarge
        return data

    async def _say(self, line: Writes | SendsFile, inbox: Inbox) -> None:
        match line:
            case Writes():
                said = self._message(line.who, line.where, line.text, line.reply_to)
            case SendsFile(where=where) if where not in {None, ADMINS}:
                return  # What people send in a group is not for the bot.
            case SendsFile():
                file = _attachment(line.path)
                if file is None:
                    self._printer.hint(f"There is no file {line.path} here.")
                    return
                said = self._message(line.who, line.where, line.caption, None)
                said = replace(said, attachment=file)
        await inbox.receive(NAME, [said])

    async def _press(self, line: Presses, inbox: Inbox) -> None:
        chat = self._chat_number(line.who, line.where)
        found = self._platform.button(chat, line.name, line.message)
        if found is None:
            where = "" if line.message is None else f" on message {line.message}"
            self._notice(chat, f"There is no button [{line.name}]{where} here.", Language("en"))
            return
        await inbox.receive(NAME, [self._pressed(line.who, line.where, *found)])


def _attachment(typed: str) -> Attachment | None:
    path = Path(typed).expanduser().resolve()
    return Attachment(str(path), path.name, path.stat().st_size) if path.is_file() else None


def _read(path: Path, most: int) -> bytes:
    """One byte more than that, where there is more."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise Undeliverable(error.strerror or type(error).__name__) from None
