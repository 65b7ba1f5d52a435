"""What becomes of a signature that was begun and not finished."""

from __future__ import annotations

import pytest

from bot.domain.counts import Counts
from tests.support.dialogue import Dialogue

SIGNING = ("amal: /sign", "amal: [confirm]", "amal: Amal Haddad", "amal: [skip]", "amal: [skip]")
PREVIEW = (*SIGNING, "amal: [public]")
OLD = "That button no longer works."


async def conversations(d: Dialogue) -> int:
    ((count,),) = await d.rows("SELECT count(*) FROM conversations")
    return int(count)


async def test_a_draft_is_reminded_of_before_it_ends(d: Dialogue) -> None:
    await d.already(*PREVIEW)
    assert await d.say("%advance 21h") == []
    (said,) = await d.say("%advance 61m")
    assert (said.action, said.chat, said.names) == ("send", "amal", ("continue", "cancel"))
    assert "for 2 more hours" in said.text
    for told in ("Amal", "port"):
        assert told not in said.text
    assert await conversations(d) == 1
    assert await d.say("%advance 30m") == []
    preview = await d.answer("amal: [continue]")
    assert (preview.action, preview.message) == ("edit", said.message)
    assert "Amal Haddad" in preview.text
    # It has been gone on with: the day begins anew.
    assert await d.say("%advance 5h") == []
    await d.say("amal: [confirm]")
    assert await d.counts() == Counts(pending=1)
    assert [did for did in await d.say("%advance 30h") if did.chat != "@admins"] == []


async def test_an_answer_below_the_reminder_is_taken(d: Dialogue) -> None:
    await d.say(*SIGNING[:3], "%advance 22h")
    assert "Step 4 of 5" in (await d.answer("amal: Nurse")).text


async def test_the_draft_ends_after_a_day(d: Dialogue) -> None:
    await d.already(*PREVIEW, "%advance 23h")
    assert await conversations(d) == 1
    (said,) = await d.say("%advance 2h")
    assert "You haven't signed." in said.text
    assert said.names == ("sign",)
    assert await conversations(d) == 0
    assert (await d.answer("amal: [confirm]")).text.startswith(OLD)
    assert await d.counts() == Counts()
    assert "about to sign" in (await d.answer("amal: [sign]")).text


@pytest.mark.parametrize("line", ["amal: [continue]", "amal: Amal Haddad"])
async def test_who_comes_too_late_is_told_so_once(d: Dialogue, line: str) -> None:
    await d.already(*PREVIEW, "%advance 23h")
    await d.say("%advance 2h", "%advance 3d")
    said = await d.answer(line)
    assert "I've erased your answers" in said.text
    assert said.names == ("sign",)
    assert "didn't understand" in (await d.answer("amal: Amal Haddad")).text
    assert "about to sign" in (await d.answer("amal: /sign")).text


async def test_nobody_is_held_against_a_draft_for_ever(d: Dialogue) -> None:
    """What the chat is known by goes too."""
    await d.already(*PREVIEW, "%advance 23h")
    await d.say("%advance 2h", "%advance 7d")
    assert await d.rows("SELECT count(*) FROM live_messages") == [(0,)]
    assert "didn't understand" in (await d.answer("amal: Amal Haddad")).text


async def test_a_bot_that_was_off_at_the_time_does_not_remind_late(d: Dialogue) -> None:
    await d.already(*PREVIEW)
    (said,) = await d.say("%advance 25h")
    assert said.names == ("sign",)


async def test_there_is_no_way_back_to_what_is_closed(d: Dialogue) -> None:
    await d.already(*PREVIEW)
    await d.say("zaid@admins: /close")
    assert await d.say("%advance 22h") == []
    (said,) = [did for did in await d.say("%advance 3h") if did.chat != "@admins"]
    assert "You haven't signed." in said.text
    assert "begins again" not in said.text
    assert said.names == ()


@pytest.mark.parametrize("line", ["amal: /forget", "omar@tunis: /endorse Club"])
async def test_other_conversations_end_in_silence(d: Dialogue, line: str) -> None:
    await d.say(line)
    assert await conversations(d) == 1
    assert await d.say("%advance 23h") == []
    assert await d.say("%advance 2h") == []
    assert await conversations(d) == 0
    if line.startswith("amal"):
        assert "didn't understand" in (await d.answer("amal: well")).text


async def test_a_cancelled_draft_is_not_reminded_of(d: Dialogue) -> None:
    await d.already(*PREVIEW, "amal: [cancel]")
    assert await d.say("%advance 30h") == []


async def test_the_reminder_speaks_the_language_of_its_person(d: Dialogue) -> None:
    await d.say("%lang amal ar", *PREVIEW)
    (said,) = await d.say("%advance 22h")
    assert said.language == "ar"
