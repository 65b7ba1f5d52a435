"""Whom the bot cannot write to any more, on the admins' cards: blocked, kicked, silenced, gone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.telegram.whole import Whole, whole_bot_alone
from tests.support.botapi import Chat, Person

SIGNER_GONE = "I haven't been able to reach the signer since "
GROUP_GONE = "I haven't been able to write in the group since "


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[Whole]:
    async with whole_bot_alone(tmp_path) as whole:
        yield whole


@pytest.fixture
def amal(w: Whole) -> Person:
    return w.server.person("amal")


@pytest.fixture
def omar(w: Whole) -> Person:
    return w.server.person("omar")


@pytest.fixture
def tunis(w: Whole, omar: Person) -> Chat:
    return w.server.group("Tunis Readers", creator=omar)


async def test_a_signer_who_blocks_the_bot_and_takes_it_back(w: Whole, amal: Person) -> None:
    number = await w.sign(amal, "Amal Haddad")
    assert SIGNER_GONE not in w.card(number)
    await amal.block()
    await w.settled()
    assert w.card(number).rpartition("\n")[2].startswith(SIGNER_GONE)
    sent = len(w.texts(w.admins))
    await amal.unblock()
    await w.settled()
    assert SIGNER_GONE not in w.card(number)
    # The card is the same message, and nobody was disturbed by it.
    assert len(w.texts(w.admins)) == sent
    assert "hello" not in w.texts(amal)[-1].casefold()


async def test_a_deleted_account_is_noticed_when_something_is_to_be_told(
    w: Whole, amal: Person
) -> None:
    number = await w.sign(amal, "Amal Haddad")
    amal.delete_account()
    await w.say(w.zaid, f"/verify {number}", w.admins)
    assert SIGNER_GONE in w.card(number)
    assert "Verified by" in w.card(number)
    # It was tried once, and the row is done with.
    tries = [call for call in w.server.calls("sendMessage") if call.status == 403]
    assert len(tries) == 1
    assert await w.rows("SELECT count(*) FROM outbox") == [(0,)]
    assert (await w.counts()).verified == 1


async def test_a_question_that_does_not_arrive_is_told_to_the_admins(
    w: Whole, amal: Person
) -> None:
    number = await w.sign(amal, "Amal Haddad")
    amal.delete_account()
    await w.say(w.zaid, f"/ask {number} Which school?", w.admins)
    (line,) = [text for text in w.texts(w.admins) if "didn't arrive" in text]
    assert line.startswith(f"A message about #{number} didn't arrive: I can't reach the signer")
    assert w.server.sent(w.admins)[-1].quiet


async def test_it_outlives_a_restart_and_ends_with_a_new_signature(
    tmp_path: Path, w: Whole, amal: Person
) -> None:
    number = await w.sign(amal, "Amal Haddad")
    await amal.block()
    await w.settled()
    await w.say(w.zaid, f"/show {number}", w.admins)
    assert SIGNER_GONE in w.card(number)
    await w.say(w.zaid, f"/reject {number} Nobody knows this person", w.admins)
    # The end of the block got lost while the bot was away, but a signature says as much.
    amal.blocked = False
    assert await w.sign(amal, "Amal B. Haddad") == number
    assert SIGNER_GONE not in w.card(number)


@pytest.mark.parametrize("how", ["removed", "silenced", "deleted"])
async def test_a_group_that_the_bot_cannot_write_in(
    w: Whole, omar: Person, tunis: Chat, how: str
) -> None:
    number = await w.endorse(omar, tunis)
    assert GROUP_GONE not in w.card(number)
    if how == "removed":
        tunis.remove_bot()
    elif how == "silenced":
        tunis.restrict(w.server.bot)
    else:
        tunis.delete()
        await w.say(w.zaid, f"/verify {number}", w.admins)
    await w.settled()
    assert GROUP_GONE in w.card(number)
    counts = await w.counts()
    assert counts.pending + counts.organisations == 1


async def test_a_demoted_bot_in_a_group_where_only_administrators_write(
    w: Whole, omar: Person, tunis: Chat
) -> None:
    tunis.promote_bot()
    tunis.everyone_writes = False
    number = await w.endorse(omar, tunis)
    tunis.demote_bot()
    await w.say(w.zaid, f"/verify {number}", w.admins)
    assert GROUP_GONE in w.card(number)


async def test_a_group_that_takes_the_bot_back(w: Whole, omar: Person, tunis: Chat) -> None:
    number = await w.endorse(omar, tunis)
    tunis.remove_bot()
    await w.settled()
    assert GROUP_GONE in w.card(number)
    tunis.add_bot(omar)
    await w.settled()
    assert GROUP_GONE not in w.card(number)
    assert w.texts(tunis)[-1].startswith("Hello!")


async def test_a_broadcast_leaves_out_whom_it_cannot_reach(w: Whole, amal: Person) -> None:
    """Who blocked the bot is not written to at each change of the text."""
    rami = w.server.person("rami")
    for person in (amal, rami):
        await w.say(person, "/sign port")
        await w.press(person, "confirm")
        await w.say(person, f"{person.name.title()} Haddad")
        for button in ("skip", "skip", "public", "updates", "confirm"):
            await w.press(person, button)
    await amal.block()
    await w.settled()
    refused = len(w.server.calls("sendMessage", ok=False))
    text = w.folder / "statements" / "port" / "en.md"
    text.write_text(text.read_text() + "\nOne more line.\n")
    await w.say(w.zaid, "/reload", w.admins)
    await w.press(w.zaid, "new", w.admins)
    await w.server.wait_for(lambda: "has a new text" in w.texts(rami)[-1])
    await w.settled()
    assert len(w.server.calls("sendMessage", ok=False)) == refused


async def test_cards_wait_for_an_admin_chat_that_has_lost_the_bot(
    w: Whole, amal: Person, caplog: pytest.LogCaptureFixture
) -> None:
    w.admins.remove_bot()
    await w.settled()
    number = await w.sign(amal, "Amal Haddad")
    assert f"#{number}" in w.texts(amal)[-1]
    (problem,) = w.adapter.problems()
    assert "admin chat" in problem
    assert "so endorsements wait" in caplog.text
    assert w.texts(w.admins) == []
    w.admins.add_bot(w.zaid)
    await w.settled()
    assert any("Waiting now: 1." in text for text in w.texts(w.admins))
    assert w.card(number)
    assert w.adapter.problems() == []
    await w.press(w.zaid, "verify", w.admins)
    assert (await w.counts()).verified == 1
