"""The page as files: readable without a script, every name once, small, and the same each time."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from babel import Locale
from lxml import html

from bot.domain.counts import PublicCounts
from bot.domain.ids import Language
from bot.services.snapshot import Day
from bot.site.news import news
from bot.storage.statements import State
from bot.wording.voice import Voice
from tests.integration.site.conftest import HOSTILE, Site, everybody
from tests.support.dialogue import SHIPPED
from tests.support.site import LOOK, read, write, write_now, written
from tests.support.statements import write_port, write_response

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


def test_the_same_list_makes_the_same_page(site: Site, tmp_path: Path) -> None:
    write(tmp_path, [site.written[name].snapshot for name in ("none", "one")])
    files = [file.relative_to(tmp_path) for file in tmp_path.rglob("*.*")]
    assert len(files) > 15
    for path in files:
        if not path.name.startswith("index"):
            assert (tmp_path / path).read_bytes() == (site.folder / path).read_bytes(), path


def test_an_old_copy_does_not_say_that_it_is_open(site: Site) -> None:
    (said,) = Page(site.folder / "many" / "en.html").texts('//*[contains(text(), "2027")]/text()')
    assert " ".join(said.split()) == "Signatures are taken until January 31, 2027."


def test_the_feed_tells_round_numbers_and_the_goal(site: Site) -> None:
    """As the chat does: 100, 500, 1,000 and so on, each on the day on which it was reached."""
    snapshot = site.written["one"].snapshot
    days = [Day(dt.date(2026, 5, day), 0, count) for day, count in enumerate((60, 39, 1, 2400), 1)]
    english = snapshot.statement.revisions[Language("en")]
    told = news(replace(snapshot, came=tuple(days), events=()), english)
    say = Voice(Language("en"))
    assert [(each.date.day, each.say(say).plain) for each in told] == [
        (4, "1,000 verified signatures"),
        (4, "The goal is reached: 2,500"),
        (3, "100 verified signatures"),
    ]


async def test_what_the_addressee_answered_stands_on_the_page(tmp_path: Path) -> None:
    statements = write_port(tmp_path)
    head = "---\nfrom: The <b>council</b>\ndate: 2026-04-02\nsource: https://example.org/a\n---\n"
    write_response(statements, f"{head}We will *not*.\n\n## Why\n\nIt is & was.\n")
    with closing(written(read(statements, "port"), [])) as nobody:
        await write_now(tmp_path / "page", [nobody.snapshot])
    for language in ("en", "ar"):
        page = Page(tmp_path / "page" / "port" / f"{language}.html")
        section = "//section[@id='response']"
        (heading,) = page.texts(f"{section}/h2")
        assert "The <b>council</b>" in heading
        assert page.texts(f"{section}/div/@lang") == ["en"]
        assert " ".join(page.texts(f"{section}/div")[0].split()) == "We will not. Why It is & was."
        assert page.texts(f"{section}//a/@href") == ["https://example.org/a"]


async def test_a_page_with_an_address_can_be_passed_on(site: Site, tmp_path: Path) -> None:
    address = "https://example.org/water"
    look = replace(LOOK, address=address)
    await write_now(tmp_path, [site.written["one"].snapshot], look)
    page = Page(tmp_path / "one" / "ar.html")
    assert page.texts('//meta[@property="og:title"]/@content') == ["افتحوا الميناء"]
    assert page.texts('//meta[@property="og:url"]/@content') == [f"{address}/one/ar.html"]
    [said] = page.texts('//meta[@property="og:description"]/@content')
    assert "شخص واحد" in said
    picture = tmp_path / "one" / "ar.png"
    shown = page.texts('//meta[@property="og:image"]/@content')
    # A machine without the fonts makes none, and the page does not speak of one.
    assert shown == ([f"{address}/one/ar.png"] if picture.exists() else [])


async def test_a_closed_statement_cannot_be_signed(site: Site, tmp_path: Path) -> None:
    snapshot = site.written["one"].snapshot
    for state, said in (
        (State(finished=dt.date(2026, 3, 5)), "Closed for ever on March 5, 2026."),
        (State(paused=True), "Signing is paused for now."),
    ):
        await write_now(tmp_path / said, [replace(snapshot, state=state)])
        page = Page(tmp_path / said / "one" / "en.html")
        assert page.texts('//*[@class="when"]') == [said]
        assert page.texts('//*[@id="sign"] | //a[contains(@href, "t.me")]') == []


async def test_counts_that_are_rounded_say_so(site: Site, tmp_path: Path) -> None:
    counts = PublicCounts(persons=40, organisations=0, of=10, hidden=20)
    await write_now(tmp_path, [replace(site.written["one"].snapshot, counts=counts)])
    notes = Page(tmp_path / "one" / "en.html").texts('//*[@class="counter"]/p[@class="note"]')
    assert notes[1:] == [
        "The numbers are rounded down to multiples of 10.",
        "At least 20 of the names aren't shown.",
    ]


async def test_a_page_is_small(tmp_path: Path) -> None:
    """Of the longer statement that the project ships, in the language that takes more bytes, signed
    in 100 countries."""
    statement = read(SHIPPED, "open-library")
    countries = sorted(filter(str.isalpha, map(str, Locale("en").territories)))[:100]
    people = [
        replace(one, country=country)
        for one, country in zip(everybody(300), itertools.cycle(countries), strict=False)
    ]
    with closing(written(statement, people)) as made:
        await write_now(tmp_path, [made.snapshot])
    page = Page(tmp_path / "open-library" / "ar.html")
    used = [name for name in page.texts("//link/@href | //script/@src") if "static/" in name]
    assert len(used) == 4
    files = [page.file, *(page.file.parent / name for name in used)]
    sizes = {file.name: file.stat().st_size for file in files}
    assert sum(sizes.values()) < MOST_BYTES, sizes
