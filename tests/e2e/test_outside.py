"""What one sees from outside who waits to be verified: about where they stand, how long it takes
these days, one word when it takes longer, and a group what has become of its endorsement."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.domain import lifecycle
from bot.domain.ids import Number
from bot.domain.pace import UNSAID, Pace
from bot.domain.slots import Slot, SlotKind
from bot.services import pace
from bot.services.lifecycle import apply
from tests.support.dialogue import BotStopped, Dialogue, Did, open_dialogue

BEFORE_IT = "stand before it in the queue"
TAKES = "Verifying takes"
LONGER = "That takes longer than it should"
AT_TEN = "%advance 1d"


def told(said: list[Did], chat: str) -> list[str]:
    """What is new in a chat."""
    return [did.text for did in said if did.chat == chat and did.action == "send"]


async def mine(d: Dialogue, who: str = "amal") -> str:
    return (await d.answer(f"{who}: /mine")).text


async def endorse(d: Dialogue) -> int:
    """The number of the message that says it is recorded."""
    await d.say("%title tunis Tunis Readers", "%promote omar@tunis", "omar@tunis: /endorse")
    await d.say("omar@tunis: [confirm]")
    return d.newest("@tunis", "news").number


async def decided(d: Dialogue, waits: dict[int, int]) -> None:
    """As if so many had been decided after so many days, and it is said from now on."""
    await d.say("sami: /help")  # What comes next begins with no copy of another database.
    async with d.database.unit() as unit:
        for days, count in waits.items():
            for _ in range(count):
                unit.waits.note(days, d.platform.now().date())
    await d.say(AT_TEN)


class TestPlace:
    async def test_it_is_said_in_tens_and_not_in_the_hour_in_which_it_was_taken(
        self, d: Dialogue
    ) -> None:
        """Whoever signs to see who signs would else see it to the minute."""
        for number in range(10):
            await d.sign(f"person{number}", "Somebody")
        assert await d.sign("amal", "Amal Haddad") == 11
        assert BEFORE_IT not in await mine(d)
        await d.say("%advance 1h")
        assert f"Fewer than 20 {BEFORE_IT}" in await mine(d)
        await d.say("zaid@admins: /verify 1")
        assert f"Fewer than 10 {BEFORE_IT}" in await mine(d)

    async def test_nothing_of_what_is_decided_or_gone(self, d: Dialogue) -> None:
        await d.sign("amal", "Amal Haddad")
        await d.say("%advance 1h")
        assert BEFORE_IT in await mine(d)
        await d.say("zaid@admins: /verify 1")
        assert BEFORE_IT not in await mine(d)

    @pytest.mark.parametrize(("rule", "value"), [("ROUND_COUNTS_TO", "10"), ("NAMES_AT", "18:00")])
    async def test_where_the_public_learns_less_no_place_is_said(
        self, tmp_path: Path, port: Path, rule: str, value: str
    ) -> None:
        rules = {f"UNDERSIGNED_PUBLICATION__{rule}": value}
        async with open_dialogue(tmp_path, port, **rules) as d:
            await d.sign("amal", "Amal Haddad")
            await decided(d, {2: 9})
            said = await mine(d)
        assert BEFORE_IT not in said
        assert "Verifying takes about 2 days these days." in said


class TestHowLong:
    async def test_it_is_known_from_what_was_decided_and_said_from_the_next_day_on(
        self, d: Dialogue
    ) -> None:
        for number in range(5):
            await d.sign(f"person{number}", "Somebody")
        await d.say("%advance 2d", *(f"zaid@admins: /verify {n}" for n in range(1, 5)))
        await d.say("zaid@admins: /reject 5 We could not reach you")
        await d.sign("lina", "Lina")
        assert TAKES not in await mine(d, "lina")
        await d.say(AT_TEN)
        assert "Verifying takes about 2 days these days." in await mine(d, "lina")
        await d.sign("amal", "Amal Haddad")
        assert "Verifying takes about 2 days these days." in d.newest("amal", "mine").text
        await endorse(d)
        assert "Verifying takes about 2 days these days." in d.newest("@tunis", "news").text

    async def test_what_is_kept_of_it_is_no_row_of_anybodys(self, d: Dialogue) -> None:
        await d.sign("amal", "Amal Haddad")
        await d.say("zaid@admins: /verify 1")
        async with d.database.unit() as unit:
            pace = await unit.waits.pace()
        assert pace == Pace(d.platform.now().date(), {0: 1}, {}, pace.said)
        (stored,) = await d.rows("SELECT value FROM meta WHERE name = 'pace'")
        assert b"began" not in stored[0]


class TestTakesLonger:
    async def test_who_waits_for_longer_is_told_once(self, d: Dialogue) -> None:
        await decided(d, {1: 9})
        await d.sign("amal", "Amal Haddad")
        assert "Verifying takes about 1 day these days." in d.newest("amal", "mine").text
        await endorse(d)
        assert told(await d.say(*[AT_TEN] * 3), "amal") == []
        said = await d.say(AT_TEN)
        for chat, number in (("amal", 1), ("@tunis", 2)):
            (text,) = told(said, chat)
            assert text.startswith(f"#{number} under “")
            assert LONGER in text
        await d.say(*[AT_TEN] * 30)
        assert sum(LONGER in did.text for did in d.did if did.chat == "amal") == 1

    async def test_also_where_nothing_was_said(self, d: Dialogue) -> None:
        await d.sign("amal", "Amal Haddad")
        assert told(await d.say(*[AT_TEN] * UNSAID), "amal") == []
        (text,) = told(await d.say(AT_TEN), "amal")
        assert LONGER in text

    async def test_who_is_set_aside_cannot_tell_by_it(
        self, d: Dialogue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pace, "AT_ONCE", 2)
        people = ("amal", "lina", "sami")
        for who in people:
            await d.sign(who, "Somebody", country="Tunisia" if who == "lina" else "[skip]")
        await d.say("zaid@admins: /aside Tunisia", "zaid@admins: [confirm]", "%advance 1s")
        assert await d.rows("SELECT number FROM endorsements WHERE aside IS NOT NULL") == [(2,)]
        await d.say(*[AT_TEN] * (UNSAID + 2))
        heard = {who: sum(LONGER in did.text for did in d.did if did.chat == who) for who in people}
        assert heard == dict.fromkeys(people, 1)

    async def test_nobody_whose_is_decided_or_who_is_away(self, d: Dialogue) -> None:
        await d.sign("amal", "Amal Haddad")
        await d.sign("lina", "Lina")
        await d.sign("sami", "Sami")
        await d.say("zaid@admins: /verify 1", "lina: /withdraw", "lina: [confirm]")
        async with d.database.unit() as unit:
            record = await unit.endorsements.get(Number(3))
            assert record is not None
            away = lifecycle.note_unreachable(record, dt.date(2026, 1, 1))
            assert away is not None
            await unit.endorsements.save(record, away.record)
        await d.say("%advance 20d", AT_TEN)
        assert [did.text for did in d.did if LONGER in did.text] == []

    async def test_many_are_told_in_parts_and_each_once_whatever_happens_between(
        self, d: Dialogue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pace, "AT_ONCE", 2)
        people = [f"person{number}" for number in range(5)]
        for who in people:
            await d.sign(who, "Somebody")
        commits = 0

        def point(what: str) -> None:
            nonlocal commits
            commits += what == "a commit"
            if commits == 3:
                d.die()

        d.at_point = point
        with pytest.raises(BotStopped):
            await d.say("%advance 20d")
        d.at_point = None
        await d.kill()
        await d.start()
        await d.say("amal: /help")
        heard = {who: sum(LONGER in did.text for did in d.did if did.chat == who) for who in people}
        assert heard == dict.fromkeys(people, 1)


class TestGroup:
    async def test_its_own_message_says_what_has_become_of_it(self, d: Dialogue) -> None:
        message = await endorse(d)

        def now() -> Did:
            return d.now_showing("@tunis", message)

        recorded = now().text
        said = await d.say("zaid@admins: /verify 1")
        assert now().text.startswith("Verified: #1 \u2068Tunis Readers\u2069 (text ")
        assert now().names == ("news",)
        assert len(told(said, "@tunis")) == 1
        await d.say("zaid@admins: /undo 1")
        assert now().text == recorded
        await d.say("zaid@admins: /reject 1 We could not reach you")
        assert now().text.startswith("Not accepted: #1 \u2068Tunis Readers\u2069")
        assert "We could not reach you" in now().text
        assert now().names == ()
        await d.say("zaid@admins: /undo 1", "omar@tunis: /withdraw", "omar@tunis: [confirm]")
        assert now().text == "Withdrawn: #1."
        await d.say("omar@tunis: [undo]")
        assert now().text == recorded
        await d.say("omar@tunis: [news]")
        await d.say("zaid@admins: /verify 1", "%advance 11m")
        assert now().names == ("no_news",)
        live = "SELECT count(*) FROM live_messages WHERE slot_tag IS NOT NULL"
        before = await d.rows(live)
        await d.say("omar@tunis: /withdraw", "omar@tunis: [confirm]", "%advance 11m")
        assert now().text == "Withdrawn: #1."
        # Nothing leads to the group any more.
        assert (await d.rows(live))[0][0] < before[0][0]
        await endorse(d)
        assert now().text == "Withdrawn: #1."

    async def test_of_what_is_forgotten_no_message_is_kept(self, d: Dialogue) -> None:
        await endorse(d)
        slot = Slot.of(SlotKind.RECORDED, Number(1))
        async with d.database.unit() as unit:
            assert await unit.messages.in_slot(slot) is not None
            record = await unit.endorsements.get(Number(1))
            assert record is not None
            await apply(unit, d.bot.campaign, record, lifecycle.forget(record))
        async with d.database.unit() as unit:
            assert await unit.messages.in_slot(slot) is None

    async def test_one_that_is_not_there_any_more_is_not_said_twice(self, d: Dialogue) -> None:
        message = await endorse(d)
        chat = d.platform.group("tunis").id
        assert d.platform.remove(chat, message)
        said = await d.say("zaid@admins: /verify 1")
        assert [did.action for did in said if did.chat == "@tunis"] == ["send"]

    async def test_mine_in_a_group_tells_of_the_group_and_of_nobody_in_it(
        self, d: Dialogue
    ) -> None:
        await d.sign("lina", "Lina")
        nothing = (await d.answer("lina@tunis: /mine")).text
        await endorse(d)
        await d.say("%advance 1h")
        said = (await d.answer("lina@tunis: /mine")).text
        assert "State: waiting to be verified" in said
        assert f"Fewer than 10 {BEFORE_IT}" in said
        assert said.endswith(nothing)
        assert "#1" not in said
        assert (await d.answer("zaid@admins: /mine")).text == nothing
        await d.say("omar@tunis: /withdraw", "omar@tunis: [confirm]")
        assert (await d.answer("lina@tunis: /mine")).text == nothing
