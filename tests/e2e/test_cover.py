"""The opening of a statement, its pages and its demands: what can be done from each, by buttons."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.commands.cover import MOST_LANGUAGES
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.statements import write_long, write_port

CONSENT = ("confirm", "cancel")


def write_arabic_first(root: Path, languages: str = "fr") -> Path:
    """`port` as published in Arabic; `languages` are those of its texts besides."""
    folder = write_port(root)
    file = folder / "port" / "statement.yaml"
    text = file.read_text(encoding="utf-8").replace(
        "original_language: en", "original_language: ar"
    )
    file.write_text(text.replace("[en, ar]", "[ar]"), encoding="utf-8")
    english = (folder / "port" / "en.md").read_text(encoding="utf-8")
    for language in languages.split():
        (folder / "port" / f"{language}.md").write_text(english, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("client", "spoken", "read"),
    [
        ("de", "en, ar", "en"),
        ("fi", "fr, en", "fr"),
        ("fr", "en, ar", "fr"),
        ("fr-CA", "en, ar", "fr"),
        ("pt-BR", "es, ar", "ar"),
        ("de", "es, en", "en"),
    ],
)
async def test_a_text_in_the_language_that_fits_the_reader_best(
    tmp_path: Path, client: str, spoken: str, read: str
) -> None:
    folder = write_arabic_first(tmp_path)
    async with open_dialogue(tmp_path, folder, UNDERSIGNED_LANGUAGES=spoken) as d:
        await d.say(f"%lang amal {client}")
        assert (await d.answer("amal: /read")).language == read
        assert (await d.answer("amal: /demands")).language == read
        await d.say("amal: /read")
        await d.say("amal: [sign]", "amal: [confirm]", "amal: Amal Haddad", "amal: [skip]")
        await d.say("amal: [skip]", "amal: [public]", "amal: [confirm]")
        assert await d.rows("SELECT language FROM endorsements") == [(read,)]
        # What somebody has chosen goes before everything.
        await d.say("amal: /language ar")
        assert (await d.answer("amal: /read")).language == "ar"


async def test_the_original_where_nothing_else_fits(tmp_path: Path) -> None:
    folder = write_arabic_first(tmp_path)
    async with open_dialogue(tmp_path, folder, UNDERSIGNED_LANGUAGES="es") as d:
        await d.say("%lang amal de")
        assert (await d.answer("amal: /read")).language == "ar"


async def test_other_languages_are_buttons_for_this_message_alone(d: Dialogue) -> None:
    cover = await d.answer("amal: /read")
    assert cover.names[-1] == "ar"
    assert cover.labels[-1] == "العربية"
    arabic = await d.answer("amal: [ar]")
    assert (arabic.action, arabic.message, arabic.language) == ("edit", cover.message, "ar")
    assert arabic.names[-1] == "en"
    assert "افتحوا" in (await d.answer("amal: [demands]")).text
    assert (await d.answer("amal: /read")).language == "en"
    assert await d.rows("SELECT count(*) FROM languages") == [(0,)]


async def test_as_many_languages_as_fit(tmp_path: Path) -> None:
    codes = "bg bn ca cs da de el es et fa fi fr ga he hi hr hu id is it ja ka ko lt lv nl pl pt"
    folder = write_arabic_first(tmp_path, codes)
    async with open_dialogue(tmp_path, folder) as d:
        cover = await d.answer("amal: /read")
        chosen = cover.names[cover.names.index("ar") :]
        assert len(chosen) == MOST_LANGUAGES
        assert all(len(label) <= 20 for label in cover.labels)
        assert (await d.answer("amal: [ka]")).language == "ka"


def day(days: int) -> dt.date:
    return dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days)


async def test_where_it_can_be_signed_every_message_says_so(tmp_path: Path) -> None:
    terms = f"  closes: {day(3)}T23:00:00Z\n  goal: 4\n"
    port = write_port(tmp_path, endorsement=terms)
    async with open_dialogue(tmp_path, port, UNDERSIGNED_TIMEZONE="Asia/Baghdad") as d:
        cover = await d.answer("amal: /read")
        assert "02:00 (\u2068Baghdad\u2069) · closes in 3 days" in cover.text
        assert "0% · 0 of 4" in cover.text.replace("\u2068", "").replace("\u2069", "")
        assert "sign" in cover.names
        page = await d.answer("amal: [next]")
        assert page.names == ("previous", "demands", "sign")
        demands = await d.answer("amal: [demands]")
        assert demands.names == ("1", "2", "3", "read", "sign", "share")
        assert "3. Pay" in demands.text
        one = await d.answer("amal: [2]")
        assert one.action == "send"
        assert "Keep it open." in one.text
        assert "Pay" not in one.text
        assert one.names == ("sign", "share")
        assert "confirm" in (await d.answer("amal: [sign]")).names
        await d.say("%advance 97h")
        for asked in ("/read", "[next]", "[demands]", "/demands 2", "/start"):
            said = await d.answer(f"amal: {asked}")
            assert "sign" not in said.names
        assert "Closed on" in (await d.answer("amal: /read")).text
        assert "sign" not in (await d.answer("amal: /share")).text
        assert "closed" in (await d.answer("amal: /sign")).text


async def test_before_it_opens_the_cover_says_when(tmp_path: Path) -> None:
    port = write_port(tmp_path, endorsement=f"  opens: {day(2)}\n")
    async with open_dialogue(tmp_path, port) as d:
        cover = await d.answer("amal: /read")
        assert "Opens on " in cover.text
        assert "sign" not in cover.names
        await d.say("%advance 48h")
        cover = await d.answer("amal: /read")
        assert "Opens" not in cover.text
        assert "sign" in cover.names


async def test_while_it_is_paused_nothing_leads_to_signing(d: Dialogue) -> None:
    await d.say("zaid@admins: /close")
    for asked in ("/read", "[next]", "[demands]", "[1]", "/start"):
        assert not {"sign", "endorse"} & set((await d.answer(f"amal: {asked}")).names)
        assert not {"sign", "endorse"} & set((await d.answer(f"omar@tunis: {asked}")).names)
    assert "Signing is paused" in (await d.answer("amal: /read")).text
    await d.say("zaid@admins: /open")
    assert "sign" in (await d.answer("amal: /read")).names


async def test_people_and_organisations_on_the_cover_and_in_what_is_shared(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("omar@tunis: /endorse Club of Tunis", "omar@tunis: [confirm]")
    shared = (await d.answer("amal: /share")).text
    assert "signed" not in shared
    assert shared.endswith("To read and sign, send the bot /read port")
    await d.say("zaid@admins: /verify 1", "zaid@admins: /verify 2")
    for asked in ("/read", "/share"):
        said = await d.answer(f"amal: {asked}")
        assert "1 person and 1 organisation have signed." in said.text


async def test_a_look_at_the_text_leaves_what_was_begun(d: Dialogue) -> None:
    prompt = (await d.say("amal: /sign"))[-1]
    cover = await d.answer("amal: [read]")
    assert (cover.action, cover.message != prompt.message) == ("send", True)
    assert "افتحوا" in (await d.answer("amal: [ar]")).text
    await d.say(f"amal: [{prompt.message}:confirm]", "amal: Amal Haddad", "amal: [skip]")
    await d.say("amal: [skip]")
    preview = (await d.say("amal: [public]"))[-1]
    assert (await d.answer("amal: [read]")).action == "send"
    await d.say(f"amal: [{preview.message}:confirm]")
    assert (await d.counts()).pending == 1


async def test_in_a_group_one_message_leads_through_everything(d: Dialogue) -> None:
    cover = await d.answer("omar@tunis: /read")
    assert {"endorse", "ar"} <= set(cover.names)
    assert "sign" not in cover.names
    for pressed, part in (
        ("next", "since the spring"),
        ("demands", "1. Open"),
        ("3", "Pay those"),
        ("demands", "1. Open"),
        ("read", "Reading time"),
        ("ar", "افتحوا"),
    ):
        said = await d.answer(f"omar@tunis: [{pressed}]")
        assert said.message == cover.message
        assert part in said.text
    preview = await d.answer("omar@tunis: [endorse]")
    assert preview.message != cover.message
    assert "confirm" in preview.names


async def test_many_demands_have_no_button_each(tmp_path: Path) -> None:
    folder = write_long(tmp_path, pages=1, demands=31)
    async with open_dialogue(tmp_path, folder) as d:
        said = await d.answer("amal: /demands")
        assert "31" not in said.names
        assert {"read", "sign"} <= set(said.names)
        assert (await d.answer("amal: /demands 32")).names == ("demands",)
        assert "Keep promise number 31." in (await d.answer("amal: /demands 31")).text


async def test_a_demand_that_is_not_there_is_chosen_by_button(d: Dialogue) -> None:
    said = await d.answer("amal: /demands 9")
    assert said.names == ("1", "2", "3")
    assert "Keep it open." in (await d.answer("amal: [2]")).text


async def test_a_found_page_leads_on_too(d: Dialogue) -> None:
    hits = await d.answer("amal: /search spring")
    assert "/" not in hits.text
    assert hits.names == ("read",)
    page = await d.answer("amal: [read]")
    assert page.names == ("previous", "demands", "sign")


async def test_an_unknown_language_is_chosen_by_button(d: Dialogue) -> None:
    said = await d.answer("amal: /language Klingon")
    assert {"en", "ar"} <= set(said.names)
    chosen = await d.answer("amal: [ar]")
    assert (chosen.language, chosen.names, chosen.labels) == ("ar", ("port",), ("افتحوا الميناء",))
    assert (await d.answer("amal: [port]")).language == "ar"


@pytest.mark.parametrize(
    "typed", ["/read arabic", "/read العربية", "/read port Arabic", "/read AR"]
)
async def test_a_language_is_understood_however_it_is_named(d: Dialogue, typed: str) -> None:
    assert (await d.answer(f"amal: {typed}")).language == "ar"


async def test_a_language_that_there_is_no_text_in(d: Dialogue) -> None:
    assert "Reading time" in (await d.answer("amal: /read fr")).text
    assert "2. Keep" in (await d.answer("amal: /demands port fr")).text
