"""Passing on: a text that stands alone, one demand, a picture; from the receipt on."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.services import pictures
from bot.services.pictures import CannotDraw, Wanted
from tests.support.dialogue import BotStopped, Dialogue, open_dialogue, signing
from tests.support.statements import ENGLISH, write_port

PAGE = "https://example.org/water"


@pytest.fixture
async def paged(tmp_path: Path, port: Path) -> AsyncIterator[Dialogue]:
    """The same bot, with a page."""
    page = {
        "UNDERSIGNED_PUBLISH__ADDRESS": PAGE,
        "UNDERSIGNED_PUBLISH__FOLDER": str(tmp_path / "p"),
    }
    async with open_dialogue(tmp_path, port, **page) as dialogue:
        yield dialogue


async def test_one_demand_stands_alone(d: Dialogue) -> None:
    await d.say("amal: /demands 2")
    said = await d.answer("amal: [share]")
    assert said.text == (
        "Open the port\n\n2. Keep it open.\n\nTo read and sign, send the bot /demands port 2"
    )
    assert said.names == ("picture",)
    # Pressed again it says the same again, and typed too.
    assert (await d.answer("amal: [share]")).text == said.text
    assert (await d.answer("amal: /share port 2")).text == said.text
    missing = await d.answer("amal: /share port 9")
    assert "There's no demand" in missing.text
    assert missing.names == ("1", "2", "3")
    # All of them, from their list.
    assert (await d.answer("amal: /demands")).names == ("1", "2", "3", "read", "sign", "share")
    assert "1. Open the port.\n2. Keep it open.\n3. Pay" in (await d.answer("amal: [share]")).text
    # In a group one text and nothing more.
    in_group = await d.answer("omar@tunis: /share port 2")
    assert (in_group.text[:13], in_group.names) == ("Open the port", ())
    assert "I don't know that command" in (await d.answer("omar@tunis: /picture")).text


async def test_in_arabic(d: Dialogue) -> None:
    await d.say("%lang leila ar", "leila: /demands 2")
    said = await d.answer("leila: [share]")
    assert said.text.startswith("افتحوا الميناء\n\n2. أبقوه مفتوحًا.\n\n")
    assert "\u2066/demands port 2\u2069" in said.text
    assert said.labels == ("صورة",)
    drawn = await d.answer("leila: [picture]")
    assert (drawn.action, drawn.text[:14]) == ("file", "افتحوا الميناء")
    assert drawn.path is not None
    assert drawn.path.endswith("port-ar.png")


async def test_from_the_receipt_and_from_verified(d: Dialogue) -> None:
    await d.say(*signing("amal", "Amal Haddad"))
    shared = await d.answer("amal: [share]")
    assert shared.text.startswith("Open the port\n\nBy the people of the port")
    verified = (await d.say("zaid@admins: /verify 1"))[-1]
    told = d.newest("amal", "share")
    assert "has been verified" in told.text, verified
    again = await d.answer(f"amal: [{told.message}:share]")
    assert "1 person has signed." in again.text
    assert "Amal" not in again.text


async def test_where_there_is_a_page_it_leads_there(paged: Dialogue) -> None:
    said = await paged.answer("amal: /share port ar")
    assert said.text.endswith(f"Read and sign: \u2068{PAGE}/port/ar.html\u2069")
    one = await paged.answer("amal: /share port 2")
    assert one.text.endswith(f"Read and sign: \u2068{PAGE}/port/en.html#demand-2\u2069")
    await paged.say("zaid@admins: /close")
    assert f"Read: \u2068{PAGE}/port/en.html\u2069" in (await paged.answer("amal: /share")).text


async def test_the_picture_shows_public_counts_and_is_drawn_once(
    d: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    await d.sign("amal", "Amal Haddad")
    asked: list[Wanted] = []
    drawn = d.bot.campaign.pictures._draw

    def draw(wanted: Wanted) -> bytes:
        asked.append(wanted)
        return drawn(wanted)

    monkeypatch.setattr(d.bot.campaign.pictures, "_draw", draw)
    said = await d.answer("amal: /picture")
    assert said.content is not None
    assert struct.unpack(">II", said.content[16:24]) == (1200, 630)
    assert (await d.answer("rami: /picture")).content == said.content
    assert [wanted.counts.persons for wanted in asked if isinstance(wanted, pictures.Poster)] == [0]
    # What is verified meanwhile is on the next one, a minute later at the most.
    await d.say("zaid@admins: /verify 1")
    assert (await d.answer("rami: /picture")).content == said.content
    monkeypatch.setattr(pictures, "FRESH", 0.0)
    assert (await d.answer("rami: /picture")).content != said.content
    assert "1 person has signed." in d.newest("rami").text


@pytest.mark.usefixtures("started")
async def test_what_cannot_be_drawn_is_said(d: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_wanted: Wanted) -> bytes:
        raise CannotDraw("no font")

    monkeypatch.setattr(d.bot.campaign.pictures, "_draw", fails)
    said = await d.answer("amal: /picture")
    assert said.text.startswith("I can't draw the picture right now.")
    assert "Open the port" in (await d.answer("amal: [share]")).text


@pytest.mark.usefixtures("started")
async def test_a_picture_that_fails_oddly_holds_up_nobody(
    d: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_wanted: Wanted) -> bytes:
        raise LookupError("nobody thought of that")

    monkeypatch.setattr(d.bot.campaign.pictures, "_draw", fails)
    assert "went wrong" in (await d.answer("amal: /picture")).text
    assert "Open the port" in (await d.answer("amal: /share")).text


async def test_a_kill_while_it_is_drawn_loses_nothing(
    tmp_path: Path, port: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_dialogue(tmp_path, port) as d:
        await d.say("amal: /help")

        def dies(_wanted: Wanted) -> bytes:
            d._dead.set()
            raise CannotDraw("killed")

        monkeypatch.setattr(d.bot.campaign.pictures, "_draw", dies)
        with pytest.raises(BotStopped):
            await d.say("amal: /picture")
        await d.kill()
        await d.start()
        await d.bot.inbox.settled()
        assert [did.action for did in d.did if did.chat == "amal"][-1] == "file"


async def test_a_text_that_fills_no_message_goes_without_its_demands(tmp_path: Path) -> None:
    port = write_port(tmp_path)
    long = "We ask for what was promised to all who live here, in writing. " * 40
    demands = "\n".join(f"{number}. {long}" for number in (2, 3))
    text = ENGLISH.replace("2. Keep it open.\n3. Pay those who work there.", demands)
    assert text != ENGLISH
    (port / "port" / "en.md").write_text(text, encoding="utf-8")
    async with open_dialogue(tmp_path, port) as d:
        said = await d.answer("amal: /share")
        assert said.text.startswith("Open the port")
        assert "promised" not in said.text
        assert "promised" in (await d.answer("amal: /share port 2")).text
