"""`make docs`: the pages as a site, which opens from a stick in any browser and asks no other host
for anything."""

from __future__ import annotations

import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from bs4 import BeautifulSoup
from playwright.async_api import Browser, BrowserContext, Page

from tests.support.browser import chromium

pytestmark = pytest.mark.soak

ROOT = Path(__file__).parents[2]
MKDOCS = ROOT / ".venv" / "docs" / "bin" / "mkdocs"
WIDTHS = (360, 1280)
LOOKED_AT = ("index.html", "readers.html", "readers.ar.html", "admins.html", "verification.html")
FETCHED = {
    "link": "href",
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "srcset",
    "object": "data",
    "video": "src",
}
"""What a browser asks for by itself, by the attribute that says where."""

FOLLOWED = frozenset({"canonical", "alternate", "prev", "next"})
"""Links in a head that nothing is fetched from."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not MKDOCS.exists():
        pytest.skip("make docs has not been run")
    folder = tmp_path_factory.mktemp("site") / "site"
    built = subprocess.run(
        [MKDOCS, "build", "--strict", "--site-dir", folder],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    assert "WARNING" not in built.stderr
    return folder


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


def pages(site: Path) -> dict[Path, BeautifulSoup]:
    found = sorted(site.rglob("*.html"))
    assert len(found) > 80
    return {path: BeautifulSoup(path.read_text(encoding="utf-8"), "lxml") for path in found}


def test_nothing_comes_from_another_host(site: Path) -> None:
    for path, soup in pages(site).items():
        for tag, attribute in FETCHED.items():
            for element in soup.find_all(tag):
                where = str(element.get(attribute) or "")
                if tag == "link" and FOLLOWED & set(element.get("rel") or ()):
                    continue
                assert not re.match(r"(https?:)?//", where), f"{path}: {element}"
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"""(url\(|@import)\s*["']?(https?:)?//""", text), style


def test_every_link_leads_somewhere(site: Path) -> None:
    every = pages(site)
    ids = {
        path: {str(each["id"]) for each in soup.find_all(id=True)} for path, soup in every.items()
    }
    for path, soup in every.items():
        if path.name == "404.html":
            continue
        for link in soup.find_all("a", href=True):
            parts = urlsplit(str(link["href"]))
            if parts.scheme:
                continue
            to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert to.is_file(), f"{path}: {link}"
            anchor = unquote(parts.fragment)
            assert not anchor or to not in ids or anchor in ids[to] | {"__tabbed_1_1"}, (
                f"{path}: {link}"
            )


async def opened(context: BrowserContext, site: Path, name: str) -> Page:
    page = await context.new_page()
    await page.goto((site / name).as_uri())
    return page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", LOOKED_AT)
async def test_it_reads_well(site: Path, browser: Browser, name: str, width: int) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 740})
    page = await opened(context, site, name)
    is_arabic = ".ar." in name
    assert await page.evaluate("document.documentElement.lang") == ("ar" if is_arabic else "en")
    assert await page.evaluate("getComputedStyle(document.body).direction") == (
        "rtl" if is_arabic else "ltr"
    )
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    broken = "[...document.images].filter(image => !image.naturalWidth).length"
    assert await page.evaluate(broken) == 0
    found = (await Axe().run(page)).response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [(each["id"], each["nodes"][0]["html"]) for each in grave] == []


async def test_no_page_asks_for_anything_outside_of_its_folder(
    site: Path, browser: Browser
) -> None:
    context = await browser.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = await context.new_page()
    for path in sorted(site.rglob("*.html")):
        if "decisions" not in path.parts:
            await page.goto(path.as_uri())
    assert len(asked) > 100
    folder = site.as_uri()
    assert [url for url in asked if not url.startswith((folder, "data:", "blob:"))] == []


async def test_words_are_found_without_a_server(site: Path, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 740})
    page = await opened(context, site, "index.html")
    await page.get_by_role("textbox").fill("withdraw")
    results = page.locator(".md-search-result__link")
    await results.first.wait_for()
    assert await results.count() > 3
    await results.first.click()
    await page.wait_for_url(re.compile(r"\.html"))
