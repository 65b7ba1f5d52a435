"""`make docs`: the pages as a site, which opens from a stick in any browser and asks no other host
for anything."""

from __future__ import annotations

import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from bs4 import BeautifulSoup
from playwright.async_api import Browser, BrowserContext, Page

from tests.support.browser import chromium

ROOT = Path(__file__).parents[2]
MKDOCS = ROOT / ".venv" / "docs" / "bin" / "mkdocs"
WIDTHS = (360, 1280)
LOOKED_AT = (
    *("index.html", "readers.html", "readers.ar.html", "readers.fr.html", "admins.html"),
    *("campaign.html", "developers.html", "verification.html", "operating.html"),
    *("reference/commands.html", "reference/program.html", "reference/settings.html"),
)
FETCHED = re.compile(
    r"<(?:link|script|img|iframe|source|object|video|audio|embed)\b[^>]*"
    r"\b(?:href|src|srcset|data)=[\"']?(?:https?:)?//[^>]*>"
)
"""What a browser asks another host for by itself."""

FETCHED_BY_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `make docs` does, into another folder."""
    if not MKDOCS.exists():
        pytest.skip("without `make docs` there is no MkDocs")
    folder = tmp_path_factory.mktemp("site") / "site"
    built = subprocess.run(
        [MKDOCS, "build", "--strict", "--site-dir", folder],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


def pages(site: Path) -> list[Path]:
    found = sorted(site.rglob("*.html"))
    assert len(found) > 80
    return found


def test_nothing_comes_from_another_host(site: Path) -> None:
    assert FETCHED.search('<script src="https://example.org/x.js"></script>')
    for path in pages(site):
        found = FETCHED.findall(path.read_text(encoding="utf-8"))
        assert found == [], path
    for style in site.rglob("*.css"):
        assert not FETCHED_BY_STYLE.search(style.read_text(encoding="utf-8")), style


@pytest.mark.soak
def test_every_link_leads_somewhere(site: Path) -> None:
    every = {path: BeautifulSoup(path.read_text("utf-8"), "lxml") for path in pages(site)}
    ids = {path: {str(one["id"]) for one in soup.find_all(id=True)} for path, soup in every.items()}
    # The page that a server shows for an address that is none knows no folder to count from.
    links = [
        (path, urlsplit(str(link["href"])))
        for path, soup in every.items()
        for link in soup.find_all("a", href=True)
        if path.name != "404.html"
    ]
    for path, link in links:
        if not link.scheme:
            to = (path.parent / unquote(link.path)).resolve() if link.path else path
            assert to.is_file(), f"{path}: {link}"
            anchor = unquote(link.fragment)
            assert not anchor or anchor in ids[to], f"{path}: {link}"


async def opened(context: BrowserContext, site: Path, name: str) -> Page:
    page = await context.new_page()
    await page.goto((site / name).as_uri())
    return page


async def violations(page: Page) -> list[tuple[str, str]]:
    """What keeps somebody from reading it: the rule, and where."""
    found = (await Axe().run(page, options={"preload": False})).response["violations"]
    grave = [each for each in found if each["impact"] in {"serious", "critical"}]
    return [(each["id"], each["nodes"][0]["html"]) for each in grave]


@pytest.mark.soak
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", LOOKED_AT)
async def test_it_reads_well(site: Path, browser: Browser, name: str, width: int) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 740})
    page = await opened(context, site, name)
    named = re.search(r"\.(\w\w)\.html$", name)
    language = named[1] if named else "en"
    assert await page.evaluate("document.documentElement.lang") == language
    direction = "rtl" if language == "ar" else "ltr"
    assert await page.evaluate("getComputedStyle(document.body).direction") == direction
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    broken = "[...document.images].filter(image => !image.naturalWidth).length"
    assert await page.evaluate(broken) == 0
    assert await violations(page) == []


@pytest.mark.soak
async def test_in_the_dark_there_is_contrast_enough(site: Path, browser: Browser) -> None:
    context = await browser.new_context(color_scheme="dark")
    page = await opened(context, site, "readers.html")
    assert await violations(page) == []


@pytest.mark.soak
async def test_no_page_asks_for_anything_outside_of_its_folder(
    site: Path, browser: Browser
) -> None:
    context = await browser.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = await context.new_page()
    for path in pages(site):
        # A server shows 404.html, and its paths begin there.
        if "decisions" not in path.parts and path.name != "404.html":
            await page.goto(path.as_uri())
    assert len(asked) > 100
    inside = (site.as_uri(), "data:", "blob:", "about:")
    assert [url for url in asked if not url.startswith(inside)] == []


@pytest.mark.soak
@pytest.mark.parametrize(
    ("name", "words", "expected"),
    [
        ("index.html", "withdraw", "readers.html"),
        ("readers.ar.html", "المعاينة", "readers.ar.html"),
        ("reference/settings.html", "rotate-key", "program.html"),
    ],
)
async def test_words_are_found_without_a_server(
    site: Path, browser: Browser, name: str, words: str, expected: str
) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 740})
    page = await opened(context, site, name)
    await page.locator(".md-search__input").press_sequentially(words)
    link = page.locator(f".md-search-result__link[href*='{expected}']").first
    await link.click()
    await page.wait_for_url(re.compile(re.escape(expected)))
