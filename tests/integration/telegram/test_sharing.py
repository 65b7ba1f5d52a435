"""Passing on by Telegram's own means, on the whole bot through HTTP: the link that asks for a chat,
photos, links with a word and their codes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.adapters.telegram.links import LONGEST, share_link
from tests.integration.telegram.whole import Whole, whole_bot_alone
from tests.support.botapi import Person, faults


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[Whole]:
    async with whole_bot_alone(tmp_path) as whole:
        yield whole


@pytest.fixture
def amal(w: Whole) -> Person:
    return w.server.person("amal")


def to_post(w: Whole, person: Person) -> tuple[str, str]:
    """The address and the text that the newest message's link hands over."""
    (url,) = [button.url for button in w.server.sent(person)[-1].buttons if button.url]
    parts = urlsplit(str(url))
    assert (parts.netloc, parts.path) == ("t.me", "/share/url")
    given = parse_qs(parts.query, strict_parsing=True)
    return given["url"][0], given["text"][0]


async def test_a_demand_is_passed_on_with_one_tap(w: Whole, amal: Person) -> None:
    await w.say(amal, "/demands 2")
    await w.press(amal, "share port en 2")
    assert w.texts(amal)[-1].startswith("Open the port\n\n2. Keep it open.")
    link, text = to_post(w, amal)
    assert (link, text) == (
        f"https://t.me/{w.server.bot.username}?start=d_port_2",
        "Open the port\n\n2. Keep it open.",
    )
    # Whoever taps it there reads that demand, and can sign.
    rami = w.server.person("rami")
    await rami.open(link)
    await w.settled()
    assert "Keep it open." in w.texts(rami)[-1]
    assert any((b.data or "").startswith("/sign port") for b in w.server.sent(rami)[-1].buttons)
    # Where the button's link is refused, the text comes, and the link in it.
    w.server.fail("sendMessage", faults.refusal(400, "Bad Request: BUTTON_URL_INVALID"))
    assert link in await w.say(amal, "/share port 2")
    assert w.server.sent(amal)[-1].buttons == []


async def test_in_arabic_from_the_receipt(w: Whole) -> None:
    leila = w.server.person("leila", language="ar")
    await w.sign(leila, "ليلى حداد")
    await w.press(leila, "share port ar")
    link, text = to_post(w, leila)
    assert link.endswith("?start=r_port_ar")
    assert text == "افتحوا الميناء"


async def test_the_picture_is_a_photo(w: Whole, amal: Person) -> None:
    await w.say(amal, "/share port")
    await w.press(amal, "picture port en")
    photo = w.server.sent(amal)[-1]
    assert photo.photo == (1200, 630)
    assert (photo.text or "").startswith("Open the port")
    # Pressed twice it comes twice, the same.
    await w.press(amal, "picture port en")
    again = w.server.sent(amal)[-1]
    assert again.file is not None
    assert photo.file is not None
    assert (again.id > photo.id, again.file.data) == (True, photo.file.data)
    # What is refused as a photo goes as a file.
    refused = faults.refusal(400, "Bad Request: IMAGE_PROCESS_FAILED")
    w.server.fail("sendPhoto", refused, times=None)
    await w.say(amal, "/picture port")
    sent = w.server.sent(amal)[-1]
    assert sent.file is not None
    assert (sent.photo, sent.file.name) == (None, "port-en.png")


async def test_a_link_with_a_word_leads_to_the_text_and_counts(w: Whole, amal: Person) -> None:
    await w.say(w.zaid, "/sources add uni", w.admins)
    await w.press(w.zaid, "sources uni", w.admins)
    code = w.server.sent(w.admins)[-1]
    link = f"https://t.me/{w.server.bot.username}?start=r_port__uni"
    assert code.photo is not None
    assert code.photo[0] == code.photo[1]
    assert link in (code.text or "")
    await amal.open(link)
    await w.settled()
    assert w.texts(amal)[-1].startswith("Open the port")
    async with w.database.unit() as unit:
        (statement,) = w.bot.campaign.library
        found = await unit.sources.get(statement.id)
    assert found is not None
    assert found.now["uni"].opened == 1


@pytest.mark.parametrize(
    "text", ["a b+c&d=e#f", "ميناء\n\nافتحوا", "👩‍👩‍👧‍👦 100%", "x" * 3000, "ميناء " * 900]
)
@pytest.mark.parametrize("address", ["https://t.me/b?start=r_port__uni", "https://x.org/a/é?b&c#d"])
def test_every_text_fits_a_link(address: str, text: str) -> None:
    link = share_link(address, text)
    assert link is not None
    assert link.isascii()
    assert len(link) <= LONGEST
    assert " " not in link
    assert "+" not in link
    given = parse_qs(urlsplit(link).query, strict_parsing=True)
    assert given["url"] == [address]
    kept = given["text"][0]
    assert kept == text or (kept.endswith("…") and text.startswith(kept[:-1].rstrip()))
    assert len(link) > LONGEST - 40 or kept == text


def test_an_address_that_fills_the_link_is_none() -> None:
    assert share_link("https://x.org/" + "a" * LONGEST, "text") is None
