"""Two admins where the configuration asks for them: whichever way they verify, one alone cannot."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.simulated_platform import ADMINS
from bot.domain.counts import Counts
from tests.e2e.admin_chat import plain
from tests.support.dialogue import Dialogue, Did, open_dialogue
from tests.support.signed import prepare, sign_all

VERIFICATION = "UNDERSIGNED_VERIFICATION__"
ORGANISATIONS = {f"{VERIFICATION}TWO_ADMINS": "organisations"}
ALL = {f"{VERIFICATION}TWO_ADMINS": "all"}
FOUNDERS = ("zaid@admins: /help", "omar@admins: /help")
UNION = ("lina@union: /endorse Dockers of Sfax", "lina@union: [confirm]")


@contextlib.asynccontextmanager
async def told(folder: Path, port: Path, *lines: str, **environ: str) -> AsyncIterator[Dialogue]:
    async with open_dialogue(folder, port, **environ) as dialogue:
        await dialogue.already(*FOUNDERS, *lines)
        yield dialogue


@pytest.fixture
async def d(tmp_path: Path, port: Path) -> AsyncIterator[Dialogue]:
    """Where organisations take two admins, and one waits as #1."""
    async with told(tmp_path, port, *UNION, **ORGANISATIONS) as dialogue:
        yield dialogue


def card(d: Dialogue, number: int = 1) -> Did:
    """As it is now shown."""
    sent = next(did for did in d.did if did.text.startswith(f"#{number} · "))
    return d.now_showing("@admins", sent.number)


async def people(d: Dialogue, *names: str) -> None:
    await prepare(d.database)
    await sign_all(d.database, names, "port")
    # Their cards come with what is said next.
    await d.say(FOUNDERS[0])


async def notice(d: Dialogue, line: str) -> str:
    (found,) = [plain(did.text) for did in await d.say(line) if did.action == "notice"]
    return found


async def test_an_organisation_takes_two_by_its_card(d: Dialogue) -> None:
    shown = card(d)
    assert "It takes two admins to verify this." in shown.text
    press = f"[{shown.number}:verify]"
    assert await notice(d, f"zaid@admins: {press}") == (
        "You have agreed to #1. It is verified once another admin agrees too."
    )
    assert "Agreed: zaid. One more admin is needed." in plain(card(d).text)
    assert await d.counts() == Counts(pending=1)
    # The same admin changes nothing, by whichever way.
    again = "You have agreed to #1 already. Another admin has to agree too."
    assert await notice(d, f"zaid@admins: {press}") == again
    assert plain((await d.answer("zaid@admins: /verify 1")).text) == again
    assert await d.counts() == Counts(pending=1)
    assert await d.actions() == [("agree", 1)]
    await d.restart()
    said = await d.say(f"omar@admins: {press}")
    assert "Verified by zaid + omar" in plain(card(d).text)
    assert await d.counts() == Counts(verified=1, organisations=1)
    assert "@union" in {did.chat for did in said}
    assert await d.actions() == [("agree", 1), ("verify", 1)]


async def test_a_person_takes_one_where_organisations_take_two(d: Dialogue) -> None:
    await people(d, "Amal Haddad")
    await d.say("zaid@admins: /verify 2")
    assert await d.counts() == Counts(pending=1, verified=1, persons=1)


async def test_names_on_a_list_take_two_however_they_are_written(
    tmp_path: Path, port: Path
) -> None:
    names = tmp_path / "names.txt"
    names.write_text("# whom we look at twice\n\nÀmal  HADDAD\nرامي منصور\n", "utf-8")
    async with open_dialogue(tmp_path, port, **{f"{VERIFICATION}TWO_ADMINS_FOR": str(names)}) as d:
        await d.say(*FOUNDERS)
        await people(d, "Dr. Amal Haddad", "رَامي منصور", "Amal Haddadi")
        for number in (1, 2, 3):
            await d.say(f"zaid@admins: /verify {number}")
        assert await d.counts() == Counts(pending=2, verified=1, persons=1)
        await d.say("omar@admins: /verify 1")
        assert await d.counts() == Counts(pending=1, verified=2, persons=2)


async def test_two_admins_at_the_same_moment(d: Dialogue) -> None:
    shown = card(d)
    data = shown.data["verify"]
    presses = [d.press(who, shown.number, data, ADMINS) for who in ("zaid", "zaid", "omar", "omar")]
    said = await d.receive(*presses)
    assert await d.counts() == Counts(verified=1, organisations=1)
    assert await d.actions() == [("agree", 1), ("verify", 1)]
    notices = [plain(did.text) for did in said if did.action == "notice"]
    assert [text.partition(",")[0].partition(" to ")[0] for text in notices] == [
        "You have agreed",
        "You have agreed",
        "#1 is verified. 10 minutes left",
        "#1 has been decided: verified",
    ]


async def test_an_undo_begins_anew(d: Dialogue) -> None:
    await d.say("zaid@admins: /verify 1", "omar@admins: /verify 1")
    undone = await d.say("omar@admins: /undo 1")
    assert "Undone: #1 is waiting, and nobody has agreed." in plain(undone[0].text)
    await d.say("omar@admins: /verify 1")
    assert await d.counts() == Counts(pending=1)
    assert "Agreed: omar. One more admin is needed." in plain(card(d).text)
    await d.say("omar@admins: /reject 1 no", "omar@admins: /undo 1", "zaid@admins: /verify 1")
    assert await d.counts() == Counts(pending=1)
    await d.say("omar@admins: /verify 1")
    assert await d.counts() == Counts(verified=1, organisations=1)


async def test_what_was_agreed_is_taken_back_by_any_admin_while_it_waits(d: Dialogue) -> None:
    assert card(d).names == ("verify", "reject", "ask")
    await d.say("zaid@admins: /verify 1", "%advance 3h")
    assert card(d).names == ("verify", "reject", "ask", "undo")
    told = await notice(d, f"omar@admins: [{card(d).number}:undo]")
    assert told == "Undone: #1 is waiting, and nobody has agreed."
    assert card(d).names == ("verify", "reject", "ask")
    assert "There's nothing to undo" in (await d.answer("omar@admins: /undo 1")).text
    assert await d.actions() == [("agree", 1), ("take back", 1)]
    assert "took back what was agreed" in (await d.answer("omar@admins: /audit 1")).text
    await d.say("omar@admins: /verify 1")
    assert await d.counts() == Counts(pending=1)


async def test_who_was_an_admin_when_they_agreed_counts(d: Dialogue) -> None:
    await d.say("zaid@admins: /verify 1")
    d.platform.demote("zaid", "admins")
    said = await d.receive(d.message("zaid", "/undo 1", ADMINS))
    assert "Only an admin" in said[0].text
    assert "Agreed: zaid." in plain(card(d).text)
    await d.say("omar@admins: /verify 1")
    assert await d.counts() == Counts(verified=1, organisations=1)


async def test_what_its_signer_changes_is_agreed_to_anew(tmp_path: Path, port: Path) -> None:
    async with told(tmp_path, port, **ALL) as d:
        await d.sign("amal", "Amal Haddad")
        await d.say("zaid@admins: /verify 1")
        await d.say("amal: /mine", "amal: [name]", "amal: Amal Haddadi")
        await d.say("amal: [confirm]")
        assert "Amal Haddadi" in card(d).text
        await d.say("omar@admins: /verify 1")
        assert await d.counts() == Counts(pending=1)
        await d.say("amal: /withdraw", "amal: [confirm]", "amal: [undo]", "zaid@admins: /verify 1")
        assert await d.counts() == Counts(pending=1)


async def test_a_desk_brings_nobody_twice_what_another_has_to_look_at(
    tmp_path: Path, port: Path
) -> None:
    async with told(tmp_path, port, **ALL) as d:
        await people(d, "Amal Haddad", "Rami Mansour")
        opened = await d.answer("zaid@admins: /pending")
        for number in (1, 2):
            assert f"#{number} · " in d.now_showing("@admins", opened.number).text
            assert "You have agreed" in await notice(d, f"zaid@admins: [{opened.number}:verify]")
        left = d.now_showing("@admins", opened.number)
        assert "What is left waits for another admin." in left.text
        assert "Waiting: 2 people." in plain(left.text)
        # It is the last one that is undone, as ever.
        await d.say(f"zaid@admins: [{opened.number}:undo]")
        assert "#2 · " in d.now_showing("@admins", opened.number).text
        assert await d.actions("take back") == [("take back", 2)]
        theirs = (await d.say("omar@admins: /pending"))[-1]
        assert "Agreed: zaid. One more admin is needed." in plain(theirs.text)
        assert "undo" not in theirs.names
        # What zaid has agreed to, and omar has only seen, is no decision of omar's.
        await d.say(f"omar@admins: [{theirs.number}:skip]")
        assert "nothing you can undo" in await notice(d, f"omar@admins: [{theirs.number}:undo]")
        await d.say(f"omar@admins: [{theirs.number}:previous]")
        await d.say(f"omar@admins: [{theirs.number}:verify]")
        assert await d.counts() == Counts(pending=1, verified=1, persons=1)


async def test_a_desk_brings_what_is_left_of_a_name_too(tmp_path: Path, port: Path) -> None:
    async with told(tmp_path, port, **ALL) as d:
        await people(d, "Amal Haddad", "Nour Aziz", "Rami Haddad", "Lina Haddad")
        await d.say("zaid@admins: /verify 1", "zaid@admins: /verify 3")
        opened = (await d.say("zaid@admins: /pending name Haddad"))[-1]
        assert "#4 · " in opened.text
        await d.say(f"zaid@admins: [{opened.number}:verify]")
        left = d.now_showing("@admins", opened.number)
        assert "What is left waits for another admin." in left.text
        assert "#1 · " in (await d.say("omar@admins: /pending name Haddad"))[-1].text


async def test_several_at_once(tmp_path: Path, port: Path) -> None:
    async with told(tmp_path, port, *UNION, **ORGANISATIONS) as d:
        await people(d, "Amal Haddad")
        asked = await d.answer("zaid@admins: /verify 1 2")
        await d.say(f"zaid@admins: [{asked.number}:confirm]")
        text = plain(d.now_showing("@admins", asked.number).text)
        assert text.startswith("Verified: #2. 10 minutes left to undo.")
        assert "You have agreed, and another admin has to agree too: #1." in text
        again = await d.answer("zaid@admins: /verify 1 2")
        await d.say(f"zaid@admins: [{again.number}:confirm]")
        assert "You have agreed to #1 already." in plain(
            d.now_showing("@admins", again.number).text
        )
        await d.say(f"omar@admins: [{asked.number}:undo]")
        assert await d.counts() == Counts(pending=2)
        assert await d.actions("undo", "take back") == [("take back", 1), ("undo", 2)]


async def test_many_at_once_and_undone_as_one(tmp_path: Path, port: Path) -> None:
    async with told(tmp_path, port, **ALL) as d:
        await people(d, "Amal Haddad", "Rami Mansour", "Nour Aziz")
        await d.say(
            "omar@admins: /verify 1", "zaid@admins: /pending bulk", "zaid@admins: [confirm]"
        )
        mine = d.newest("@admins", "undo")
        assert "Verified by zaid: 1" in plain(mine.text)
        assert "2 take another admin too, and wait for that." in mine.text
        assert await d.counts() == Counts(pending=2, verified=1, persons=1)
        await d.say("omar@admins: /verify 2", f"lina@admins: [{mine.number}:undo]")
        # What omar decided about since is not undone with it.
        text = plain(d.now_showing("@admins", mine.number).text)
        assert "Undone, and waiting again: 2" in text
        assert "1 was left as it is" in text
        assert await d.counts() == Counts(pending=2, verified=1, persons=1)
        await d.say("zaid@admins: /verify 1 3", "zaid@admins: [confirm]")
        assert await d.counts() == Counts(pending=2, verified=1, persons=1)


async def test_a_configuration_that_changes_while_some_wait(tmp_path: Path, port: Path) -> None:
    """What is configured when an admin verifies is what holds."""
    async with open_dialogue(tmp_path, port, **ORGANISATIONS) as d:
        await d.say(*FOUNDERS, *UNION, "zaid@admins: /verify 1")
        await d.say("lina@readers: /endorse Readers of Sfax", "lina@readers: [confirm]")
        await d.say("zaid@admins: /verify 2")
    async with open_dialogue(tmp_path, port) as d:
        await d.say("zaid@admins: /show 1 2")
        # Nothing is verified by itself; who agreed then verifies it now, alone.
        assert await d.counts() == Counts(pending=2)
        await d.say("zaid@admins: /verify 1", "omar@admins: /verify 2")
        assert await d.counts() == Counts(verified=2, organisations=2)
        assert "Verified by zaid," in plain(card(d, 1).text)
        assert "Verified by zaid + omar," in plain(card(d, 2).text)
        await people(d, "Amal Haddad")
    async with open_dialogue(tmp_path, port, **ALL) as d:
        await d.say("zaid@admins: /verify 3")
        assert await d.counts() == Counts(pending=1, verified=2, organisations=2)
