"""Where the statement allows it, signers and groups except demands: from the button to the list,
the counts and the files."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.age import make_identity
from tests.support.dialogue import Dialogue, Did, open_dialogue, signing
from tests.support.statements import change_text, write_port
from tests.unit.test_age import NOW

NUMBERS = ("1", "2", "3", "back", "cancel")


@pytest.fixture
def statements(tmp_path: Path) -> Path:
    return write_port(tmp_path, endorsement="  exceptions: true\n")


@pytest.fixture
async def d(tmp_path: Path, statements: Path) -> AsyncIterator[Dialogue]:
    async with open_dialogue(tmp_path, statements) as dialogue:
        yield dialogue


def to_preview(who: str, name: str, visibility: str = "public") -> tuple[str, ...]:
    return signing(who, name, visibility)[:-1]


async def sign_except(d: Dialogue, who: str, name: str, *chosen: str) -> list[Did]:
    """Sign all but what is chosen, one press or one typed line each."""
    lines = [line for each in chosen for line in (f"{who}: [except]", f"{who}: {each}")]
    return await d.say(*to_preview(who, name), *lines, f"{who}: [confirm]")


async def listed(d: Dialogue, *numbers: int) -> None:
    await d.say(*(f"zaid@admins: /verify {number}" for number in numbers), "%advance 11m")


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


async def in_clear(d: Dialogue) -> list[object]:
    rows = await d.rows("SELECT public_excepts FROM endorsements ORDER BY number")
    return [row[0] for row in rows]


async def test_from_the_button_to_the_list(d: Dialogue) -> None:
    (consent, *_) = await d.say("amal: /sign")
    assert "you can except single demands" in consent.text
    (preview,) = await d.say(*to_preview("amal", "Amal Haddad")[1:])
    assert "except" in preview.names
    asked = await d.answer("amal: [except]")
    assert asked.names == NUMBERS
    assert "3. Pay those who work there." in asked.text
    preview = await d.answer("amal: [3]")
    assert "Amal Haddad\nsigns, except 3\n" in plain(preview.text)
    said = await d.say("amal: [confirm]")
    receipt = next(did for did in said if did.chat == "amal")
    assert receipt.text.startswith("Recorded. Your number is #1.")
    assert "\nSigns, except 3\n" in plain(receipt.text)
    assert "\nSigns, except 3\n" in plain(d.newest("@admins").text)
    assert await in_clear(d) == [None]
    await listed(d, 1)
    assert await in_clear(d) == ["3"]
    shown = await d.answer("rami: /signatories")
    assert "• Amal Haddad · signs, except 3" in plain(shown.text)
    (words, file) = await d.say("amal: /mydata")
    assert "\nSigns, except 3\n" in plain(words.text)
    assert file.sent["endorsements"][0]["excepts"] == ["3"]
    (export,) = [did for did in await d.say("zaid@admins: /export csv") if did.path]
    assert export.content is not None
    head, line = csv.reader(io.StringIO(export.content.decode("utf-8-sig"), newline=""))
    assert line[head.index("except")] == "3"


async def test_who_excepts_nothing_has_no_step_more(d: Dialogue) -> None:
    said = await d.say(*signing("amal", "Amal Haddad"))
    assert "Recorded. Your number is #1." in "\n".join(did.text for did in said)
    await listed(d, 1)
    assert await in_clear(d) == [None]
    assert "except" not in (await d.answer("rami: /read")).text


async def test_several_are_typed_and_taken_back_but_never_all(d: Dialogue) -> None:
    await d.say(*to_preview("amal", "Amal Haddad"), "amal: [except]")
    assert "signs, except 1 and 3" in plain((await d.answer("amal: ٣, 1")).text)
    asked = await d.answer("amal: [except]")
    assert "Excepted now: 1 and 3." in plain(asked.text)
    refused = await d.answer("amal: [2]")
    assert refused.text.startswith("Then nothing is left to sign.")
    for odd in ("all of them", "4", "1 and 4"):
        assert (await d.answer(f"amal: {odd}")).names == NUMBERS
    assert "signs, except 3" in plain((await d.answer("amal: [1]")).text)
    await d.say("amal: [except]")
    assert "signs, except 3" in plain((await d.answer("amal: [back]")).text)
    await d.say("amal: [except]")
    assert "except" not in (await d.answer("amal: [3]")).text


@pytest.mark.parametrize("visibility", ["organisers", "counted"])
async def test_without_a_public_name_only_the_organisers_see_it(
    d: Dialogue, visibility: str
) -> None:
    await d.say(*to_preview("amal", "Amal Haddad", visibility), "amal: [except]")
    preview = await d.answer("amal: [3]")
    assert "You sign, except 3. Only the organisers see this" in plain(preview.text)
    await d.say("amal: [confirm]")
    assert "Signs, except 3" in plain(d.newest("@admins").text)
    await listed(d, 1)
    assert await in_clear(d) == [None]
    assert "except" not in (await d.answer("rami: /demands")).text
    mine = (await d.answer("amal: /mine")).text
    assert ("Signs, except 3" in plain(mine)) is (visibility == "organisers")


async def test_they_are_counted_for_each_demand(d: Dialogue) -> None:
    await sign_except(d, "amal", "Amal Haddad", "[3]")
    await sign_except(d, "rami", "Rami Haddad", "2, 3")
    await d.say(*signing("nour", "Nour Haddad"))
    await listed(d, 1, 2, 3)
    for asked in ("/read", "/demands"):
        shown = plain((await d.answer(f"omar: {asked}")).text)
        assert "Names that except a demand: 2: 1 · 3: 2" in shown
    one = [plain((await d.answer(f"omar: /demands {number}")).text) for number in (1, 2, 3)]
    assert "except" not in one[0]
    assert one[1].endswith("1 name on the list excepts this demand.")
    assert one[2].endswith("2 names on the list except this demand.")
    await d.say("rami: /withdraw", "rami: [confirm]")
    shown = plain((await d.answer("omar: /demands")).text)
    assert "Names that except a demand: 3: 1" in shown


async def test_where_counts_are_rounded_so_are_these(tmp_path: Path, statements: Path) -> None:
    rounded = {"UNDERSIGNED_PUBLICATION__ROUND_COUNTS_TO": "2"}
    async with open_dialogue(tmp_path, statements, **rounded) as d:
        for who in ("amal", "rami", "nour"):
            await sign_except(d, who, f"{who.title()} Haddad", "[3]")
        await sign_except(d, "hala", "Hala Haddad", "[2]")
        await listed(d, 1, 2, 3, 4)
        shown = plain((await d.answer("omar: /read")).text)
        assert "Names that except a demand, at least: 3: 2" in shown
        shown = plain((await d.answer("omar: /demands 3")).text)
        assert shown.endswith("At least 2 names on the list except this demand.")
        assert "list" not in (await d.answer("omar: /demands 2")).text


async def test_it_is_changed_in_mine_and_holds_at_once(d: Dialogue) -> None:
    await d.say(*signing("amal", "Amal Haddad"))
    await listed(d, 1)
    await d.say("amal: /mine")
    asked = await d.answer("amal: [except]")
    assert asked.names == NUMBERS[:-1]
    shown = await d.answer("amal: [2]")
    assert "Signs, except 2" in plain(shown.text)
    assert "State: verified" in plain(shown.text)
    assert await in_clear(d) == ["2"]
    shown = (await d.say("amal: /mine 1 except 2 3"))[-1]
    assert "Signs, except 3" in plain(shown.text)
    refused = (await d.say("amal: /mine 1 except 1, 2"))[-1]
    assert refused.text.startswith("Then nothing is left to sign.")
    assert await in_clear(d) == ["3"]
    await d.say("amal: /mine 1 organisers")
    assert await in_clear(d) == [None]
    assert "Signs, except 3" in plain((await d.answer("amal: /mine")).text)
    # Nobody else's, and only while it stands.
    assert "no signature" in (await d.say("rami: /mine 1 except 3"))[-1].text
    await d.say("amal: /withdraw", "amal: [confirm]")
    said = (await d.say("amal: /mine 1 except 1"))[-1]
    assert said.names != NUMBERS[:-1]


async def test_a_group_excepts_by_the_button_or_behind_its_name(d: Dialogue) -> None:
    shown = await d.answer("omar@tunis: /endorse Club of Tunis (Tunisia) except 2 and 3")
    assert "Club of Tunis\nTunisia\nsigns, except 2 and 3" in plain(shown.text)
    assert shown.names == ("confirm", "name", "country", "except", "cancel")
    assert (await d.answer("omar@tunis: [except]")).names == NUMBERS
    shown = await d.answer("omar@tunis: [2]")
    assert "signs, except 3" in plain(shown.text)
    await d.say("omar@tunis: [except]")
    refused = await d.answer(f"omar@tunis: >{d.newest('@tunis').number} 1 and 2")
    assert refused.text.startswith("Then nothing is left to sign.")
    assert "signs, except 3" in plain((await d.answer("omar@tunis: [back]")).text)
    said = [did for did in await d.say("omar@tunis: [confirm]") if did.chat == "@tunis"]
    assert "Signs, except 3" in plain(said[0].text)
    await listed(d, 1)
    shown = await d.answer("rami: /signatories")
    assert "• Club of Tunis · Tunisia · signs, except 3" in plain(shown.text)


@pytest.mark.parametrize("typed", ["Club except 4", "Club except 1 2 3", "Except Club"])
async def test_what_excepts_no_demand_is_part_of_the_name(d: Dialogue, typed: str) -> None:
    shown = await d.answer(f"omar@tunis: /endorse {typed}")
    assert f"\n{typed}\n" in plain(shown.text)


async def test_a_new_text_drops_what_was_excepted(d: Dialogue, statements: Path) -> None:
    """A number may name another demand there."""
    await d.say(*to_preview("amal", "Amal Haddad"), "amal: [except]", "amal: [3]")
    await d.say("omar@tunis: /endorse Club except 2")
    change_text(statements)
    await d.say("zaid@admins: /reload")
    for who in ("amal", "omar@tunis"):
        changed = await d.answer(f"{who}: [confirm]")
        assert "Your exceptions are gone" in changed.text
        assert "signs, except" not in changed.text
        await d.say(f"{who}: [confirm]")
    await listed(d, 1, 2)
    assert await in_clear(d) == [None, None]


async def test_a_statement_that_takes_none_any_more(d: Dialogue, statements: Path) -> None:
    """What was given still stands, and still shows; a draft is asked again."""
    await sign_except(d, "rami", "Rami Haddad", "[3]")
    await d.say(*to_preview("amal", "Amal Haddad"), "amal: [except]", "amal: [3]")
    await d.say("omar@tunis: /endorse Club except 2")
    file = statements / "port" / "statement.yaml"
    file.write_text(file.read_text("utf-8").replace("exceptions: true", "exceptions: false"))
    await d.say("zaid@admins: /reload")
    for who in ("amal", "omar@tunis"):
        changed = await d.answer(f"{who}: [confirm]")
        assert "Your exceptions are gone" in changed.text
        assert "except" not in changed.names
    await listed(d, 1)
    assert "signs, except 3" in plain((await d.answer("omar: /signatories")).text)
    assert "3: 1" in plain((await d.answer("omar: /demands")).text)
    assert "except" not in (await d.answer("rami: /mine")).names


async def test_what_is_sealed_to_the_organisers_is_chosen_anew(
    tmp_path: Path, statements: Path
) -> None:
    """With the name; nobody comes onto a list as one who signs all without being told."""
    key = make_identity(tmp_path / "organisers.key", NOW)
    async with open_dialogue(tmp_path, statements, UNDERSIGNED_ORGANISERS_KEY=key) as d:
        lines = to_preview("amal", "Amal Haddad", "organisers")
        await d.say(*lines, "amal: [except]", "amal: [3]", "amal: [confirm]")
        await sign_except(d, "rami", "Rami Haddad", "[2]")
        await listed(d, 1, 2)
        # Beside a public name it stays, and can be changed.
        assert await in_clear(d) == [None, "2"]
        assert "Signs, except 2 and 3" in plain((await d.say("rami: /mine 2 except 3"))[-1].text)
        assert await in_clear(d) == [None, "2, 3"]
        await d.say("rami: /mine 2 name Rami H. Haddad")
        said = [did.text for did in await d.say("rami: [skip]") if did.chat == "rami"]
        assert "excepted" not in said[-1]
        await listed(d, 2)
        assert await in_clear(d) == [None, "2, 3"]
        mine = await d.answer("amal: /mine")
        assert "except" not in (*mine.names, *mine.text.split())
        assert "Only the organisers can read" in (await d.say("amal: /mine 1 except 2"))[-1].text
        await d.say("amal: /mine 1 public", "amal: Amal Haddad")
        said = [did.text for did in await d.say("amal: [skip]") if did.chat == "amal"]
        assert "Had you excepted demands?" in said[-1]
        assert "Signs, except 3" in plain((await d.say("amal: /mine 1 except 3"))[-1].text)
        await listed(d, 1)
        assert await in_clear(d) == ["3", "2, 3"]


async def test_who_appeals_about_what_is_sealed_excepts_anew(
    tmp_path: Path, statements: Path
) -> None:
    key = make_identity(tmp_path / "organisers.key", NOW)
    async with open_dialogue(tmp_path, statements, UNDERSIGNED_ORGANISERS_KEY=key) as d:
        await sign_except(d, "amal", "Amal Haddad", "2")
        await d.say("zaid@admins: /reject 1 Who is that?", "%advance 11m")
        await d.say("amal: /appeal 1", "amal: Amal Haddad")
        said = plain((await d.say("amal: I teach here"))[0].text)
        assert "Sent. #1 is waiting again" in said
        assert "Had you excepted demands? That was sealed too" in said
        assert "/mine 1 except" in said
        await d.say("amal: /mine 1 except 2")
        await d.say("zaid@admins: /show 1")
        assert "except 2" in plain(d.newest("@admins", "verify").text)
