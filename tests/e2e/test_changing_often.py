"""One record is changed a few times a day: the admins are not kept busy by one account."""

from __future__ import annotations

import pytest

from bot.domain.counts import Counts
from bot.services.changes import MOST, Change
from tests.support.dialogue import Dialogue

NAMES = [f"Amal {letter}. Haddad" for letter in "ABCDEFG"]
OFTEN = "#1 was changed very often. It can be changed again from"


async def cards(d: Dialogue) -> int:
    """How often a card of the record was sent or edited."""
    return len([did for did in d.did if did.chat == "@admins" and did.text.startswith("#1 ")])


async def test_a_name_is_changed_five_times_a_day(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    for name in NAMES[:5]:
        await d.say(f"amal: /mine 1 name {name}")
    before = await cards(d)
    for typed in ("/mine 1 name Somebody Else", "/mine 1 affiliation Teacher", "/mine 1 name"):
        assert OFTEN in (await d.answer(f"amal: {typed}")).text
    await d.restart()
    assert OFTEN in (await d.answer("amal: /mine 1 name Somebody Else")).text
    assert await cards(d) == before
    # A place counts with them, a country does not.
    assert OFTEN in (await d.answer("amal: /mine 1 country By the sea")).text
    said = await d.say("amal: /mine 1 country Tunisia")
    assert "Changed" in next(did.text for did in said if did.chat == "amal")
    await d.say("%advance 24h")
    await d.say("amal: /mine 1 name Amal Mansour")
    assert "Amal Mansour" in (await d.answer("amal: /mine")).text


async def test_it_is_refused_before_anything_is_typed(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    for name in NAMES[:5]:
        await d.say(f"amal: /mine 1 name {name}")
    await d.say("amal: /mine")
    assert OFTEN in (await d.say("amal: [name]"))[0].text
    assert "didn't understand" in (await d.answer("amal: Somebody Else")).text


async def test_what_can_be_seen_is_changed_twenty_times_a_day_and_hidden_always(
    d: Dialogue,
) -> None:
    await d.sign("amal", "Amal Haddad")
    for _ in range(MOST[Change.OTHER]):
        await d.say("amal: /mine 1 organisers", "amal: /mine 1 public")
    said = await d.say("amal: /mine 1 organisers")
    assert "organisers only" in next(did.text for did in said if did.chat == "amal")
    assert OFTEN in (await d.answer("amal: /mine 1 public")).text
    assert OFTEN in (await d.answer("amal: /mine 1 counted")).text
    # The admins look at its name all the same.
    said = await d.say("amal: /mine 1 name Amal Mansour")
    assert "Changed" in next(did.text for did in said if did.chat == "amal")


async def test_to_withdraw_is_never_limited_but_to_come_back_is(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    for _ in range(MOST[Change.OTHER]):
        await d.say("amal: /withdraw", "amal: [confirm]", "amal: [undo]")
    await d.say("amal: /withdraw", "amal: [confirm]")
    assert OFTEN in (await d.say("amal: [undo]"))[0].text
    assert await d.counts() == Counts(withdrawn=1)
    for _ in range(MOST[Change.WORDS]):
        await d.sign("amal", "Amal Haddad")
        await d.say("amal: /withdraw", "amal: [confirm]")
    assert OFTEN in (await d.answer("amal: /sign port")).text
    assert await d.counts() == Counts(withdrawn=1)


@pytest.mark.parametrize("signed", [False, True])
async def test_nothing_of_it_is_kept_after_forget(d: Dialogue, *, signed: bool) -> None:
    await d.sign("amal", "Amal Haddad")
    if signed:
        await d.say("amal: /mine 1 name Amal Mansour")
    kept = "SELECT count(*) FROM adapter_memos WHERE kind = 'changes'"
    assert await d.rows(kept) == [(int(signed),)]
    await d.say("amal: /forget", "amal: [confirm]")
    assert await d.rows(kept) == [(0,)]


async def test_a_day_later_nobody_knows_of_it(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("amal: /mine 1 name Amal Mansour", "%advance 72h")
    assert await d.rows("SELECT kind FROM adapter_memos WHERE kind = 'changes'") == []


async def test_a_group_that_comes_and_goes(d: Dialogue) -> None:
    endorsing = ("omar@tunis: /endorse Club of Tunis", "omar@tunis: [confirm]")
    leaving = ("omar@tunis: /withdraw", "omar@tunis: [confirm]")
    await d.say(*endorsing, *leaving)
    for _ in range(MOST[Change.WORDS]):
        await d.say(*endorsing, *leaving)
    assert OFTEN in (await d.say(endorsing[0]))[0].text
