"""The commands that are typed in a chat, from the table of commands."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from bot.commands.catalogue import command_table
from bot.commands.table import ADMIN, EVERYWHERE, GROUP, PRIVATE, Command, Right
from bot.domain.ids import Language
from bot.wording.own import mine_usage
from bot.wording.voice import Voice

HEAD = """\
# Commands in a chat

Everything that can be typed to the bot, for whoever looks for a word. Whatever a button does, one
of these does too. They begin with `/` on Telegram and in the console, and with `!` on Matrix. `[…]`
may be left out; with one open statement its name need not be typed. `help` lists in each chat what
can be done there.

"Administrators" are those of the group. Where an anonymous one may begin something, the press that
confirms it shows who it is.

This page is written from the program's own table of commands by `make reference`.
"""

SECTIONS = (
    ("In every chat", EVERYWHERE),
    ("In a private chat with the bot", PRIVATE),
    ("In a private chat, and in an organisation's group", PRIVATE | GROUP),
    ("In an organisation's group", GROUP),
    ("In the admin chat", ADMIN),
)

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
    """Markdown. Raises `ValueError` where a command would be left out."""
    table = list(command_table())
    parts = [HEAD]
    for title, places in SECTIONS:
        rows = [_row(command) for command in table if command.places == places]
        parts.append(_section(title, rows))
    if left := [c.name for c in table if c.places not in [places for _, places in SECTIONS]]:
        raise ValueError(f"no section has the places of {', '.join(left)}")
    return "\n".join((*parts, _changing_own()))


def _section(title: str, rows: Iterable[str]) -> str:
    head = ("| type | what it does | who may |", "|---|---|---|")
    return "\n".join((f"## {title}", "", *head, *rows, ""))


def _row(command: Command) -> str:
    does = command.summary or ANSWER
    if not (command.listed or command.answers):
        does += " (not in `help`)"
    return f"| `{_typed(command)}` | {does} | {_who(command)} |"


def _typed(command: Command) -> str:
    takes = len(inspect.signature(command.call.handler).parameters) > 1
    usage = command.call.parameters.usage or UNTOLD.get(command.name, "")
    if takes and not usage and not command.answers:
        raise ValueError(f"nothing tells what stands behind {command.name}")
    return f"{command.name} {usage}".rstrip()


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
    return who if command.places == GROUP else f"in private you; elsewhere {who}"


def _changing_own() -> str:
    typed = mine_usage(Voice(Language("en"), "/")).plain.replace("\u2066", "").replace("\u2069", "")
    asked, *lines = (line for line in typed.replace("\u2068", "").splitlines() if line)
    rows = (f"- `{line}`" for line in lines)
    return "\n".join(("## Changing a signature", "", asked, "", *rows, ""))
