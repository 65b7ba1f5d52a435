"""Several numbers behind one command: listed, asked about once, decided one by one, undone
together."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.counts import Counts
from bot.domain.endorsement import Kind
from bot.wording.reasons import REASON_LABELS, REASONS_OF
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.statements import write_port


async def three(d: Dialogue) -> None:
    for who, name in (("amal", "Amal Haddad"), ("rami", "Rami Mansour"), ("lina", "Lina Aziz")):
        await d.sign(who, name)


@pytest.mark.parametrize("typed", ["1 2 3", "#1, #2, #3", "1-3", "3 1-2"])
async def test_listed_confirmed_and_undone_together(d: Dialogue, typed: str) -> None:
    await three(d)
    asked = await d.answer(f"zaid@admins: /verify {typed}")
    assert asked.names == ("confirm", "cancel")
    for part in ("#1 ", "Amal Haddad", "Rami Mansour", "Lina Aziz", "waiting"):
        assert part in asked.text
    assert await d.counts() == Counts(pending=3)
    said = await d.say("zaid@admins: [confirm]")
    assert await d.counts() == Counts(verified=3, persons=3)
    assert {did.chat for did in said} == {"@admins", "amal", "rami", "lina"}
    done = d.newest("@admins", "undo")
    assert "10 minutes left to undo." in d.now_showing("@admins", asked.number).text
    assert len(await d.actions()) == 3
    await d.say(f"omar@admins: [{asked.number}:undo]")
    assert await d.counts() == Counts(pending=3)
    assert done.number
    assert [action for action, _ in await d.actions()] == ["verify"] * 3 + ["undo"] * 3


async def test_what_cannot_be_decided_is_named_and_holds_up_no_other(d: Dialogue) -> None:
    await three(d)
    asked = await d.answer("zaid@admins: /verify 1 2 3 99")
    assert "Not found: \u2068#99\u2069" in asked.text
    await d.say("omar@admins: /verify 1", "rami: /withdraw", "rami: [confirm]")
    await d.say(f"zaid@admins: [{asked.number}:confirm]")
    text = d.now_showing("@admins", asked.number).text
    assert text.startswith("Verified: \u2068#3\u2069. 10 minutes left to undo.")
    assert "#1 has been decided" in text
    assert "The signer has withdrawn #2." in text
    await d.say(f"zaid@admins: [{asked.number}:undo]")
    assert await d.counts() == Counts(pending=1, verified=1, withdrawn=1, persons=1)


async def test_two_admins_at_a_time(d: Dialogue) -> None:
    await three(d)
    zaid = await d.answer("zaid@admins: /verify 1 2")
    omar = await d.answer("omar@admins: /reject 2 3 not real")
    assert "not real" in omar.text
    await d.say(f"zaid@admins: [{zaid.number}:confirm]")
    await d.say(f"omar@admins: [{omar.number}:cancel]")
    assert await d.counts() == Counts(pending=1, verified=2, persons=2)
    assert "Nothing was decided" in d.now_showing("@admins", omar.number).text
    again = await d.say(f"omar@admins: [{omar.number}:confirm]")
    assert [did.action for did in again] == ["notice"]


async def test_one_reason_for_all_is_chosen_replied_or_typed(d: Dialogue) -> None:
    await three(d)
    await d.say("%lang rami ar")
    asked = await d.answer("zaid@admins: /reject 1 2")
    assert asked.names == (*REASONS_OF[Kind.PERSON], "cancel")
    said = await d.say("zaid@admins: [duplicate]")
    assert "on the list already" in next(did.text for did in said if did.chat == "amal")
    asked = await d.answer("zaid@admins: /reject 3 1")
    said = await d.say(f"zaid@admins: >{asked.number} We could not reach you")
    assert "We could not reach you" in next(did.text for did in said if did.chat == "lina")
    assert await d.counts() == Counts(rejected=3)
    assert await d.say(f"zaid@admins: >{asked.number} really") == []
    await d.say("zaid@admins: /undo 2 3", "zaid@admins: [confirm]")
    assert await d.counts() == Counts(pending=2, rejected=1)
    await d.say("zaid@admins: /reject 2 3 nobody knows you", "zaid@admins: [confirm]")
    assert await d.counts() == Counts(rejected=3)


async def test_at_most_twenty_and_five_cards(d: Dialogue) -> None:
    await three(d)
    assert "more than 20" in (await d.answer("zaid@admins: /verify 1-21")).text
    said = await d.say("zaid@admins: /show 1 2 3 97 98 99 100")
    cards = [did for did in said if did.action == "send" and did.text.startswith("#")]
    assert len(cards) == 3
    assert said[-1].text.endswith("/show 99 100")


async def test_only_who_decides_now_confirms(d: Dialogue) -> None:
    await three(d)
    asked = await d.answer("zaid@admins: /verify 1 2")
    token = asked.data["confirm"]
    said = await d.receive(d.press("lina", asked.number, token, "tunis"))
    assert [did.action for did in said] == ["notice"]
    assert await d.counts() == Counts(pending=3)


async def test_reasons_fit_who_gave_it_and_their_buttons_are_short(d: Dialogue) -> None:
    await d.say("omar@tunis: /endorse Tunis Readers", "omar@tunis: [confirm]")
    asked = await d.say("zaid@admins: [reject]")
    assert asked[-1].names == ("unknown", "rights", "duplicate", "issued", "cancel")
    assert "The group reads it." in asked[-1].text
    assert max(map(len, REASON_LABELS.values())) <= 20
    said = await d.say("zaid@admins: [cancel]")
    assert said[0].text == "Cancelled. Nothing was decided."
    assert await d.counts() == Counts(pending=1)


async def test_before_a_rejection_is_said_whether_anybody_can_be_told(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    asked = await d.answer("zaid@admins: /reject 1")
    assert "The signer reads it." in asked.text
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    asked = await d.answer("zaid@admins: /reject 1")
    assert "The signer can't be told" in asked.text
    assert "reads it" not in asked.text
    said = await d.say("zaid@admins: [duplicate]")
    assert {did.chat for did in said} == {"@admins"}
    assert any("can't be told" in did.text for did in said)


async def test_why_nothing_can_be_undone(d: Dialogue) -> None:
    await three(d)
    await d.say("zaid@admins: /verify 2", "zaid@admins: /verify 3", "%advance 11m")
    await d.say("lina: /withdraw", "lina: [confirm]")
    for number, why in ((1, "nothing to undo"), (2, "10 minutes are over"), (3, "by its signer")):
        assert why in (await d.answer(f"zaid@admins: /undo {number}")).text


async def test_an_undo_says_what_it_is_now(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /verify 1")
    said = await d.say("zaid@admins: /undo 1")
    assert "Undone: #1 is waiting again." in [did.text for did in said]
    await d.say("zaid@admins: /verify 1", "zaid@admins: /reject 1 no")
    said = await d.say("zaid@admins: /undo 1")
    assert "Undone: #1 stays verified." in [did.text for did in said]


async def test_a_card_says_until_when_and_no_longer(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    card = d.newest("@admins", "verify").number
    assert "Undo until" not in d.now_showing("@admins", card).text
    await d.say("zaid@admins: /verify 1")
    assert "Undo until" in d.now_showing("@admins", card).text
    await d.say("%advance 11m")
    assert "Undo until" not in d.now_showing("@admins", card).text


async def test_a_pause_and_its_end_say_what_is_so(d: Dialogue) -> None:
    title = "Signing “\u2068Open the port\u2069”"
    paused = await d.answer("zaid@admins: /close")
    finish = "To close it for ever: /finish port"
    assert (paused.text, paused.names) == (f"{title} is paused. {finish}", ("open",))
    assert (await d.answer("zaid@admins: /close")).text == f"{title} is paused already."
    opened = await d.answer("zaid@admins: [open]")
    assert (opened.text, opened.names) == (f"{title} is open again.", ("close",))
    assert (await d.answer("zaid@admins: /open")).text == f"{title} wasn't paused: it's open."


@pytest.mark.parametrize(
    ("terms", "close", "open_"),
    [
        ("  closes: 2014-06-01\n", "ended on", "ended on"),
        ("  opens: 2150-01-01\n", "is paused.", "isn't paused. It opens on"),
    ],
)
async def test_before_and_after_its_time_nothing_is_called_open(
    tmp_path: Path, terms: str, close: str, open_: str
) -> None:
    async with open_dialogue(tmp_path, write_port(tmp_path, endorsement=terms)) as d:
        assert close in (await d.answer("zaid@admins: /close")).text
        assert open_ in (await d.answer("zaid@admins: /open")).text
