"""The vote of a room's members on a real homeserver: a reaction is a vote, and what is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.adapters.matrix.buttons import SIGNS
from bot.services import mandates
from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.whole import Whole, whole_bot
from tests.support.statements import write_port
from tests.support.synapse import Heard, Homeserver, Person

AGREE = SIGNS["agree"]
TERMS = "  mandate: members\n  quorum: 2\n"
LATE = "You came into this group after I had asked"
WEEK = dt.timedelta(days=7)


async def join(room: str, founder: Person, *people: Person) -> None:
    for person in people:
        await founder.invite(room, person.id)
        await person.wait_until_there(room, person.id)


async def ask(w: Whole, omar: Person, room: str) -> Heard:
    await omar.wait_until_there(room, w.id)
    await omar.hear(room, "!endorse")
    await omar.press(await w.ask(omar, room, "!endorse"), SIGNS["confirm"])
    return await omar.hear(room, "Shall this group endorse")


async def stands(shown: Heard, omar: Person, agreed: str) -> None:
    await omar.wait_for(lambda: f"{agreed} so far" in shown.text)


async def settle(w: Whole, person: Person, room: str) -> None:
    """All that was done there before is handled."""
    await w.ask(person, room, "!demands port 1")
    await w.bot.inbox.settled()


async def votes(w: Whole) -> list[tuple[str, str]]:
    async with w.database.unit() as unit:
        (proposal,) = await unit.proposals.all()
        found = await unit.proposals.tally(proposal.id)
    return sorted((m.presence, m.vote) for m, count in found.items() for _ in range(count))


async def test_a_reaction_is_a_vote_and_what_cheats_is_none(
    tmp_path: Path,
    homeserver: Homeserver,
    meet: Meet,
    unique: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mandates, "EVERY", dt.timedelta(seconds=0.2))
    account = await homeserver.register(unique("bot"))
    omar, lina, rami, nour = [await meet(name) for name in ("omar", "lina", "rami", "nour")]
    write_port(tmp_path, endorsement=TERMS)
    async with whole_bot(tmp_path, homeserver, account, admins=[omar.id]) as w:
        room = await omar.create([lina.id, rami.id], name="Readers", encrypted=False)
        for person in (lina, rami):
            await person.wait_until_there(room, person.id)
        await omar.invite(room, w.id)
        shown = await ask(w, omar, room)
        seen = await lina.hear(room, "Shall this group endorse")
        # A vote, and nothing is said for it; taken back with the reaction, and put again.
        said = len(omar.said_in(room, w.id))
        vote = await lina.press(seen, AGREE)
        await stands(shown, omar, "1 of 3 members agrees")
        await lina.redact(room, vote)
        await stands(shown, omar, "0 of 3 members agree")
        vote = await lina.react(room, seen.id, AGREE)
        await stands(shown, omar, "1 of 3 members agrees")
        assert len(omar.said_in(room, w.id)) == said
        # Who removes another's reaction takes back nothing, neither theirs nor their own.
        own = await omar.react(room, shown.id, AGREE)
        await stands(shown, omar, "2 of 3 members agree")
        await omar.redact(room, vote)
        await settle(w, omar, room)
        assert await votes(w) == [("there", "agrees")] * 2
        # Twice: by a word, beside the reaction.
        assert "agreed already" in (await w.ask(lina, room, "!agree")).text
        # What everybody still sees counts: an objection when the agreement is taken away, and an
        # agreement in another colour.
        objection = await omar.react(room, shown.id, SIGNS["object"])
        await omar.wait_for(lambda: "An administrator objects" in shown.text)
        await omar.redact(room, own)
        await settle(w, omar, room)
        assert await votes(w) == [("there", "agrees"), ("there", "objects")]
        own = await omar.react(room, shown.id, AGREE + "\U0001f3ff")
        await stands(shown, omar, "2 of 3 members agree")
        await omar.redact(room, objection)
        await settle(w, omar, room)
        assert await votes(w) == [("there", "agrees")] * 2
        await omar.redact(room, own)
        await stands(shown, omar, "1 of 3 members agrees")
        # By somebody who came after the proposal.
        await join(room, omar, nour)
        await nour.react(room, seen.id, AGREE)
        await nour.hear(room, LATE)
        # At an edit of the proposal that somebody else has sent, and at a copy. That it relates to
        # another room's message the server refuses.
        fake = await rami.edit(room, shown.id, shown.text)
        copy = await rami.say(room, shown.text)
        for event in (fake, copy):
            await rami.react(room, event, AGREE)
        await settle(w, rami, room)
        assert await votes(w) == [("new", "none"), ("there", "agrees"), ("there", "none")]
        # Who leaves is counted no more.
        await rami.react(room, shown.id, AGREE)
        await stands(shown, omar, "2 of 3 members agree")
        await rami.leave(room)
        await stands(shown, omar, "1 of 2 members agrees")
        w.clock.ahead += WEEK
        await w.bot.inbox.settled()
        await omar.wait_for(lambda: "too few members agreed" in shown.text)
        async with w.database.unit() as unit:
            assert await unit.memos.all(w.adapter.name, "voted") == {}


@pytest.mark.soak
async def test_a_room_that_is_upgraded_goes_on_with_its_vote(
    tmp_path: Path,
    homeserver: Homeserver,
    meet: Meet,
    unique: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mandates, "EVERY", dt.timedelta(seconds=0.2))
    account = await homeserver.register(unique("bot"))
    omar, lina, nour = [await meet(name) for name in ("omar", "lina", "nour")]
    write_port(tmp_path, endorsement=TERMS)
    async with whole_bot(tmp_path, homeserver, account, admins=[omar.id]) as w:
        room = await omar.create([lina.id], name="Readers", version="11")
        await lina.wait_until_there(room, lina.id)
        await omar.invite(room, w.id)
        shown = await ask(w, omar, room)
        await omar.press(shown, AGREE)
        await stands(shown, omar, "1 of 2 members agrees")
    # Both happen while the bot is not there.
    new = await omar.upgrade(room, "12")
    await omar.invite(new, w.id)
    async with whole_bot(tmp_path, homeserver, account, admins=[omar.id]) as w:
        await omar.wait_until_there(new, w.id)
        await join(new, omar, lina, nour)
        there = await lina.hear(new, "1 of 2 members agrees")
        await nour.react(new, there.id, AGREE)
        await nour.hear(new, LATE)
        await lina.press(there, AGREE)
        await lina.wait_for(lambda: "2 of 2 members agree" in there.text)
        w.clock.ahead += WEEK
        await w.bot.inbox.settled()
        await lina.hear(new, "Recorded: #1")
        card = await omar.hear(w.admins, "#1 ·")
        assert "Vote: 2 of 2 members agreed" in card.text
        assert "couldn't see" not in card.text
