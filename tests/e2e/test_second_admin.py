"""No single admin can wreck it: more than a few rejections or undos in ten minutes, and reopening
what is final, take a second one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.admin import Admin
from bot.domain.counts import Counts
from bot.domain.endorsement import Status
from bot.domain.errors import NothingToAgree
from bot.domain.ids import Number, UserRef
from bot.domain.slots import Slot, SlotKind
from bot.services import second
from bot.storage.tags import slot_tag
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.elsewhere import Elsewhere
from tests.support.signed import prepare, sign_all

ALONE = 3


@pytest.fixture
async def d(tmp_path: Path, port: Path) -> AsyncIterator[Dialogue]:
    """Where an admin makes three rejections or undos alone."""
    alone = {"UNDERSIGNED_VERIFICATION__ALONE_AT_MOST": str(ALONE)}
    async with open_dialogue(tmp_path, port, **alone) as dialogue:
        await dialogue.say("zaid@admins: /help", "omar@admins: /help")
        yield dialogue


async def fill(d: Dialogue, count: int, status: Status = Status.PENDING) -> None:
    await prepare(d.database)
    await sign_all(d.database, [f"Amal Haddad {n}" for n in range(count)], "port", status=status)


async def swept(d: Dialogue, count: int = 6) -> int:
    """Zaid rejects one after the other; the message that asks for a second admin."""
    await fill(d, count)
    for number in range(1, count + 1):
        await d.say(f"zaid@admins: /reject {number} No")
    return d.newest("@admins", "agree").number


async def test_a_sweep_stops_and_is_asked_about_in_one_message(d: Dialogue) -> None:
    await fill(d, 6)
    for number in (1, 2, 3):
        await d.say(f"zaid@admins: /reject {number} No")
    said = await d.say("zaid@admins: /reject 4 No")
    told, asked = [did for did in said if did.action == "send"]
    assert "#4\u2069. That's more than 3 rejections, undos or links" in told.text
    assert "Alone, you can go on at" in told.text
    assert asked.names == ("agree", "cancel")
    assert "zaid\u2069 wants to reject 1 more: \u2068#4\u2069." in asked.text
    assert "\u2068#4\u2069: \u2068No\u2069" in asked.text
    said = [
        *await d.say("zaid@admins: /reject 5 Nobody"),
        *await d.say("zaid@admins: /reject 6 No"),
    ]
    assert {did.message for did in said if did.names == ("agree", "cancel")} == {asked.number}
    text = d.now_showing("@admins", asked.number).text
    assert "wants to reject 3 more: \u2068#4\u2069, \u2068#5\u2069, and \u2068#6\u2069." in text
    assert "\u2068#5\u2069: \u2068Nobody\u2069" in text
    assert await d.counts() == Counts(pending=3, rejected=3)
    # What is asked again changes nothing.
    await d.say("zaid@admins: /reject 5 Something else")
    assert d.now_showing("@admins", asked.number).text == text


async def test_the_second_admin_agrees_to_all_and_both_are_named(d: Dialogue) -> None:
    asked = await swept(d)
    said = await d.say("omar@admins: [agree]")
    assert await d.counts() == Counts(rejected=6)
    over = d.now_showing("@admins", asked)
    assert over.names == ()
    assert "Not accepted: \u2068#4\u2069, \u2068#5\u2069, and \u2068#6\u2069." in over.text
    assert "zaid\u2069 asked, \u2068omar\u2069 agreed." in over.text
    cards = [did.text for did in said if did.text.startswith("#4 ")]
    assert any("Not accepted by \u2068zaid + omar\u2069" in text for text in cards)
    alone = [("reject", number) for number in (1, 2, 3)]
    both = [(action, number) for number in (4, 5, 6) for action in ("reject", "agree")]
    assert await d.actions() == [*alone, *both]
    # A press that comes late is told so.
    assert [did.action for did in await d.say(f"omar@admins: [{asked}:agree]")] == ["notice"]
    assert len(await d.actions()) == 9


async def test_who_asked_is_not_the_one_who_agrees(d: Dialogue) -> None:
    await swept(d)
    for line in ("[agree]", "/agree 6"):
        (told,) = await d.say(f"zaid@admins: {line}")
        assert "You asked for this yourself." in told.text
    assert await d.counts() == Counts(pending=3, rejected=3)


async def test_an_account_under_another_name_is_the_same_account(d: Dialogue) -> None:
    asked = await swept(d)
    press = d.press("zaid", asked, d.now_showing("@admins", asked).data["agree"], "admins")
    renamed = replace(press, origin=replace(press.origin, name="Somebody Else"))
    (told,) = await d.receive(renamed)
    assert "You asked for this yourself." in told.text
    assert await d.counts() == Counts(pending=3, rejected=3)


async def test_an_admin_of_another_platform_can_agree(
    elsewhere: Elsewhere, tmp_path: Path, port: Path
) -> None:
    """The same name and number there is another account; every admin chat says what it is, and how
    it ended."""
    alone = {"UNDERSIGNED_VERIFICATION__ALONE_AT_MOST": str(ALONE)}
    async with open_dialogue(tmp_path, port, **alone) as d:
        asked = await swept(d)
        number, _ = elsewhere.newest("agree")
        assert "wants to reject 3 more" in elsewhere.shown[number].text.plain
        zaid = str(d.platform.person("zaid").id)
        await elsewhere.receive(d, elsewhere.press(d, zaid, "agree"))
        assert await d.counts() == Counts(rejected=6)
        assert elsewhere.notices == ["Agreed. It goes ahead now."]
        ends = elsewhere.shown[number].text.plain, d.now_showing("@admins", asked).text
        assert all(f"zaid\u2069 asked, \u2068{zaid}\u2069 agreed." in text for text in ends)
        assert not elsewhere.shown[number].buttons


async def test_two_who_agree_at_the_same_moment_do_it_once(
    elsewhere: Elsewhere, tmp_path: Path, port: Path
) -> None:
    alone = {"UNDERSIGNED_VERIFICATION__ALONE_AT_MOST": str(ALONE)}
    async with open_dialogue(tmp_path, port, **alone) as d:
        asked = await swept(d)
        data = d.now_showing("@admins", asked).data["agree"]
        await asyncio.gather(
            d.receive(d.press("omar", asked, data, "admins")),
            elsewhere.receive(d, elsewhere.press(d, "lina", "agree")),
        )
        assert await d.counts() == Counts(rejected=6)
        assert [action for action, _ in await d.actions()].count("agree") == 3


async def test_who_is_no_admin_any_more_cannot_agree(d: Dialogue) -> None:
    asked = await swept(d)
    d.platform.demote("omar", "admins")
    data = d.now_showing("@admins", asked).data
    for event in (
        d.press("omar", asked, data["agree"], "admins"),
        d.press("omar", asked, data["cancel"], "admins"),
        d.message("omar", "/agree 6", "admins"),
    ):
        (told,) = await d.receive(event)
        assert told.text.startswith("Only an admin can do that.")
    assert await d.counts() == Counts(pending=3, rejected=3)
    assert d.now_showing("@admins", asked).names == ("agree", "cancel")


async def test_typed_it_names_the_last_number(d: Dialogue) -> None:
    await swept(d)
    (listed,) = await d.say("omar@admins: /agree")
    assert "zaid" in listed.text
    assert "/agree 6" in listed.text
    # What has grown since somebody read it is not agreed to unseen.
    (told,) = await d.say("omar@admins: /agree 4")
    assert "No request ends with #4" in told.text
    assert await d.counts() == Counts(pending=3, rejected=3)
    await d.say("omar@admins: /agree 6")
    assert await d.counts() == Counts(rejected=6)
    assert "Nothing waits for a second admin." in (await d.answer("omar@admins: /agree")).text


async def test_a_button_that_was_seen_before_it_grew_agrees_to_nothing(d: Dialogue) -> None:
    asked = await swept(d, 5)
    seen = d.now_showing("@admins", asked).data["agree"]
    await sign_all(d.database, ["Rami Mansour"], "port")
    await d.say("zaid@admins: /reject 6 No")
    (told,) = await d.receive(d.press("omar", asked, seen, "admins"))
    assert told.action == "notice"
    assert await d.counts() == Counts(pending=3, rejected=3)


async def test_what_has_grown_this_very_moment_is_not_agreed_to_by_its_message(
    d: Dialogue,
) -> None:
    """In one commit, before its message could be edited."""
    await swept(d, 4)
    zaid, omar = (
        Admin(who, UserRef(d.adapter.name, str(d.platform.person(who).id)))
        for who in ("zaid", "omar")
    )
    now = d.platform.now()
    async with d.database.unit() as unit:
        await second.ask(unit, zaid, "reject", [second.Asked(Number(5), "No")], now)
        (request,) = await second.WAITING.all(unit)
        with pytest.raises(NothingToAgree) as error:
            await second.agree_to_shown(unit, request, omar, now)
    assert error.value.number == 4
    assert await d.counts() == Counts(pending=1, rejected=3)


@pytest.mark.parametrize("who", ["zaid", "omar"])
async def test_cancelled_by_either_nothing_is_done(d: Dialogue, who: str) -> None:
    asked = await swept(d)
    await d.say(f"{who}@admins: [cancel]")
    over = d.now_showing("@admins", asked)
    assert f"{who}\u2069 cancelled this. Nothing was changed" in over.text
    assert over.names == ()
    assert await d.counts() == Counts(pending=3, rejected=3)
    assert (await d.actions())[-1] == ("decline", 6)
    assert "No request ends with" in (await d.answer("omar@admins: /agree 6")).text


async def test_what_has_changed_meanwhile_is_left_alone(d: Dialogue) -> None:
    asked = await swept(d)
    await d.say("omar@admins: /reject 5 Unknown")
    await d.say("omar@admins: /agree 6")
    text = d.now_showing("@admins", asked).text
    assert "Not accepted: \u2068#4\u2069 and \u2068#6\u2069." in text
    assert "Changed meanwhile, so left alone: \u2068#5\u2069." in text
    card = (await d.say("omar@admins: /show 5"))[-1].text
    assert "by \u2068omar\u2069" in card
    assert "Unknown" in card


async def test_what_was_agreed_to_can_be_undone(d: Dialogue) -> None:
    await swept(d)
    await d.say("omar@admins: [agree]", "omar@admins: /undo 6")
    assert await d.counts() == Counts(pending=1, rejected=5)


async def test_nobody_agrees_for_a_day(d: Dialogue) -> None:
    asked = await swept(d)
    await d.say("%advance 23h")
    assert d.now_showing("@admins", asked).names == ("agree", "cancel")
    await d.say("%advance 61m")
    over = d.now_showing("@admins", asked)
    assert ("Nobody agreed for a day." in over.text, over.names) == (True, ())
    assert await d.counts() == Counts(pending=3, rejected=3)


async def test_a_request_outlives_a_restart(d: Dialogue) -> None:
    await swept(d)
    await d.restart()
    await d.say("omar@admins: [agree]")
    assert await d.counts() == Counts(rejected=6)


async def test_a_lone_admin_is_slowed_down_and_goes_on(d: Dialogue) -> None:
    await fill(d, 8)
    await d.say("zaid@admins: /reject 1 No", "%advance 4m")
    await d.say("zaid@admins: /reject 2 No", "zaid@admins: /reject 3 No")
    (told, *_) = await d.say("zaid@admins: /reject 4 No")
    assert "more than 3" in told.text
    # The first of the three is ten minutes old; the second and third are not.
    await d.say("%advance 6m", "zaid@admins: /reject 4 No")
    assert await d.counts() == Counts(pending=4, rejected=4)
    await d.say("zaid@admins: /reject 5 No")
    assert await d.counts() == Counts(pending=4, rejected=4)


async def test_another_admin_has_a_number_of_their_own_and_verifying_is_not_counted(
    d: Dialogue,
) -> None:
    await fill(d, 9)
    await d.say(*(f"zaid@admins: /reject {number} No" for number in (1, 2, 3)))
    await d.say(*(f"zaid@admins: /verify {number}" for number in (4, 5, 6)))
    await d.say(*(f"omar@admins: /reject {number} No" for number in (7, 8, 9)))
    assert await d.counts() == Counts(verified=3, rejected=6, persons=3)


async def test_several_at_once_go_the_same_way(d: Dialogue) -> None:
    await fill(d, 6)
    shown = await d.answer("zaid@admins: /reject 1-6 No")
    await d.say("zaid@admins: [confirm]")
    assert await d.counts() == Counts(pending=3, rejected=3)
    done = d.now_showing("@admins", shown.number).text
    assert "Not accepted: \u2068#1\u2069, \u2068#2\u2069, and \u2068#3\u2069." in done
    assert "Not done yet: \u2068#4\u2069, \u2068#5\u2069, and \u2068#6\u2069." in done
    await d.say("omar@admins: [agree]")
    assert await d.counts() == Counts(rejected=6)


async def test_by_buttons_it_is_told_to_who_pressed(d: Dialogue) -> None:
    await fill(d, 4)
    await d.say(*(f"zaid@admins: /reject {number} No" for number in (1, 2, 3)))
    await d.say("zaid@admins: /reject 4")
    asked = d.newest("@admins", "duplicate").number
    notice, *_ = await d.say("zaid@admins: [duplicate]")
    assert (notice.action, notice.message) == ("notice", None)
    assert notice.text.startswith("Not done yet:")
    assert len(notice.text) <= 200
    assert "It's on the list already." in d.newest("@admins", "agree").text
    # The reason has been given.
    (late,) = await d.say(f"zaid@admins: [{asked}:unsure]")
    assert "no longer works" in late.text
    card = d.newest("@admins", "undo").number
    notice, *_ = await d.say(f"zaid@admins: [{card}:undo]")
    assert notice.text.startswith("Not done yet:")
    assert await d.counts() == Counts(pending=1, rejected=3)


async def test_undos_are_counted_with_rejections(d: Dialogue) -> None:
    await fill(d, 5)
    await d.say("omar@admins: /verify 1-5", "omar@admins: [confirm]")
    await d.say("zaid@admins: /undo 1-5", "zaid@admins: [confirm]")
    assert await d.counts() == Counts(pending=3, verified=2, persons=2)
    asked = d.newest("@admins", "agree")
    assert "wants to undo 2 more decisions" in asked.text
    await d.say("omar@admins: [agree]")
    assert await d.counts() == Counts(pending=5)
    assert (await d.actions())[-2:] == [("undo", 5), ("agree", 5)]


async def test_an_undo_that_is_agreed_to_too_late_reopens(d: Dialogue) -> None:
    await fill(d, 5)
    await d.say("omar@admins: /verify 1-5", "omar@admins: [confirm]")
    await d.say("zaid@admins: /undo 1-5", "zaid@admins: [confirm]", "%advance 11m")
    assert len(await d.rows("SELECT 1 FROM endorsements WHERE public_name IS NOT NULL")) == 2
    await d.say("omar@admins: [agree]")
    assert await d.counts() == Counts(pending=5)
    assert not await d.rows("SELECT 1 FROM endorsements WHERE public_name IS NOT NULL")


async def test_hundreds_are_carried_out_in_parts(d: Dialogue) -> None:
    await fill(d, 130)
    async with d.database.unit() as unit:
        zaid = Admin("zaid", UserRef(d.adapter.name, str(d.platform.person("zaid").id)))
        asked = [second.Asked(Number(n), "No") for n in range(1, 131)]
        await second.ask(unit, zaid, "reject", asked, d.platform.now())
    await d.say("%advance 1s")
    shown = d.newest("@admins", "agree")
    assert "wants to reject 130 more" in shown.text
    assert "and 90 more" in shown.text
    await d.say("omar@admins: [agree]")
    assert await d.counts() == Counts(rejected=130)
    assert "and 90 more" in d.now_showing("@admins", shown.number).text


async def test_what_is_final_is_reopened_by_two(d: Dialogue) -> None:
    """A sweep is repaired: who was rejected for good can be verified, and their signature is theirs
    again."""
    number = await d.sign("amal", "Amal Haddad")
    reject = f"zaid@admins: /reject {number} No"
    await d.say(reject, "%advance 11m")
    await d.sign("amal", "Amal Haddad")
    await d.say(reject, "%advance 11m")
    assert "have twice not accepted" in (await d.answer("amal: /sign")).text
    said = await d.say(f"zaid@admins: /reopen {number}")
    assert "Another admin has to agree before these are reopened" in said[0].text
    assert "wants to reopen 1 decision" in d.newest("@admins", "agree").text
    assert await d.counts() == Counts(rejected=1)
    await d.say("zaid@admins: [agree]")
    assert await d.counts() == Counts(rejected=1)
    await d.say("omar@admins: [agree]")
    assert await d.counts() == Counts(pending=1)
    assert "Amal Haddad" in (await d.answer("zaid@admins: /pending")).text
    assert await d.rows("SELECT rejections FROM endorsements") == [(1,)]
    assert (await d.actions())[-2:] == [("reopen", number), ("agree", number)]
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    assert await d.counts() == Counts(verified=1, persons=1)


async def test_rejected_for_good_and_reopened_they_may_sign_once_more(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /reject 1 No", "%advance 11m")
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /reject 1 No", "%advance 11m")
    await d.say("zaid@admins: /reopen 1", "omar@admins: [agree]", "amal: /withdraw")
    await d.say("amal: [confirm]", "%advance 11m")
    assert await d.sign("amal", "Amal Haddad") == 1
    assert await d.counts() == Counts(pending=1)


async def test_a_group_is_told_that_it_waits_again(d: Dialogue) -> None:
    await d.say("lina@tunis: /endorse Tunis Readers", "lina@tunis: [confirm]")
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    assert await d.rows("SELECT public_name FROM endorsements") == [("Tunis Readers",)]
    await d.say("zaid@admins: /reopen 1")
    said = await d.say("omar@admins: [agree]")
    (told,) = [did for did in said if did.chat == "@tunis" and did.action == "send"]
    assert "is waiting again" in told.text
    assert await d.rows("SELECT public_name FROM endorsements") == [(None,)]


async def test_what_cannot_be_reopened_says_why(d: Dialogue) -> None:
    for who, visibility in (("amal", "counted"), ("rami", "public"), ("lina", "public")):
        await d.sign(who, f"{who} Haddad", visibility)
    await d.say("zaid@admins: /verify 1", "rami: /withdraw", "rami: [confirm]", "%advance 11m")
    await d.say("zaid@admins: /verify 3")
    said = await d.answer("zaid@admins: /reopen 1 2 3 99")
    for part in (
        "The name of #1 was erased when it was counted",
        "#2 was withdrawn by its signer",
        "#3 can still be undone: /undo 3",
        "no signature #99",
    ):
        assert part in said.text
    assert (
        "waiting already" in (await d.say("zaid@admins: /undo 3", "zaid@admins: /reopen 3"))[0].text
    )


async def test_a_request_that_is_decided_otherwise_reopens_nothing(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /verify 1", "%advance 11m", "zaid@admins: /reopen 1")
    await d.say("amal: /withdraw", "amal: [confirm]")
    await d.say("omar@admins: [agree]")
    assert await d.counts() == Counts(withdrawn=1)
    assert "reopen" not in {action for action, _ in await d.actions()}


async def test_what_waits_is_sealed_and_gone_in_the_end(d: Dialogue) -> None:
    await fill(d, 4)
    await d.say(*(f"zaid@admins: /reject {number} Canary reason" for number in range(1, 5)))

    async def kept() -> bytes:
        ((value,),) = await d.rows("SELECT value FROM meta WHERE name = 'second'")
        return bytes(value)

    waiting = await kept()
    ids = [str(d.platform.person("zaid").id).encode(), b"zaid", b"Canary"]
    assert not any(canary in waiting for canary in ids)
    await d.say("omar@admins: [agree]")
    async with d.database.unit() as unit:
        assert await second.WAITING.all(unit) == []
    assert len(await kept()) < len(waiting)  # both are filled up
    assert await d.rows("SELECT key_tag FROM due_jobs WHERE kind = 'second'") == []
    slot = slot_tag(d.database.keys, Slot(SlotKind.SECOND, "1", "console")).hex()
    assert await d.rows(f"SELECT 1 FROM live_messages WHERE slot_tag = x'{slot}'") == []
