"""One organisation in several chats: linked by admins, counted once, told, unlinked; and what
becomes of the others when one of them is withdrawn, not accepted or erased."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.console.adapter import NAME
from bot.domain.counts import Counts
from bot.domain.endorsement import Visibility
from bot.domain.ids import ChatRef, Number
from bot.ports import Moved
from tests.e2e.test_privacy_on_disk import hits, left_behind
from tests.support.dialogue import Dialogue, Did, open_dialogue
from tests.support.statements import write_port

UNION = "Union of Dockers"
TUNIS = (f"omar@tunis: /endorse {UNION} (Tunisia)", "omar@tunis: [confirm]")
SFAX = (f"lina@sfax: /endorse {UNION} (Tunisia)", "lina@sfax: [confirm]")
GABES = (f"nour@gabes: /endorse {UNION} (Tunisia)", "nour@gabes: [confirm]")
BOTH = (*TUNIS, *SFAX)
FINAL = "%advance 11m"
VERIFIED = (*BOTH, "zaid@admins: /verify 1", "zaid@admins: /verify 2", FINAL)
LINKED = (*VERIFIED, "zaid@admins: /link 1 2", FINAL)
GONE = (*LINKED, "omar@tunis: /withdraw", "omar@tunis: [confirm]", FINAL)


def told(said: list[Did], chat: str) -> list[str]:
    return [did.text for did in said if did.chat == chat and did.action == "send"]


async def record(d: Dialogue, number: int) -> Any:
    """As it is stored, but for what every change changes."""
    async with d.database.unit() as unit:
        found = await unit.endorsements.get(Number(number))
    assert found is not None
    return dataclasses.replace(found, version=0, unlogged=False)


async def names(d: Dialogue) -> list[tuple[Any, ...]]:
    query = "SELECT number FROM endorsements WHERE public_name IS NOT NULL ORDER BY number"
    return await d.rows(query)


async def test_linked_by_a_button_it_counts_once_and_both_are_told(d: Dialogue) -> None:
    said = await d.already(*BOTH)
    (card,) = [did for did in said if did.chat == "@admins" and "#2 · organisation" in did.text]
    assert card.labels[-1] == "Same as #1"
    said = await d.say("zaid@admins: [#1]")
    assert any("#2 is linked to #1: both count as one. 10 minutes left" in did.text for did in said)
    assert "#2, given here, is counted with that one" in told(said, "@sfax")[0]
    assert "#1, given here, stands for both" in told(said, "@tunis")[0]
    card = d.newest("@admins", "undo")
    assert "Linked to #1 by \u2068zaid\u2069" in card.text
    assert await d.counts() == Counts(pending=1, linked=1)
    await d.say("zaid@admins: /verify 1", FINAL)
    assert await d.counts() == Counts(verified=1, organisations=1, linked=1)
    assert await names(d) == [(1,)]
    assert "1 organisation" in (await d.answer("amal: /signatories")).text
    assert "linked to another one: 1" in (await d.answer("zaid@admins: /stats")).text


@pytest.mark.parametrize(
    ("before", "by"),
    [
        (VERIFIED, "/undo 2"),
        *(
            pytest.param(before, by, marks=pytest.mark.soak)
            for before in (BOTH, VERIFIED[:-1])
            for by in ("/undo 2", "/unlink 2")
        ),
    ],
)
async def test_taken_back_at_once_it_is_exactly_what_it_was(
    d: Dialogue, before: tuple[str, ...], by: str
) -> None:
    await d.already(*before)
    was, counts, listed = await record(d, 2), await d.counts(), await names(d)
    await d.say("zaid@admins: /link 1 2")
    assert (await record(d, 2)).linked_to == 1
    assert await names(d) == [one for one in listed if one != (2,)]
    said = await d.say(f"zaid@admins: {by}")
    assert "#2, your endorsement" in told(said, "@sfax")[0]
    assert (
        "doesn't stand for the other one, of another chat or on paper, any more"
        in told(said, "@tunis")[0]
    )
    assert (await record(d, 2), await d.counts(), await names(d)) == (was, counts, listed)


@pytest.mark.parametrize(
    "before",
    [VERIFIED, pytest.param(BOTH, marks=pytest.mark.soak)],
    ids=["on the list", "waiting"],
)
async def test_unlinked_long_after_it_is_exactly_what_it_was(
    d: Dialogue, before: tuple[str, ...]
) -> None:
    """In the log and the export too."""
    await d.already(*before)
    was, counts, listed = await record(d, 2), await d.counts(), await names(d)
    await d.say("zaid@admins: /link 1 2", "%advance 30d")
    await d.restart()
    log = (await d.answer("zaid@admins: /export signed")).sent
    exported = (await d.answer("zaid@admins: /export json")).sent
    assert [(one["number"],) for one in exported] == [one for one in listed if one != (2,)]
    late = await d.answer("zaid@admins: /undo 2")
    assert late.text == "#2 was linked more than 10 minutes ago: /unlink 2"
    card = (await d.say("zaid@admins: /show 2"))[0]
    assert card.names == ("unlink",)
    await d.say("zaid@admins: [unlink]")
    assert (await record(d, 2), await d.counts(), await names(d)) == (was, counts, listed)
    again = (await d.answer("zaid@admins: /export signed")).sent
    assert len(again["entries"]) - len(log["entries"]) == len(listed[1:])
    assert await d.actions("link", "unlink") == [("link", 2), ("unlink", 2)]


@pytest.mark.soak
async def test_who_waits_is_decided_about_as_ever_once_unlinked(d: Dialogue) -> None:
    """The card is there again, with who asked."""
    await d.already(*BOTH, "zaid@admins: /link 1 2", FINAL)
    said = await d.say("zaid@admins: /unlink 2")
    card = next(did for did in said if did.text.startswith("#2 ·") and "verify" in did.names)
    assert "Asked by: \u2068lina\u2069" in card.text
    await d.say("zaid@admins: [verify]")
    assert await d.counts() == Counts(pending=1, verified=1, organisations=1)


@pytest.mark.soak
async def test_the_one_that_counts_stands_for_the_other_whatever_is_typed_first(
    d: Dialogue,
) -> None:
    await d.already(*BOTH, "zaid@admins: /verify 2", FINAL)
    said = (await d.say("zaid@admins: /link 1 2"))[0]
    assert said.text.startswith("#1 is linked to #2")
    assert said.data["undo"] == "/undo 1"
    assert await d.counts() == Counts(verified=1, organisations=1, linked=1)


async def test_there_are_no_chains(d: Dialogue) -> None:
    await d.already(*BOTH, *GABES, "zaid@admins: /link 1 2")
    said = await d.say("zaid@admins: /link 2 3")
    assert said[0].text.startswith("#3 is linked to #1")
    again = await d.answer("zaid@admins: /link 1 3")
    assert again.text == "#3 is linked already. To change that: /unlink 3"
    await d.say("amal@amman: /endorse Another", "amal@amman: [confirm]")
    said = await d.say("zaid@admins: /link 4 1")
    assert said[0].text.startswith("#4 is linked to #1"), "the one that others are linked to"
    await d.say("zaid@admins: /show 1")
    card = d.newest("@admins")
    assert "#1" not in card.names
    assert "Linked to it, of the same organisation: \u2068#2\u2069, \u2068#3\u2069" in (
        card.text.replace(" and ", ", ")
    )


async def test_what_cannot_be_linked_is_said(d: Dialogue) -> None:
    await d.already(*BOTH)
    typed = {
        "/link 1": "Type the numbers of all endorsements of one organisation",
        "/link 1 9": "There's no signature #9 here.",
        "/unlink 1": "#1 is linked to no other one.",
    }
    for command, said in typed.items():
        assert (await d.answer(f"zaid@admins: {command}")).text.startswith(said)
    await d.say("zaid@admins: /link 1 2")
    for command in ("/verify 2", "/reject 2 Nobody", "/reopen 2"):
        said = (await d.answer(f"zaid@admins: {command}")).text
        assert "/unlink 2" in said or "/undo 2" in said


async def test_a_linked_group_has_endorsed_already(d: Dialogue) -> None:
    await d.already(*LINKED)
    said = (await d.answer("lina@sfax: /endorse")).text
    assert (
        "#2 is linked to the endorsement of your organisation in another chat, or on paper" in said
    )
    said = (await d.answer("lina@sfax: /alone 2")).text
    assert "isn't withdrawn for good" in said
    assert (await d.counts()).linked == 1


@pytest.mark.soak
async def test_where_the_main_one_is_withdrawn_the_other_is_asked_and_stands_by_itself(
    d: Dialogue,
) -> None:
    await d.already(*LINKED)
    await d.say("omar@tunis: /withdraw", "omar@tunis: [confirm]")
    assert await d.counts() == Counts(withdrawn=1, linked=1)
    said = await d.say(FINAL)
    (asked,) = [did for did in said if did.chat == "@sfax"]
    assert asked.names == ("alone", "withdraw")
    (card,) = [did for did in said if did.chat == "@admins" and "#2" in did.names]
    assert "counted nowhere until each group says" in card.text
    assert await d.counts() == Counts(withdrawn=1, linked=1), "nothing happens by itself"
    await d.restart()
    said = await d.say("hadi@sfax: [alone]")
    assert "Only an administrator of this group can do that." in [did.text for did in said]
    said = await d.say("lina@sfax: [alone]")
    assert told(said, "@sfax") == ["#2 stands by itself: verified."]
    assert await d.counts() == Counts(withdrawn=1, verified=1, organisations=1)
    assert await names(d) == [(2,)]
    said = await d.say("lina@sfax: [alone]")
    assert told(said, "@sfax") == ["#2 stands by itself: verified."], "pressed again"
    assert (await d.counts()).verified == 1


@pytest.mark.soak
async def test_where_the_main_one_is_withdrawn_the_other_can_be_too(d: Dialogue) -> None:
    await d.already(*GONE)
    await d.say("lina@sfax: [withdraw]", "lina@sfax: [confirm]", FINAL)
    assert await d.counts() == Counts(withdrawn=2)


@pytest.mark.soak
async def test_a_withdrawal_that_is_undone_changes_nothing_of_the_others(d: Dialogue) -> None:
    await d.already(*LINKED)
    await d.say("omar@tunis: /withdraw", "omar@tunis: [confirm]", "omar@tunis: [undo]")
    assert not told(await d.say(FINAL), "@sfax")
    assert await d.counts() == Counts(verified=1, organisations=1, linked=1)


async def test_where_the_main_one_is_withdrawn_the_others_are_asked_and_one_stands_for_the_rest(
    d: Dialogue,
) -> None:
    """Else each of them would count, and the organisation more than once."""
    await d.already(*BOTH, *GABES, *(f"zaid@admins: /verify {n}" for n in (1, 2, 3)), FINAL)
    await d.say("zaid@admins: /link 1 2 3", FINAL, "omar@tunis: /withdraw", "omar@tunis: [confirm]")
    said = await d.say(FINAL)
    for chat in ("@sfax", "@gabes"):
        (asked,) = [did for did in said if did.chat == chat]
        assert asked.names == ("alone", "withdraw")
    assert await d.counts() == Counts(withdrawn=1, linked=2), "nothing happens by itself"
    await d.restart()
    said = await d.say("lina@sfax: [alone]")
    assert told(said, "@sfax") == ["#2 stands by itself: verified."]
    assert await d.counts() == Counts(withdrawn=1, verified=1, organisations=1, linked=1)
    assert (await record(d, 3)).linked_to == 2
    said = await d.say("nour@gabes: [alone]")
    assert "isn't withdrawn for good" in said[0].text
    assert (await d.counts()).verified == 1
    assert await names(d) == [(2,)]


@pytest.mark.soak
async def test_where_a_linked_one_is_withdrawn_the_main_one_is_told_and_stands(
    d: Dialogue,
) -> None:
    await d.already(*LINKED)
    await d.say("lina@sfax: /withdraw", "lina@sfax: [confirm]")
    said = await d.say(FINAL)
    (asked,) = [did for did in said if did.chat == "@tunis"]
    assert asked.names == ("withdraw",)
    assert "That changes nothing of #1, given here" in asked.text
    assert await d.counts() == Counts(verified=1, organisations=1, withdrawn=1)


@pytest.mark.soak
async def test_a_linked_one_whose_withdrawal_is_undone_is_linked_to_what_stands_now(
    d: Dialogue,
) -> None:
    await d.already(*BOTH, *GABES, "zaid@admins: /link 1 2", FINAL)
    await d.say("lina@sfax: /withdraw", "lina@sfax: [confirm]", "zaid@admins: /link 3 1")
    await d.say("lina@sfax: [undo]")
    assert (await record(d, 2)).linked_to == 3


async def test_where_the_main_one_is_not_accepted_the_other_waits_to_be_decided(
    d: Dialogue,
) -> None:
    await d.already(*LINKED)
    await d.say("zaid@admins: /reject 1 No such union")
    assert await d.counts() == Counts(rejected=1, linked=1)
    said = await d.say(FINAL)
    assert "stands by itself again: waiting to be verified" in told(said, "@sfax")[0]
    assert await d.counts() == Counts(rejected=1, pending=1)
    assert await names(d) == []


async def test_not_accepted_and_then_withdrawn_it_was_not_accepted(d: Dialogue) -> None:
    """Else another chat would bring back what admins have said no to."""
    await d.already(*LINKED, "zaid@admins: /reject 1 No such union")
    await d.say("omar@tunis: /withdraw", "omar@tunis: [confirm]")
    said = await d.say(FINAL)
    assert "stands by itself again: waiting to be verified" in told(said, "@sfax")[0]
    assert await d.counts() == Counts(withdrawn=1, pending=1)


@pytest.mark.soak
async def test_where_the_main_one_waits_again_the_other_stays_linked(d: Dialogue) -> None:
    await d.already(*BOTH, "zaid@admins: /verify 1", "zaid@admins: /link 1 2")
    await d.say("zaid@admins: /undo 1")
    assert await d.counts() == Counts(pending=1, linked=1)


@pytest.mark.soak
async def test_where_the_main_one_is_erased_by_its_age_one_of_the_others_stands_for_the_rest(
    d: Dialogue,
) -> None:
    await d.already(*BOTH, *GABES, "zaid@admins: /link 1 2 3", FINAL)
    await d.say("%advance 170d", "%advance 15d")
    assert (await record(d, 1)).signer is None
    assert await d.counts() == Counts(withdrawn=1, pending=1, linked=1)
    assert (await record(d, 3)).linked_to == 2


async def test_the_end_of_the_statement_thanks_both_and_forgets_the_linked_one(
    d: Dialogue,
) -> None:
    await d.already(*LINKED)
    await d.say("zaid@admins: /finish")
    await d.say("omar@admins: /finish", "%advance 1m")
    for chat in ("@tunis", "@sfax"):
        assert "is finished" in d.newest(chat).text
        assert "1 organisation" in d.newest(chat).text
    assert await d.counts() == Counts(verified=1, organisations=1, withdrawn=1)
    assert (await record(d, 2)).linked_to is None


@pytest.mark.soak
async def test_where_its_group_moves_it_stays_linked(d: Dialogue) -> None:
    await d.already(*LINKED)
    there = d.platform.group("there")
    await d.receive(Moved(d.origin("lina", "sfax"), ChatRef(NAME, str(there.id))))
    await d.receive(Moved(d.origin("omar", "tunis"), ChatRef(NAME, str(d.platform.group("x").id))))
    assert (await record(d, 2)).linked_to == 1
    said = await d.say("zaid@admins: /unlink 2")
    assert "stands by itself again: verified" in told(said, "@there")[0]
    assert told(said, "@x")
    assert await names(d) == [(1,), (2,)]


@pytest.mark.soak
async def test_who_asked_for_a_linked_one_is_forgotten_when_they_want_it(d: Dialogue) -> None:
    await d.already(*BOTH, "zaid@admins: /link 1 2", FINAL)
    assert (await record(d, 2)).details.asked_by == "lina"
    await d.restart()
    await d.say("lina: /forget", "lina: [confirm]")
    assert (await record(d, 2)).details.asked_by is None


async def test_a_press_that_comes_twice_links_once(d: Dialogue) -> None:
    await d.already(*BOTH, "zaid@admins: /help")
    card = d.newest("@admins", "#1")
    presses = [d.press("zaid", card.number, card.data["#1"], "admins") for _ in range(2)]
    await d.receive(*presses)
    assert await d.counts() == Counts(pending=1, linked=1)
    assert await d.actions("link") == [("link", 2)]


async def test_a_linked_name_is_nowhere_in_clear(d: Dialogue) -> None:
    """Though it was public, and whatever it will be."""
    await d.already(
        *(*TUNIS, "lina@sfax: /endorse Canary Union", "lina@sfax: [confirm]"),
        *("zaid@admins: /verify 1", "zaid@admins: /verify 2", FINAL),
    )
    await d.say("zaid@admins: /link 1 2", FINAL)
    await d.stop()
    assert hits(left_behind(d.folder), ["Canary Union", "lina"]) == []
    await d.start()


async def test_many_links_take_a_second_admin(tmp_path: Path, port: Path) -> None:
    """A link takes a name off the list, as a rejection does."""
    async with open_dialogue(tmp_path, port, UNDERSIGNED_VERIFICATION__ALONE_AT_MOST="1") as d:
        await d.already(*BOTH, *GABES, "zaid@admins: /link 1 2")
        said = await d.say("zaid@admins: /link 1 3")
        assert said[0].text.startswith("Not done yet: \u2068#3\u2069.")
        assert (await d.counts()).linked == 1
        assert "#3\u2069: \u2068Same as #1\u2069" in d.newest("@admins", "agree").text
        await d.say("omar@admins: [agree]")
        assert (await record(d, 3)).linked_to == 1
        decision = (await record(d, 3)).decision
        assert decision.by == "zaid + omar"


async def test_what_waits_for_a_second_admin_can_be_corrected(tmp_path: Path, port: Path) -> None:
    """And whoever agrees agrees to what was asked last, which they have seen."""
    async with open_dialogue(tmp_path, port, UNDERSIGNED_VERIFICATION__ALONE_AT_MOST="1") as d:
        await d.already(*BOTH, *GABES, "amal@amman: /endorse Another", "amal@amman: [confirm]")
        await d.say("zaid@admins: /link 1 2", "zaid@admins: /link 1 4")
        mistaken = d.newest("@admins", "agree")
        assert "#4\u2069: \u2068Same as #1\u2069" in mistaken.text
        await d.say("zaid@admins: /link 3 4")
        asked = d.newest("@admins", "agree")
        assert "#4\u2069: \u2068Same as #3\u2069" in asked.text
        assert "Same as #1" not in asked.text
        old = d.press("omar", mistaken.number, mistaken.data["agree"], "admins")
        await d.receive(old)
        assert (await record(d, 4)).linked_to is None
        await d.say("omar@admins: [agree]")
        assert (await record(d, 4)).linked_to == 3


async def test_more_than_a_button_can_carry_is_undone_by_typing(
    d: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.commands.linking.MOST_DATA", len("/undo 2"))
    await d.already(*BOTH, *GABES)
    said = (await d.say("zaid@admins: /link 1 2 3"))[0]
    assert "#3 is linked to #1" in said.text
    assert "undo" not in said.names
    await d.say("zaid@admins: /undo 2 3", "zaid@admins: [confirm]")
    assert "undo" in (await d.say("zaid@admins: /link 1 2"))[0].names


async def test_the_card_of_the_main_one_names_who_is_linked_to_it_now(d: Dialogue) -> None:
    await d.already(*BOTH, "zaid@admins: /link 1 2")
    (card,) = [did for did in d.did if did.chat == "@admins" and did.text.startswith("#1 ·")][-1:]
    assert "Linked to it, of the same organisation: \u2068#2\u2069" in card.text
    await d.say("lina@sfax: /withdraw", "lina@sfax: [confirm]")
    assert "Linked to it" not in d.now_showing("@admins", card.number).text
    await d.say("lina@sfax: [undo]")
    assert "Linked to it" in d.now_showing("@admins", card.number).text


async def test_who_is_not_public_is_offered_to_nobody(d: Dialogue) -> None:
    await d.already(*TUNIS)
    async with d.database.unit() as unit:
        found = await unit.endorsements.get(Number(1))
        assert found is not None
        hidden = dataclasses.replace(found, visibility=Visibility.ORGANISERS)
        await unit.endorsements.save(found, hidden)
    await d.say(*SFAX)
    assert "#1" not in d.newest("@admins", "verify").names
    said = (await d.answer("zaid@admins: /link 1 2")).text
    assert said == "#2 and #1 can't be linked: both names have to be public, and one isn't."


async def test_at_the_end_a_linked_one_is_told_whatever_came_first(d: Dialogue) -> None:
    """The one that stands for it is forgotten by then, or is not yet."""
    await d.already(*BOTH, "zaid@admins: /link 1 2", FINAL)
    await d.say("zaid@admins: /finish", "omar@admins: /finish", "%advance 1m")
    for chat in ("@tunis", "@sfax"):
        assert "wasn't verified in time" in d.newest(chat).text


async def test_without_a_number_it_is_the_one_that_can_stand_alone(tmp_path: Path) -> None:
    statements = write_port(tmp_path)
    write_port(tmp_path, name="pier")
    async with open_dialogue(tmp_path, statements) as d:
        for statement in ("port", "pier"):
            for who in ("omar@tunis", "lina@sfax"):
                await d.say(f"{who}: /endorse {statement} {UNION}", f"{who}: [confirm]")
        await d.say("zaid@admins: /link 1 2", "zaid@admins: /link 3 4", FINAL)
        await d.say("omar@tunis: /withdraw 3", "omar@tunis: [confirm]", FINAL)
        assert (await d.say("lina@sfax: /alone"))[0].text.startswith("#4 stands by itself")


async def test_where_the_main_one_came_on_paper_and_is_taken_back_the_other_waits_by_itself(
    d: Dialogue,
) -> None:
    await d.already(f"zaid@admins: /add organisation {UNION} (Tunisia); by letter")
    await d.say("zaid@admins: [confirm]", *SFAX)
    said = await d.say("zaid@admins: /link 1 2")
    assert "in another chat, or on paper, too" in told(said, "@sfax")[0]
    said = await d.say("zaid@admins: /add 1 undo", "%advance 1s")
    assert await d.counts() == Counts(withdrawn=1, pending=1)
