"""A set-up in which nothing is wrong, to be broken in one way at a time."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pyrage

from bot.bootstrap import key_copies, last_backup
from bot.bootstrap.opening import open_storage, read_settings
from bot.config import Settings
from bot.doctor import examine
from bot.domain.faults import OperatorFault
from bot.domain.findings import Finding, Verdict
from bot.storage.database import Database
from bot.storage.inspecting import read_id
from tests.support.blank import write_blank
from tests.support.botapi import BotApiServer, Chat
from tests.support.signed import prepare
from tests.support.statements import write_port

RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
NOW = dt.datetime.now(dt.UTC)


@dataclass
class SetUp:
    """Of a bot on the double; `config` is written before it is looked at."""

    folder: Path
    server: BotApiServer
    chat: Chat
    telegram: dict[str, object] = field(default_factory=dict)
    top: str = ""
    now: dt.datetime | None = None
    """What this machine takes the time for; None: what it is."""

    @property
    def database(self) -> Path:
        return self.folder / "data" / "undersigned.db"

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def key(self) -> Path:
        return self.folder / "undersigned.key"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def write(self) -> None:
        telegram = {
            "token": f"'{self.server.token}'",
            "api_url": self.server.url,
            "admin_chat": self.chat.id,
        } | self.telegram
        lines = [f"  {name}: {value}" for name, value in telegram.items() if value is not None]
        backup = f"backup:\n  recipients: {RECIPIENT}\n"
        self.config.write_text(
            "\n".join(["telegram:", *lines, ""]) + backup + self.top, encoding="utf-8"
        )
        self.config.chmod(0o600)

    def settings(self) -> Settings:
        return read_settings(self.config)

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[Database]:
        """As by a bot that runs."""
        async with open_storage(self.settings()) as database:
            yield database

    def sql(self, *statements: str) -> None:
        """What something other than the bot does."""
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    async def identity(self) -> str:
        name = await read_id(self.settings().database.url)
        assert name is not None
        return name

    async def findings(self) -> list[Finding]:
        settings: Settings | OperatorFault
        try:
            settings = self.settings()
        except OperatorFault as fault:
            settings = fault
        file = self.config if self.config.exists() else None
        if self.now is None:
            return await examine(settings, file)
        now = self.now
        return await examine(settings, file, lambda: now)


async def healthy(folder: Path, server: BotApiServer, before: Path) -> SetUp:
    """A bot that has been started once, with a copy of its key and a backup. What that leaves is
    kept in the folder `before`, and taken from there where it is there already."""
    chat = server.group("Admins", creator=server.person("zaid"))
    chat.show_history(visible=False)
    if _is_first(before):
        await _begin(SetUp(before, server, chat))
    shutil.copytree(before, folder, dirs_exist_ok=True)
    setup = SetUp(folder, server, chat)
    setup.write()
    return setup


def _is_first(folder: Path) -> bool:
    is_there = folder.exists()
    folder.mkdir(exist_ok=True)
    return not is_there


async def _begin(setup: SetUp) -> None:
    setup.write()
    write_port(setup.folder)
    write_blank(setup.folder)
    async with setup.opened() as database:
        await prepare(database, "port")
    key_copies.note_copy(setup.settings(), None, NOW)
    last_backup.note(setup.state, await setup.identity(), NOW)


def said_of(found: list[Finding], what: str) -> list[str]:
    return [str(finding) for finding in found if finding.what == what]


def amiss(found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.verdict is not Verdict.OK]
