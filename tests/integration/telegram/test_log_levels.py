"""What `undersigned run` writes: at INFO what an operator wants to know once, in either form, and
nothing for each message; at no level whom or what it is about."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pyrage
import pytest

from bot import __version__
from bot.storage import migrate
from tests.integration.telegram.test_process import Program, configure, running
from tests.integration.telegram.test_whole_dialogue import Talk
from tests.integration.telegram.whole import WITHIN
from tests.support import bot_process, next_version
from tests.support.altered import ALTERED
from tests.support.botapi import BotApiServer, Person, fast, faults
from tests.support.dialogue import number_in
from tests.support.hurry import FACTOR

CANARY = "7654321098:AAF-canary_of_the_token_0123456789abcdef"
NAMES = ("Canary Haddad", "Canary Mansour")
REASON = "canary reason"

SECRET = pyrage.x25519.Identity.generate()

TOLD = re.compile(
    r"Running as |A new key |This database is of an older version|The copy of the database"
)
"""Sentences for whoever starts it, which are not the log's."""


def configured(folder: Path, server: BotApiServer, level: str, form: str) -> None:
    configure(folder, server, "polling", level)
    config = folder / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("form: human", f"form: {form}"), "utf-8")


def logged(program: Program) -> list[str]:
    return [line for line in program.written().splitlines() if not TOLD.match(line)]


def entries(program: Program) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logged(program)]


async def ready(server: BotApiServer, program: Program) -> None:
    await server.wait_for(lambda: "Running as" in program.written(), WITHIN)
    await server.wait_for(lambda: server.updates.polling, WITHIN)


async def dialogue(server: BotApiServer, who: str, name: str) -> Person:
    """Signs and is not accepted."""
    talk, person, zaid = Talk(server), server.person(who), server.person("zaid")
    number = number_in(await talk.signs(person, name))
    admins = next(chat for chat in server.world.chats.values() if chat.title == "Admins")
    await server.wait_for(lambda: any(name in text for text in talk.texts(admins)), WITHIN)
    await talk.says(zaid, admins, f"/find {name}")
    await talk.says(zaid, admins, f"/reject {number} {REASON}")
    return person


async def outage(server: BotApiServer, program: Program) -> None:
    """A cut connection, and one that is there again."""
    server.fail("getUpdates", faults.drop())
    await server.person("nour").say("/help")
    await server.wait_for(lambda: "no updates from Telegram" in program.written(), WITHIN)
    await server.person("nour").say("/help")
    await server.wait_for(lambda: "Telegram again" in program.written(), WITHIN)


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
async def test_nobody_is_in_the_log_of_a_dialogue(
    tmp_path: Path, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FACTOR, "10")
    async with BotApiServer(token=CANARY, rules=fast()) as server:
        configured(tmp_path, server, level, "json")
        async with running(tmp_path) as program:
            await ready(server, program)
            people = [await dialogue(server, "amal", NAMES[0])]
            await outage(server, program)
            told = len(logged(program))
            people.append(await dialogue(server, "rami", NAMES[1]))
            if level == "INFO":
                assert logged(program)[told:] == []
        text = "\n".join(logged(program))
        secret = ["anary", "port", "Admins", "amal", "rami", "zaid", CANARY.partition(":")[2]]
        secret += [str(chat.id) for chat in server.world.chats.values()]
        secret += [str(person.id) for person in people]
        assert [word for word in secret if word in text] == []
        found = entries(program)
        assert {entry["level"] for entry in found} <= {"debug", "info", "warning"}
        assert [entry["event"] for entry in found if entry["level"] == "info"] == [
            "the database was made",
            "started",
            "ready",
            "updates come from Telegram again",
            "stopping once what is under way is written down; a second signal ends at once",
            "ended",
        ]
        (started,) = [entry for entry in found if entry["event"] == "started"]
        assert (started["version"], started["schema"]) == (__version__, migrate.HEAD)
        assert started["platforms"] == ["telegram"]
        assert started["database"].startswith("SQLite 3.")
        assert (started["backup_recipients"], started["last_backup"]) == (0, None)


async def test_an_upgrade_and_a_backup_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For people too, where nothing is a terminal."""
    async with BotApiServer(token=CANARY, rules=fast()) as server:
        configured(tmp_path, server, "INFO", "human")
        with (tmp_path / "config.yaml").open("a") as config:
            config.write(f"backup: {{recipients: [{SECRET.to_public()}]}}\n")
        async with running(tmp_path) as program:
            await ready(server, program)
        kept = await asyncio.to_thread(bot_process.run, "backup", "kept.age", folder=tmp_path)
        assert kept.code == 0, kept.error
        before = len(logged(program))
        monkeypatch.setenv(ALTERED, f"{next_version.__name__}:{next_version.become.__name__}")
        async with running(tmp_path) as program:
            await server.wait_for(lambda: program.written().count("Running as") == 2, WITHIN)
        upgrade, started, *_ = logged(program)[before:]
    assert re.search(rf"brought up to date .*from={migrate.HEAD} .*schema=next", upgrade)
    assert re.search(r"started .*backup_recipients=1 .*last_backup='20\d\d-.*schema=next", started)
