"""The commands that are typed in a chat, from the table of commands."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from bot.commands.catalogue import command_table
from bot.commands.table import ADMIN, EVERYWHERE, PRIVATE, Command, Right
from bot.domain.ids import Language
from bot.ports import Place
from bot.wording.own import mine_usage
from bot.wording.voice import Voice

HEAD = """\
# Commands in a chat

Everything that can be typed to the bot, for whoever looks for a word. Whatever a button does, one
of these does too. They begin with `/` on Telegram and in the console, and with `!` on Matrix. `[…]`
may be left out; with one open statement its name need not be typed. `help` lists in each chat what
can be done there.

"Administrators" are those of the group, and in the admin chat its admins. Where an anonymous one
may begin something, the press that confirms it shows who it is.

This page is written from the program's own table of commands by `make reference`.
"""

PLACES = {
    Place.PRIVATE: "a private chat with the bot",
    Place.GROUP: "an organisation's group",
    Place.ADMIN: "the admin chat",
}

UNTOLD = {
    "start": "[what a link brings]",
    "mine": "[number] [word]",
    "bulk": "[number] [undo]",
    "claim": "code",
    "code": "secret code",
}
"""What can stand behind commands of which help says nothing of the kind."""

ANSWER = "the same as the button of that name, where one is asked for"


def commands_page() -> str:
    """Markdown: a section for each set of places."""
    table = list(command_table())
    sets = sorted({command.places for command in table}, key=_order)
    sections = [
        _section(places, [_row(command) for command in table if command.places == places])
        for places in sets
    ]
    return "\n".join((HEAD, *sections, _changing_own()))


def _order(places: frozenset[Place]) -> list[bool]:
    return [place not in places for place in PLACES]


def _section(places: frozenset[Place], rows: Iterable[str]) -> str:
    named = [said for place, said in PLACES.items() if place in places]
    title = "every chat" if places == EVERYWHERE else " and in ".join(named)
    head = ("| type | what it does | who may |", "|---|---|---|")
    return "\n".join((f"## In {title}", "", *head, *rows, ""))


def _row(command: Command) -> str:
    does = command.summary or ANSWER
    if command.summary and not command.listed:
        does += " (not in `help`)"
    return f"| `{_typed(command)}` | {does} | {_who(command)} |"


def _typed(command: Command) -> str:
    takes = len(inspect.signature(command.call.handler).parameters) > 1
    untold = UNTOLD.get(command.name, "[…]") if takes and not command.answers else ""
    return f"{command.name} {command.call.parameters.usage or untold}".rstrip()


def _who(command: Command) -> str:
    """Rights hold outside of private chats."""
    if command.places == PRIVATE:
        return "you"
    if command.right is None:
        return "everybody there"
    if command.places == ADMIN:
        return "admins"
    who = "administrators"
    if command.right is Right.ASKS:
        who += ", also anonymous ones"
    return f"in private you; elsewhere {who}" if Place.PRIVATE in command.places else who


def _changing_own() -> str:
    typed = mine_usage(Voice(Language("en"), "/")).plain.replace("\u2066", "").replace("\u2069", "")
    asked, *lines = (line for line in typed.replace("\u2068", "").splitlines() if line)
    rows = (f"- `{line}`" for line in lines)
    return "\n".join(("## Changing a signature", "", asked, "", *rows, ""))
