"""Who may endorse for a group, on the whole bot through HTTP: as Telegram really names people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.telegram import members
from tests.integration.telegram.whole import Whole, whole_bot_alone
from tests.support.botapi import Chat, Person, faults
from tests.support.dialogue import number_in

PREVIEW = "Endorse “\u2068Open the port\u2069” as:"


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[Whole]:
    async with whole_bot_alone(tmp_path) as whole:
        yield whole


@pytest.fixture
def omar(w: Whole) -> Person:
    return w.server.person("omar")


@pytest.fixture
def amal(w: Whole) -> Person:
    return w.server.person("amal")


@pytest.fixture
def tunis(w: Whole, omar: Person, amal: Person) -> Chat:
    group = w.server.group("Tunis Readers", creator=omar)
    group.add(amal)
    return group


async def pending(w: Whole) -> int:
    return (await w.counts()).pending


async def test_an_anonymous_administrator_endorses_for_a_group(
    w: Whole, amal: Person, tunis: Chat
) -> None:
    """The command names nobody; the press carries the person, whose standing is asked."""
    tunis.promote(amal, anonymous=True)
    assert (await w.say(amal, "/endorse", tunis)).startswith(PREVIEW)
    (typed,) = [message for message in w.server.messages(tunis) if message.text == "/endorse"]
    assert typed.sender_chat is tunis
    before = len(w.server.calls("getChatMember"))
    await w.press(amal, "confirm", tunis)
    asked = [call.parameters["user_id"] for call in w.server.calls("getChatMember")[before:]]
    assert [int(number) for number in asked] == [amal.id]
    assert w.texts(tunis)[-1].startswith("Recorded: #1 ")
    assert await pending(w) == 1


async def test_what_an_anonymous_administrator_asked_for_no_member_confirms(
    w: Whole, omar: Person, amal: Person, tunis: Chat
) -> None:
    tunis.promote(omar, anonymous=True)
    await w.say(omar, "/endorse", tunis)
    press = await w.press(amal, "confirm", tunis)
    assert press.answer == "Only an administrator of this group can do that."
    assert w.texts(tunis)[-1].startswith(PREVIEW)
    assert await pending(w) == 0
    # The preview still waits for one who may.
    await w.press(omar, "confirm", tunis)
    assert await pending(w) == 1


async def test_what_only_a_person_may_do_an_anonymous_administrator_is_told_how(
    w: Whole, omar: Person, tunis: Chat
) -> None:
    number = await w.endorse(omar, tunis)
    tunis.promote(omar, anonymous=True)
    await w.say(omar, "/withdraw", tunis)
    await w.press(omar, "confirm", tunis)
    assert f"Withdrawn: #{number}." in w.texts(tunis)[-1]


async def test_a_sender_on_behalf_of_a_channel_is_no_person(
    w: Whole, omar: Person, tunis: Chat
) -> None:
    """Not even where the channel is its owner's, who administers the group too."""
    news = w.server.channel("News", creator=omar, bot=None)
    said = await w.say(omar, "/endorse", tunis, on_behalf_of=news)
    assert said == "That was posted as a channel. An administrator has to do it in person."
    await w.endorse(omar, tunis)
    await w.say(omar, "/withdraw", tunis, on_behalf_of=news)
    assert await pending(w) == 1


async def test_an_administrator_demoted_between_preview_and_confirm_is_refused(
    w: Whole, amal: Person, tunis: Chat
) -> None:
    tunis.promote(amal)
    assert (await w.say(amal, "/endorse", tunis)).startswith(PREVIEW)
    tunis.demote(amal)
    press = await w.press(amal, "confirm", tunis)
    assert press.answer == "Only an administrator of this group can do that."
    assert await pending(w) == 0
    assert w.texts(w.admins) == []


async def test_a_press_while_telegram_is_too_slow_is_answered_and_can_be_repeated(
    w: Whole, omar: Person, tunis: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that came after five seconds was asked for again, and so without end."""
    await w.say(omar, "/endorse", tunis)
    preview, data = w.with_button(tunis, "confirm")
    assert members.ANSWER_TIME < 5
    monkeypatch.setattr(members, "ANSWER_TIME", 0.2)
    w.server.fail("getChatMember", faults.slow(3.0), times=None)
    press = await omar.press(preview, data)
    await w.server.wait_for(lambda: press.answered, within=20)
    assert press.answer == "I couldn't check your rights just now. Try again in a minute."
    assert await pending(w) == 0
    w.server.faults.clear()
    await w.press(omar, "confirm", tunis)
    assert await pending(w) == 1


async def test_an_administrator_thrown_out_between_preview_and_confirm_is_refused(
    w: Whole, omar: Person, amal: Person, tunis: Chat
) -> None:
    tunis.promote(amal)
    await w.say(amal, "/endorse", tunis)
    tunis.remove(amal, by=omar)
    press = await w.press(amal, "confirm", tunis)
    assert press.answer == "Only an administrator of this group can do that."
    assert await pending(w) == 0


async def test_a_supergroup_upgrade_in_the_middle_of_an_endorsement_loses_nothing(
    w: Whole, omar: Person
) -> None:
    """Between the press and its answer: it is recorded once, said in the supergroup, and belongs
    to that from then on."""
    old = w.server.group("Small Group", creator=omar, kind="group")
    await w.say(omar, "/endorse Readers of the Port", old)
    preview, data = w.with_button(old, "confirm")
    await omar.press(preview, data)
    new = old.upgrade()
    await w.server.wait_for(lambda: w.texts(new))
    await w.settled()
    assert await pending(w) == 1
    told = w.texts(new)[-1]
    assert told.startswith("Recorded: #1 ")
    assert "Readers of the Port" in told
    await w.say(w.zaid, "/verify 1", w.admins)
    assert "Verified: #" in w.texts(new)[-1]
    assert "already" in await w.say(omar, "/endorse", new)
    await w.say(omar, "/withdraw", new)
    await w.press(omar, "confirm", new)
    assert (await w.counts()).withdrawn == 1


async def test_a_preview_that_stayed_behind_in_the_group_as_it_was(w: Whole, omar: Person) -> None:
    """Its button is answered and records nothing; the command in the supergroup does."""
    old = w.server.group("Small Group", creator=omar, kind="group")
    await w.say(omar, "/endorse Readers of the Port", old)
    preview, data = w.with_button(old, "confirm")
    new = old.upgrade()
    await w.settled()
    press = await omar.press(preview, data)
    await w.settled()
    assert press.answer
    assert await pending(w) == 0
    assert await w.endorse(omar, new) == 1
    assert await pending(w) == 1


async def test_an_upgrade_after_the_endorsement_that_the_bot_hears_of_when_it_writes(
    w: Whole, omar: Person
) -> None:
    """The service message is lost; the refusal to the old number says where the group went."""
    old = w.server.group("Small Group", creator=omar, kind="group")
    number = await w.endorse(omar, old)
    w.server.updates.allow(["message"])
    new = old.upgrade()
    w.server.updates.clear()
    await w.say(w.zaid, f"/verify {number}", w.admins)
    await w.server.wait_for(lambda: "Verified: #" in w.texts(new)[-1])
    assert "already" in await w.say(omar, "/endorse", new)


async def test_a_topic_is_answered_in_that_topic(w: Whole, omar: Person) -> None:
    forum = w.server.group("Forum", creator=omar, forum=True)
    await w.settled()
    letters, other = forum.topic("Letters"), forum.topic("Other")
    before = len(w.texts(forum))
    assert (await w.say(omar, "/endorse", forum, topic=letters)).startswith(PREVIEW)
    await w.press(omar, "confirm", forum)
    assert number_in(w.texts(forum)[-1]) == 1
    await w.say(omar, "/demands", forum, topic=other)
    await w.say(omar, "/sign", forum, topic=other)
    await w.say(omar, "/demands", forum)
    threads = [message.thread for message in w.server.sent(forum)[before:]]
    assert threads == [letters, other, other, None]


async def test_a_topic_that_was_closed_or_deleted_meanwhile_is_answered_in_the_group(
    w: Whole, omar: Person
) -> None:
    forum = w.server.group("Forum", creator=omar, forum=True)
    topic = forum.topic("Letters")
    await w.settled()
    for each in ("/demands", "/read"):
        forum.closed_topics.clear()
        await omar.send(forum, each, topic=topic)
        forum.closed_topics.add(topic)
        await w.settled()
    assert w.server.sent(forum)[-1].thread is None
