"""The admin room is opened to others, given up for another, or gets new masters (row 12)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.integration.matrix.whole import Whole, whole_bot
from tests.support.synapse import Account, Homeserver, Person

WARNINGS = {
    "public": "Anybody can enter the admin chat",
    "readable": "Anybody can read the admin chat",
    "replaced": "Another chat has taken the place of the admin chat",
}
FROZEN = "Nobody can decide there until"

Do = Callable[[Person, str], Awaitable[object]]


async def open_to_all(person: Person, room: str) -> None:
    await person.set_state(room, "m.room.join_rules", {"join_rule": "public"})


async def close_again(person: Person, room: str) -> None:
    await person.set_state(room, "m.room.join_rules", {"join_rule": "invite"})


async def unknown_rule(person: Person, room: str) -> None:
    await person.set_state(room, "m.room.join_rules", {"join_rule": "org.example.anybody"})


async def show_history(person: Person, room: str) -> None:
    content = {"history_visibility": "world_readable"}
    await person.set_state(room, "m.room.history_visibility", content)


async def hide_history(person: Person, room: str) -> None:
    await person.set_state(room, "m.room.history_visibility", {"history_visibility": "joined"})


CHANGES: list[tuple[Do, Do, str]] = [
    (open_to_all, close_again, "public"),
    (unknown_rule, close_again, "public"),
    (show_history, hide_history, "readable"),
]


@pytest.fixture
async def room(zaid: Person, account: Account) -> str:
    """An encrypted one of the admins' own."""
    return await zaid.create([account.user], name="Admins")


@pytest.fixture
async def w(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person, room: str
) -> AsyncIterator[Whole]:
    async with whole_bot(tmp_path, homeserver, account, admin_room=room, admins=[zaid.id]) as whole:
        await zaid.wait_until_there(room, account.user)
        await whole.signed("Amal Haddad", "Rami Saleh")
        yield whole


async def decides_nothing(w: Whole, admin: Person, *typed: str) -> None:
    before = await w.decided()
    for text in typed:
        await w.hears(admin, w.admins, text, FROZEN)
    assert await w.decided() == before


@pytest.mark.parametrize(("expose", "undo", "what"), CHANGES)
async def test_row_12_exposed_it_is_warned_and_frozen(
    w: Whole, zaid: Person, room: str, expose: Do, undo: Do, what: str
) -> None:
    await expose(zaid, room)
    await zaid.hear(room, WARNINGS[what])
    await decides_nothing(w, zaid, "!verify 1", "!reject 2 We know no such person", "!close")
    await undo(zaid, room)
    await w.hears(zaid, room, "!verify 1", "#1 is verified")
    assert (await w.counts()).verified == 1


@pytest.mark.parametrize(("expose", "what"), [(open_to_all, "public"), (show_history, "readable")])
async def test_row_12_exposed_while_the_bot_was_away(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Account,
    zaid: Person,
    room: str,
    expose: Do,
    what: str,
) -> None:
    async with whole_bot(tmp_path, homeserver, account, admin_room=room, admins=[zaid.id]) as w:
        await zaid.wait_until_there(room, account.user)
        await w.signed("Amal Haddad")
        await w.hears(zaid, room, "!help", "!reload")
    await expose(zaid, room)
    await zaid.say(room, "!verify 1")
    async with whole_bot(tmp_path, homeserver, account, admin_room=room, admins=[zaid.id]) as w:
        await zaid.hear(room, WARNINGS[what])
        await decides_nothing(w, zaid, "!verify 1")


async def test_row_12_replaced_by_another_room(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person, room: str
) -> None:
    """Until the other one is configured: whoever upgrades the room chooses who comes along."""
    async with whole_bot(tmp_path, homeserver, account, admin_room=room, admins=[zaid.id]) as w:
        await zaid.wait_until_there(room, account.user)
        await w.signed("Amal Haddad")
        # The server lets only those speak in the old room who may change its state.
        await zaid.promote(room, w.id, 50)
        new = await zaid.upgrade(room, "12")
        await zaid.hear(room, WARNINGS["replaced"])
        await decides_nothing(w, zaid, "!verify 1")
        await zaid.invite(new, w.id)
        await zaid.wait_until_there(new, w.id)
        await zaid.say(new, "!verify 1")
        await decides_nothing(w, zaid, "!verify 1")
    async with whole_bot(tmp_path, homeserver, account, admin_room=new, admins=[zaid.id]) as w:
        await w.hears(zaid, new, "!verify 1", "#1 is verified")
        assert (await w.counts()).verified == 1


async def test_row_12_power_in_the_room_makes_nobody_an_admin_who_is_not_named(
    w: Whole, zaid: Person, omar: Person, room: str
) -> None:
    await zaid.invite(room, omar.id)
    await omar.wait_until_there(room, omar.id)
    await zaid.promote(room, omar.id, 100)
    before = await w.decided()
    await w.hears(omar, room, "!verify 1", "Only an admin can do that")
    assert await w.decided() == before
    await w.hears(zaid, room, "!verify 1", "#1 is verified")


async def test_row_12_the_warning_calls_the_admins(w: Whole, zaid: Person, room: str) -> None:
    """Clients make no sound for what is only a notice."""
    await open_to_all(zaid, room)
    warning = await zaid.hear(room, WARNINGS["public"])
    assert warning.kind == "m.text"
    assert warning.content["m.mentions"] == {"user_ids": [zaid.id]}
