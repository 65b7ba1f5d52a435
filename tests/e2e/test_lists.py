"""The list of who signed, as a reader meets it: page by page, by country, by letter, by name."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pyuca

from bot.text import collation
from tests.support.dialogue import Dialogue, Did
from tests.support.signed import OnList, list_all, prepare

LINE = re.compile("• \u2068([^\u2069]*)\u2069")


async def fill(d: Dialogue, everybody: list[OnList]) -> None:
    await d.say("amal: /help")
    await prepare(d.database)
    await list_all(d.database, "port", everybody)


def names(did: Did) -> list[str]:
    return [name for name in LINE.findall(did.text) if "Dockers" not in name]


def many(count: int) -> list[OnList]:
    return [
        OnList(f"{'ABCDE'[number % 5]}mal Number {number:03}", ("TN", "IQ")[number % 2])
        for number in range(count)
    ]


async def walk(d: Dialogue, who: str = "amal") -> list[Did]:
    """Every page, forwards, each in the place of the one before."""
    pages = [await d.answer(f"{who}: /signatories")]
    while "next" in pages[-1].names:
        pages.append(await d.answer(f"{who}: [next]"))
        assert pages[-1].message == pages[0].message
    return pages


async def test_every_name_is_met_once_and_the_way_back_too(d: Dialogue) -> None:
    await fill(d, many(95))
    pages = await walk(d)
    met = [name for page in pages for name in names(page)]
    assert met == sorted(one.name for one in many(95))
    assert "Signed by 95 people." in pages[0].text
    assert not any("Signed by 95" in page.text for page in pages[1:])
    back = [pages[-1]]
    while "previous" in back[-1].names:
        back.append(await d.answer("amal: [previous]"))
    assert [name for page in back[::-1] for name in names(page)] == met


async def test_names_that_come_between_two_pages_lose_and_repeat_nobody(d: Dialogue) -> None:
    await fill(d, many(95))
    met = names(await d.answer("amal: /signatories"))
    while True:
        await list_all(
            d.database, "port", [OnList("Aaa New"), OnList("Cmal New"), OnList("Zz New")]
        )
        page = await d.answer("amal: [next]")
        met += names(page)
        if "next" not in page.names or len(met) > 200:
            break
    assert [name for name in met if "New" not in name] == sorted(one.name for one in many(95))


async def test_a_country_is_chosen_by_its_button(d: Dialogue) -> None:
    await fill(d, [*many(50), OnList("Nowhere Near"), OnList("Readers", "TN", "organisation")])
    await d.say("amal: /signatories")
    choice = await d.answer("amal: [countries]")
    assert choice.names == ("IQ", "TN", "signatories")
    assert choice.labels[:2] == ("Iraq (25)", "Tunisia (26)")
    first = await d.answer("amal: [TN]")
    assert "\u2068Tunisia\u2069: 25 people and 1 organisation" in first.text
    second = await d.answer("amal: [next]")
    assert names(first)[0] == "Readers"
    expected = sorted(one.name for one in many(50) if one.country == "TN")
    assert names(first)[1:] + names(second) == expected
    assert names(await d.answer("amal: [previous]")) == names(first)
    assert "Signed by 51 people and 1 organisation." in (await d.answer("amal: [signatories]")).text


async def test_a_letter_is_a_jump_into_the_whole_list(d: Dialogue) -> None:
    await fill(d, [*many(95), OnList("أمل حداد")])
    await d.say("amal: /signatories")
    choice = await d.answer("amal: [letters]")
    assert choice.names == (*"ABCDE", "أ", "signatories")
    page = await d.answer("amal: [C]")
    assert names(page)[0] == "Cmal Number 002"
    assert names(await d.answer("amal: [previous]"))[-1] == "Bmal Number 091"
    assert names(await d.answer("amal: [next]"))[0] == "Cmal Number 002"


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[threading.Thread]]:
    """In which threads the tables of the order of names are read: never in the one of the loop."""
    threads: list[threading.Thread] = []

    class Collator(pyuca.Collator):  # type: ignore[misc]
        def __init__(self, *args: Any) -> None:
            threads.append(threading.current_thread())
            super().__init__(*args)

    monkeypatch.setattr(pyuca, "Collator", Collator)
    yield threads
    assert threading.main_thread() not in threads


async def test_nobody_waits_for_the_tables_of_names(
    d: Dialogue, readings: list[threading.Thread]
) -> None:
    """They take a fifth of a second to read: for the first name that is published, and for the
    first choice of a letter."""
    number = await d.sign("amal", "Amal Haddad")
    await d.say(f"zaid@admins: /verify {number}")
    collation._collator.cache_clear()
    await d.say("%advance 11m")
    assert len(readings) == 1
    await fill(d, many(95))
    await d.say("amal: /signatories")
    collation._collator.cache_clear()
    readings.clear()
    await d.answer("amal: [letters]")
    assert len(readings) == 1


async def test_the_readers_script_comes_first(d: Dialogue) -> None:
    await fill(d, [OnList("Zoe Adams"), OnList("أمل حداد"), OnList("Ana Brown")])
    assert names(await d.answer("amal: /signatories")) == ["Ana Brown", "Zoe Adams", "أمل حداد"]
    await d.say("rami: /language ar")
    assert names(await d.answer("rami: /signatories"))[1:] == ["أمل حداد", "Ana Brown", "Zoe Adams"]


async def test_words_find_public_names_alone(d: Dialogue) -> None:
    await fill(d, [*many(30), OnList("Émile Haddad", "TN", affiliation="Nurse")])
    await d.sign("lina", "Lina Haddad", "organisers")
    await d.say("zaid@admins: [verify]")
    for typed in ("/signatories emile", "/signatories port HADDAD émile"):
        found = await d.answer(f"amal: {typed}")
        assert names(found) == ["Émile Haddad"]
        assert "Nurse" in found.text
    assert "Lina" not in (await d.answer("amal: /signatories haddad")).text
    assert "No public name has" in (await d.answer("amal: /signatories lina")).text
    more = await d.answer("amal: /signatories number")
    assert len(names(more)) == 20
    assert "There are more" in more.text


@pytest.mark.parametrize("size", [119, 60])
async def test_a_page_of_long_names_fits_a_message(d: Dialogue, size: int) -> None:
    """Fifty names of 120 characters, each with an affiliation as long."""
    everybody = [
        OnList(f"{number:02}{'نور' * 40}"[: size + 1], "TN", affiliation="x" * size)
        for number in range(50)
    ]
    await fill(d, everybody)
    pages = await walk(d)
    assert max(len(page.text) for page in pages) <= 4096
    assert [name for page in pages for name in names(page)] == sorted(o.name for o in everybody)


async def test_data_of_every_button_fits(d: Dialogue) -> None:
    await fill(d, many(95))
    shown = [*await walk(d), await d.answer("amal: [countries]"), await d.answer("amal: [TN]")]
    shown += [await d.answer("amal: [letters]")]
    assert max(len(data.encode()) for did in shown for data in did.data.values()) <= 64


async def test_what_is_counted_and_not_named(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.sign("rami", "Rami Mansour", "counted")
    assert "Nobody has signed yet. /sign begins." in (await d.answer("lina: /signatories")).text
    await d.say("zaid@admins: /verify 1", "zaid@admins: /verify 2")
    # One is public in ten minutes, one never: neither is shown now, and no more is said.
    text = (await d.answer("lina: /signatories")).text
    assert "Signed by 2 people.\n2 of the names aren't shown." in text
    await d.say("%advance 11m")
    assert "1 of the names isn't shown." in (await d.answer("lina: /signatories")).text


async def test_nobody_is_invited_where_nobody_can_sign(d: Dialogue, port: Path) -> None:
    await d.say("zaid@admins: /close")
    assert "Nobody has signed yet.\n" in (await d.answer("amal: /signatories")).text
    file = port / "port" / "statement.yaml"
    file.write_text(file.read_text("utf-8") + "  closes: 2020-01-01\n", "utf-8")
    await d.say("zaid@admins: /open", "zaid@admins: /reload")
    assert "Nobody signed.\n" in (await d.answer("amal: /signatories")).text


async def test_a_name_that_has_gone_is_no_dead_end(d: Dialogue) -> None:
    await fill(d, many(45))
    first = await d.answer("amal: /signatories")
    stale = first.data["next"]
    number = int(stale.rpartition(">")[2])
    gone, d.is_changed = "public_name = NULL, sort_key = NULL", True
    async with d.database.unit() as unit:
        await unit._connection.exec_driver_sql(
            f"UPDATE endorsements SET {gone} WHERE number = {number}"
        )
    said = await d.say("amal: [next]")
    assert "The list has changed" in said[0].text
    assert names(said[-1])[0] == "Amal Number 000"
