"""Who was not accepted appeals once: another admin than the one who did not accept it decides."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.domain.counts import Counts
from bot.domain.ids import Number
from tests.e2e.admin_chat import plain
from tests.support.dialogue import Dialogue, Did, open_dialogue, signing

ADMINS = ("zaid@admins: /help", "omar@admins: /help")
SIGNED = (*ADMINS, *signing("amal", "Amal Haddad"))
REJECTED = (*SIGNED, "zaid@admins: /reject 1 Who is that?")
ENDORSED = (*ADMINS, "lina@union: /endorse Dockers of Sfax", "lina@union: [confirm]")
NOT_YOU = "You didn't accept #1, and its signer has appealed. Another admin decides."
KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
AGAIN = "There was an appeal about #1 already, and there is only one."


def card(d: Dialogue) -> Did:
    """The newest of #1."""
    return next(did for did in reversed(d.did) if did.text.startswith("#1 · "))


async def asked(d: Dialogue, line: str) -> str:
    return plain((await d.answer(line)).text)


@pytest.mark.parametrize(
    "wait", [pytest.param("%advance 1m", marks=pytest.mark.soak), "%advance 20d"]
)
async def test_once_and_decided_by_another(d: Dialogue, wait: str) -> None:
    await d.already(*REJECTED)
    offered = d.newest("amal", "appeal")
    assert "You can appeal once, and another organiser decides: /appeal 1" in offered.text
    await d.say(wait)
    question = await d.answer(f"amal: [{offered.number}:appeal]")
    assert plain(question.text) == "Why should #1 be accepted? One sentence helps most."
    said = await d.say("amal: I teach at\nthe port school")
    assert plain(said[0].text).startswith("Sent. #1 is waiting again")
    assert await d.counts() == Counts(pending=1)
    text = plain(card(d).text)
    assert "Appeal: I teach at the port school" in text
    assert "Not accepted before by zaid. Another admin decides." in text
    assert "Reason: Who is that?" in text
    assert "second try" not in text
    mine = plain((await d.say("amal: /mine"))[-1].text)
    assert "Your appeal: I teach at the port school" in mine
    # Who did not accept it decides in no way, and it comes to their desk no more.
    for line in ("/verify 1", "/reject 1", "/reject 1 no"):
        assert await asked(d, f"zaid@admins: {line}") == NOT_YOU
    press = await d.say(f"zaid@admins: [{card(d).number}:verify]")
    assert plain(press[0].text) == NOT_YOU
    assert "What is left waits for another admin." in await asked(d, "zaid@admins: /pending")
    await d.restart()
    await d.say("omar@admins: /verify 1")
    assert await d.counts() == Counts(verified=1, persons=1)
    assert "has been verified" in d.newest("amal").text
    assert await asked(d, "zaid@admins: /undo 1") == NOT_YOU
    assert await asked(d, "zaid@admins: /reject 1 no") == NOT_YOU
    assert await asked(d, "amal: /appeal 1") == AGAIN
    assert await d.actions() == [("reject", 1), ("verify", 1)]


async def test_not_accepted_again_it_is_over(d: Dialogue) -> None:
    await d.already(*REJECTED, "amal: /appeal 1 I teach here")
    said = await d.say("omar@admins: /reject 1 Nobody knows you")
    told = next(did for did in said if did.chat == "amal")
    assert "appeal" not in told.text.casefold()
    assert told.names == ("delete",)
    # Undone it is the same appeal, and the first one still decides nothing.
    await d.say("omar@admins: /undo 1")
    assert "Appeal: I teach here" in plain(card(d).text)
    assert await asked(d, "zaid@admins: /verify 1") == NOT_YOU
    await d.say("omar@admins: /reject 1 Nobody knows you", "%advance 11m")
    assert await asked(d, "amal: /appeal 1 Really") == AGAIN
    assert "twice not accepted" in await asked(d, "amal: /sign")
    assert await d.counts() == Counts(rejected=1)


async def test_once_also_after_withdrawing_and_signing_again(d: Dialogue) -> None:
    await d.already(*REJECTED, "amal: /appeal 1 I teach here")
    await d.say("amal: /withdraw", "amal: [confirm]", "%advance 11m", "amal: /sign")
    await d.say(*signing("amal", "Amal Haddad")[1:])
    assert "Appeal" not in card(d).text
    said = await d.say("zaid@admins: /reject 1 no")
    assert all("/appeal" not in did.text for did in said)
    assert await asked(d, "amal: /appeal 1") == AGAIN
    # A number of somebody else's is none.
    assert await asked(d, "rami: /appeal 1") == "There's no signature #1 here."


async def test_two_who_rejected_together_are_both_out(tmp_path: Path, port: Path) -> None:
    alone = {"UNDERSIGNED_VERIFICATION__ALONE_AT_MOST": "1"}
    async with open_dialogue(tmp_path, port, **alone) as d:
        await d.say(*SIGNED, *signing("rami", "Rami Mansour"), "zaid@admins: /reject 2 no")
        await d.say("zaid@admins: /reject 1 no", "omar@admins: [agree]")
        assert await d.counts() == Counts(rejected=2)
        await d.say("amal: /appeal 1 I teach here")
        assert "Not accepted before by zaid + omar." in plain(card(d).text)
        for who in ("zaid", "omar"):
            assert await asked(d, f"{who}@admins: /verify 1") == NOT_YOU
        await d.say("lina@admins: /verify 1")
        assert await d.counts() == Counts(verified=1, rejected=1, persons=1)


async def test_a_group_by_a_reply_of_its_administrators(d: Dialogue) -> None:
    await d.already(*ENDORSED, "zaid@admins: /reject 1 Unknown", "%advance 11m")
    offered = d.newest("@union", "appeal")
    assert "/appeal 1" in offered.text
    assert "Only an administrator" in (await d.say("rami@union: /appeal 1"))[0].text
    question = await d.answer(f"lina@union: [{offered.number}:appeal]")
    assert question.text.endswith("Reply to this message, as an administrator of this group.")
    await d.restart()
    assert (
        "Only an administrator" in (await d.say(f"rami@union: >{question.number} We did"))[0].text
    )
    too_long = await d.answer(f"lina@union: >{question.number} " + "x" * 501)
    assert "501 characters long, and 500 fit" in plain(too_long.text)
    assert "Why should" in too_long.text
    await d.say(f"lina@union: >{too_long.number} We decided it on Monday")
    assert await d.counts() == Counts(pending=1)
    assert "Appeal: We decided it on Monday" in plain(card(d).text)
    assert await asked(d, "zaid@admins: /verify 1") == NOT_YOU
    said = await d.say("omar@admins: /verify 1")
    assert "@union" in {did.chat for did in said}
    assert await asked(d, "lina@union: /appeal 1 Once more") == AGAIN


async def test_cancelled_it_can_be_begun_again(d: Dialogue) -> None:
    await d.already(*REJECTED)
    assert "Which number?" in await asked(d, "amal: /appeal x")
    await d.say("amal: /appeal")
    assert await asked(d, "amal: /cancel") == "Cancelled. Nothing was sent. /appeal begins again."
    assert "Why should" in await asked(d, "amal: /appeal")
    # What an admin takes back meanwhile is not to be appealed about.
    await d.say("zaid@admins: /undo 1")
    assert await asked(d, "amal: I teach here") == (
        "#1 wasn't turned down, so you can't appeal about it."
    )


async def test_what_is_erased_nobody_can_look_at_again(d: Dialogue) -> None:
    await d.already(*REJECTED)
    await d.say("%advance 31d", "%advance 1d")
    assert "erased by now" in await asked(d, "amal: /appeal 1")
    mine = (await d.say("amal: /mine"))[-1]
    assert "appeal" not in mine.names
    assert "/appeal" not in mine.text


async def test_a_name_that_is_sealed_to_the_organisers_is_typed_again(
    tmp_path: Path, port: Path
) -> None:
    async with open_dialogue(tmp_path, port, UNDERSIGNED_ORGANISERS_KEY=KEY) as d:
        await d.say(*REJECTED, "%advance 11m")
        assert "sealed to the organisers" in await asked(d, "amal: /appeal 1")
        assert "hidden characters" in await asked(d, "amal: Amal \u202eHaddad")
        assert "Why should" in await asked(d, "amal: Amal Haddad")
        await d.say("amal: I teach here")
        text = plain(card(d).text)
        assert "Amal Haddad" in text
        assert "Appeal: I teach here" in text
        assert await asked(d, "zaid@admins: /verify 1") == NOT_YOU
        await d.say("omar@admins: /verify 1", "%advance 11m")
        assert await d.counts() == Counts(verified=1, persons=1)


async def test_what_is_sealed_of_a_group_it_cannot_appeal_about(tmp_path: Path, port: Path) -> None:
    """How it agreed could not be looked at any more, and it was told how long it could appeal."""
    async with open_dialogue(tmp_path, port, UNDERSIGNED_ORGANISERS_KEY=KEY) as d:
        await d.say(*ENDORSED, "zaid@admins: /reject 1 Unknown")
        assert "You can appeal once, within 10 minutes" in d.newest("@union", "appeal").text
        assert "Why should" in await asked(d, "lina@union: /appeal 1")
        await d.say("%advance 11m")
        assert "Only the organisers can read by now" in await asked(d, "lina@union: /appeal 1")
        assert await asked(d, "lina@union: /appeal") == (
            "There's nothing here that you can appeal about."
        )


async def test_two_are_needed_and_neither_is_who_rejected(tmp_path: Path, port: Path) -> None:
    async with open_dialogue(tmp_path, port, UNDERSIGNED_VERIFICATION__TWO_ADMINS="all") as d:
        await d.say(*REJECTED, "amal: /appeal 1 I teach here", "omar@admins: /verify 1")
        assert await asked(d, "zaid@admins: /verify 1") == NOT_YOU
        assert await d.counts() == Counts(pending=1)
        await d.say("lina@admins: /verify 1")
        assert await d.counts() == Counts(verified=1, persons=1)


@pytest.mark.parametrize(
    ("verifies", "undoes", "verified"),
    [
        pytest.param("zaid", "omar", 0, id="verified"),
        pytest.param("omar", "zaid", 1, id="undone"),
    ],
)
async def test_nor_with_many_at_once(
    d: Dialogue, verifies: str, undoes: str, verified: int
) -> None:
    """What is on the list is passed over by who rejected it, and the rest is done."""
    await d.already(*REJECTED, *signing("rami", "Rami Mansour"), "amal: /appeal 1 I teach here")
    async with d.database.unit() as unit:
        appealed = await unit.endorsements.get(Number(1))
        assert appealed is not None
        # As long as it is marked it is on no list.
        unmarked = dataclasses.replace(appealed, marked=False)
        saved = await unit.endorsements.save(appealed, unmarked)
        assert saved is not None
        await unit.name_index.put(appealed, saved)
    await d.say(f"{verifies}@admins: /pending bulk", f"{verifies}@admins: [confirm]")
    assert (await d.counts()).verified == 1 + verified
    await d.say(f"{undoes}@admins: [undo]")
    assert (await d.counts()).verified == verified


async def test_an_appeal_that_nobody_decides_in_time_was_one(d: Dialogue) -> None:
    """What waited is erased by its age, and it stays not accepted, once and with an appeal."""
    await d.already(*REJECTED, "amal: /appeal 1 I teach here")
    await d.say("%advance 170d", "%advance 15d")
    assert await d.counts() == Counts(rejected=1)
    assert await asked(d, "amal: /appeal 1") == AGAIN
    await d.say(*signing("amal", "Amal Haddad"), "zaid@admins: /reject 1 no", "%advance 11m")
    assert await asked(d, "amal: /appeal 1") == AGAIN
    assert "twice not accepted" in await asked(d, "amal: /sign")
