"""Taking away messages of the bot's from one's own chat: the button, and a reply that says so."""

from __future__ import annotations

from bot.domain.counts import Counts
from tests.support.dialogue import Dialogue

DELETED = "Deleted."


async def test_a_receipt(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    receipt = d.newest("amal")
    assert receipt.names == ("news", "share", "mine", "delete")
    (did,) = [did for did in await d.say("amal: [delete]") if did.action != "notice"]
    assert (did.action, did.message, did.names) == ("edit", receipt.number, ())
    assert did.text.startswith(DELETED)
    assert "#1" not in did.text
    # What was signed stands.
    assert await d.counts() == Counts(pending=1)
    assert "#1" in (await d.answer("amal: /mine")).text


async def test_the_news_of_a_decision(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: [verify]")
    news = d.newest("amal")
    assert "has been verified" in news.text
    assert news.names == ("share", "delete")
    await d.say("amal: [delete]")
    assert d.now_showing("amal", news.number).text.startswith(DELETED)
    # A group's own chat is for the group to tidy.
    await d.say("omar@tunis: /endorse", "omar@tunis: [confirm]", "zaid@admins: [verify]")
    assert d.newest("@tunis").names == ("share",)


async def test_any_message_by_a_reply(d: Dialogue) -> None:
    mine = (await d.answer("amal: /privacy")).number
    said = await d.answer(f"amal: >{mine} /delete")
    assert (said.action, said.message) == ("edit", mine)


async def test_a_message_whose_buttons_act_loses_that(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    asked = await d.answer("amal: /withdraw")
    await d.say(f"amal: >{asked.number} /delete")
    pressed = await d.receive(d.press("amal", asked.number, asked.data["confirm"]))
    assert "no longer works" in pressed[0].text


async def test_without_a_reply_it_says_how(d: Dialogue) -> None:
    said = await d.answer("amal: /delete")
    assert "Reply with /delete" in said.text
    assert "I don't know that command" in (await d.answer("omar@tunis: /delete")).text


async def test_one_that_is_not_known_is_answered(d: Dialogue) -> None:
    said = await d.answer("amal: >9999 /delete")
    assert said.action == "send"
    assert said.text.startswith(DELETED)
