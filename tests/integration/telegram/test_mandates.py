"""The vote of a group's members as Telegram really carries it: who is let vote, and what cheats."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.integration.telegram.whole import Whole, whole_bot
from tests.support.botapi import BotApiServer, Chat, Person, fast

TERMS = "  mandate: members\n  quorum: 2\n"
NOTED = "Noted: you agree. You can take that back until it's decided."
LATE = "You came into this group after I had asked"
OUTSIDE = "Only the members of this group"
OLD = "That button no longer works"
WEEK = dt.timedelta(days=7)


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(rules=fast()) as running:
        yield running


@asynccontextmanager
async def asked(
    folder: Path,
    server: BotApiServer,
    names: Sequence[str] = ("lina", "rami", "sami"),
    *,
    terms: str = TERMS,
    kind: str = "supergroup",
) -> AsyncIterator[tuple[Whole, Chat, list[Person]]]:
    """Omar, who founded the group of him and these people, has begun to ask it."""
    async with whole_bot(folder, server, endorsement=terms) as w:
        omar, people = server.person("omar"), [server.person(name) for name in names]
        group = server.group("Readers", creator=omar, kind=kind)
        for person in people:
            group.add(person)
        await w.say(omar, "/endorse", group)
        await w.press(omar, "confirm", group)
        yield w, group, people


async def votes(w: Whole) -> list[tuple[str, str]]:
    rows = await w.rows("SELECT presence, vote FROM votes ORDER BY presence, vote")
    return [(str(where), str(vote)) for where, vote in rows]


async def agree(w: Whole, person: Person, group: Chat) -> str:
    """What they alone are told."""
    return (await w.press(person, "agree", group)).answer or ""


async def after(w: Whole, time: dt.timedelta) -> None:
    w.clock.ahead += time
    await w.settled()


async def test_five_ways_to_cheat_change_nothing(tmp_path: Path, server: BotApiServer) -> None:
    async with asked(tmp_path, server) as (w, group, (lina, rami, _)):
        message, data = w.with_button(group, "agree")
        assert await agree(w, lina, group) == NOTED
        # Twice.
        assert await agree(w, lina, group) == "You've agreed already. It counts once."
        # By a bot.
        robot = server.person("robot")
        robot.is_bot = True
        group.add(robot)
        assert not (await w.press(robot, "agree", group)).answered
        # By somebody who came after the proposal, and by somebody who never came.
        nour, eve = server.person("nour"), server.person("eve")
        group.add(nour)
        assert (await agree(w, nour, group)).startswith(LATE)
        assert (await agree(w, eve, group)).startswith(OUTSIDE)
        # A forwarded button, on any message in any chat.
        others = server.group("Others", creator=eve)
        others.add(rami)
        copies = [await rami.forward(message, chat) for chat in (group, others, rami.private)]
        assert not any(copy.buttons for copy in copies)
        await w.say(rami, "/read port")
        pages = [server.sent(chat)[-1] for chat in (rami.private, others)]
        other = next(m for m in server.sent(group) if m is not message)
        for copy in (*pages, other):
            press = await rami.forge(copy, data)
            await w.settled()
            assert (press.answer or "").startswith(OLD), copy
        # A message that says it is the proposal, edited into anything.
        own = await rami.send(group, message.text or "")
        await rami.edit(own, f"/agree@{server.bot.username}")
        await w.settled()
        assert await votes(w) == [("new", "none"), ("there", "agrees")]
        await after(w, WEEK)
        assert "1 member agreed" in (message.text or "") or "1 of" in (message.text or "")
        assert (await w.counts()).pending == 0


async def test_who_leaves_is_not_counted_and_who_returns_is_new(
    tmp_path: Path, server: BotApiServer
) -> None:
    async with asked(tmp_path, server) as (w, group, (lina, rami, sami)):
        for person in (lina, rami, sami):
            assert await agree(w, person, group) == NOTED
        group.remove(lina)
        assert (await agree(w, lina, group)).startswith(OUTSIDE)
        group.remove(rami, by=server.person("omar"))
        group.add(rami)
        assert (await agree(w, rami, group)).startswith(LATE)
        # The same again as an administrator hears it, twice.
        group.promote_bot()
        group.remove(sami)
        await w.settled()
        assert await votes(w) == [("back", "none"), ("gone", "none"), ("gone", "none")]
        await after(w, WEEK)
        assert (await w.counts()).pending == 0
        assert await w.rows("SELECT 1 FROM votes UNION ALL SELECT 1 FROM proposals") == []


async def test_a_group_that_is_upgraded_goes_on_with_its_vote(
    tmp_path: Path, server: BotApiServer
) -> None:
    async with asked(tmp_path, server, kind="group") as (w, group, (lina, rami, _)):
        await agree(w, lina, group)
        await after(w, dt.timedelta(seconds=7))
        new = group.upgrade()
        nour = server.person("nour")
        new.add(nour)
        await w.settled()
        await after(w, dt.timedelta(seconds=7))
        assert (await agree(w, nour, new)).startswith(LATE)
        assert await agree(w, lina, new) == "You've agreed already. It counts once."
        assert await agree(w, rami, new) == NOTED
        await after(w, WEEK)
        assert any(text.startswith("Recorded: #1 ") for text in w.texts(new))
        assert "Vote: 2 of 4 members agreed" in w.card(1)
        assert "couldn't see" not in w.card(1)


@pytest.mark.soak
async def test_a_bot_that_is_removed_says_when_it_could_not_see(
    tmp_path: Path, server: BotApiServer
) -> None:
    async with asked(tmp_path, server) as (w, group, (lina, rami, _)):
        await agree(w, lina, group)
        group.remove_bot()
        await w.settled()
        group.add_bot()
        await w.settled()
        assert await agree(w, rami, group) == NOTED
        await after(w, WEEK)
        assert "couldn't see who came into the group" in w.card(1)


@pytest.mark.soak
async def test_a_bot_that_stays_away_records_nothing(tmp_path: Path, server: BotApiServer) -> None:
    async with asked(tmp_path, server) as (w, group, people):
        for person in people:
            await agree(w, person, group)
        group.remove_bot()
        await after(w, WEEK)
        assert (await w.counts()).pending == 0
        assert await w.rows("SELECT 1 FROM votes UNION ALL SELECT 1 FROM proposals") == []


async def test_votes_survive_a_restart_and_count_once(tmp_path: Path, server: BotApiServer) -> None:
    async with asked(tmp_path, server) as (w, group, (lina, rami, sami)):
        await agree(w, lina, group)
    message, data = w.with_button(group, "agree")
    # Pressed, and left, while nobody listened.
    for person in (lina, rami, sami):
        await person.forge(message, data)
    group.remove(sami)
    async with whole_bot(tmp_path, server, again=w) as again:
        await again.settled()
        assert await votes(again) == [("gone", "none"), ("there", "agrees"), ("there", "agrees")]
        await after(again, WEEK)
        assert "Vote: 2 of 3 members agreed" in again.card(1)


@pytest.mark.soak
async def test_who_asked_and_administers_the_group_no_more_is_a_mark(
    tmp_path: Path, server: BotApiServer
) -> None:
    async with asked(tmp_path, server) as (w, group, (lina, rami, sami)):
        group.promote_bot()
        group.promote(sami)
        for person in (lina, rami):
            await agree(w, person, group)
        assert (await w.press(sami, "object", group)).answer
        # Who objects as an administrator does not when they are none.
        group.demote(sami)
        group.demote(server.person("omar"))
        await after(w, WEEK)
        assert "is no administrator of the group any more" in w.card(1)


@pytest.mark.soak
async def test_a_thousand_votes_at_once(tmp_path: Path, server: BotApiServer) -> None:
    names = [f"member{number}" for number in range(1000)]
    async with asked(tmp_path, server, names) as (w, group, people):
        message, data = w.with_button(group, "agree")
        edits = len(server.calls("editMessageText"))
        presses = [await person.forge(message, data) for person in (*people, *people[:100])]
        await server.wait_for(lambda: all(press.answered for press in presses), 120)
        await w.settled()
        assert {press.answer for press in presses[:1000]} == {NOTED}
        assert await votes(w) == [("there", "agrees")] * 1000
        assert len(server.calls("editMessageText")) - edits < 60
        await after(w, WEEK)
        assert "Vote: 1,000 of 1,001 members agreed" in w.card(1)
