"""Goals and deadlines are told in the admin chat, each once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.signed import OnList, list_all, prepare
from tests.support.statements import write_port


async def told(d: Dialogue, line: str) -> list[str]:
    """What the admins are told of goals and deadlines in answer to a line."""
    texts = [did.text for did in await d.say(line) if did.chat == "@admins"]
    return [text for text in texts if text.startswith(("“\u2068Open", "Signing “\u2068Open"))]


async def test_parts_of_a_goal_are_told_once(tmp_path: Path) -> None:
    statements = write_port(tmp_path, endorsement="  goal: 4\n")
    async with open_dialogue(tmp_path, statements) as d:
        await d.say("zaid@admins: /help", "omar@admins: /help")
        await prepare(d.database)
        await list_all(d.database, "port", [OnList("Amal Haddad"), OnList("Rami Mansour")])
        assert await told(d, "%advance 61m") == [
            "“\u2068Open the port\u2069” has reached \u206850%\u2069 of its goal of 4.\n"
            "2 people signed."
        ]
        assert not await told(d, "%advance 25h")
        await d.restart()
        assert not await told(d, "%advance 2h")
        await list_all(d.database, "port", [OnList("Nour"), OnList("Sami")])
        (text,) = await told(d, "%advance 2h")
        assert text.startswith("“\u2068Open the port\u2069” has reached its goal of 4!")
        await list_all(d.database, "port", [OnList("Hala"), OnList("Karim")])
        assert not await told(d, "%advance 2h")


async def test_a_deadline_is_told_in_the_time_of_the_campaign(tmp_path: Path) -> None:
    """A date is the end of that day where the campaign is, and told when that comes."""
    day = (dt.datetime.now(dt.UTC) + dt.timedelta(days=3)).date()
    statements = write_port(tmp_path, endorsement=f"  closes: {day}\n")
    zone = {"UNDERSIGNED_TIMEZONE": "Asia/Tokyo"}
    async with open_dialogue(tmp_path, statements, **zone) as d:
        await d.say("zaid@admins: /help")
        end = dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(hours=24 - 9)
        texts: list[tuple[dt.datetime, str]] = []
        before = int((end - d.platform.now()) / dt.timedelta(hours=1)) - 26
        assert not await told(d, f"%advance {before}h")
        while d.platform.now() < end + dt.timedelta(hours=3):
            texts += [(d.platform.now(), text) for text in await told(d, "%advance 1h")]
        (soon, first), (late, second) = texts
        assert dt.timedelta(hours=22) < end - soon <= dt.timedelta(hours=24)
        assert first.startswith("Signing “\u2068Open the port\u2069” closes in ")
        assert f"{day.day}" in first
        assert dt.timedelta() <= late - end < dt.timedelta(hours=2)
        assert second.startswith("Signing “\u2068Open the port\u2069” has closed.")
        assert "/finish port" in second


async def test_names_are_looked_up_after_the_close_unless_the_statement_says_no(
    tmp_path: Path,
) -> None:
    day = dt.datetime.now(dt.UTC).date()
    for name, more in (("open", ""), ("shut", "  searchable_after_close: false\n")):
        folder = tmp_path / name
        folder.mkdir()
        statements = write_port(folder, endorsement=f"  closes: {day}\n{more}")
        async with open_dialogue(folder, statements) as d:
            await prepare(d.database)
            await list_all(d.database, "port", [OnList("Amal Haddad")])
            assert "Amal Haddad" in (await d.answer("amal: /signatories amal")).text
            await d.say("%advance 25h")
            told = await d.answer("amal: /signatories amal")
            assert ("Amal Haddad" in told.text) is (name == "open")
            if name == "shut":
                assert "names can't be looked up any more" in told.text
                assert told.names == ("signatories",)
                await d.say("amal: [signatories]")
                assert "Amal Haddad" in d.newest("amal").text


async def test_names_of_a_finished_statement_leave_search_too(tmp_path: Path) -> None:
    statements = write_port(tmp_path, endorsement="  searchable_after_close: false\n")
    async with open_dialogue(tmp_path, statements) as d:
        await d.say("zaid@admins: /help", "omar@admins: /help", "zaid@admins: /close")
        await prepare(d.database)
        await list_all(d.database, "port", [OnList("Amal Haddad")])
        # A pause is no end.
        assert "Amal Haddad" in (await d.answer("amal: /signatories amal")).text
        await d.say("zaid@admins: /finish", "omar@admins: /finish")
        told = await d.answer("amal: /signatories amal")
        assert "names can't be looked up any more" in told.text
