"""What a line of the console means."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import threading
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TextIO

HINT = """\
amal: /start           amal writes to the bot in her private chat
amal: [next]           presses the newest button of that name; [17:next] that on message 17
amal@tunis: /endorse   writes in the group tunis; the first who does administers it
zaid@admins: /pending  writes in the admin chat
zaid@admins: >17 text  replies to message 17
%add omar@tunis        omar adds the bot to the group tunis, which greets it
%file zaid@admins list.csv /add port
                       zaid sends the file list.csv, and writes below it
%join omar@tunis       omar comes into it; %leave omar@tunis: out of it again
%lang amal ar          also %title tunis Some Title, %promote omar@tunis,
                       %demote omar@tunis, %advance 2h
help                   shows this again; quit or Ctrl-D leaves"""

NOBODY = "Begin with who speaks, such as  amal: /start  (help says more, quit leaves)."
NO_DIRECTIVE = "There's no directive like this; help lists them."

_NAME = r"[\w.+-]+"
_LINE = re.compile(rf"(?P<who>{_NAME})(?:@(?P<where>{_NAME}))?\s*:\s?(?P<text>.*)", re.DOTALL)
_PRESS = re.compile(r"\[(?:(?P<message>\d{1,15}):)?(?P<name>#?[\w:-]+)\]\s*")
_REPLY = re.compile(r">(?P<message>\d{1,15})\s+(?P<text>.*)", re.DOTALL)
_SPAN = re.compile(r"(\d{1,6})\s*([smhd])")
_FILE = re.compile(
    rf"(?P<who>{_NAME})(?:@(?P<where>{_NAME}))?\s+"
    r"(?:\"(?P<quoted>[^\"]+)\"|(?P<path>\S+))(?:\s+(?P<caption>.*))?",
    re.DOTALL,
)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Writes:
    who: str
    where: str | None
    text: str
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class SendsFile:
    """One of this machine's, with what is written below it."""

    who: str
    where: str | None
    path: str
    caption: str


@dataclass(frozen=True, slots=True)
class Presses:
    who: str
    where: str | None
    name: str
    message: int | None


@dataclass(frozen=True, slots=True)
class SetsLanguage:
    who: str
    language: str


@dataclass(frozen=True, slots=True)
class SetsTitle:
    where: str
    title: str


@dataclass(frozen=True, slots=True)
class ChangesGroup:
    """Somebody comes into a group (`how` is join), leaves it, becomes its administrator (promote)
    or is one no more (demote), or adds the bot to it, as people do on other platforms before they
    say a word to it there."""

    who: str
    where: str
    how: str


@dataclass(frozen=True, slots=True)
class Advances:
    by: dt.timedelta


@dataclass(frozen=True, slots=True)
class AsksForHelp:
    """`help` with nobody who says it: not to the bot."""


@dataclass(frozen=True, slots=True)
class Leaves:
    """`quit` or `exit`, said by nobody too."""


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """`why` says what to do instead."""

    why: str


Line = (
    Writes
    | SendsFile
    | Presses
    | SetsLanguage
    | SetsTitle
    | ChangesGroup
    | Advances
    | AsksForHelp
    | Leaves
    | NotUnderstood
)

_ALONE: Mapping[str, Line] = {
    "help": AsksForHelp(),
    "?": AsksForHelp(),
    "quit": Leaves(),
    "exit": Leaves(),
}


def parse_line(line: str) -> Line | None:
    """What the line means; None for an empty one or a comment (`#`)."""
    text = line.strip()
    if not text or text.startswith("#"):
        return None
    if text.startswith("%") or ":" not in text:
        return _directive(text) if text.startswith("%") else _alone(text)
    match = _LINE.fullmatch(line.strip("\r\n").lstrip())
    if match is None:
        return NotUnderstood(NOBODY)
    who, where, said = match["who"], match["where"], match["text"]
    if press := _PRESS.fullmatch(said):
        number = press["message"]
        return Presses(who, where, press["name"], int(number) if number else None)
    if reply := _REPLY.fullmatch(said):
        return Writes(who, where, reply["text"], int(reply["message"]))
    return Writes(who, where, said)


def _alone(text: str) -> Line:
    return _ALONE.get(text.casefold()) or NotUnderstood(NOBODY)


def _directive(text: str) -> Line:
    name, _, rest = text[1:].partition(" ")
    words = rest.split()
    match name:
        case "lang" if len(words) == 2:
            return SetsLanguage(*words)
        case "title" if len(words) >= 2:
            return SetsTitle(words[0], rest.strip().partition(" ")[2].strip())
        case "add" | "join" | "leave" | "promote" | "demote" if (
            len(words) == 1 and words[0].count("@") == 1
        ):
            who, where = words[0].split("@")
            return ChangesGroup(who, where, name)
        case "file" if found := _FILE.fullmatch(rest.strip()):
            path = found["quoted"] or found["path"]
            return SendsFile(found["who"], found["where"], path, found["caption"] or "")
        case "advance" if rest and not _SPAN.sub("", rest).strip():
            parts = {_UNITS[unit]: int(amount) for amount, unit in _SPAN.findall(rest)}
            return Advances(dt.timedelta(**parts))
    return NotUnderstood(NO_DIRECTIVE)


async def read_lines(
    source: TextIO, closed: asyncio.Event, *, prompt: str = ""
) -> AsyncIterator[str]:
    """Lines as they are asked for, until `closed` is set. A thread of its own waits for them, so
    that the bot goes on meanwhile; it is a daemon because nothing can wake it when the program ends
    first."""
    loop = asyncio.get_running_loop()
    wanted = threading.Semaphore(0)
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        while wanted.acquire():
            try:
                line = f"{input(prompt)}\n" if prompt else source.readline()
            except (EOFError, OSError, ValueError):
                line = ""
            loop.call_soon_threadsafe(lines.put_nowait, line or None)

    async def end() -> None:
        await closed.wait()
        lines.put_nowait(None)

    threading.Thread(target=read, name="console lines", daemon=True).start()
    ending = asyncio.create_task(end())
    try:
        while not closed.is_set():
            wanted.release()
            line = await lines.get()
            if line is None:
                return
            yield line
    finally:
        ending.cancel()
