"""A database that something else has changed, from the operator's side: what the program says, what
accepting it does, and what the admins are told."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.bootstrap.running import run_simulated
from bot.domain.ids import StatementId
from bot.domain.log import Body, EntryKind, LifeEvent
from bot.storage import database
from bot.storage.errors import DatabaseChanged
from tests.support.bot_process import Ended, run
from tests.support.dialogue import Dialogue, open_dialogue, signing

NOTE = "A disk was mended by hand."
PORT = StatementId("port")


@pytest.fixture
async def stopped(tmp_path: Path, port: Path) -> AsyncIterator[Dialogue]:
    """Amal was verified, Rami waits; the bot has ended well."""
    async with open_dialogue(tmp_path, port) as d:
        await d.say(*signing("amal", "Amal Haddad"), *signing("rami", "Rami Mansour"))
        await d.say("zaid@admins: /verify 1", "%advance 11m", "zaid@admins: /stats")
        await d.stop()
        yield d


def change(d: Dialogue, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(d.data / "undersigned.db")) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0
        connection.commit()


def command(d: Dialogue, *arguments: str) -> Ended:
    data = {"UNDERSIGNED_DATABASE": d.settings.database.url}
    return run(*arguments, folder=d.folder, statements=d.settings.statements, environ=data)


async def life(d: Dialogue) -> list[Body]:
    """What the log says of the statement itself."""
    async with d.database.unit() as unit:
        found = [each async for each in unit.log.entries(PORT)]
    return [
        each.opening.says for each in found if each.opening and each.leaf.kind is EntryKind.LIFE
    ]


AMNESTY = (
    "UPDATE endorsements SET status = 'verified', sealed_window = NULL, "
    "public_name = 'Amnesty International', sort_key = x'01' WHERE number = 2"
)


async def test_a_start_says_what_to_do_and_accepting_it_is_told(stopped: Dialogue) -> None:
    d = stopped
    change(d, AMNESTY)
    for arguments in (("console", "--data", "data"), ("check",)):
        ended = command(d, *arguments)
        assert ended.code == 1
        assert "undersigned accept-database --note TEXT" in ended.error
        assert "Traceback" not in ended.error
    accepted = command(d, "accept-database", "--data", "data", "--note", NOTE)
    assert accepted.code == 0, accepted.error
    await d.start()
    assert (await life(d))[-1] == {"event": LifeEvent.ACCEPTED, "note": NOTE}
    await d.say("%advance 1m")
    await d.restart()
    await d.say("%advance 1m")
    assert [did.chat for did in d.did if NOTE in did.text] == ["@admins"]
    shown = await d.rows("SELECT public_name FROM endorsements ORDER BY number")
    assert shown == [("Amal Haddad",), ("Rami Mansour",)]
    await d.stop()
    assert command(d, "console", "--data", "data").code == 0


async def test_what_is_seen_beside_the_work_ends_the_bot(
    stopped: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many records; the console looks at all of them first."""
    d, d.is_changed = stopped, True
    monkeypatch.setattr(database, "WHOLE_UP_TO", 1)
    change(d, AMNESTY)
    await d.start()
    with pytest.raises(DatabaseChanged):
        await d._running
    await d.kill()
    kept = {file: file.read_bytes() for file in d.settings.state.iterdir()}
    with pytest.raises(DatabaseChanged):
        await run_simulated(d.settings, None, as_json=True)
    assert {file: file.read_bytes() for file in d.settings.state.iterdir()} == kept
