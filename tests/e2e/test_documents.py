"""A document that somebody sends: nothing is done with it that nobody asked for, and what an
admin's command takes is fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.bootstrap import wiring
from bot.commands.catalogue import command_table
from bot.commands.context import Context
from bot.commands.parameters import TEXT
from bot.commands.table import ADMIN, LARGEST_FILE, Command, CommandTable, Right
from bot.domain.paper import Table
from tests.e2e.test_privacy_on_disk import hits, left_behind
from tests.support.dialogue import Dialogue, open_dialogue

NOTHING = "done nothing with this"
CANARY = "Canary Ben Salah"


async def weigh(context: Context, text: str) -> None:
    table = context.facts.table
    context.notice(f"{text}: {len(table.rows) if isinstance(table, Table) else table}")


@pytest.fixture
async def w(tmp_path: Path, port: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Dialogue]:
    """The bot with one more command, which takes a document."""
    takes = Command("weigh", "", TEXT.to(weigh), ADMIN, Right.ACTS, takes_file=True)
    monkeypatch.setattr(wiring, "command_table", lambda: CommandTable([*command_table(), takes]))
    async with open_dialogue(tmp_path, port) as dialogue:
        yield dialogue


@pytest.fixture
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file on the machine of whoever sends it."""
    path = tmp_path_factory.mktemp("sent") / "canary list.csv"
    path.write_bytes(f"name\r\n{CANARY}\r\n".encode())
    return path


async def test_nobody_asked_for_it(d: Dialogue, sent: Path) -> None:
    said = await d.answer(f'%file amal "{sent}" /mine')
    assert NOTHING in said.text
    assert "help" in said.names
    await d.say("amal: /sign port", "amal: [confirm]")
    asked = await d.answer(f'%file amal "{sent}" Amal Haddad')
    assert "Type your answer, or send /cancel." in asked.text
    assert (await d.say("amal: Amal Haddad"))[-1].names
    said = await d.answer(f'%file zaid@admins "{sent}" /pending')
    assert said.text.startswith("I've done nothing with this file.\n")
    assert said.text.endswith("\n/add")
    assert await d.say(f'%file omar@tunis "{sent}" /endorse port') == []
    assert "There is no file" in (await d.answer("%file amal nowhere.csv")).text


async def test_what_a_command_takes(w: Dialogue, sent: Path) -> None:
    assert (await w.answer(f'%file zaid@admins "{sent}" /weigh by hand')).text == "by hand: 1"
    assert (await w.answer("zaid@admins: /weigh by hand")).text == "by hand: None"
    said = await w.answer(f'%file zaid@admins "{sent}" what about this?')
    assert said.text.startswith("I've done nothing with this file.\n")
    assert said.text.endswith("\n/weigh")
    assert NOTHING in (await w.answer(f'%file amal "{sent}" /weigh')).text


@pytest.fixture
def large(sent: Path) -> Path:
    sent.write_bytes(bytes(LARGEST_FILE + 1))
    return sent


async def test_what_is_too_large(w: Dialogue, large: Path) -> None:
    assert "larger than 8 MB" in (await w.answer(f'%file zaid@admins "{large}" /weigh')).text


async def test_nothing_of_it_is_on_the_disk(w: Dialogue, sent: Path) -> None:
    await w.answer(f'%file zaid@admins "{sent}" /weigh')
    await w.restart()
    assert hits(left_behind(w.folder), [CANARY, "canary list"]) == []
