"""What the core hears of people who come into rooms, leave them, and lose the right to speak."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.matrix import Account, MatrixAdapter
from bot.adapters.matrix.sync import FILTER
from bot.ports import MEMBERSHIP, Demoted, Entered, Event, Gone, Joined, Message, Moved, Place
from tests.contract.inbox import MemoryInbox
from tests.integration.matrix.conftest import Meet
from tests.support.synapse import Account as Registered
from tests.support.synapse import Homeserver, Person

ROOM: Any = FILTER["room"]


@contextlib.asynccontextmanager
async def running(
    folder: Path, homeserver: Homeserver, account: Registered, inbox: MemoryInbox
) -> AsyncIterator[None]:
    there = Account(homeserver.url, account.user, password=account.password)
    task = asyncio.create_task(MatrixAdapter(there, folder / "matrix").run(inbox))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def told(inbox: MemoryInbox, room: str, after: int = 0) -> list[tuple[type[Event], str]]:
    events = [each for each in inbox.events[after:] if isinstance(each, MEMBERSHIP)]
    assert {each.origin.place for each in events} <= {Place.GROUP}
    return [(type(e), e.origin.user.key) for e in events if e.origin.chat.key == room]


async def marked(inbox: MemoryInbox, person: Person, room: str, text: str) -> None:
    """All that happened in the room before has come."""
    await person.say(room, text)
    while not any(isinstance(e, Message) and e.text == text for e in inbox.events):
        await inbox.next(Message, len(inbox.events))


@pytest.mark.soak
async def test_who_comes_and_goes_is_told_once_over_restarts(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Registered,
    meet: Meet,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    omar, amal, rami, lina = [await meet(name) for name in ("omar", "amal", "rami", "lina")]
    monkeypatch.setitem(ROOM["timeline"], "limit", 3)
    inbox = MemoryInbox()
    room = await omar.create([], name="Readers", encrypted=False)
    for person in (amal, rami):
        await omar.invite(room, person.id)
        await person.wait_until_there(room, person.id)
    await omar.promote(room, amal.id, 50)
    async with running(tmp_path, homeserver, account, inbox):
        await omar.invite(room, account.user)
        await inbox.next(Joined)
        # Of what was before it came nothing is told, nor of names and invitations.
        await omar.invite(room, lina.id)
        await lina.wait_until_there(room, lina.id)
        await lina.set_state(
            room, "m.room.member", {"membership": "join", "displayname": "L."}, lina.id
        )
        await omar.promote(room, amal.id, 0)
        await omar.promote(room, amal.id, 75)
        await marked(inbox, omar, room, "/one")
    assert told(inbox, room) == [(Entered, lina.id), (Demoted, amal.id)]

    await omar.kick(room, rami.id)
    await omar.ban(room, amal.id)
    await lina.leave(room)
    await omar.invite(room, lina.id)
    await lina.wait_until_there(room, lina.id)
    for number in range(5):
        await omar.say(room, f"Meanwhile {number}")
    before = len(inbox.events)
    async with running(tmp_path, homeserver, account, inbox):
        await marked(inbox, omar, room, "/two")
    # It is gone, whoever was an administrator.
    gone = [(Gone, rami.id), (Gone, amal.id), (Gone, lina.id), (Entered, lina.id)]
    assert told(inbox, room, before) == gone
    async with running(tmp_path, homeserver, account, inbox):
        await marked(inbox, omar, room, "/three")
    assert told(inbox, room, before) == gone
    assert len(inbox.received) == len(set(inbox.received))


@pytest.mark.soak
async def test_who_follows_into_the_room_that_takes_anothers_place_has_not_come_anew(
    tmp_path: Path, homeserver: Homeserver, account: Registered, meet: Meet
) -> None:
    omar, amal, rami, lina = [await meet(name) for name in ("omar", "amal", "rami", "lina")]
    inbox = MemoryInbox()
    async with running(tmp_path, homeserver, account, inbox):
        room = await omar.create([account.user, amal.id], name="Readers", encrypted=False)
        await amal.wait_until_there(room, amal.id)
        await inbox.next(Joined)
        new = await omar.upgrade(room, "12")
        assert (await inbox.next(Moved)).to.key == new
        # Rami is there before the bot is.
        await omar.invite(new, rami.id)
        await rami.wait_until_there(new, rami.id)
        await omar.invite(new, account.user)
        await omar.wait_until_there(new, account.user)
        for person in (amal, lina):
            await omar.invite(new, person.id)
            await person.wait_until_there(new, person.id)
        await marked(inbox, omar, new, "/one")
        assert told(inbox, new) == [(Entered, rami.id), (Entered, lina.id)]
        # Who says so of any room of theirs has moved nobody.
        other = await lina.client.room_create(
            name="Readers too",
            invite=[account.user],
            room_version="11",
            predecessor={"room_id": room, "event_id": "$none"},
        )
        other_id = str(getattr(other, "room_id", ""))
        await lina.wait_until_there(other_id, account.user)
        await lina.invite(other_id, amal.id)
        await amal.wait_until_there(other_id, amal.id)
        await marked(inbox, lina, other_id, "/two")
        assert (Entered, amal.id) in told(inbox, other_id)
