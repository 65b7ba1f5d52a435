"""The page in a real browser: everybody can use it, it asks no other host, and its search and its
check of receipts work over http and from a disk."""

from __future__ import annotations

import copy
import itertools
import unicodedata
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.text.folding import fold
from tests.integration.site.conftest import HOSTILE, Site, everybody
from tests.support.browser import chromium
from tests.support.names import made_up
from tests.support.site import read, served, write_now, written
from tests.support.statements import write_port
from tests.support.written_log import WrittenLog

pytestmark = pytest.mark.asyncio(loop_scope="session")

NARROW, WIDE = 360, 1280

TYPED = [
    *(*made_up(300, seed=3), *HOSTILE, "L'Été d’Ali", "d'l'x", "STRASSE ẞ ß", "Σίσυφος"),
    *("ﬁn Ⅳ ①", "٣۴५", "İıI", "می\u200cخواهم", "かﾞ ガ", "½", "a\u0300\u0301b", "x_y"),
]

LACKS = {
    "crypto.subtle.importKey = () => Promise.reject(new Error('none'))": [
        "All that could be checked here holds.",
        "Not checked: the signature. This browser does not know Ed25519; newer ones do, and so "
        "does this command: undersigned verify FILE --key KEY",
    ],
    "Object.defineProperty(crypto, 'subtle', {value: undefined})": [
        "Nothing was checked.",
        "Here the browser offers no cryptography. Open this page over https, or save all of it and "
        "open it from your disk.",
    ],
}
"""What a browser may lack, and what is said then."""

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@asynccontextmanager
async def opened(
    browser: Browser, address: str, width: int = NARROW, **how: Any
) -> AsyncIterator[Page]:
    """A browser window of a new person: it asks nobody but that address, and has no faults."""
    viewport = {"width": width, "height": 800}
    context: BrowserContext = await browser.new_context(viewport=viewport, **how)  # type: ignore[arg-type]
    page = await context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    try:
        yield page
        assert all(url.startswith((address, "data:")) for url in asked), asked
        assert not wrong
    finally:
        await context.close()


async def violations(page: Page) -> list[str]:
    """What axe finds, of its rules and of good practice."""
    # It would load the style sheet once more by itself, which the page's policy refuses.
    found = (await Axe().run(page, options={"preload": False})).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


async def find(page: Page, typed: str) -> str:
    """What the search says."""
    await page.fill("#find", typed)
    await page.click("#search button")
    said = page.locator("#found")
    await expect(said).not_to_have_text("Looking…")
    return await said.inner_text()


async def check(page: Page, receipt: str) -> list[str]:
    """The verdict on a receipt, and its sentences."""
    await page.evaluate("document.querySelector('#verdict').replaceChildren()")
    await page.fill("#receipt-text", receipt)
    await page.click("#check button")
    await page.wait_for_selector("#verdict h3")
    heading = await page.inner_text("#verdict h3")
    return [heading, *await page.locator("#verdict li").all_inner_texts()]


async def can_be_used(page: Page, address: str) -> None:
    """By everybody, and without turning it sideways."""
    await page.goto(address)
    assert await violations(page) == [], address
    assert await page.evaluate(OVERFLOW) <= 0, address


async def names_are_found(page: Page) -> None:
    """On the page with many of them."""
    assert await find(page, "zoe obrien") == "Names found: 1"
    assert await page.inner_text("#hits bdi") == "Zoë O'Brien-Ængström"
    assert await find(page, "x") == "Type at least two letters of the name."
    assert (await find(page, "nobodyissocalled")).startswith("No public name")
    for hostile in HOSTILE[:3]:
        assert await find(page, hostile) == "Names found: 1", hostile
        assert await page.inner_text("#hits bdi") == hostile
    assert await page.title() == "Open the port"


async def receipts_hold(page: Page, log: WrittenLog) -> None:
    """Of the log that is published there, and as it was before."""
    last = len(log.entries)
    said = await check(page, log.receipt(1000))
    assert said[0] == "All of it holds.", said
    assert said[2].startswith("It is proved that entry 1,000 is one of the ")
    assert said[-1] == "Its checkpoint is the one that is published here."
    older = await check(page, log.receipt(1000, last - 500))
    assert older[0] == "All of it holds.", older
    assert "goes on from the checkpoint" in older[-1]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One for all tests here: each opens windows of new people."""
    async with chromium() as found:
        yield found


async def test_everybody_can_use_it(site: Site, browser: Browser) -> None:
    for path, width, scheme in (
        ("index.html", NARROW, "light"),
        ("none/en.html", WIDE, "dark"),
        ("many/ar.html", NARROW, "light"),
        ("one/en/names-1.html", NARROW, "dark"),
    ):
        async with opened(browser, site.disk, width, color_scheme=scheme) as page:
            await can_be_used(page, f"{site.disk}/{path}")
    async with opened(browser, site.disk) as page:
        await page.goto(f"{site.disk}/many/en/names-1.html")
        assert await page.evaluate(OVERFLOW) <= 0
        assert await page.title() == "Who has signed “\u2068Open the port\u2069”"


async def test_names_and_receipts_over_http_and_from_a_disk(site: Site, browser: Browser) -> None:
    with served(site.folder) as address:
        for place in (address, site.disk):
            async with opened(browser, place) as page:
                await page.goto(f"{place}/many/en.html")
                await names_are_found(page)
                await receipts_hold(page, site.written["many"].log)
                folded = "all => all.map(undersigned.fold)"
                assert await page.evaluate(folded, TYPED) == [*map(fold, TYPED)]


def untrue(log: WrittenLog) -> dict[str, str]:
    """What may be given in the place of a receipt, and what is said to it."""
    receipt = log.receipt(1000)
    hash_ = receipt.split('"inclusion":["')[1][:64]
    other = receipt.replace('"statement":"many"', '"statement":"few"')
    later = written_log_with_more(log)
    return {
        "": "Choose the file of your receipt first, or paste what is in it.",
        "{": "This is no receipt that this page can read",
        "null": "This is no receipt that this page can read",
        log.export(3): "This is a signed export, not a receipt.",
        receipt.replace(",", ", ", 1): "It is written in another way than the bot does",
        receipt.replace('"number":', '"number":1'): "What the entry says was changed",
        receipt.replace(hash_, "0" * 64): "It does not prove that its entry is in the log.",
        receipt.replace('"position":1000', '"position":1001'): "It does not prove",
        other: "This receipt is of another statement",
        receipt.replace('"vkey":"undersigned/0', '"vkey":"undersigned/1'): "It is signed with anot",
        receipt.replace(
            "many\\n2", "many\\n3"
        ): "The signature under the checkpoint in it is wrong",
        later.receipt(1000): "The checkpoint in it is signed",
        forked(log).receipt(1000, 1200): "The log that is published here is another one",
    }


def written_log_with_more(log: WrittenLog) -> WrittenLog:
    """The same log, one entry later."""
    later = copy.copy(log)
    later.entries = [*log.entries, log.entries[-1]]
    return later


def forked(log: WrittenLog) -> WrittenLog:
    """Another log under the same key: an entry in it is not the one that is published."""
    other = copy.copy(log)
    other.entries = [*log.entries[:1100], log.entries[7], *log.entries[1101:]]
    return other


async def test_what_does_not_hold_is_said(site: Site, browser: Browser) -> None:
    log = site.written["many"].log
    async with opened(browser, site.disk) as page:
        await page.goto(f"{site.disk}/many/en.html")
        for given, sentence in untrue(log).items():
            said = await check(page, given)
            verdict = "All that could be" if sentence.startswith("The checkp") else ""
            assert said[0].startswith((verdict or "It does not", verdict or "Nothing")), said
            assert said[1].startswith(sentence), said
    for script, told in LACKS.items():
        async with opened(browser, site.disk) as page:
            await page.add_init_script(script)
            await page.goto(f"{site.disk}/many/en.html")
            assert (await check(page, log.receipt(1000)))[:2] == told


@pytest.mark.soak
async def test_every_character_is_folded_as_the_bot_does(site: Site, browser: Browser) -> None:
    letters = "".join(map(chr, (*range(0x20, 0xD800), *range(0xE000, 0x20000))))
    async with opened(browser, site.disk) as page:
        await page.goto(f"{site.disk}/one/en.html")
        alone = await page.evaluate("all => Array.from(all, undersigned.fold)", letters)
        other = {c for c, folded in zip(letters, alone, strict=True) if folded != fold(c)}
        # Browsers may know a newer Unicode than Python.
        assert not {c for c in other if unicodedata.category(c) != "Cn"}


@pytest.mark.soak
async def test_a_hundred_thousand(tmp_path: Path, browser: Browser) -> None:
    """0, 1 and 100,000, narrow and wide, light and dark, in English and Arabic."""
    with ExitStack() as stack:
        made = {
            name: stack.enter_context(
                closing(written(read(write_port(tmp_path, name=name), name), everybody(count)))
            )
            for name, count in (("none", 0), ("one", 1), ("many", 100_000))
        }
        folder = tmp_path / "page"
        await write_now(folder, [each.snapshot for each in made.values()])
        address = stack.enter_context(served(folder))
        for path in (f"{name}/{language}.html" for name in made for language in ("en", "ar")):
            for width, scheme in itertools.product((NARROW, WIDE), ("light", "dark")):
                async with opened(browser, address, width, color_scheme=scheme) as page:
                    await can_be_used(page, f"{address}/{path}")
        for place in (address, folder.as_uri()):
            async with opened(browser, place) as page:
                await page.goto(f"{place}/many/en.html")
                await names_are_found(page)
                await receipts_hold(page, made["many"].log)
        # Of those whose commonest word every eighth has.
        assert max(file.stat().st_size for file in folder.rglob("*.*")) < 1_000_000
