"""The playground: the main dialogue on its page, in a real browser; and who may open it."""

from __future__ import annotations

import asyncio
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.bootstrap.platforms import configured_adapters
from bot.services.pages import whole_text
from bot.text.chunks import chunks
from bot.text.flow import flow
from tests.support import bot_process
from tests.support.browser import chromium
from tests.support.dialogue import settings_in
from tests.support.playground import ENGLISH_STEPS, Program, Visitor, running, visit
from tests.support.statements import files_in, library_of, write_port

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOTH = {
    "UNDERSIGNED_TELEGRAM__TOKEN": "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi",
    "UNDERSIGNED_MATRIX__HOMESERVER": "https://matrix.example.org",
    "UNDERSIGNED_MATRIX__USER_ID": "@bot:example.org",
}
NARROW = 360
"""Pixels."""

ARABIC_STEPS = [
    ("تخطّي", "في أيّ بلد"),
    ("تخطّي", "من يرى اسمك"),
    ("علني", "هل هذا صحيح"),
    ("تأكيد", "سُجِّل توقيعك"),
]
ARABIC = re.compile("[\u0600-\u06ff]{3}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("playground")


@pytest.fixture(scope="module")
def program(folder: Path) -> Iterator[Program]:
    write_port(folder)
    with running(folder, statements=folder / "statements") as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as found:
        yield found


async def _all_is_well(visitor: Visitor, program: Program) -> None:
    """Nothing was asked of another host, nobody complained, and everybody can use it."""
    elsewhere = [url for url in visitor.asked if not url.startswith((program.address, "data:"))]
    assert (elsewhere, visitor.faults) == ([], [])
    assert await visitor.violations() == ""


async def test_the_main_dialogue(program: Program, browser: Browser) -> None:
    """On three phones at once: Amal reads and signs, Omar's group endorses in Arabic, Zaid verifies
    her by a button and takes it back."""
    visitor = await visit(browser, program.address)
    signer, group, admins = map(visitor.phone, ("signer", "group", "admins"))
    await signer.begins("Open the port")
    await signer.press("Read", "1 minute")
    await signer.press("Next", "The port has been closed")
    await signer.press("Sign", "Do you agree?")
    await signer.press("Confirm", "What's your name?")
    await signer.say("Amal Haddad")
    await signer.hears("your profession")
    for label, told in ENGLISH_STEPS:
        await signer.press(label, told)

    assert await group.root.locator(".title").get_attribute("dir") == "rtl"
    await group.begins(ARABIC)
    await group.whose("lina@tunis")
    await group.say("/endorse")
    await group.hears("هذا لمشرفي هذه المجموعة فقط")
    await group.whose("omar@tunis")
    await group.say("!endorse")
    await group.press("تأكيد", "سُجِّل التأييد")

    await admins.begins("Waiting:")
    await admins.press("Verify", on="Amal Haddad")
    await signer.hears("has been verified")
    await admins.press("Undo", on="Amal Haddad")
    await signer.hears("taken back")
    await admins.press("Ask", on="Amal Haddad")
    await admins.reply("What's your question", "Are you a docker?")
    await signer.hears("Are you a docker?")
    await _all_is_well(visitor, program)


async def test_what_else_a_phone_can_do(program: Program, browser: Browser) -> None:
    """Links, files, pictures, notices, and messages that are taken away."""
    visitor = await visit(browser, program.address)
    page, signer, group = visitor.page, visitor.phone("signer"), visitor.phone("group")
    await signer.whose("chiara")
    await group.whose("ines@lisbon", "en")
    await group.begins("Hello")
    await group.say("/sign")
    await group.root.get_by_role("link", name="Continue in private").click()
    await signer.hears("Do you agree?")
    cancel = signer.root.get_by_role("button", name="Cancel")
    await cancel.last.dblclick()
    await signer.hears("Cancelled. You haven't signed.")
    await expect(signer.root.locator(".toast")).not_to_be_empty()
    await signer.say("/mydata")
    assert b"chiara" not in await _saved(page, signer.root.locator(".file"))
    picture = (await _saved(page, signer.root.get_by_role("button", name="Picture"))).decode()
    assert "Cancelled. You haven" in picture
    assert "<input" not in picture
    ET.fromstring(picture)
    before = await signer.root.locator(".bubble").count()
    await signer.say("/start")
    await signer.hears("Open the port")
    assert await signer.root.locator(".bubble").count() == before + 2
    assert visitor.faults == []


async def test_people_leave_a_group_and_come_back_and_administer_it(
    program: Program, browser: Browser
) -> None:
    visitor = await visit(browser, program.address)
    group = visitor.phone("group")
    who, right = group.root.locator(".who"), group.root.locator(".right")
    await group.whose("rui@lisbon", "en")
    await right.get_by_text("Administer it", exact=True).click()
    await expect(right).to_have_text("Administer it no more")
    await expect(who.locator("option:checked")).to_have_text("Rui")
    await right.click()
    await expect(who.locator("option:checked")).to_have_text("Rui (member)")
    await group.root.locator(".presence").click()
    await expect(who.locator("option:checked")).to_have_text("Rui (left)")
    await expect(group.root.locator(".foot")).to_be_hidden()
    assert await visitor.violations() == ""
    await group.root.locator(".presence").click()
    await expect(group.root.locator(".foot")).to_be_visible()
    assert visitor.faults == []


async def _saved(page: Page, link: Locator) -> bytes:
    """What is downloaded by a click on it."""
    async with page.expect_download() as found:
        await link.click()
    file = await (await found.value).path()
    return await asyncio.to_thread(file.read_bytes)


async def test_the_same_on_a_narrow_dark_screen_in_arabic(
    program: Program, browser: Browser
) -> None:
    """One phone at a time, in Element's look: signs below the message, words to type, tabs."""
    visitor = await visit(browser, program.address, width=NARROW, dark=True)
    page, signer = visitor.page, visitor.phone("signer")
    await page.get_by_role("radio", name="Element").check()
    await signer.whose("bruno", "ar")
    assert await signer.root.locator(".foot").get_attribute("dir") == "rtl"
    await signer.say("/sign")
    await signer.hears(ARABIC)
    await signer.say("!confirm")
    await signer.hears("ما اسمك")
    await signer.say("برونو")
    await signer.hears("ما مهنتك")
    for label, told in ARABIC_STEPS:
        await signer.press(label, told)
    await _all_is_well(visitor, program)
    tab = page.get_by_role("tab", name="Reader")
    await tab.focus()
    await tab.press("ArrowLeft")
    assert await page.locator(".phone:visible").get_attribute("id") == "admins"
    assert await page.evaluate("document.documentElement.scrollWidth") == NARROW


async def test_every_page_is_as_the_platforms_cut_it(
    tmp_path: Path, program: Program, folder: Path
) -> None:
    """By what the adapters themselves say that a message holds; and no word is lost on the way."""
    settings = settings_in(tmp_path, folder / "statements", **BOTH)
    (statement,) = library_of(settings)
    adapters = configured_adapters(settings)
    async with aiohttp.ClientSession() as session:
        for language, revision in statement.revisions.items():
            asked = {"statement": statement.id, "language": language, "part": "text"}
            async with session.get(f"{program.address}pages", params=asked) as answer:
                drawn = await answer.json()
            text = flow(whole_text(statement, revision))
            for name, adapter in adapters.items():
                fit = adapter.capabilities.fit
                found = drawn[name]
                assert found["limit"] == fit.limit
                assert all(0 < page["used"] <= fit.limit for page in found["pages"])
                assert len(found["pages"]) == len(chunks(text, fit))
                shown = "".join(page.get("text") or page["body"] for page in found["pages"])
                assert revision.title in shown


async def test_who_may_open_it(program: Program) -> None:
    token = program.address.rstrip("/").rpartition("/")[2]
    assert len(token) >= 32
    deed = {"who": "zaid", "where": "admins", "text": "/pending"}
    at_home = {"Origin": program.origin}
    port = program.origin.rpartition(":")[2]
    refused = [
        ("GET", "/", {}),
        ("GET", "/wrong/", {}),
        ("GET", f"/{token[:-1]}/events", {}),
        ("GET", f"/{token}x/", {}),
        ("GET", f"/{token}/", {"Host": "rebound.example.org"}),
        ("GET", f"/{token}/", {"Host": f"rebound.example.org:{port}"}),
        ("GET", f"/{token}/", {"Host": "127.0.0.1:1"}),
        ("GET", f"/{token}/events", {"Origin": "https://example.org"}),
        ("POST", f"/{token}/write", {}),
        ("POST", f"/{token}/write", {"Origin": "null"}),
        ("POST", f"/{token}/write", {"Origin": "https://example.org"}),
        ("POST", "/wrong/write", at_home),
    ]
    async with aiohttp.ClientSession() as session:
        for method, path, headers in refused:
            url = program.origin + path
            async with session.request(method, url, json=deed, headers=headers) as answer:
                assert answer.status == 403, (method, path, headers)
                assert len(await answer.text()) < 100
        nonsense: list[dict[str, Any]] = [
            {},
            {**deed, "who": "somebody"},
            {**deed, "where": "elsewhere"},
            {**deed, "text": ""},
            {**deed, "more": 1},
        ]
        for each in nonsense:
            url = f"{program.address}write"
            async with session.post(url, json=each, headers=at_home) as answer:
                assert answer.status == 400
        async with session.get(program.address, headers={"Host": f"localhost:{port}"}) as answer:
            assert answer.status == 200
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_it_ends_well_and_leaves_nothing(tmp_path: Path) -> None:
    """Nor does a page that is open hold it up."""
    with running(tmp_path, statements=write_port(tmp_path)) as program:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{program.address}events") as events,
        ):
            line = await events.content.readuntil(b"\n\n")
            assert json.loads(line.removeprefix(b"data: "))["kind"] == "all"
            assert files_in(program.temporary)
            assert program.interrupt() == 0
        assert not files_in(tmp_path / "temporary")
    assert not files_in(tmp_path / "data")
    said = await asyncio.to_thread((tmp_path / "errors.txt").read_text, "utf-8")
    assert said == "Ctrl-C ends it.\n"


async def test_no_other_machine_reaches_it(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "192.168.1.2", "example.org", "::"):
        ended = bot_process.run("playground", "--host", host, folder=tmp_path)
        assert (ended.code, ended.out) == (2, "")
        assert "other machines reach" in ended.error
        assert ended.error.count("\n") == 1


async def test_what_is_kept(tmp_path: Path) -> None:
    """With a folder it stays there, with its own key; the configured database is not touched."""
    (tmp_path / "config.yaml").write_text("database: sqlite:///real/campaign.db\n", "utf-8")
    with running(tmp_path, "--data", "kept", statements=write_port(tmp_path)):
        pass
    known = bot_process.run(
        *("stats", "--data", "kept/data"),
        folder=tmp_path,
        statements=tmp_path / "statements",
        environ={"UNDERSIGNED_KEY": (tmp_path / "kept" / "undersigned.key").read_text("ascii")},
    )
    assert known.out.startswith("port: pending 0"), known.error
    assert files_in(tmp_path / "kept")
    assert not files_in(tmp_path / "real")
    assert not files_in(tmp_path / "temporary")
