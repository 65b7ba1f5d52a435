"""The program on a folder of its own and on a server: what operators run, with all its limits."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from bot.adapters.telegram.refs import chat_ref
from bot.bootstrap.opening import open_storage, read_settings
from bot.domain.endorsement import Route
from bot.domain.ids import Language, StatementId
from bot.storage.tables import endorsements
from tests.integration.telegram.test_whole_dialogue import write_config
from tests.support.bot_process import environment
from tests.support.botapi import BotApiServer, Message, Person
from tests.support.listening import let_listen
from tests.support.nursery import nursery
from tests.support.signed import prepare, subscribe_all
from tests.support.statements import change_text, library_of

TIME_TO_BEGIN = 30.0


@contextlib.asynccontextmanager
async def program(folder: Path, server: BotApiServer) -> AsyncIterator[int]:
    """`undersigned run` by polling, from when it asks for updates; its process id. The folder holds
    the statements already."""
    admins = server.group("Admins", creator=server.person("zaid"))
    write_config(folder, server, admins.id, "polling")
    let_listen(folder)
    with (
        (folder / "log.txt").open("ab") as log,
        (folder / "nothing.txt").open("w+b") as nothing,
    ):
        files = (nothing.fileno(), log.fileno(), log.fileno())
        pid = nursery().start(("run",), folder, environment(folder / "statements"), files)
    try:
        await server.wait_for(lambda: server.updates.polling, TIME_TO_BEGIN)
        yield pid
    finally:
        os.kill(pid, signal.SIGTERM)
        code = await asyncio.to_thread(nursery().wait, pid)
        assert code == 0, (folder / "log.txt").read_text("utf-8")


async def subscribe(
    folder: Path, server: BotApiServer, people: Sequence[Person], statement: str
) -> None:
    """Signers of a statement who asked to be told of changes, each as often as named; before the
    program begins."""
    write_config(folder, server, 0, "polling")
    routes = [Route(chat_ref(person.id), Language("en")) for person in people]
    for person in people:
        person.started = person.met = True
    async with open_storage(read_settings(folder / "config.yaml")) as database:
        await prepare(database, statement)
        await subscribe_all(database, statement, routes)
        # What they signed is the text on the disk.
        revision = (
            library_of(read_settings(folder / "config.yaml"))
            .statements[StatementId(statement)]
            .revisions[Language("en")]
        )
        async with database.unit() as unit:
            await unit.statements.keep_revision(revision)
            await unit._connection.execute(endorsements.update().values(digest=revision.digest))
            unit.sum.is_anew = True


async def broadcast(folder: Path, server: BotApiServer, pid: int, statement: str) -> None:
    """Change the text, as an operator does, and call it a new one as an admin: whoever can be
    reached is told."""
    change_text(folder / "statements", name=statement)
    os.kill(pid, signal.SIGHUP)

    def asked() -> list[tuple[Message, str]]:
        return [
            (message, button.data)
            for chat in server.world.chats.values()
            for message in server.sent(chat)
            for button in message.buttons
            if button.data and button.data.endswith(":new")
        ]

    await server.wait_for(lambda: bool(asked()), TIME_TO_BEGIN)
    await server.person("zaid").press(*asked()[-1])
