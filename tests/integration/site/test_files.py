"""The page as files: readable without a script, every name once, small, and the same each time."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest
from lxml import html

from tests.integration.site.conftest import HOSTILE, Site, everybody
from tests.support.dialogue import SHIPPED
from tests.support.site import read, write_now, written

MOST_BYTES = 60_000
POLICY = "default-src 'none'; script-src 'self' file:; style-src 'self' file:; "
LISTED = '//main/ul[@class="names"]/li/bdi[1]'
RUNS = "//main//script | //main//img | //main//style | //@*[starts-with(name(), 'on')]"


class Page:
    """One that has been read as a browser without scripts reads it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._tree = html.fromstring(file.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))

    def texts(self, path: str) -> list[str]:
        """Of each element there, or each attribute."""
        found = self._tree.xpath(path)
        assert isinstance(found, list)
        return [
            "".join(each.itertext()) if isinstance(each, html.HtmlElement) else str(each)
            for each in found
        ]

    def at(self, path: str) -> Path:
        """Where a link leads."""
        (href,) = self.texts(path)
        return self.file.parent / href


def walked(first: Path) -> list[str]:
    """All names from the first page on, by its links to the next."""
    page = Page(first)
    found = page.texts(LISTED)
    while page.texts('//a[@rel="next"]'):
        page = Page(page.at('//a[@rel="next"]/@href'))
        found += page.texts(LISTED)
    return found


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_name_stands_on_the_list_once(site: Site, language: str) -> None:
    main = Page(site.folder / "many" / f"{language}.html")
    listed = walked(main.at('//a[contains(@href, "/names-1.html")]/@href'))
    assert sorted(listed) == sorted(one.name for one in everybody(2000))
    countries = [
        walked(main.file.parent / href) for href in main.texts('//*[@id="countries"]//a/@href')
    ]
    counts = main.texts('//*[@id="countries"]//span')
    assert [len(each) for each in countries] == [*map(int, counts)]
    with_country = [one.name for one in everybody(2000) if one.country]
    assert sorted(name for each in countries for name in each) == sorted(with_country)


def test_hostile_names_are_text(site: Site) -> None:
    """As they were given, whatever is in them, and nothing of them is markup."""
    for file in (site.folder / "many").rglob("*.html"):
        assert Page(file).texts(RUNS) == [], file
    assert set(HOSTILE) <= set(walked(site.folder / "many" / "en" / "names-1.html"))


def test_every_link_leads_somewhere(site: Site) -> None:
    elsewhere = {"signatories.json", "log.txt", "checkpoint.txt", "news.xml"}
    files = (site.folder / "index.html", site.folder / "index-ar.html")
    pages = {file: Page(file) for file in (*files, *(site.folder / "many").rglob("*.html"))}
    for file, page in pages.items():
        ids = page.texts("//@id")
        assert len(ids) == len(set(ids)), file
        (policy,) = page.texts("//meta[@http-equiv]/@content")
        assert policy.startswith(POLICY)
        for target in page.texts("//@href | //@src"):
            if re.match("https://t.me/|https://matrix.to/|data:", target):
                continue
            path, _, anchor = target.partition("#")
            assert ":" not in path, target
            there = (file.parent / path).resolve() if path else file
            if there.name not in elsewhere:
                assert there.is_file(), (file, target)
            if anchor and there in pages:
                assert anchor in pages[there].texts("//@id"), (file, target)


async def test_a_page_is_small_and_the_same_each_time(tmp_path: Path) -> None:
    """Of the longer statement that the project ships, in the language that takes more bytes."""
    statement = read(SHIPPED, "open-library")
    for name in ("one", "other"):
        with closing(written(statement, everybody(1000))) as made:
            await write_now(tmp_path / name, [made.snapshot])
    one, other = (
        {file.relative_to(root): file.read_bytes() for file in sorted(root.rglob("*.*"))}
        for root in (tmp_path / "one", tmp_path / "other")
    )
    assert one == other
    page = Page(tmp_path / "one" / "open-library" / "ar.html")
    used = [name for name in page.texts("//link/@href | //script/@src") if "static/" in name]
    assert len(used) == 5
    files = [page.file, *(page.file.parent / name for name in used)]
    sizes = {file.name: file.stat().st_size for file in files}
    print(sizes)
    assert sum(sizes.values()) < MOST_BYTES, sizes
