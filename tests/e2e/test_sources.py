"""Words in links: counted late and rounded, by nobody's name; on the disk nothing tells of anybody
by which one they came."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.ids import StatementId
from bot.domain.sources import MOST_WORDS, OTHER, Came
from bot.storage.tables import metadata
from tests.contract.test_rotation import values
from tests.e2e.test_choosing import write_three
from tests.e2e.test_privacy_on_disk import hits, left_behind
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.statements import write_port

WORD = "canary-word"
DAY = "%advance 24h"


async def counted(d: Dialogue) -> dict[str, Came]:
    """Exactly, as no admin is told it."""
    async with d.database.unit() as unit:
        found = await unit.sources.get(StatementId("port"))
        return {} if found is None else dict(found.now)


def opening(who: str, word: str = WORD) -> str:
    return f"{who}: /start r_port__{word}"


def rest_of_signing(who: str, name: str) -> list[str]:
    """Behind the button under what a link shows."""
    lines = ("[sign]", "[confirm]", name, "[skip]", "[skip]", "[organisers]", "[confirm]")
    return [f"{who}: {line}" for line in lines]


async def test_who_opens_and_who_signs(d: Dialogue) -> None:
    await d.say(f"zaid@admins: /sources add {WORD}")
    cover = await d.answer(opening("amal"))
    assert "Reading time" in cover.text
    # Once a day, whatever is pressed how often.
    await d.say(opening("amal"), f"amal: /start s_port_en__{WORD}", opening("amal", "another"))
    assert await counted(d) == {WORD: Came(1, 0)}
    await d.say(opening("amal"), *rest_of_signing("amal", "Amal Haddad"))
    assert await counted(d) == {WORD: Came(1, 1)}
    # Who signs again after taking it back is no other person.
    await d.say("amal: /withdraw", "amal: [confirm]", "%advance 11m")
    await d.say(opening("amal"), *rest_of_signing("amal", "Amal Haddad"))
    assert (await d.counts()).pending == 1
    assert await counted(d) == {WORD: Came(1, 1)}
    await d.say(DAY, DAY, opening("amal"))
    assert await counted(d) == {WORD: Came(2, 1)}


async def test_by_no_link_or_another_word(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("rami: /start r_port_en", "rami: /start r_port", "rami: /start r_nowhere__uni")
    assert await counted(d) == {}
    for number, payload in enumerate(("s_port__made-up", "d_port_2__x_y__z", "r_port_ar__OTHER")):
        await d.say(f"person{number}: /start {payload}")
    assert await counted(d) == {OTHER: Came(3, 0)}
    # In a group and among admins a link counts nothing.
    await d.say("omar@tunis: /start r_port__uni", "zaid@admins: /start r_port__uni")
    assert await counted(d) == {OTHER: Came(3, 0)}


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_what_the_link_shows_is_the_same_with_a_word_and_without(
    d: Dialogue, language: str
) -> None:
    await d.say(f"%lang amal {language}")
    for payload in ("r_port_en", "s_port_ar", "d_port_2", "nonsense", "s_port_xx"):
        plain = await d.say(f"amal: /start {payload}")
        worded = await d.say(f"amal: /start {payload}__uni")
        assert [(did.text, did.names) for did in worded] == [(p.text, p.names) for p in plain]
    # Without a language the text is in that of whoever opens it.
    cover = await d.answer("amal: /start r_port")
    assert cover.text.startswith({"en": "Open the port", "ar": "افتحوا الميناء"}[language])


async def test_admins_are_told_late_and_rounded(d: Dialogue) -> None:
    said = await d.answer("zaid@admins: /sources")
    assert "/sources add flyer" in said.text
    assert (await d.answer("zaid@admins: /sources add Uni")).names == ("uni",)
    await d.say("zaid@admins: /sources add fair")
    await d.say(*(opening(f"person{number}", "uni") for number in range(11)))
    await d.say(*(opening(f"other{number}", "fair") for number in range(4)))
    await d.say(*(opening(f"third{number}", "made-up") for number in range(5)))
    nothing = ["uni: opened < 5, signed < 5", "fair: opened < 5, signed < 5"]
    assert rows_in((await d.answer("zaid@admins: /sources")).text) == nothing
    await d.say(DAY)
    said = await d.answer("zaid@admins: /sources")
    assert rows_in(said.text) == [
        *("uni: opened 10+, signed < 5", "fair: opened < 5, signed < 5"),
        "other words: opened 5+, signed < 5",
    ]
    assert said.names == ("uni", "fair")
    # What comes today moves nothing that is told today.
    await d.say(*(opening(f"late{number}", "uni") for number in range(9)))
    assert (await d.answer("zaid@admins: /sources")).text == said.text
    # Of one word, with its links, of which this platform has none.
    one = await d.answer("zaid@admins: [uni]")
    assert "No platform of this bot has links" in one.text
    assert rows_in(one.text) == ["uni: opened 10+, signed < 5"]


async def test_in_arabic(d: Dialogue) -> None:
    await d.say("zaid@admins: /language ar", "zaid@admins: /sources add uni")
    await d.say(*(opening(f"person{number}", "uni") for number in range(5)), DAY)
    said = await d.answer("zaid@admins: /sources")
    assert said.language == "ar"
    assert "opened" not in said.text
    assert "5+" in said.text


def rows_in(text: str) -> list[str]:
    bare = text.replace("\u2068", "").replace("\u2069", "")
    return [line for line in bare.splitlines() if "opened" in line]


async def test_words_are_made_and_taken_away(d: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_WORDS == 30
    monkeypatch.setattr("bot.services.sources.MOST_WORDS", 4)
    for odd in ("add", "remove", "ä", "a_b", "-a", "a-", "x" * 17, ""):
        said = await d.answer(f"zaid@admins: /sources add {odd}")
        assert "can't be a word" in said.text, odd
    for number in range(4):
        await d.say(f"zaid@admins: /sources add w{number}")
    assert "There are 30 words already" in (await d.answer("zaid@admins: /sources add more")).text
    assert "already" in (await d.answer("zaid@admins: /sources add w3")).text
    await d.say(opening("amal", "w3"))
    assert await counted(d) == {"w3": Came(1, 0)}
    assert "isn't counted by any more" in (await d.answer("zaid@admins: /sources remove w3")).text
    assert await counted(d) == {}
    assert "There's no word" in (await d.answer("zaid@admins: /sources remove w3")).text
    assert "There's no word" in (await d.answer("zaid@admins: /sources w3")).text
    # Who came by it before, signs by none.
    await d.say(opening("rami", "w3"), *rest_of_signing("amal", "Amal Haddad"))
    assert await counted(d) == {OTHER: Came(1, 1)}
    done = [action for action, _ in await d.actions("add word", "remove word")]
    assert done == [*["add word"] * 4, "remove word"]


async def test_with_several_statements_one_is_chosen(tmp_path: Path) -> None:
    async with open_dialogue(tmp_path, write_three(tmp_path)) as d:
        await d.say("zaid@admins: /sources add uni")
        for number in range(5):
            await d.say(opening(f"a{number}", "uni"), f"a{number}: /start s_quay__uni")
        await d.say(DAY)
        said = await d.answer("zaid@admins: [uni]")
        assert rows_in(said.text) == ["uni: opened 10+, signed < 5"]
        assert said.names == ("port", "quay", "shut")
        assert rows_in((await d.answer("zaid@admins: [quay]")).text) == [
            "uni: opened 5+, signed < 5"
        ]
        assert "There's no word" in (await d.answer("zaid@admins: /sources port")).text


async def test_only_admins_see_it(d: Dialogue) -> None:
    await d.say(f"zaid@admins: /sources add {WORD}")
    for who in ("amal", "omar@tunis"):
        said = await d.answer(f"{who}: /sources")
        assert WORD not in said.text
        assert "I don't know that command" in said.text
    assert "word for the place" in (await d.answer("amal: /privacy")).text


async def test_a_restart_forgets_who_came(d: Dialogue) -> None:
    await d.say(f"zaid@admins: /sources add {WORD}", opening("amal"))
    await d.restart()
    await d.say(*rest_of_signing("amal", "Amal Haddad"))
    assert (await d.counts()).pending == 1
    assert await counted(d) == {WORD: Came(1, 0)}
    await d.say(opening("rami"), "rami: /forget", "rami: [confirm]")
    assert d.bot.campaign.arrivals._chats == {}


async def test_no_row_tells_of_anybody_by_which_word_they_came(
    tmp_path: Path, port: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever has the database and the key while somebody signs by a link: the word is in the
    admins' list and in the counts alone. Without the key it is nowhere, at no commit."""
    caplog.set_level("DEBUG")
    holding: set[tuple[object, object]] = set()
    clear: list[str] = []
    async with open_dialogue(tmp_path, port) as d:
        await d.say(f"zaid@admins: /sources add {WORD}")

        def look(what: str) -> None:
            if what == "a commit":
                clear.extend(hits(left_behind(d.data), [WORD]))

        for line in itertools.chain([opening("amal")], rest_of_signing("amal", "Amal Haddad")):
            d.at_point = look
            await d.say(line)
            d.at_point = None
            for place, (_, value) in (await values(d.database)).items():
                if WORD.encode() in value:
                    holding.add((place[0], place[-1]))
        assert await counted(d) == {WORD: Came(1, 1)}
        await d.say("zaid@admins: /verify 1", "%advance 11m")
        clear += hits(left_behind(d.data), [WORD])
    assert clear == []
    assert holding == {("meta.value", "sources"), ("meta.value", "sources port")}
    assert WORD not in caplog.text


async def test_before_and_after_the_records_are_the_same_as_without_a_word(tmp_path: Path) -> None:
    """Two bots with the same numbers and the same people, the one by a link with a word: but for
    the counts their databases have the same rows, as long as each other."""
    found: list[dict[str, list[object]]] = []
    for name, link in (("plain", "r_port_en"), ("worded", f"r_port_en__{WORD}")):
        folder = tmp_path / name
        folder.mkdir()
        async with open_dialogue(folder, write_port(folder)) as d:
            await d.say(f"zaid@admins: /sources add {WORD}")
            await d.say(f"amal: /start {link}", *rest_of_signing("amal", "Amal Haddad"))
            rows: dict[str, list[object]] = {}
            async with d.database.unit() as unit:
                for table in metadata.sorted_tables:
                    read = await unit._connection.execute(sa.select(table))
                    shapes = [tuple(map(_shape, row)) for row in read]
                    rows[table.name] = sorted(shapes, key=repr)
            found.append(rows)
    plain, worded = found
    for kept, before in plain.items():
        if kept != "meta":
            assert worded[kept] == before, kept
    assert len(worded["meta"]) == len(plain["meta"]) + 1


def _shape(value: object) -> object:
    """Of what is sealed or a mark its length, of a moment its day."""
    if isinstance(value, bytes):
        return len(value)
    return value.date() if isinstance(value, dt.datetime) else value
