"""Whoever can read and press gets everything done: what can be chosen is a button, and what was
asked for before the choice goes on with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.choices import LONGEST_LABEL, MOST_DATA
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.statements import write_port

LONG = "A letter with a title that is much too long for any button on any phone that is sold"


def write_three(root: Path) -> Path:
    """The statements `port` (open), `quay` (for persons alone) and `shut` (closed long ago)."""
    folder = write_port(root)
    for name, terms in (("quay", ""), ("shut", "  closes: 2014-06-01\n")):
        write_port(root / name, name=name, endorsement=terms)
        (root / name / "statements" / name).rename(folder / name)
    file = folder / "quay" / "statement.yaml"
    text = file.read_text(encoding="utf-8").replace("organisations: true", "organisations: false")
    file.write_text(text, encoding="utf-8")
    english = folder / "quay" / "en.md"
    long = english.read_text(encoding="utf-8").replace("Open the port\n", f"{LONG}\n", 1)
    english.write_text(long, encoding="utf-8")
    return folder


async def test_from_a_start_with_one_statement_everything_is_a_button(d: Dialogue) -> None:
    said = await d.answer("amal: /start")
    assert said.names == (
        "read", "demands", "signatories", "share", "sign", "language", "mine",
    )  # fmt: skip
    for part in ("Open the port", "By the people of the port", "Dockers' Union"):
        assert part in said.text
    for button, part in (
        ("read", "Reading time"),
        ("demands", "Keep it open."),
        ("signatories", "Dockers' Union"),
        ("share", "Open the port"),
        ("mine", "signed anything"),
        ("sign", "confirm"),
    ):
        await d.say("amal: /start")
        pressed = await d.say(f"amal: [{button}]")
        assert any(part in did.text or part in did.names for did in pressed), button


async def test_from_a_start_to_another_language(d: Dialogue) -> None:
    await d.say("amal: /start", "amal: [language]")
    said = await d.answer("amal: [ar]")
    assert said.language == "ar"


async def test_in_a_group_a_start_offers_what_can_be_done_there(d: Dialogue) -> None:
    said = await d.answer("omar@tunis: /start")
    assert said.names == ("read", "demands", "signatories", "share", "endorse", "language")


async def test_a_start_with_several_has_a_button_for_each(tmp_path: Path) -> None:
    async with open_dialogue(tmp_path, write_three(tmp_path)) as d:
        said = await d.answer("amal: /start")
        assert said.names == ("port", "quay", "shut", "language", "mine")
        assert "Reading time" in (await d.answer("amal: [quay]")).text
        statements = await d.answer("amal: /statements")
        assert statements.names == ("port", "quay", "shut")
        assert LONG in statements.text
        assert max(len(label) for label in statements.labels) <= LONGEST_LABEL
        assert statements.labels[1].endswith("…")


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("/read", "Reading time"),
        ("/read ar", "افتحوا الميناء"),
        ("/demands 2", "Keep it open."),
        ("/signatories", "Dockers' Union"),
        ("/share", "Open the port"),
    ],
)
async def test_what_was_asked_for_goes_on_with_the_choice(
    tmp_path: Path, asked: str, part: str
) -> None:
    async with open_dialogue(tmp_path, write_three(tmp_path)) as d:
        said = await d.answer(f"amal: {asked}")
        assert said.names == ("port", "quay", "shut")
        assert "/" not in said.text
        assert part in (await d.answer("amal: [port]")).text


async def test_only_what_can_be_signed_is_offered_for_signing(tmp_path: Path) -> None:
    async with open_dialogue(tmp_path, write_three(tmp_path)) as d:
        assert (await d.answer("amal: /sign")).names == ("port", "quay")
        await d.say("amal: [quay]", "amal: [confirm]")
        assert await d.rows("SELECT count(*) FROM endorsements") == [(0,)]
        assert (await d.answer("amal: Amal Haddad")).names == ("skip", "back", "cancel")
        # One takes organisations: nothing is asked, and the name is the name.
        preview = await d.answer("omar@tunis: /endorse Club of Nowhere (France)")
        assert "Club of Nowhere" in preview.text
        assert "France" in preview.text
        # Closed or not, what is named is answered for.
        assert "closed" in (await d.answer("amal: /sign shut")).text


async def test_a_group_s_name_goes_on_with_the_choice(tmp_path: Path) -> None:
    folder = write_port(tmp_path)
    write_port(tmp_path / "more", name="more")
    (tmp_path / "more" / "statements" / "more").rename(folder / "more")
    async with open_dialogue(tmp_path, folder) as d:
        said = await d.answer("omar@tunis: /endorse Club of Tunis (Tunisia)")
        assert said.names == ("more", "port")
        preview = await d.answer("omar@tunis: [port]")
        assert "Club of Tunis" in preview.text
        assert "confirm" in preview.names


async def test_a_name_too_long_for_a_button_goes_on_too(tmp_path: Path) -> None:
    folder = write_port(tmp_path)
    write_port(tmp_path / "more", name="more")
    (tmp_path / "more" / "statements" / "more").rename(folder / "more")
    name = "اتحاد نقابات عمال الموانئ والنقل البحري"
    assert len(name.encode()) > MOST_DATA
    async with open_dialogue(tmp_path, folder) as d:
        said = await d.answer(f"omar@tunis: /endorse {name} (تونس)")
        assert said.names == ("more", "port")
        assert all(len(data.encode()) <= MOST_DATA for data in said.data.values())
        await d.restart()
        preview = await d.answer("omar@tunis: [port]")
        assert name in preview.text
        assert "Tunisia" in preview.text
        # Pressed again, the name is gone, and nobody endorses as somebody else.
        again = await d.answer(f"omar@tunis: [{said.message}:port]")
        assert "no longer works" in again.text
        await d.say("omar@tunis: [confirm]")
        assert (await d.counts()).pending == 1


async def test_the_admins_choose_too(tmp_path: Path) -> None:
    async with open_dialogue(tmp_path, write_three(tmp_path)) as d:
        for command in ("close", "open", "export"):
            said = await d.answer(f"zaid@admins: /{command}")
            assert said.names == ("port", "quay", "shut")
        await d.say("zaid@admins: /close", "zaid@admins: [port]")
        assert "paused" in (await d.answer("amal: /sign port")).text


async def test_own_records_are_chosen_by_their_number(tmp_path: Path) -> None:
    async with open_dialogue(tmp_path, write_three(tmp_path)) as d:
        await d.sign("amal", "Amal Haddad", statement="port")
        await d.sign("amal", "Amal Haddad", statement="quay")
        mine = await d.answer("amal: /mine")
        assert mine.names == ("#1", "#2")
        assert "withdraw" in (await d.answer("amal: [#2]")).names
        which = await d.answer("amal: /withdraw")
        assert which.names == ("#1", "#2")
        await d.say("amal: [#1]", "amal: [confirm]")
        assert await d.rows("SELECT status FROM endorsements ORDER BY number") == [
            ("withdrawn",),
            ("pending",),
        ]
