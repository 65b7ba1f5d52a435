"""The desk: what waits, one by one in one message, held, filtered, many at once and set aside."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.domain.counts import Counts
from tests.support.dialogue import Dialogue, Did, signing
from tests.support.signed import prepare, sign_all

ALL = ("verify", "reject", "ask", "skip", "filter", "bulk")


def people_sign(*names: str) -> list[str]:
    signed = (signing(f"p{n}", name, country="Tunisia") for n, name in enumerate(names))
    return [line for lines in signed for line in lines]


async def people(d: Dialogue, *names: str) -> None:
    await d.already(*people_sign(*names))


async def four(d: Dialogue) -> None:
    """Two people and two groups, of which the last two look alike."""
    groups = (("readers", "Readers of Sfax"), ("reader", "Reader of Sfax"))
    endorsed = (
        (f"omar@{group}: /endorse {name}", f"omar@{group}: [confirm]") for group, name in groups
    )
    lines = (line for lines in endorsed for line in lines)
    await d.already(*people_sign("Amal Haddad", "Rami Mansour"), *lines)


async def desk(d: Dialogue, who: str = "zaid", words: str = "") -> Did:
    return (await d.say(f"{who}@admins: /pending {words}"))[-1]


def sent(said: list[Did]) -> Did:
    """The one new message in the admin chat."""
    (new,) = (did for did in said if did.chat == "@admins" and did.action == "send")
    return new


def now(d: Dialogue, opened: Did) -> Did:
    return d.now_showing("@admins", opened.number)


async def test_one_message_in_the_order_of_the_queue(d: Dialogue) -> None:
    await four(d)
    opened = await desk(d)
    assert opened.text.startswith("Waiting: 2 people and 2 organisations.")
    assert opened.names == ALL
    seen = []
    for press in ("verify", "skip", "skip"):
        seen.append(now(d, opened).text)
        said = await d.say(f"zaid@admins: [{opened.number}:{press}]")
        assert {
            did.message for did in said if did.chat == "@admins" and did.action == "send"
        } == set()
    seen.append(now(d, opened).text)
    assert [f"#{n} · " in text for n, text in enumerate(seen, 1)] == [True] * 4
    assert await d.counts() == Counts(pending=3, verified=1, persons=1)
    # Those that were left out come round again.
    await d.say(f"zaid@admins: [{opened.number}:skip]")
    assert "#2 · " in now(d, opened).text


async def test_for_how_long_is_said_once_that_is_known(d: Dialogue) -> None:
    await four(d)
    assert "The oldest" not in (await desk(d)).text
    d.platform.advance(dt.timedelta(hours=3))
    assert "The oldest: 3 hours" in (await desk(d)).text


async def test_what_resembles_stands_beside_it(d: Dialogue) -> None:
    await four(d)
    await d.say("zaid@admins: /reject 3 nobody")
    opened = await desk(d, words="marked")
    assert "#4 · organisation" in opened.text
    assert "Similar name: \u2068#3" in opened.text
    assert "#3 \u2068Readers of Sfax\u2069 · not accepted" in opened.text
    assert "Only: \u2068With marks\u2069" in opened.text
    # What most often follows takes one touch.
    said = await d.say("zaid@admins: [duplicate]")
    assert any(s.chat == "@reader" and "It's on the list already." in s.text for s in said)
    assert await d.counts() == Counts(pending=2, rejected=2)


@pytest.mark.parametrize("press", [None, "reject", "ask"])
async def test_a_name_that_is_erased_stands_beside_no_other(d: Dialogue, press: str | None) -> None:
    await people(d, "Lina Aziz", "Lina Azis")
    opened = await desk(d, words="marked")
    if press is not None:
        await d.say(f"zaid@admins: [{opened.number}:{press}]")
    assert "Lina Aziz" in now(d, opened).text
    await d.say("p0: /forget", "p0: [confirm]")
    assert "#2 · " in now(d, opened).text
    assert "Lina Aziz\u2069" not in now(d, opened).text


async def test_rejected_by_a_choice_and_by_a_reply(d: Dialogue) -> None:
    await four(d)
    opened = await desk(d)
    await d.say(f"zaid@admins: [{opened.number}:reject]")
    asked = now(d, opened)
    assert asked.names == ("unreal", "duplicate", "unsure", "back")
    assert "#1 · " in asked.text
    assert "Why? Tap a reason" in asked.text
    await d.say(f"zaid@admins: [{opened.number}:back]")
    assert now(d, opened).names == ALL
    await d.say(f"zaid@admins: [{opened.number}:reject]")
    said = await d.say(f"zaid@admins: [{opened.number}:unreal]")
    assert any(did.chat == "p0" and "doesn't look like a real one" in did.text for did in said)
    assert "#2 · " in now(d, opened).text
    await d.say(f"zaid@admins: [{opened.number}:reject]")
    said = await d.say(f"zaid@admins: >{opened.number} Rami asked us to")
    # What was typed is answered below it: the desk has moved there.
    assert "#2 is not accepted." in sent(said).text
    assert "#3 · " in sent(said).text
    assert await d.counts() == Counts(pending=2, rejected=2)


async def test_a_question_is_asked_and_the_next_one_comes(d: Dialogue) -> None:
    await four(d)
    opened = await desk(d)
    await d.say(f"zaid@admins: [{opened.number}:ask]")
    assert now(d, opened).names == ("back",)
    said = await d.say(f"zaid@admins: >{opened.number} Which school?")
    assert any(did.chat == "p0" and "Which school?" in did.text for did in said)
    assert "#2 · " in sent(said).text
    assert await d.counts() == Counts(pending=4)


async def test_back_and_undone_and_forth(d: Dialogue) -> None:
    await four(d)
    opened = await desk(d)
    await d.say(f"zaid@admins: [{opened.number}:verify]", f"zaid@admins: [{opened.number}:skip]")
    await d.say(f"zaid@admins: [{opened.number}:previous]")
    assert "#2 · " in now(d, opened).text
    await d.say(f"zaid@admins: [{opened.number}:previous]")
    assert "Verified by" in now(d, opened).text
    await d.say(f"zaid@admins: [{opened.number}:undo]")
    assert "waiting to be verified" in now(d, opened).text
    assert await d.counts() == Counts(pending=4)
    for number in (2, 3):
        await d.say(f"zaid@admins: [{opened.number}:skip]")
        assert f"#{number} · " in now(d, opened).text
    # The last decision is undone from the next record on.
    await d.say(f"zaid@admins: [{opened.number}:verify]", f"zaid@admins: [{opened.number}:undo]")
    assert "#3 · " in now(d, opened).text
    assert await d.counts() == Counts(pending=4)


async def test_a_press_means_the_record_that_was_seen(d: Dialogue) -> None:
    """A second press of the same button, on its way while the first was handled, decides nothing
    about the record that has come meanwhile."""
    await four(d)
    opened = await desk(d)
    data = opened.data["verify"]
    await d.say(f"zaid@admins: [{opened.number}:verify]")
    said = await d.receive(d.press("zaid", opened.number, data, "admins"))
    assert [did.action for did in said] == ["notice"]
    assert await d.counts() == Counts(pending=3, verified=1, persons=1)


async def test_who_has_a_record_open_holds_it(d: Dialogue) -> None:
    await people(d, "Amal Haddad", "Rami Mansour")
    first = await desk(d)
    second = await desk(d, "lina")
    assert "#1 · " in first.text
    assert "#2 · " in second.text
    third = await desk(d, "nour")
    assert "open at the desk of \u2068zaid\u2069 and \u2068lina\u2069" in third.text
    # A foreign desk is not pressed.
    said = await d.say(f"lina@admins: [{first.number}:verify]")
    assert [did.action for did in said] == ["notice"]
    assert "This is the desk of" in said[0].text
    assert await d.counts() == Counts(pending=2)
    await d.say("%advance 6m")
    await d.say(f"nour@admins: [{third.number}:pending]")
    assert "#1 · " in now(d, third).text
    # Nothing blocks: who had it open first still may, and the other sees what became of it.
    await d.say(f"zaid@admins: [{first.number}:verify]")
    assert "Verified by" in now(d, third).text
    assert "verify" not in now(d, third).names
    await d.say(f"nour@admins: [{third.number}:skip]")


async def test_what_is_decided_elsewhere_is_seen_on_the_desk(d: Dialogue) -> None:
    await people(d, "Amal Haddad", "Rami Mansour")
    opened = await desk(d)
    await d.say("lina@admins: /verify 1")
    assert "Verified by" in now(d, opened).text
    press = d.press("zaid", opened.number, opened.data["verify"], "admins")
    said = await d.receive(press)
    assert "has been decided: verified, by" in next(s.text for s in said if s.action == "notice")
    assert "#2 · " in now(d, opened).text
    await d.say("p1: /withdraw", "p1: [confirm]")
    assert "Withdrawn by its signer." in now(d, opened).text
    await d.say("p1: /forget", "p1: [confirm]")
    assert "Rami" not in now(d, opened).text


async def test_a_typed_decision_moves_the_own_desk_on(d: Dialogue) -> None:
    await people(d, "Amal Haddad", "Rami Mansour")
    opened = await desk(d)
    said = await d.say("zaid@admins: /verify 1")
    assert now(d, opened).text == "Your desk is further down."
    assert sent(said).text.startswith("#1 is verified.")
    assert "#2 · " in sent(said).text
    said = await d.say("zaid@admins: /pending previous")
    assert "#1 · " in sent(said).text


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("person", {1, 2}),
        ("organisations", {3, 4}),
        ("marked", {4}),
        ("unmarked organisation", {3}),
        ("Tunisia", {1, 2}),
        ("name haddad", {1}),
        ("port console", {1, 2, 3, 4}),
        ("en", {1, 2, 3, 4}),
        ("wave", set()),
        ("aside", set()),
        ("before 2020-01-01", set()),
        ("since 2020-01-01", {1, 2, 3, 4}),
    ],
)
async def test_filtered_by_words(d: Dialogue, words: str, shown: set[int]) -> None:
    await four(d)
    opened = await desk(d, words=words)
    seen = set()
    for _ in range(len(shown)):
        text = now(d, opened).text
        seen |= {n for n in range(1, 5) if f"#{n} · " in text.replace("\n#", "\n\n#")[:200]}
        await d.say(f"zaid@admins: [{opened.number}:skip]")
    assert seen == shown
    if not shown:
        assert "Nothing that waits fits this." in opened.text


async def test_filtered_by_buttons(d: Dialogue) -> None:
    await four(d)
    opened = await desk(d)
    await d.say(
        f"zaid@admins: [{opened.number}:filter]", f"zaid@admins: [{opened.number}:countries]"
    )
    assert now(d, opened).names == ("TN", "back")
    assert now(d, opened).labels[0] == "Tunisia · 2"
    await d.say(f"zaid@admins: [{opened.number}:TN]", f"zaid@admins: [{opened.number}:filter]")
    assert {"all", "put_aside"} <= set(now(d, opened).names)
    await d.say(f"zaid@admins: [{opened.number}:organisation]")
    assert "Nothing that waits fits this." in now(d, opened).text
    await d.say(f"zaid@admins: [{opened.number}:filter]", f"zaid@admins: [{opened.number}:all]")
    assert "Waiting: 2 people and 2 organisations." in now(d, opened).text


async def test_all_without_marks_at_once_and_undone_as_one(d: Dialogue) -> None:
    await people(d, "Amal Haddad", "Rami Mansour", "Lina Aziz", "Lina Azis")
    await d.say("omar@readers: /endorse Readers of Sfax", "omar@readers: [confirm]")
    opened = await desk(d)
    await d.say(f"zaid@admins: [{opened.number}:bulk]")
    listed = now(d, opened)
    assert listed.text.startswith("Verify these 3? They have no marks.")
    assert "#3 \u2068Lina Aziz\u2069" in listed.text
    # What has marks is not in it, nor are organisations: they are looked at one by one.
    assert "#4" not in listed.text
    assert "#5" not in listed.text
    # Who comes or changes after that is not in it.
    await d.sign("late", "Nour Aziz")
    await d.say("p1: /withdraw", "p1: [confirm]")
    said = await d.say(f"zaid@admins: [{opened.number}:confirm]")
    assert await d.counts() == Counts(pending=3, verified=2, withdrawn=1, persons=2)
    assert {did.chat for did in said} == {"@admins", "p0", "p2"}
    told = d.newest("@admins", "undo")
    assert "Verified by \u2068zaid\u2069: 2" in told.text
    assert "1 was left as it is" in told.text
    assert "#4 · " in now(d, opened).text
    assert await d.actions() == [("verify", 1), ("verify", 3)]
    await d.say(f"lina@admins: [{told.number}:undo]")
    assert await d.counts() == Counts(pending=5, withdrawn=1)
    assert "Undone, and waiting again: 2" in d.now_showing("@admins", told.number).text
    await d.say("%advance 11m")
    assert await d.counts() == Counts(pending=5, withdrawn=1)


async def test_undoing_a_list_leaves_what_was_decided_since(d: Dialogue) -> None:
    await people(d, "Amal Haddad", "Rami Mansour")
    await d.say("zaid@admins: /pending bulk", "zaid@admins: [confirm]")
    told = d.newest("@admins", "undo")
    await d.say("lina@admins: /undo 1", "lina@admins: /verify 1")
    await d.say(f"zaid@admins: [{told.number}:undo]")
    assert await d.counts() == Counts(pending=1, verified=1, persons=1)
    assert "1 was left as it is" in d.now_showing("@admins", told.number).text
    await d.say("zaid@admins: /verify 2", "%advance 11m")
    assert "can't be undone" in (await d.answer("zaid@admins: /bulk 1 undo")).text


@pytest.mark.usefixtures("started")
async def test_a_list_is_read_in_pages(d: Dialogue) -> None:
    await prepare(d.database, "port")
    numbers = await sign_all(d.database, [f"Member {n}" for n in range(150)], "port")
    opened = await desk(d, words="unmarked")
    await d.say(f"zaid@admins: [{opened.number}:bulk]")
    seen: list[str] = []
    while True:
        shown = now(d, opened)
        seen += [line.split()[0] for line in shown.text.splitlines() if line.startswith("#")]
        if "next" not in shown.names:
            break
        await d.say(f"zaid@admins: [{opened.number}:next]")
    assert seen == [f"#{number}" for number in numbers]
    before = now(d, opened).text
    await d.say(f"zaid@admins: [{opened.number}:previous]")
    assert now(d, opened).text != before
    await d.say(f"zaid@admins: [{opened.number}:back]")
    assert now(d, opened).names[0] == "verify"


async def test_set_aside_by_what_they_share_and_brought_back(d: Dialogue) -> None:
    await four(d)
    await d.say("zaid@admins: /aside Tunisia")
    asked = d.newest("@admins", "confirm")
    assert asked.text.startswith("Set these 2 aside?")
    await d.say("zaid@admins: [confirm]")
    told = d.newest("@admins", "undo")
    assert "Waiting: 2 organisations." in (await desk(d, "lina")).text
    assert "2 people" in (await desk(d, "lina", "aside")).text
    assert await d.counts() == Counts(pending=4)
    actions = await d.actions()
    assert actions == [("aside", 1), ("aside", 2)]
    # One that was set aside can be decided all the same.
    await d.say("lina@admins: [verify]")
    await d.say("%advance 3d")
    await d.say(f"zaid@admins: [{told.number}:undo]")
    assert "Waiting: 1 person and 2 organisations." in (await desk(d)).text
    assert await d.counts() == Counts(pending=3, verified=1, persons=1)


async def test_nothing_is_set_aside_without_a_word_of_what(d: Dialogue) -> None:
    await four(d)
    asked = (await d.say("zaid@admins: /aside"))[-1]
    assert "What do you want to see?" in asked.text
    assert "confirm" not in asked.names


async def test_a_restart_finds_the_desk_and_goes_on_with_a_list(d: Dialogue) -> None:
    await four(d)
    opened = await desk(d)
    await d.say(f"zaid@admins: [{opened.number}:skip]")
    await d.restart()
    await d.say(f"zaid@admins: [{opened.number}:previous]")
    assert "#1 · " in now(d, opened).text
