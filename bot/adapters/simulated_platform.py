"""The simulated platform: who there is, who may what, the time, messages and their buttons.

It stands for a platform's servers and is kept in a file. It never keeps a text.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import secrets
import shutil
import tempfile
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.domain.faults import OperatorFault

ADMINS = "admins"
REMEMBERED = 500
"""Messages and deliveries that the platform still knows; older buttons cannot be pressed."""

DOWNLOADED = "undersigned-"
"""How the name of a folder begins in which a document lies."""


class PlatformFault(OperatorFault):
    """The platform's file cannot be used; the message says what to do."""


@dataclass(slots=True)
class Person:
    id: int
    language: str = "en"


@dataclass(slots=True)
class Group:
    id: int
    title: str
    creator: str | None = None
    members: list[str] = field(default_factory=list)
    administrators: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Posted:
    """A message of the bot's: the chat it is in and its buttons as (name, data)."""

    chat: int
    buttons: list[tuple[str, str]]


class Platform:
    """All ids are random numbers of the size that real platforms use."""

    def __init__(self, file: Path) -> None:
        """Raises `PlatformFault` if the file is not one of this program's."""
        self._file = file
        self._advanced = 0.0
        self._events = 0
        self._last_message = 0
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self._posted: OrderedDict[int, Posted] = OrderedDict()
        self._delivered: OrderedDict[str, int] = OrderedDict()
        self._downloads: list[str] = []
        if file.exists():
            self._load()

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self._advanced)

    def advance(self, by: dt.timedelta) -> None:
        self._advanced += by.total_seconds()
        self.save()

    def new_event(self) -> str:
        """The id of one more event; known to be used before anybody hears of it."""
        self._events += 1
        self.save()
        return str(self._events)

    def person(self, name: str) -> Person:
        if name not in self.people:
            self.people[name] = Person(_new_id())
        return self.people[name]

    def group(self, name: str) -> Group:
        """The group of that name; the admin chat is one too."""
        if name not in self.groups:
            self.groups[name] = Group(-_new_id(), name)
        return self.groups[name]

    def enter(self, person: str, group_name: str) -> Group:
        """Somebody writes in a group: the first is its creator. In the admin chat all decide."""
        group = self.group(group_name)
        if person not in group.members:
            group.members.append(person)
        if person in group.gone:
            group.gone.remove(person)
        if group.creator is None:
            group.creator = person
        if group.creator == person or group_name == ADMINS:
            self.promote(person, group_name)
        return group

    def promote(self, person: str, group_name: str) -> None:
        group = self.group(group_name)
        for names in (group.members, group.administrators):
            if person not in names:
                names.append(person)

    def demote(self, person: str, group_name: str) -> None:
        group = self.group(group_name)
        with contextlib.suppress(ValueError):
            group.administrators.remove(person)
        if group.creator == person:
            group.creator = ""

    def leave(self, person: str, group_name: str) -> None:
        """As on real platforms, its creator would be an administrator again on coming back."""
        group = self.group(group_name)
        group.gone.append(person)
        for names in (group.members, group.administrators):
            if person in names:
                names.remove(person)

    def is_gone(self, person: str, group_name: str | None) -> bool:
        """Whether they have left it, and have not come back; nobody leaves a private chat."""
        return group_name is not None and person in self.group(group_name).gone

    def chat_name(self, chat: int) -> str:
        """`amal` or `@tunis`."""
        for name, person in self.people.items():
            if person.id == chat:
                return name
        for name, group in self.groups.items():
            if group.id == chat:
                return f"@{name}"
        return "?"

    def post(self, chat: int, buttons: list[tuple[str, str]], key: str) -> int:
        """The number of a new message."""
        self._last_message += 1
        self._posted[self._last_message] = Posted(chat, buttons)
        self._delivered[key] = self._last_message
        for kept in (self._posted, self._delivered):
            while len(kept) > REMEMBERED:
                kept.popitem(last=False)
        return self._last_message

    def edit(self, chat: int, message: int, buttons: list[tuple[str, str]]) -> bool:
        """Whether there was such a message to edit."""
        posted = self._posted.get(message)
        if posted is None or posted.chat != chat:
            return False
        posted.buttons = buttons
        return True

    def remove(self, chat: int, message: int) -> bool:
        """Whether there was such a message to take away."""
        if not self.edit(chat, message, []):
            return False
        del self._posted[message]
        return True

    def download(self, name: str, data: bytes) -> Path:
        """A document as people have it on their own machines, until the platform starts anew. It
        may hold all about them: so it lies outside of the data folder, where only who runs the
        program can read it."""
        folder = tempfile.mkdtemp(prefix=DOWNLOADED)
        self._downloads.append(folder)
        self.save()
        path = Path(folder) / name
        path.write_bytes(data)
        return path

    def delivered(self, key: str) -> int | None:
        """The message that came of an earlier delivery under the same key."""
        return self._delivered.get(key)

    def button(self, chat: int, name: str, message: int | None) -> tuple[int, str] | None:
        """Message number and data of the button `name`, on `message` or on the newest one of the
        chat that has any button of that name."""
        numbers = [message] if message is not None else list(reversed(self._posted))
        for number in numbers:
            posted = self._posted.get(number)
            if posted is None or posted.chat != chat:
                continue
            for found, data in posted.buttons:
                if found == name:
                    return number, data
        return None

    def save(self) -> None:
        """Written beside and renamed, so that a kill leaves the old or the new state. A full disk
        does not stop a platform: what is in memory holds, and the next save tries again."""
        state = {
            "advanced": self._advanced,
            "events": self._events,
            "last_message": self._last_message,
            "people": self.people,
            "groups": self.groups,
            "posted": self._posted,
            "delivered": self._delivered,
            "downloads": self._downloads,
        }
        beside = self._file.with_suffix(".json.new")
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(state, ensure_ascii=False, default=_fields)
            beside.write_text(text, encoding="utf-8")
            beside.replace(self._file)

    def _load(self) -> None:
        try:
            state: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
            self._advanced = float(state["advanced"])
            self._events = int(state["events"])
            self._last_message = int(state["last_message"])
            self.people = {name: Person(**entry) for name, entry in state["people"].items()}
            self.groups = {name: Group(**entry) for name, entry in state["groups"].items()}
            self._posted = OrderedDict(
                (int(number), Posted(entry["chat"], [(n, d) for n, d in entry["buttons"]]))
                for number, entry in state["posted"].items()
            )
            self._delivered = OrderedDict(state["delivered"])
            for folder in map(Path, state.get("downloads", [])):
                if folder.name.startswith(DOWNLOADED):
                    shutil.rmtree(folder, ignore_errors=True)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise PlatformFault(
                f"{self._file} is no simulated platform of this program ({type(error).__name__}); "
                "move it away together with its database"
            ) from None


def _fields(one: Person | Group | Posted) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__slots__}


def _new_id() -> int:
    return 1_000_000_000 + secrets.randbelow(9_000_000_000)
