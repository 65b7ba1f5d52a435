"""Goals and deadlines are told in the admin chat, each once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.domain.ids import Language
from bot.services.announcements import WAITING
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.signed import OnList, list_all, prepare
from tests.support.statements import write_port


async def told(d: Dialogue, line: str) -> list[str]:
    """What the admins are told of goals and deadlines in answer to a line."""
    texts = [did.text for did in await d.say(line) if did.chat == "@admins"]
    return [text for text in texts if text.startswith(("“\u2068Open", "Signing “\u2068Open"))]


async def proposed(d: Dialogue, line: str) -> list[str]:
    """What the admins may announce in answer to a line, in their language, with a button to begin
    it."""
    return [
        did.text.split("\n\n")[1]
        for did in await d.say(line)
        if did.chat == "@admins" and "begin" in did.names
    ]


async def texts_of(d: Dialogue) -> list[Mapping[Language, str]]:
    """The texts of all that is proposed."""
    async with d.database.unit() as unit:
        return [each.texts for each in await WAITING.all(unit)]


async def verify_more(d: Dialogue, count: int, begin: int = 0) -> None:
    await list_all(d.database, "port", [OnList(f"Amal {n}") for n in range(begin, begin + count)])


async def test_parts_of_a_goal_are_proposed_once(tmp_path: Path) -> None:
    statements = write_port(tmp_path, endorsement="  goal: 4\n")
    async with open_dialogue(tmp_path, statements) as d:
        await d.say("zaid@admins: /help", "omar@admins: /help")
        await prepare(d.database)
        await list_all(d.database, "port", [OnList("Amal Haddad"), OnList("Rami Mansour")])
        assert await proposed(d, "%advance 61m") == [
            "“\u2068Open the port\u2069” has reached \u206850%\u2069 of its goal of 4.\n"
            "2 people have signed."
        ]
        (texts,) = await texts_of(d)
        assert set(texts) == set(d.bot.campaign.languages)
        assert "افتحوا الميناء" in texts[Language("ar")]
        assert not await proposed(d, "%advance 25h")
        await d.restart()
        assert not await proposed(d, "%advance 2h")
        await list_all(d.database, "port", [OnList("Nour"), OnList("Sami")])
        said = [did.text for did in await d.say("%advance 2h") if did.chat == "@admins"]
        hint, proposal = (text for text in said if "has reached its goal of 4!" in text)
        assert "A higher one goes into statement.yaml." in hint
        assert "4 people have signed." in proposal
        await list_all(d.database, "port", [OnList("Hala"), OnList("Karim")])
        assert not await proposed(d, "%advance 2h")


async def test_round_numbers_are_proposed_once_also_when_counts_fall_and_rise(d: Dialogue) -> None:
    await d.say("zaid@admins: /help")
    await prepare(d.database)
    await verify_more(d, 99)
    assert not await proposed(d, "%advance 2h")
    await verify_more(d, 2, 99)
    (text,) = await proposed(d, "%advance 2h")
    assert text == (
        "“\u2068Open the port\u2069” has reached 100 signatures.\n101 people have signed."
    )
    await d.say("zaid@admins: /reject 1 no", "zaid@admins: /reject 2 no", "%advance 11m")
    assert (await d.counts()).verified == 99
    assert not await proposed(d, "%advance 2h")
    await d.restart()
    await verify_more(d, 10, 101)
    assert not await proposed(d, "%advance 2h")


async def test_only_what_everybody_sees_is_proposed(tmp_path: Path) -> None:
    environ = {"UNDERSIGNED_PUBLICATION__ROUND_COUNTS_TO": "40"}
    async with open_dialogue(tmp_path, write_port(tmp_path), **environ) as d:
        await d.say("zaid@admins: /help")
        await prepare(d.database)
        await verify_more(d, 119)
        assert not await proposed(d, "%advance 2h")
        await verify_more(d, 1, 119)
        (text,) = await proposed(d, "%advance 2h")
        assert "has reached 100 signatures.\nAt least 120 people have signed." in text


async def test_the_coming_close_is_proposed_with_its_time(tmp_path: Path) -> None:
    day = (dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).date()
    async with open_dialogue(tmp_path, write_port(tmp_path, endorsement=f"  closes: {day}\n")) as d:
        await d.say("zaid@admins: /help")
        # The last of these is less than a day before the end, whatever time it is.
        texts = [text for _ in range(3) for text in await proposed(d, "%advance 16h")]
        (text,) = texts
        assert text.startswith("“\u2068Open the port\u2069” can still be signed until ")
        assert f"{day.day}, {day.year}" in text


@pytest.mark.usefixtures("started")
async def test_nothing_is_proposed_to_nobody(d: Dialogue) -> None:
    """What is reached while there is no admin chat is proposed once there is one."""
    admins, d.adapter.admin_chat = d.adapter.admin_chat, None
    await prepare(d.database)
    await verify_more(d, 100)
    assert not await proposed(d, "%advance 2h")
    d.adapter.admin_chat = admins
    assert len(await proposed(d, "%advance 2h")) == 1


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
