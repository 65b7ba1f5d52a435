"""The page as files: readable without a script, every name once, small, and the same each time."""

from __future__ import annotations

import asyncio
import re
from contextlib import closing
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.integration.site.conftest import HOSTILE, Site, everybody
from tests.support.dialogue import SHIPPED
from tests.support.site import LOOK, read, write_now, written

MOST_BYTES = 60_000
POLICY = "default-src 'none'; script-src 'self' file:; style-src 'self' file:; "


def soup(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text("utf-8"), "html.parser")


def names_of(page: BeautifulSoup) -> list[str]:
    return [item.find("bdi").text for item in page.select("main > ul.names > li")]  # type: ignore[union-attr]


def walked(first: Path) -> list[str]:
    """All names from the first page on, by its links to the next."""
    found, file = [], first
    while True:
        page = soup(file)
        found += names_of(page)
        following = page.select_one('a[rel="next"]')
        if following is None:
            return found
        file = file.parent / str(following["href"])


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_name_stands_on_the_list_once(site: Site, language: str) -> None:
    folder = site.folder / "many" / language
    main = soup(site.folder / "many" / f"{language}.html")
    link = main.select_one('a[href$="names-1.html"]')
    assert link is not None
    listed = walked(folder.parent / str(link["href"]))
    assert sorted(listed) == sorted(one.name for one in everybody(2000))
    counts = main.select("#countries li")
    countries = [walked(folder.parent / str(item.find("a")["href"])) for item in counts]  # type: ignore[index]
    assert [len(each) for each in countries] == [int(item.span.text) for item in counts]  # type: ignore[union-attr]
    with_country = [one.name for one in everybody(2000) if one.country]
    assert sorted(name for each in countries for name in each) == sorted(with_country)


def test_hostile_names_are_text(site: Site) -> None:
    """As they were given, whatever is in them, and nothing of them is markup."""
    for file in (site.folder / "many").rglob("*.html"):
        page = soup(file)
        assert not page.select("main script, main img, main [onload], main [onerror], main style")
        assert all(
            not attribute.startswith("on") for tag in page.find_all() for attribute in tag.attrs
        )
    listed = walked(site.folder / "many" / "en" / "names-1.html")
    assert set(HOSTILE) <= set(listed)


def test_every_link_leads_somewhere(site: Site) -> None:
    elsewhere = {"signatories.json", "log.txt", "checkpoint.txt", "news.xml"}
    for file in site.folder.rglob("*.html"):
        page = soup(file)
        ids = [tag["id"] for tag in page.select("[id]")]
        assert len(ids) == len(set(ids)), file
        for tag in page.select("[href], [src]"):
            target = str(tag.get("href") or tag.get("src"))
            if re.match("https://t.me/|https://matrix.to/|data:", target):
                continue
            path, _, anchor = target.partition("#")
            assert ":" not in path, target
            there = (file.parent / path).resolve() if path else file
            if there.name not in elsewhere:
                assert there.is_file(), (file, target)
                assert not anchor or soup(there).find(id=anchor), (file, target)
        policy = page.select_one('meta[http-equiv="Content-Security-Policy"]')
        assert policy is not None
        assert str(policy["content"]).startswith(POLICY)


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
    page = tmp_path / "one" / "open-library" / "ar.html"
    used = [str(tag.get("href") or tag.get("src")) for tag in soup(page).select("link, script")]
    files = {page, *(page.parent / each for each in used if each.endswith((".css", ".js")))}
    sizes = {file.name: file.stat().st_size for file in files}
    assert len(sizes) == 6
    assert sum(sizes.values()) < MOST_BYTES, sizes
