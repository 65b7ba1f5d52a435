"""Whatever is typed, wherever, in whatever state: the answer offers a button, or names a command
that works there when it is typed just so, or tells that what was asked for is done."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.commands.catalogue import command_table
from bot.statements.model import Library
from tests.support.dialogue import Dialogue, Did, open_dialogue
from tests.support.statements import write_port

CHATS = {
    "amal": ("amal", None),
    "@tunis": ("omar", "tunis"),
    "@sfax": ("rami", "sfax"),
    "@admins": ("zaid", "admins"),
}
"""In private, as administrator of a group, as member of one, as admin; all side by side."""

HERE = ("omar@tunis: hello", "omar@sfax: hello", "rami@sfax: hello", "zaid@admins: hello")

SIGNING = ("/sign port", "[confirm]", "Amal Haddad", "[skip]", "[skip]", "[public]", "[confirm]")
SIGNED = tuple(f"amal: {line}" for line in SIGNING)
ENDORSED = ("omar@tunis: /endorse port Dockers (Tunisia)", "omar@tunis: [confirm]")
REJECTED = ("zaid@admins: /reject 1 Unknown", "zaid@admins: /reject 2 Unknown", "%advance 11m")
AGAIN = (*SIGNED, *ENDORSED, "zaid@admins: /reject 3 No", "zaid@admins: /reject 4 No")


def several(root: Path) -> Path:
    folder = write_port(root)
    write_port(root / "quay", name="quay")
    (root / "quay" / "statements" / "quay").rename(folder / "quay")
    return folder


def closed(root: Path) -> Path:
    return write_port(root, endorsement="  closes: 2014-06-01\n")


NONE = "no statement"
"""Nobody can start a bot so, nor reload into it; what is said must hold all the same."""

STATES: dict[str, tuple[Callable[[Path], Path], tuple[str, ...]]] = {
    NONE: (write_port, ()),
    "one": (write_port, ()),
    "several": (several, ()),
    "closed": (closed, ()),
    "paused": (write_port, ("zaid@admins: /close port",)),
    "signed": (write_port, (*SIGNED, *ENDORSED)),
    "rejected twice": (write_port, (*SIGNED, *ENDORSED, *REJECTED, *AGAIN, "%advance 11m")),
}

BEHIND = {
    "search": "port",
    "find": "Amal",
    "claim": "0123456789abcdef",
    "verify": "1",
    "show": "1",
    "undo": "1",
    "reject": "1 Unknown",
    "ask": "1 Why?",
    "reopen": "1",
    "agree": "1",
    "audit": "1",
    "stay": "1",
    "appeal": "1 I teach here",
    "news": "off",
    "announce": "1",
    "add": "person Amal Haddad; by letter",
    "language": "en",
    "settings": "en",
}
"""What somebody types behind the name, besides nothing at all."""

DONE = (
    "From now on I'll speak",
    "Statements reloaded",
    "Signing “",
    "Sent: your question",
)
"""How an answer begins that tells of something carried out, after which there is nothing to do."""

UNKNOWN = "I don't know that command"

_COMMAND = re.compile(r"(?<![\w/.:])/([a-z]+)")


@asynccontextmanager
async def state(name: str, folder: Path) -> AsyncIterator[Dialogue]:
    write, lines = STATES[name]
    async with open_dialogue(folder, write(folder)) as d:
        await d.already(*HERE, *lines)
        if name == NONE:
            d.bot.campaign.use(Library(), {}, {})
        yield d


async def everywhere(d: Dialogue, typed: str) -> dict[str, list[Did]]:
    """What is answered in each chat in which that is typed."""
    events = [d.message(who, typed, where) for who, where in CHATS.values()]
    said = await d.receive(*events)
    return {chat: [did for did in said if did.chat == chat] for chat in CHATS}


def named_in(said: list[Did]) -> list[str]:
    """The commands that the answers name, as they are typed here."""
    return _COMMAND.findall("\n".join(did.text for did in said))


def is_enough(said: list[Did]) -> bool:
    """Whether an answer offers a button or a file, or tells what has been carried out."""
    return any(did.names or did.path or did.text.startswith(DONE) for did in said)


@pytest.mark.parametrize("name", STATES)
async def test_no_command_is_a_dead_end(name: str, tmp_path: Path) -> None:
    dead: list[str] = []
    named: set[tuple[str, str]] = set()
    names = [command.name for command in command_table()]
    async with state(name, tmp_path) as d:
        for typed in (*names, *(f"{name} {behind}" for name, behind in BEHIND.items())):
            said = await everywhere(d, f"/{typed}")
            for chat, found in said.items():
                next_steps = [] if is_enough(found) else named_in(found)
                named |= {(chat, step) for step in next_steps}
                if not next_steps and not is_enough(found):
                    dead.append(f"{chat}: /{typed}: {[did.text for did in found]}")
            if any("cancel" in did.names for dids in said.values() for did in dids):
                await everywhere(d, "/cancel")
        for step in {step for _, step in named}:
            for chat, found in (await everywhere(d, f"/{step}")).items():
                if (chat, step) in named and any(UNKNOWN in did.text for did in found):
                    dead.append(f"{chat}: /{step} is named and not known")
    assert not dead, "\n".join(dead)
