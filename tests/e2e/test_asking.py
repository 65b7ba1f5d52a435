"""Questions of admins to a signer, and reasons: neither side sees the other's account."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.counts import Counts
from tests.support.dialogue import Dialogue, open_dialogue


async def test_a_question_and_its_answer(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: [ask]")
    prompt = d.newest("@admins").number
    said = await d.say(f"zaid@admins: >{prompt} Which school?")
    asked = next(did for did in said if did.chat == "amal")
    assert "Which school?" in asked.text
    assert "zaid" not in asked.text
    said = await d.say(f"amal: >{asked.number} The one in Sfax")
    answer = next(did for did in said if did.chat == "@admins")
    assert "Which school?" in answer.text
    assert "The one in Sfax" in answer.text
    assert "amal" not in answer.text
    assert await d.counts() == Counts(pending=1)


async def test_the_answer_by_button(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /ask 1 Which school?", "amal: [answer]")
    said = await d.say("amal: The one in Sfax")
    assert {did.chat for did in said} == {"amal", "@admins"}


async def test_what_is_typed_while_a_question_is_open_is_its_answer(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /ask 1 Which school?")
    said = await d.say("amal: The one in Sfax")
    assert "The one in Sfax" in next(did.text for did in said if did.chat == "@admins")
    # It is not open any more.
    assert "didn't understand" in (await d.answer("amal: Thanks")).text


async def test_a_question_takes_one_answer(d: Dialogue) -> None:
    """By whichever way a second one is given; the admins may ask anew, and are told each once."""
    await d.sign("amal", "Amal Haddad")
    said = await d.say("zaid@admins: /ask 1 Which school?")
    asked = next(did.number for did in said if did.chat == "amal")
    await d.say("amal: [answer]", f"amal: >{asked} In Sfax")
    for again in (f"amal: >{asked} In Sousse", "amal: In Gabes", f"amal: [{asked}:answer]"):
        said = await d.say(again)
        assert {did.chat for did in said} == {"amal"}
        assert "have your answer about #1" in said[0].text
    assert "didn't understand" in (await d.answer("amal: In Gafsa")).text
    held = (await d.say("amal: /mydata"))[-1].sent["endorsements"][0]["questions"]
    assert held == [{"question": "Which school?", "answer": "In Sfax"}]
    await d.say("zaid@admins: /ask 1 And which class?")
    said = await d.say("amal: The second")
    assert [did.text for did in said if did.chat == "@admins"]
    assert len([did for did in d.did if did.text.startswith("Answer about #1")]) == 2


async def test_what_is_being_asked_comes_before_an_older_question(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /ask 1 Which school?", "amal: /mine", "amal: [name]")
    await d.say("amal: Amal H. Haddad")
    assert "H. Haddad" in (await d.say("amal: /mine"))[0].text


async def test_an_answer_that_is_too_long(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /ask 1 Which school?")
    assert "501 characters long" in (await d.answer(f"amal: {'x' * 501}")).text
    assert {did.chat for did in await d.say("amal: In Sfax")} == {"amal", "@admins"}


@pytest.mark.parametrize("way", ["[#2]", "#2", "2"])
async def test_of_several_questions_the_one_is_chosen(tmp_path: Path, way: str) -> None:
    async with open_dialogue(tmp_path) as d:
        first = await d.sign("amal", "Amal Haddad", statement="iraq-2014")
        second = await d.sign("amal", "Amal Haddad", statement="open-library")
        await d.say(f"zaid@admins: /ask {first} Which school?")
        await d.say(f"zaid@admins: /ask {second} Which town?")
        asked = await d.answer("amal: The one in Sfax")
        assert "Which question" in asked.text
        assert asked.names == (f"#{first}", f"#{second}", "cancel")
        assert asked.labels[:2] == (f"#{first}", f"#{second}")
        said = await d.say(f"amal: {way.replace('2', str(second))}")
        answered = next(did.text for did in said if did.chat == "@admins")
        assert "Which town?" in answered
        assert "The one in Sfax" in answered
        # One is left, so nothing has to be chosen.
        said = await d.say("amal: The first school")
        assert "Which school?" in next(did.text for did in said if did.chat == "@admins")


async def test_a_question_to_a_group_is_answered_by_its_administrator(d: Dialogue) -> None:
    await d.say("omar@tunis: /endorse", "omar@tunis: [confirm]", "rami@tunis: hello")
    said = await d.say("zaid@admins: /ask 1 Who decided this?")
    asked = next(did for did in said if did.chat == "@tunis").number
    said = await d.say(f"rami@tunis: >{asked} I did")
    assert [did.text for did in said] == ["Only an administrator of this group can do that."]
    said = await d.say(f"omar@tunis: >{asked} The assembly")
    assert "The assembly" in next(did.text for did in said if did.chat == "@admins")


async def test_the_way_to_the_signer_is_gone(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    assert "can't reach the signer" in (await d.answer("zaid@admins: /ask 1 Why?")).text


@pytest.mark.parametrize("typed", ["/ask", "/ask x why", "/ask 99 why", f"/ask 1 {'x' * 501}"])
async def test_a_question_that_cannot_be_sent(d: Dialogue, typed: str) -> None:
    await d.sign("amal", "Amal Haddad")
    said = await d.say(f"zaid@admins: {typed}")
    assert [did.chat for did in said] == ["@admins"]


async def test_a_chosen_reason_in_the_language_of_the_signer(d: Dialogue) -> None:
    await d.say("%lang amal ar")
    await d.sign("amal", "أمل حداد")
    await d.say("zaid@admins: [reject]")
    said = await d.say("zaid@admins: [duplicate]")
    told = next(did for did in said if did.chat == "amal")
    assert told.language == "ar"
    assert "on the list already" not in told.text
    card = next(did for did in said if did.chat == "@admins" and did.action == "edit")
    assert "on the list already" in card.text


async def test_what_admins_did_can_only_be_added_to(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /verify 1", "zaid@admins: /undo 1", "zaid@admins: /reject 1 no")
    await d.say("zaid@admins: /close", "zaid@admins: /open", "zaid@admins: /export")
    actions = await d.actions()
    assert actions == [
        ("verify", 1),
        ("undo", 1),
        ("reject", 1),
        ("close", None),
        ("open", None),
        ("export", None),
    ]
    for change in ("DELETE FROM admin_actions", "UPDATE admin_actions SET action = 'x'"):
        with pytest.raises(Exception, match="append-only"):
            await d.rows(change)


async def test_before_a_question_is_said_whether_anybody_can_be_asked(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    assert "There's no signature #99" in (await d.answer("zaid@admins: /ask 99")).text
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    assert "can't reach the signer" in (await d.answer("zaid@admins: /ask 1")).text
