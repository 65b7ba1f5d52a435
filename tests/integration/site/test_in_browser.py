"""The page in a real browser: everybody can use it, it asks no other host, and its search and its
check of receipts work over http and from a disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page

from bot.text.folding import fold
from tests.integration.site.conftest import HOSTILE, Site
from tests.support.browser import chromium
from tests.support.names import made_up
from tests.support.site import served

NARROW, WIDE = 360, 1280

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@asynccontextmanager
async def opened(browser: Browser, width: int = NARROW, **how: Any) -> AsyncIterator[Page]:
    """A page of a new person, of whose requests and faults none may be unexpected."""
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
        origin = page.url.split("/index")[0].split("/none")[0].split("/one")[0].split("/many")[0]
        assert all(url.startswith((origin, "data:")) for url in asked), asked
        assert not wrong
    finally:
        await context.close()


async def violations(page: Page) -> list[str]:
    """What axe finds, of its rules and of good practice."""
    found = (await Axe().run(page)).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


async def find(page: Page, typed: str) -> str:
    """What the search says."""
    await page.fill("#find", typed)
    await page.click("#search button")
    said = page.locator("#found")
    await page.wait_for_function("!document.querySelector('#found').textContent.endsWith('…')")
    return await said.inner_text()


async def check(page: Page, receipt: str) -> list[str]:
    """The verdict on a receipt, and its sentences."""
    await page.evaluate("document.querySelector('#verdict').replaceChildren()")
    await page.fill("#receipt-text", receipt)
    await page.click("#check button")
    await page.wait_for_selector("#verdict h3")
    heading = await page.inner_text("#verdict h3")
    return [heading, *await page.locator("#verdict li").all_inner_texts()]


async def test_everybody_can_use_it(site: Site) -> None:
    with served(site.folder) as address:
        async with chromium() as browser:
            for path, width, scheme in (
                ("index.html", NARROW, "light"),
                ("none/en.html", NARROW, "dark"),
                ("one/ar.html", WIDE, "light"),
                ("many/en.html", NARROW, "light"),
                ("many/ar.html", NARROW, "dark"),
                ("many/ar/names-2.html", NARROW, "light"),
            ):
                async with opened(browser, width, color_scheme=scheme) as page:
                    await page.goto(f"{address}/{path}")
                    assert await violations(page) == [], path
                    assert await page.evaluate(OVERFLOW) <= 0, path


@pytest.mark.parametrize("way", ["http", "disk"])
async def test_a_name_is_found(site: Site, way: str) -> None:
    with served(site.folder) as address:
        async with chromium() as browser, opened(browser) as page:
            await page.goto(f"{address if way == 'http' else site.disk}/many/en.html")
            assert await find(page, "zoe obrien") == "Names found: 1"
            assert await page.inner_text("#hits bdi") == "Zoë O'Brien-Ængström"
            names = [name for name in made_up(1990)]
            wanted = sum("محمد" in name.split() for name in names)
            said = await find(page, "مُحمّد")
            assert said.startswith("Names found: ")
            assert int(said.split(": ")[1].split(".")[0]) >= wanted > 0
            assert await find(page, "x") == "Type at least two letters of the name."
            assert (await find(page, "nobodyissocalled")).startswith("No public name")
            for hostile in HOSTILE[:4]:
                assert "Names found" in await find(page, hostile), hostile
            assert await page.title() == "Open the port"


async def test_what_is_typed_is_folded_as_the_bot_does(site: Site) -> None:
    typed = [*made_up(300, seed=3), *HOSTILE, "L'Été d’Ali", "d'l'x", "STRASSE ẞ ß", "Σίσυφος"]
    typed += ["ﬁn Ⅳ ①", "٣۴५", "İıI", "می\u200cخواهم", "かﾞ ガ", "½", "a\u0300\u0301b", "x_y"]
    letters = "".join(map(chr, (*range(0x20, 0xD800), *range(0xE000, 0x20000))))
    async with chromium() as browser, opened(browser) as page:
        await page.goto(f"{site.disk}/one/en.html")
        assert await page.evaluate("all => all.map(undersigned.fold)", typed) == [*map(fold, typed)]
        alone = await page.evaluate("all => Array.from(all, undersigned.fold)", letters)
        other = {c for c, folded in zip(letters, alone, strict=True) if folded != fold(c)}
        print(len(other), sorted(other)[:300])
        assert not other


@pytest.mark.parametrize("way", ["http", "disk"])
async def test_a_receipt_is_checked(site: Site, way: str) -> None:
    log = site.written["many"].log
    amal = 1000
    receipt = log.receipt(amal)
    with served(site.folder) as address:
        async with chromium() as browser, opened(browser) as page:
            await page.goto(f"{address if way == 'http' else site.disk}/many/en.html")
            said = await check(page, receipt)
            assert said[0] == "All of it holds.", said
            assert said[2] == "It is proved that entry 1,000 is one of the 2,002 that were signed."
            assert said[-1] == "Its checkpoint is the one that is published here."
            older = await check(page, log.receipt(amal, 1500))
            assert older[0] == "All of it holds.", older
            assert "goes on from the checkpoint" in older[-1]


async def test_a_receipt_that_does_not_hold(site: Site) -> None:
    log = site.written["many"].log
    receipt = log.receipt(1000)
    hash_ = receipt.split('"inclusion":["')[1][:64]
    bad = {
        "": "Choose the file of your receipt first, or paste what is in it.",
        "{": "This is no receipt that this page can read",
        "null": "This is no receipt that this page can read",
        log.export(3): "This is a signed export, not a receipt.",
        receipt.replace(",", ", ", 1): "It is written in another way than the bot does",
        receipt.replace('"number":9', '"number":1'): "What the entry says was changed",
        receipt.replace(hash_, "0" * 64): "It does not prove that its entry is in the log.",
        receipt.replace('"position":1000', '"position":1001'): "It does not prove",
        site.written["one"].log.receipt(2): "This receipt is of another statement",
        receipt.replace('"vkey":"undersigned/0', '"vkey":"undersigned/1'): "It is signed with anot",
    }
    async with chromium() as browser, opened(browser) as page:
        await page.goto(f"{site.disk}/many/en.html")
        for given, sentence in bad.items():
            said = await check(page, given)
            assert said[0] in {"It does not hold.", "Nothing was checked."}, given
            assert said[1].startswith(sentence), said


async def test_a_browser_that_lacks_cryptography_says_so(site: Site) -> None:
    receipt = site.written["one"].log.receipt(2)
    lacks = "crypto.subtle.importKey = () => Promise.reject(new Error('none'))"
    nothing = "Object.defineProperty(crypto, 'subtle', {value: undefined})"
    async with chromium() as browser:
        async with opened(browser) as page:
            await page.add_init_script(lacks)
            await page.goto(f"{site.disk}/one/en.html")
            said = await check(page, receipt)
            assert said[0] == "All that could be checked here holds."
            assert said[1].startswith("Not checked: the signature.")
        async with opened(browser) as page:
            await page.add_init_script(nothing)
            await page.goto(f"{site.disk}/one/en.html")
            said = await check(page, receipt)
            assert said[0] == "Nothing was checked."
            assert len(said) == 2


async def test_no_name_or_text_runs(site: Site) -> None:
    async with chromium() as browser, opened(browser) as page:
        await page.goto(f"{site.disk}/many/en/names-1.html")
        assert "hit" not in await page.title()
        assert await page.locator("main script, main img, main svg").count() == 0
        assert await page.evaluate(OVERFLOW) <= 0
