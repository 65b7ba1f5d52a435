"""What comes into the admin chat of its own accord: a few cards, a digest, and seldom a sound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.console.adapter import NAME
from bot.domain import lifecycle
from bot.domain.endorsement import Kind
from bot.services.forget import forget
from bot.services.lifecycle import apply
from tests.e2e.admin_chat import brought, cards, come, counts
from tests.support.arrivals import name_of, next_signer
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.statements import write_port

ORGANISATION = Kind.ORGANISATION


async def test_seven_people_and_three_organisations_have_cards(d: Dialogue) -> None:
    await come(d, 9)
    assert cards(d) == [1, 2, 3, 4, 5, 6, 7]
    assert counts(d) == ["+ 2"]
    await come(d, 5, ORGANISATION)
    await d.say("%advance 15s")
    assert cards(d)[7:] == [10, 11, 12]
    assert counts(d) == ["+ 4; 2 organisations"]
    assert len(brought(d)) == 11


async def test_of_those_that_come_together_organisations_are_first(d: Dialogue) -> None:
    d.adapter.admin_chat, admins = None, d.adapter.admin_chat
    await come(d, 20)
    await come(d, 4, ORGANISATION)
    d.adapter.admin_chat = admins
    await d.say("%add zaid@admins")
    assert sorted(cards(d)) == [*range(1, 7), 21, 22, 23, 24]
    assert cards(d)[:4] == [21, 22, 23, 24]
    assert counts(d) == ["+ 14"]


async def test_the_digest_is_edited_and_right_whenever_it_is_said(d: Dialogue) -> None:
    await come(d, 7)
    await come(d, 1)
    begun = d.newest("@admins", "pending")
    for more in range(30):
        await come(d, 1)
        assert d.newest("@admins", "pending").text == begun.text, more
    await d.say("%advance 15s")
    assert counts(d) == ["+ 31"]
    edits = [did for did in d.did if did.message == begun.number and did.action == "edit"]
    assert len(edits) == 1
    await come(d, 1, name=name_of(70_000_000))
    await come(d, 1, name=name_of(70_000_000))
    await come(d, 3, wave=True)
    await d.say("%advance 15s")
    assert counts(d) == ["+ 36; 1 with marks; 3 in a wave"]
    assert d.newest("@admins", "pending").data == {"pending": "/pending"}
    assert len(brought(d)) == 8


async def test_a_wave_gets_no_card(d: Dialogue) -> None:
    await come(d, 3, ORGANISATION, wave=True)
    assert cards(d) == []
    assert counts(d) == ["+ 3; 3 organisations; 3 in a wave"]


async def test_decided_by_the_commands_the_digest_says_so(d: Dialogue) -> None:
    await come(d, 9)
    await d.say("zaid@admins: /verify 8", "%advance 15s")
    assert counts(d) == ["+ 1"]
    digest = d.newest("@admins", "pending")
    before = len(brought(d))
    await d.say("zaid@admins: /verify 9", "%advance 15s")
    ended = d.now_showing("@admins", digest.number)
    assert (ended.text, ended.names) == (
        "Nothing that was counted here is waiting any more.",
        (),
    )
    assert [did.text[:6] for did in brought(d)[before:]] == ["#9 is "], "the answer alone"
    await come(d, 1)
    await d.say("%advance 15s")
    assert d.newest("@admins", "pending").number == digest.number, "soon after: the same one"
    await d.say("zaid@admins: /verify 10", "%advance 15s", "%advance 31m")
    await come(d, 1)
    assert d.newest("@admins", "pending").number > digest.number


async def test_a_place_that_is_free_is_for_the_next_that_comes(d: Dialogue) -> None:
    await come(d, 8)
    await d.say("zaid@admins: /verify 1", "%advance 15s")
    assert cards(d) == [1, 2, 3, 4, 5, 6, 7], "what waits is not brought up by itself"
    await come(d, 1)
    assert 9 not in cards(d), "nor does one have a card among many that have none"
    await d.say("%advance 31m")
    assert 9 not in cards(d)
    await come(d, 1)
    assert cards(d)[-1] == 10
    assert counts(d) == ["+ 2"]


async def test_signing_and_erasing_for_ever_brings_ten_cards_in_half_an_hour(d: Dialogue) -> None:
    for _ in range(30):
        signer = next_signer(NAME)
        await come(d, 1)
        async with d.database.unit() as unit:
            assert await forget(unit, d.bot.campaign, signer, d.platform.now()) == 1
        await d.bot.inbox.settled()
    assert await d.counts() == replace(await d.counts(), pending=0)
    assert len(cards(d)) <= 10
    assert len(brought(d)) <= 12


async def test_no_cards_at_all(tmp_path: Path) -> None:
    environ = {"UNDERSIGNED_VERIFICATION__CARDS": "0"}
    async with open_dialogue(tmp_path, write_port(tmp_path), **environ) as d:
        await come(d, 2)
        await come(d, 1, ORGANISATION)
        await d.say("%advance 15s")
        assert cards(d) == []
        assert counts(d) == ["+ 3; 1 organisation"]
        assert len(d.adapter.heard) == 1


@pytest.mark.parametrize("times", [16, pytest.param(40, marks=pytest.mark.soak)])
async def test_a_flood_brings_about_ten_messages(d: Dialogue, times: int) -> None:
    for _ in range(times):
        await come(d, 24)
        await come(d, 1, ORGANISATION)
        await d.say("%advance 15s")
    (count,) = counts(d)
    assert count.startswith(f"+ {25 * times - 10}; {times - 3} organisations")
    # Ten cards, the digest, and a word about the wave.
    assert len(brought(d)) == 12
    assert len(d.adapter.heard) == 1


async def test_a_restart_says_nothing_again(d: Dialogue) -> None:
    await come(d, 9)
    before = len(d.did)
    await d.restart()
    await d.bot.inbox.settled()
    assert d.did[before:] == []
    assert d.adapter.heard == []
    await come(d, 2)
    await d.say("%advance 15s")
    assert (len(cards(d)), counts(d), d.adapter.heard) == (7, ["+ 4"], [])


async def test_what_becomes_of_one_without_a_card_brings_none(d: Dialogue) -> None:
    await come(d, 7)
    for who in ("amal", "rami", "lina"):
        await d.sign(who, f"{who} Haddad of {name_of(len(who) + ord(who[0]))}")
    await d.say("%advance 15s")
    assert counts(d) == ["+ 3"]
    before = len(brought(d))
    await d.say("amal: /mine 8 name Amal Nasser", "rami: /withdraw 9", "rami: [confirm]")
    await d.say("%advance 15s")
    assert counts(d) == ["+ 2"]
    await d.say("amal: /forget", "amal: [confirm]", "%advance 15s")
    assert counts(d) == ["+ 1"]
    await d.say("rami: [undo]", "%advance 15s")
    assert counts(d) == ["+ 2"]
    assert len(brought(d)) == before
    await d.say("zaid@admins: /show 10")
    assert brought(d)[-1].text.startswith("#10 ")
    await d.say("lina: /mine 10 name Lina Nasser")
    assert "Lina Nasser" in d.newest("@admins", "verify").text


async def test_a_verified_organisation_that_is_gone_is_told(d: Dialogue) -> None:
    await come(d, 10, ORGANISATION)
    (number,) = await come(d, 1, ORGANISATION)
    await d.say(f"zaid@admins: /verify {number}")
    before = len(brought(d))
    async with d.database.unit() as unit:
        record = await unit.endorsements.get(number)
        assert record is not None
        gone = lifecycle.withdraw(record, d.platform.now())
        await apply(unit, d.bot.campaign, record, gone)
    await d.bot.inbox.settled()
    (card,) = brought(d)[before:]
    assert card.text.startswith(f"#{number} ")
    assert "Withdrawn by its signer." in card.text
    await d.say("%advance 11m")
    assert name_of(0) not in d.now_showing("@admins", card.number).text
    assert len(d.adapter.heard) == 1


async def test_a_corrected_name_edits_its_card_and_never_adds_one(d: Dialogue) -> None:
    await d.sign("amal", "Amal Hadad")
    card = d.newest("@admins", "verify").number
    await d.say("amal: /mine 1 name Amal Haddad")
    assert "Amal Haddad" in d.now_showing("@admins", card).text
    assert (len(brought(d)), counts(d)) == (1, [])
    await d.say("zaid@admins: /verify 1", "amal: /mine 1 name Amal El Haddad")
    changed = d.now_showing("@admins", card)
    assert "Amal El Haddad" in changed.text
    assert changed.names == ("verify", "reject", "ask")
    # What was decided waits again, and an edit far above calls nobody.
    assert (cards(d), counts(d)) == ([1], ["+ 1"])


async def test_who_signs_again_keeps_the_card_and_is_counted(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    card = d.newest("@admins", "verify").number
    for _ in range(5):
        await d.say("amal: /withdraw 1", "amal: [confirm]")
        assert d.now_showing("@admins", card).names == ()
        await d.sign("amal", "Amal Haddad")
    assert "Withdrawn 5 times before" in d.now_showing("@admins", card).text
    assert cards(d) == [1]
    await d.say("%advance 15s")
    assert counts(d) == ["+ 1; 1 with marks"]


async def test_an_undone_decision_is_back_on_its_card(d: Dialogue) -> None:
    await come(d, 8)
    await d.say("zaid@admins: /verify 1", "zaid@admins: /undo 1", "%advance 15s")
    assert counts(d) == ["+ 1"]
    await d.say("zaid@admins: /verify 8", "%advance 15s", "zaid@admins: /undo 8", "%advance 15s")
    assert (len(cards(d)), counts(d)) == (7, ["+ 1"])
