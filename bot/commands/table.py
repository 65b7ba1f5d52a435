"""Commands and buttons as declared values; help, menus and permission checks derive from them."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.commands.context import Context
from bot.commands.cost import Cost
from bot.commands.parameters import Call
from bot.domain.slots import Slot, SlotKind
from bot.ports import Place

EVERYWHERE = frozenset(Place)
PRIVATE = frozenset({Place.PRIVATE})
GROUP = frozenset({Place.GROUP})
ADMIN = frozenset({Place.ADMIN})


LARGEST_FILE = 8 * 1024 * 1024
"""Bytes of a document that are read; no list of names is larger (`bot/importer/table_file.py`)."""


class Needs(enum.Flag):
    """What must be known before the handler runs, and takes longer than a transaction may: what the
    platform says, and for an administrator's command what is in the statements' folder, or in the
    document that it is written below."""

    NOTHING = 0
    ROLE = enum.auto()
    GROUP = enum.auto()
    STATEMENTS = enum.auto()
    FILE = enum.auto()


class Right(enum.Enum):
    """An administrator alone may use it. What only ASKS for a press that confirms may also be begun
    by an administrator whom the platform does not name. Every member VOTES."""

    ACTS = "acts"
    ASKS = "asks"
    VOTES = "votes"


@dataclass(frozen=True, slots=True)
class Command:
    """`call` is the handler with its parameters; `summary` is a message of the catalogue.

    `places` is where it works; elsewhere it is unknown, unless `elsewhere` answers.
    With `answers` it says what a prompt's button says, and nothing where nothing is asked.
    `right` holds outside private chats. `about_group` asks the platform how the group is called,
    `reads_statements` reads their folder first. What `takes_file` may be written below a document,
    and has what is in it then (`Facts.table`); it has a `right`, and works in the admin chat alone.
    It has its `cost`, but where its arguments lead to another command (`leads_to` gives the name)
    it has that one's.
    """

    name: str
    summary: str
    call: Call
    places: frozenset[Place]
    right: Right | None = None
    about_group: bool = False
    reads_statements: bool = False
    takes_file: bool = False
    cost: Cost = Cost.ANSWER
    leads_to: Callable[[str], str] | None = None
    elsewhere: Call | None = None
    listed: bool = True
    answers: bool = False

    def needs(self, place: Place) -> Needs:
        """What the platform is asked first, in a chat where others can write too."""
        if place not in self.places:
            return Needs.NOTHING
        role = Needs.ROLE if self.right else Needs.NOTHING
        group = Needs.GROUP if self.about_group else Needs.NOTHING
        statements = Needs.STATEMENTS if self.reads_statements else Needs.NOTHING
        return role | group | statements | (Needs.FILE if self.takes_file else Needs.NOTHING)


class CommandTable:
    """All commands by name. A duplicate fails at start."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._commands: dict[str, Command] = {}
        for command in commands:
            if command.name in self._commands:
                raise ValueError(f"two commands are called {command.name}")
            self._commands[command.name] = command

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def find(self, name: str, place: Place) -> Command | None:
        """The command of that name as far as this place knows of it."""
        command = self._commands.get(name)
        if command is None or not (place in command.places or command.elsewhere):
            return None
        return command

    def cost(self, command: Command, args: str) -> Cost:
        meant = self._commands.get(command.leads_to(args)) if command.leads_to else None
        return (meant or command).cost

    def takes_file(self, place: Place) -> list[str]:
        """The names of those that can be written below a document here."""
        return [c.name for c in self._commands.values() if place in c.places and c.takes_file]

    def listed(self, place: Place) -> list[Command]:
        return [c for c in self._commands.values() if place in c.places and c.listed]

    def nearest(self, typed: str, place: Place) -> str | None:
        """The command that was probably meant, at most two slips away."""
        from rapidfuzz import process  # noqa: PLC0415 - 6 MiB, for who mistypes
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        names = [command.name for command in self.listed(place)]
        found = process.extractOne(
            typed, names, scorer=OSA.distance, score_cutoff=min(2, len(typed) // 2)
        )
        return found[0] if found else None


ButtonHandler = Callable[[Context, Slot, str], Awaitable[None]]
"""Given the context, the slot of the message, and the button's name (`reply`
for a reply to the message). Outside private chats only who has the right gets this far."""

RIGHTS: Mapping[SlotKind, Right] = {SlotKind.PROPOSAL: Right.VOTES}
"""To press the buttons of a message, where that takes less than an administrator's."""


def costs(cost: Cost, handler: ButtonHandler) -> ButtonHandler:
    """The handler of buttons that cost so much."""

    async def spend(context: Context, slot: Slot, button: str) -> None:
        context.spend(cost)
        await handler(context, slot, button)

    return spend


ButtonTable = Mapping[SlotKind, ButtonHandler]
"""By what the message is about."""
