"""The commands as an operator runs them."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import json
from pathlib import Path

import pytest

from bot.bootstrap.opening import open_storage
from bot.config import Settings
from bot.delivery.letters import dead_letters
from bot.domain.ids import ChatRef, Language, UserRef
from bot.domain.priority import Priority
from bot.ports import Message, Origin, Place, Send, encode_event, encode_outgoing
from bot.storage.inbox import NewEvent
from bot.text.rich import RichText
from tests.integration.doctor.setup import SetUp
from tests.integration.doctor.test_beside import TELEGRAM
from tests.support import bot_process
from tests.support.bot_process import Ended
from tests.support.dialogue import Dialogue, settings_in, signing

WRITTEN, TO_SAY = "My name is Amal Haddad", "Recorded, Amal Haddad"
TODAY = dt.datetime.now(dt.UTC)


async def run(setup: SetUp, *command: str) -> Ended:
    """Beside the double, which runs here."""
    statements = setup.folder / "statements"
    return await asyncio.to_thread(
        bot_process.run, *command, folder=setup.folder, statements=statements
    )


async def with_letters(setup: SetUp) -> None:
    """One that was received and one that was to be said, each of which failed."""
    chat = ChatRef(TELEGRAM, "12")
    origin = Origin("u1", chat, Place.PRIVATE, UserRef(TELEGRAM, "12"), "Amal", None, TODAY)
    event = encode_event(Message(origin, WRITTEN))
    said = encode_outgoing(Send(chat, RichText(TO_SAY), Language("en")))
    async with setup.opened() as database:
        async with database.unit() as unit:
            await unit.inbox.add(TELEGRAM, [NewEvent("u1", chat, event)])
            unit.outbox.add(chat, said, slot=None, priority=Priority.ANSWER)
        async with database.unit() as unit:
            (row,) = await unit.inbox.after(0, 10)
            await unit.inbox.bury(row, "KeyError", TODAY.date())
            (out,) = await unit.outbox.after(0, 10, TELEGRAM, Priority.ANSWER)
            await unit.letters.keep(out.id, "Bad Request: whatever", TODAY.date())
            await unit.outbox.done([out.id])


async def rows(setup: SetUp) -> tuple[int, ...]:
    async with setup.opened() as database, database.unit() as unit:
        inbox = await unit.inbox.after(0, 10)
        outbox = await unit.outbox.after(0, 10, TELEGRAM, Priority.ANSWER)
        letters = len(await unit.letters.received()), len(await unit.letters.undelivered())
    assert not inbox or WRITTEN in inbox[0].data.decode()
    assert not outbox or TO_SAY in outbox[0].data.decode()
    return (len(inbox), len(outbox), *letters)


@pytest.fixture
async def letters(setup: SetUp) -> SetUp:
    await with_letters(setup)
    return setup


async def test_dead_letters_tell_no_name_unless_asked(letters: SetUp) -> None:
    ended = await run(letters, "dead-letters")
    assert ended.out.splitlines() == [
        "1 could not be handled:",
        f"  {TODAY:%Y-%m-%d}  telegram  message: KeyError",
        "1 could not be delivered:",
        f"  {TODAY:%Y-%m-%d}  telegram  send: Bad Request: whatever",
        "Stop the bot and run `undersigned dead-letters --retry` to try them again.",
    ]
    told = (await run(letters, "dead-letters", "--texts")).out
    assert f"    {WRITTEN}\n" in told
    assert f"    {TO_SAY}\n" in told


async def test_dead_letters_wait_for_the_next_start(letters: SetUp) -> None:
    ended = await run(letters, "dead-letters", "--retry")
    assert ended.out == (
        "The next start handles 1 again, and delivers 1 again. What fails again is kept again.\n"
    )
    assert await rows(letters) == (1, 1, 0, 0)
    assert (await run(letters, "dead-letters")).out == "There are no dead letters.\n"
    assert (await run(letters, "dead-letters", "--retry")).out == "There are no dead letters.\n"


async def test_with_retry_the_bot_must_be_stopped(letters: SetUp) -> None:
    async with letters.opened():
        ended = await run(letters, "dead-letters", "--retry")
        assert ended.code == 2
        assert "another instance is using" in ended.error
        assert "stop it first" in ended.error
        assert (await run(letters, "dead-letters")).code == 0
    assert await rows(letters) == (0, 0, 1, 1)


async def test_as_json(setup: SetUp) -> None:
    """For other programs: one array, and the exit code."""
    ended = await run(setup, "doctor", "--json")
    assert (ended.code, ended.error) == (0, "")
    found = json.loads(ended.out)
    assert all(set(each) == {"what", "verdict", "said", "remedy"} for each in found)
    assert {each["verdict"] for each in found} <= {"ok", "note"}
    assert setup.server.token not in ended.out
    setup.key.chmod(0o644)
    ended = await run(setup, "doctor", "--json")
    assert ended.code == 1
    wrong = [each for each in json.loads(ended.out) if each["verdict"] == "wrong"]
    assert [each["what"] for each in wrong] == ["key"]
    assert wrong[0]["said"].count("\n") == 0


async def test_the_copy_of_the_key(setup: SetUp, tmp_path: Path) -> None:
    for file in setup.state.glob("*.key-copy"):
        file.unlink()
    copy = tmp_path / "copy"
    copy.write_text(base64.b64encode(b"o" * 32).decode())
    ended = await run(setup, "key-copied", str(copy))
    assert ended.code == 2
    assert "holds another key than" in ended.error
    assert (await run(setup, "key-copied", str(tmp_path / "nothing"))).code == 2
    assert list(setup.state.glob("*.key-copy")) == []
    copy.write_bytes(setup.key.read_bytes())
    ended = await run(setup, "key-copied", str(copy))
    assert ended.code == 0
    assert "The copy holds the key that is in use." in ended.out
    assert len(list(setup.state.glob("*.key-copy"))) == 1
    said = (await run(setup, "doctor")).out
    assert f"ok              copy of the key: made by {TODAY:%Y-%m-%d}\n" in said


async def dear(settings: Settings) -> list[str]:
    async with open_storage(settings, reader=True) as database, database.unit() as unit:
        return [letter.text for letter in await dead_letters(unit)]


async def test_what_was_to_be_said_goes_with_who_has_gone_and_by_itself(
    tmp_path: Path, port: Path
) -> None:
    d = Dialogue(settings_in(tmp_path, port))
    await d.start()
    await d.say(*signing("amal", "Amal Haddad", "public"))
    await d.stop()
    async with open_storage(d.settings) as database, database.unit() as unit:
        for chat in ("amal", "rami"):
            ref = d.origin(chat).chat
            said = encode_outgoing(Send(ref, RichText(f"Dear {chat}"), Language("en")))
            unit.outbox.add(ref, said, slot=None, priority=Priority.ANSWER)
        await unit.outbox.flush()
        for number in unit.outbox.added:
            await unit.letters.keep(number, "refused", d.platform.now().date())
            await unit.outbox.done([number])
    await d.start()
    await d.say("amal: /forget", "amal: [confirm]")
    await d.stop()
    assert await dear(d.settings) == ["Dear rami"]
    for days, left in ((13, ["Dear rami"]), (3, [])):
        await d.start()
        await d.say(f"%advance {days}d")
        await d.stop()
        assert await dear(d.settings) == left
